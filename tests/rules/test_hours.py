"""Graded at night, where the course is, by somebody who usually does not grade at night."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from tests.rules.given import (
    ASSISTANT,
    DAY,
    HOUR,
    MINUTE,
    course_says,
    given,
    only,
    said,
    timeline,
    together,
)
from tui.events.attention import Rule
from tui.rules.case import Case
from tui.rules.hours import OffHoursRule, zone_named
from tui.rules.settings import OffHours

NIGHT = 15 * HOUR + 12 * MINUTE
"""From noon: 03:12 UTC."""


def days(count: int, *, hour: int = 0) -> list[Case]:
    """One grade on each of so many days before, ``hour`` hours after noon."""
    return [given(-(n + 1) * DAY + hour * HOUR, None, "8", who=n) for n in range(count)]


def test_a_grade_at_night_is_told_beside_the_share_of_before() -> None:
    assert only(said(Rule.OFF_HOURS, days(30), given(NIGHT, "4", "9"))) == (
        "given at 03:12 in the time zone of the settings; 0 of this grader's 30 earlier gradings "
        "here were between 22:00 and 06:00"
    )


def test_a_night_owl_is_not_told() -> None:
    night = given(NIGHT, "4", "9")
    assert not said(Rule.OFF_HOURS, days(30, hour=14), night)
    one, two = days(1, hour=14), days(2, hour=14)
    assert 31 in said(Rule.OFF_HOURS, days(30), one, night), "1 of 31 is less than 5 %"
    assert 32 not in said(Rule.OFF_HOURS, days(30), two, night), "2 of 32 are more"


def test_a_long_night_does_not_become_usual_by_itself() -> None:
    night = [given(NIGHT - 4 * HOUR + n * 10 * MINUTE, "4", "9", who=n) for n in range(24)]
    assert len(said(Rule.OFF_HOURS, days(30), night)) == 24


def test_the_course_tells_its_own_zone() -> None:
    denver = course_says(-90 * DAY, zone="America/Denver")
    assert not said(Rule.OFF_HOURS, denver, days(30, hour=4), given(NIGHT, "4", "9")), "20:12 there"
    why = only(said(Rule.OFF_HOURS, denver, days(30, hour=4), given(NIGHT + 5 * HOUR, "4", "9")))
    assert why.startswith("given at 01:12 in the course's time zone; 0 of")


def test_a_zone_holds_from_when_the_course_was_moved_there() -> None:
    moved = course_says(-90 * DAY, zone="UTC"), course_says(-HOUR, zone="America/Denver")
    assert not said(Rule.OFF_HOURS, *moved, days(30, hour=4), given(NIGHT, "4", "9"))


@pytest.mark.parametrize(
    "cases",
    [
        [*days(19), given(NIGHT, "4", "9")],
        [*days(30), given(HOUR, "4", "9")],
        [*days(30), given(NIGHT, "4", "9", by=None)],
        [*days(30), *together([given(NIGHT + n, "4", "9", who=n) for n in range(9)])],
        [*days(30), given(NIGHT, "4", "9", by=ASSISTANT)],
        [*days(30), given(NIGHT, "9", "9", score_before=9.0, score_after=9.0)],
    ],
    ids=["too early to say", "by day", "a quiz", "an import", "another grader", "a posting"],
)
def test_what_is_no_work_at_odd_hours(cases: list[Case]) -> None:
    assert not said(Rule.OFF_HOURS, cases)


def test_a_night_may_lie_within_a_day() -> None:
    limits = {"start": 1, "end": 5}
    assert said(Rule.OFF_HOURS, days(30), given(NIGHT, "4", "9"), off_hours=limits)
    assert not said(Rule.OFF_HOURS, days(30), given(11 * HOUR, "4", "9"), off_hours=limits)


def test_the_zone_of_the_settings_is_taken_where_none_is_told() -> None:
    line = timeline(days(30, hour=4), given(NIGHT + 5 * HOUR, "4", "9"))
    for zone, told in ((UTC, []), (ZoneInfo("America/Denver"), [30])):
        rule = OffHoursRule(5, OffHours(), zone)
        assert [case.id for case, _ in rule.hits(line)] == told


def test_zones_are_known_by_both_their_names() -> None:
    assert zone_named("Mountain Time (US & Canada)") == ZoneInfo("America/Denver")
    assert zone_named("America/Denver") == ZoneInfo("America/Denver")
    assert zone_named("Nowhere at all") is None
    assert zone_named("../etc/passwd") is None
    assert zone_named("") is None
