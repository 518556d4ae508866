"""What was graded after a course's end."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.given import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    course_says,
    given,
    only,
    override,
    said,
    together,
)
from tui.events.attention import Rule
from tui.rules.case import Case

CONCLUDED = course_says(-3 * DAY, state="completed")


def test_a_grade_after_the_conclusion_is_told_with_the_time_since() -> None:
    assert only(said(Rule.AFTER_CUTOFF, CONCLUDED, given(HOUR, "4", "9"))) == (
        "3 days after the course was concluded: 4 → 9 of 10 points"
    )


def test_a_course_that_was_taken_up_again_is_not_over() -> None:
    again = course_says(-HOUR, state="available")
    assert not said(Rule.AFTER_CUTOFF, CONCLUDED, again, given(0, "4", "9"))


def test_concluded_twice_it_is_over_since_the_first_time() -> None:
    twice = course_says(-HOUR, state="completed")
    why = only(said(Rule.AFTER_CUTOFF, CONCLUDED, twice, given(0, "4", "9")))
    assert why.startswith("3 days after")


def test_after_the_end_date_and_its_days_of_grace() -> None:
    ends = course_says(-90 * DAY, concludes=NOON - 2 * DAY)
    late = given(MINUTE, None, "9")
    assert only(said(Rule.AFTER_CUTOFF, ends, late)) == (
        "2 days after the course's end date: no grade → 9 of 10 points"
    )
    assert not said(Rule.AFTER_CUTOFF, ends, late, profile="ta"), "14 days of grace"


def test_the_last_that_the_course_said_of_its_end_counts() -> None:
    first = course_says(-90 * DAY, concludes=NOON - 2 * DAY)
    longer = course_says(-30 * DAY, concludes=NOON + 2 * DAY)
    gone = course_says(-20 * DAY, concludes=0)
    assert not said(Rule.AFTER_CUTOFF, first, longer, given(0, "4", "9"))
    assert not said(Rule.AFTER_CUTOFF, first, gone, given(0, "4", "9"))
    renamed = course_says(-20 * DAY)
    assert said(Rule.AFTER_CUTOFF, first, renamed, given(0, "4", "9"))


def test_after_the_last_day_of_the_settings() -> None:
    limits = {"last_day": date(2026, 11, 1)}
    whys = said(
        Rule.AFTER_CUTOFF,
        given(-12 * HOUR - 1, "4", "9"),
        given(-12 * HOUR, "4", "9"),
        after_cutoff=limits,
    )
    assert whys == {1: "0 s after the last day of the settings: 4 → 9 of 10 points"}


def test_one_request_for_many_says_how_many_they_are() -> None:
    imported = together([given(n, "4", "9", who=n) for n in range(6)])
    whys = said(Rule.AFTER_CUTOFF, CONCLUDED, imported)
    assert len(whys) == 6
    assert whys[1] == (
        "3 days after the course was concluded: 4 → 9 of 10 points; "
        "one of 6 within a second of each other"
    )


def test_a_final_grade_may_come_too_late() -> None:
    assert said(Rule.AFTER_CUTOFF, CONCLUDED, override(0, "C", "B"))


@pytest.mark.parametrize(
    "case",
    [
        given(0, "4", "9", by=None),
        given(0, None, "0", by=None),
        given(0, "9", "9", score_before=9.0, score_after=9.0),
        given(-4 * DAY, "4", "9"),
        given(0, "4", "9", course=None),
        given(0, "4", "9", event_source="sis"),
    ],
    ids=["a quiz", "a missing policy", "a posting", "before", "another course", "an SIS import"],
)
def test_what_does_not_come_too_late(case: Case) -> None:
    assert not said(Rule.AFTER_CUTOFF, CONCLUDED, case)
