"""A course's own end, and what was graded after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from typing import ClassVar

from tui.events.attention import Rule
from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.events.times import to_ms
from tui.rules import words
from tui.rules.case import Along, Case
from tui.rules.doing import Doing, by_person, doing_of
from tui.rules.settings import AfterCutoff
from tui.rules.single import change, one_of_many

_OVER = "completed"


@dataclass(slots=True)
class _End:
    """When the course was concluded, and its end date, as its events tell it; UTC ms."""

    concluded: int | None = None
    date: int | None = None

    def learn(self, case: Case) -> None:
        """What an event of the course changes; it goes from the oldest to the newest."""
        terms = case.terms
        if terms.state is not None:
            over = terms.state == _OVER
            self.concluded = (
                (case.at if self.concluded is None else self.concluded) if over else None
            )
        if terms.concludes is not None:
            self.date = terms.concludes or None


@dataclass(frozen=True, slots=True)
class AfterCutoffRule:
    """Somebody graded after the course was concluded, after its end date, or after a date.

    ``zone`` is where the last day that the settings name ends.
    """

    name: ClassVar[Rule] = Rule.AFTER_CUTOFF
    along: ClassVar[Along] = Along.COURSE
    back_ms: int = field(default=0, init=False)
    ahead_ms: int = field(default=0, init=False)

    bulk: int
    limits: AfterCutoff
    zone: tzinfo
    _ends: int | None = field(init=False)

    def __post_init__(self) -> None:
        day = self.limits.last_day
        ends = None
        if day is not None:
            ends = to_ms(datetime.combine(day + timedelta(days=1), time(), self.zone))
        object.__setattr__(self, "_ends", ends)

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        ends: dict[CanvasId | None, _End] = {}
        for case in timeline:
            end = ends.setdefault(case.course, _End())
            if case.kind is Kind.COURSE:
                end.learn(case)
            elif by_person(case, self.bulk) and (late := self._late(case.at, end)):
                told = f"{late}: {change(case)}"
                if doing_of(case, self.bulk) is Doing.BULK:
                    told += one_of_many(case)
                yield case, told

    def _late(self, at: int, end: _End) -> str:
        """How late, in words; empty if it is not."""
        if end.concluded is not None:
            return f"{words.span(at - end.concluded)} after the course was concluded"
        if end.date is not None and at > end.date + self.limits.grace_days * words.DAY:
            return f"{words.span(at - end.date)} after the course's end date"
        if self._ends is not None and at >= self._ends:
            return f"{words.span(at - self._ends)} after the last day of the settings"
        return ""
