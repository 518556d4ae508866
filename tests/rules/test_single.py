"""Rules that look at one change alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.given import (
    ASSISTANT,
    MINUTE,
    TEACHER,
    course_says,
    given,
    only,
    override,
    said,
    student,
    together,
)
from tui.events.attention import Rule
from tui.events.event import Flag, Kind
from tui.rules.case import Case


def quiz() -> Case:
    """A second attempt, seen live."""
    return given(0, "4", "9", by=None, live=True, actor=student(1))


def late_policy() -> Case:
    return given(0, "9", "8", by=None)


def import_of(count: int) -> list[Case]:
    return together([given(number, "4", "9", who=number) for number in range(count)])


def posting() -> Case:
    return given(0, "9", "9", score_before=9.0, score_after=9.0, live=True)


def points_edit() -> Case:
    return replace(posting(), points_before=10.0, points_after=20.0)


def excusal() -> Case:
    return given(0, "4", None, excused_after=True)


NOT_BY_HAND = {
    "a quiz": quiz(),
    "a late policy": late_policy(),
    "a posting": posting(),
    "an edit of the points possible": points_edit(),
    "an excusal": excusal(),
    "an import": import_of(5),
    "nobody named": replace(given(0, "4", "9"), grader=None),
}


def test_a_regrade_by_hand_is_told_with_its_grades() -> None:
    assert only(said(Rule.REGRADE, given(0, "4", "9"))) == "4 → 9 of 10 points, by hand"


def test_a_regrade_whose_score_is_not_told_may_read_the_same() -> None:
    why = only(said(Rule.REGRADE, given(0, "B", "B", points=None)))
    assert why == "B → B, by hand; it reads the same, the score may have changed"


@pytest.mark.parametrize("what", NOT_BY_HAND)
@pytest.mark.parametrize("rule", [Rule.REGRADE, Rule.JUMP, Rule.FAIL_TO_PASS])
def test_what_was_not_done_by_hand_is_no_regrade_and_no_jump(what: str, rule: Rule) -> None:
    assert not said(rule, NOT_BY_HAND[what])


def test_a_first_grade_is_no_regrade() -> None:
    assert not said(Rule.REGRADE, given(0, None, "9"))


def test_a_jump_is_told_in_percent_of_the_points_possible() -> None:
    why = only(said(Rule.JUMP, given(0, "7.5", "10")))
    assert why == ("7.5 → 10 of 10 points: +25 % of the points possible; worth a look from 25 % on")


def test_a_jump_down_is_a_jump() -> None:
    why = only(said(Rule.JUMP, given(0, "19", "9.5", points=20.0), profile="ta"))
    assert why.startswith("19 → 9.5 of 20 points: −47.5 % of the points possible")


def test_a_jump_counts_scores_where_they_are_told() -> None:
    case = given(0, "C", "A", score_before=14.0, score_after=19.0, points=20.0)
    assert only(said(Rule.JUMP, case)).startswith(
        "C (14) → A (19) of 20 points: +25 % of the points possible"
    )


@pytest.mark.parametrize(
    "case",
    [
        given(0, "7.6", "10"),
        given(0, "8", "80", points_before=10.0, points_after=100.0),
        given(0, "F", "A"),
        given(0, "complete", "incomplete"),
        given(0, "1", "9", points=None),
        given(0, "1", "9", points=0.0),
    ],
    ids=["small", "points edited", "letters", "words", "no points", "worth nothing"],
)
def test_what_moves_little_or_cannot_be_measured_is_no_jump(case: Case) -> None:
    assert not said(Rule.JUMP, case)


def test_whoever_grades_their_own_work_is_told_by_the_grader() -> None:
    case = given(0, "4", "10", by=student(1), live=True, actor=TEACHER)
    assert only(said(Rule.SELF_GRADE, case)) == "the grader is the student: 4 → 10 of 10 points"


def test_one_of_many_in_one_request_may_be_the_graders_own() -> None:
    raised = [given(n, "4", "5", who=n, by=student(3)) for n in range(8)]
    assert list(said(Rule.SELF_GRADE, together(raised))) == [3]


def test_a_quiz_that_the_student_hands_in_is_no_own_grade() -> None:
    assert not said(Rule.SELF_GRADE, quiz(), given(MINUTE, "4", "9"))


def test_a_hidden_student_is_nobodys_own() -> None:
    hidden = replace(given(0, "4", "9", by=student(1)), student=None)
    assert not said(Rule.SELF_GRADE, hidden)


def test_acting_as_somebody_is_told_of_grades_and_of_courses() -> None:
    graded = given(0, "4", "9", live=True, flags=Flag.MASQUERADE)
    edited = replace(course_says(1), flags=Flag.MASQUERADE)
    assert list(said(Rule.MASQUERADE, graded, edited).values()) == [
        "somebody else acted as the grader: 4 → 9 of 10 points",
        "somebody else acted as the one who changed the course",
    ]


def test_nobody_acts_as_anybody_in_what_has_no_grader() -> None:
    total = replace(given(0, "80", "90"), kind=Kind.COURSE_SCORE, flags=Flag.MASQUERADE)
    other = replace(total, kind=Kind.OTHER, at=total.at + 1)
    assert not said(Rule.MASQUERADE, total, other, quiz(), given(2, "4", "9", live=True))


def test_a_final_grade_by_hand_is_told() -> None:
    assert only(said(Rule.OVERRIDE, override(0, None, "92.5%"))) == (
        "a final grade set by hand: no grade → 92.5%"
    )


def test_a_final_grade_that_was_seen_live_is_a_percentage() -> None:
    case = override(0, None, None, score_before=71.25, score_after=90.0, live=True)
    assert only(said(Rule.OVERRIDE, case)) == "a final grade set by hand: 71.25 % → 90 %"


def test_a_final_grade_of_ones_own_is_told_by_who_made_the_request() -> None:
    case = override(0, None, None, by=None, actor=student(1), score_after=90.0, live=True)
    assert only(said(Rule.SELF_GRADE, case)) == "the grader is the student: no grade → 90 %"


def test_final_grades_of_a_whole_class_say_how_many_they_are() -> None:
    cases = together([override(n, "C", "B", who=n) for n in range(6)])
    assert set(said(Rule.OVERRIDE, cases).values()) == {
        "a final grade set by hand: C → B; one of 6 within a second of each other"
    }
    told = [replace(case, request="r") for case in cases]
    assert set(said(Rule.OVERRIDE, told).values()) == {
        "a final grade set by hand: C → B; one of 6 in one request"
    }


def test_an_ordinary_grade_is_no_final_grade() -> None:
    assert not said(Rule.OVERRIDE, given(0, "4", "9", by=ASSISTANT))
