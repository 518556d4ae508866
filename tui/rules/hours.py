"""The hours at which a grader grades, where the course is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar
from zoneinfo import ZoneInfo

from tui.events.attention import Rule
from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.events.times import to_datetime
from tui.rules import words
from tui.rules.case import Along, Case
from tui.rules.doing import by_hand
from tui.rules.settings import OffHours
from tui.rules.window import Window

_SAME_NIGHT = 12 * words.HOUR
"""What was done so shortly before is the same night's work, and not what is usual."""
_RAILS: Mapping[str, str] = MappingProxyType(
    {
        "Alaska": "America/Juneau",
        "Amsterdam": "Europe/Amsterdam",
        "Arizona": "America/Phoenix",
        "Atlantic Time (Canada)": "America/Halifax",
        "Berlin": "Europe/Berlin",
        "Brasilia": "America/Sao_Paulo",
        "Central Time (US & Canada)": "America/Chicago",
        "Copenhagen": "Europe/Copenhagen",
        "Eastern Time (US & Canada)": "America/New_York",
        "Hawaii": "Pacific/Honolulu",
        "Indiana (East)": "America/Indiana/Indianapolis",
        "London": "Europe/London",
        "Melbourne": "Australia/Melbourne",
        "Mountain Time (US & Canada)": "America/Denver",
        "Oslo": "Europe/Oslo",
        "Pacific Time (US & Canada)": "America/Los_Angeles",
        "Singapore": "Asia/Singapore",
        "Stockholm": "Europe/Stockholm",
        "Sydney": "Australia/Sydney",
        "UTC": "Etc/UTC",
    }
)
"""Canvas may keep a zone by the name that its own web framework has for it: the commoner ones."""


def zone_named(name: str) -> tzinfo | None:
    """The zone that Canvas names so; None for a name that is not known here."""
    try:
        return ZoneInfo(_RAILS.get(name, name))
    except (KeyError, OSError, ValueError):  # an unknown zone is a KeyError
        return None


@dataclass(frozen=True, slots=True)
class _Given:
    """A grade given by hand, and where the course's clock stood."""

    case: Case
    moment: datetime
    night: bool
    told: bool
    """Whether Canvas told the course's zone."""


@dataclass(frozen=True, slots=True)
class OffHoursRule:
    """Given at night, by somebody who usually does not grade at night.

    ``zone`` is taken where no event of the course tells its own.
    """

    name: ClassVar[Rule] = Rule.OFF_HOURS
    along: ClassVar[Along] = Along.COURSE
    ahead_ms: int = field(default=0, init=False)

    bulk: int
    limits: OffHours
    zone: tzinfo

    @property
    def back_ms(self) -> int:
        return self.limits.days * words.DAY

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        zones: dict[CanvasId | None, tzinfo] = {}
        given: dict[tuple[CanvasId | None, CanvasId | None], list[_Given]] = {}
        for case in timeline:
            if case.kind is Kind.COURSE:
                zone = None if case.terms.zone is None else zone_named(case.terms.zone)
                if zone is not None:
                    zones[case.course] = zone
            elif by_hand(case, self.bulk):
                zone = zones.get(case.course)
                moment = to_datetime(case.at).astimezone(zone or self.zone)
                one = _Given(case, moment, self._night(moment.hour), zone is not None)
                given.setdefault((case.course, case.hand), []).append(one)
        for each in given.values():
            yield from self._unusual(each)

    def _night(self, hour: int) -> bool:
        start, end = self.limits.start, self.limits.end
        return start <= hour < end if start <= end else hour >= start or hour < end

    def _unusual(self, given: Sequence[_Given]) -> Iterator[tuple[Case, str]]:
        nightly = {each.case.id for each in given if each.night}
        cases = [each.case for each in given]
        earlier = Window(cases, back=self.back_ms, until=_SAME_NIGHT)
        usual = Decimal(repr(self.limits.usual_percent))
        nights = 0
        for each in given:
            entered, left = earlier.move(each.case.at)
            nights += sum(case.id in nightly for case in entered)
            nights -= sum(case.id in nightly for case in left)
            before = len(earlier)
            if not each.night or before < self.limits.gradings or 100 * nights > usual * before:
                continue
            where = "the course's time zone" if each.told else "the time zone of the settings"
            night = f"between {self.limits.start:02}:00 and {self.limits.end:02}:00"
            told = f"{nights:,} of this grader's {before:,} earlier gradings here were {night}"
            yield each.case, f"given at {each.moment:%H:%M} in {where}; {told}"
