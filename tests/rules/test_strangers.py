"""Who grades in a course, and who hardly ever did."""

from __future__ import annotations

from dataclasses import replace

from tests.rules.given import (
    ASSISTANT,
    DAY,
    HOUR,
    OFFICE,
    TEACHER,
    given,
    only,
    override,
    said,
    student,
    together,
)
from tui.events.attention import Rule
from tui.rules.case import Case


def graded(count: int, *, start: int = -DAY, **parts: object) -> list[Case]:
    """First grades by the teacher, a minute from each other; the students are nobody's graders."""
    cases = [given(start + n * 60_000, None, "8", who=n) for n in range(count)]
    return [replace(case, **parts) for case in cases]


def test_a_stranger_who_changes_a_grade_is_told_beside_the_others() -> None:
    others = [*graded(18), *graded(4, start=-HOUR, grader=ASSISTANT)]
    assert only(said(Rule.UNUSUAL_GRADER, others, given(0, "4", "9", by=OFFICE))) == (
        "0 of the 22 earlier gradings in this course are this grader's; 2 others gave the rest"
    )


def test_a_stranger_who_has_graded_often_enough_is_none_any_more() -> None:
    stranger = [given(n * HOUR, "4", "9", by=OFFICE, who=50 + n) for n in range(6)]
    whys = said(Rule.UNUSUAL_GRADER, graded(25), stranger)
    assert [why.split(" in ")[0] for why in whys.values()] == [
        "0 of the 25 earlier gradings",
        "1 of the 26 earlier gradings",
        "2 of the 27 earlier gradings",
    ]


def test_the_first_graders_of_a_course_are_no_strangers() -> None:
    early = [given(n, "4", "5", who=n, by=ASSISTANT) for n in range(3)]
    assert not said(Rule.UNUSUAL_GRADER, graded(19), early)


def test_a_new_assistant_begins_with_first_grades() -> None:
    pile = [given(n * HOUR, None, "7", who=50 + n, by=ASSISTANT) for n in range(3)]
    later = given(5 * HOUR, "7", "8", who=50, by=ASSISTANT)
    assert not said(Rule.UNUSUAL_GRADER, graded(40), pile, later)
    counted = said(Rule.UNUSUAL_GRADER, graded(40), pile, unusual_grader={"first_grades": True})
    assert len(counted) == 3


def test_a_final_grade_by_a_stranger_is_told_though_it_is_the_first() -> None:
    assert said(Rule.UNUSUAL_GRADER, graded(25), override(0, None, "A", by=OFFICE))


def test_a_student_who_grades_is_told_from_the_first_grade_on() -> None:
    own = given(-DAY, None, "3", who=1)
    whys = said(Rule.UNUSUAL_GRADER, own, given(0, None, "10", who=2, by=student(1)))
    assert only(whys) == (
        "this grader's own work is graded in this course; 0 of the 1 earlier grading in this "
        "course are this grader's; 1 other gave the rest"
    )


def test_an_import_is_one_grading_and_makes_its_teacher_no_stranger_for_ever() -> None:
    imports = [together(graded(30, start=-(3 - n) * DAY, grader=OFFICE), group=n) for n in range(3)]
    last = given(0, "8", "9", who=3, by=OFFICE)
    others = graded(30, start=-4 * DAY)
    assert not said(Rule.UNUSUAL_GRADER, others, imports[0], imports[1], imports[2], last)
    whys = said(Rule.UNUSUAL_GRADER, others, imports[0], given(0, "8", "9", who=3, by=OFFICE))
    assert only(whys).startswith("1 of the 31 earlier gradings in this course is this grader's")


def test_what_nobody_graded_makes_no_grader_and_no_baseline() -> None:
    quizzes = [given(-HOUR + n, None, "8", who=n, by=None) for n in range(40)]
    assert not said(Rule.UNUSUAL_GRADER, quizzes, given(0, "8", "9", who=60, by=OFFICE))


def test_what_was_long_ago_is_forgotten() -> None:
    assert not said(
        Rule.UNUSUAL_GRADER, graded(40, start=-130 * DAY), given(0, "4", "9", by=OFFICE)
    )


def test_other_courses_do_not_count() -> None:
    elsewhere = graded(40, course=None)
    assert not said(Rule.UNUSUAL_GRADER, elsewhere, given(0, "4", "9", by=OFFICE))
    assert not said(Rule.UNUSUAL_GRADER, graded(40), given(0, "4", "9", by=TEACHER))
