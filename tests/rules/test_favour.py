"""Whom a grader raises: one student again and again, or a few and not the others."""

from __future__ import annotations

from dataclasses import replace

from tests.rules.given import (
    ASSISTANT,
    DAY,
    HOUR,
    MINUTE,
    given,
    override,
    said,
    student,
    together,
)
from tui.events.attention import Rule
from tui.rules.case import Case


def raises(who: int, count: int, *, start: int = 0) -> list[Case]:
    """One student raised on so many assignments, an hour from each other."""
    return [given(start + n * HOUR, "4", "7", who=who, on=n) for n in range(count)]


def test_one_student_raised_on_several_assignments() -> None:
    whys = said(Rule.ONE_STUDENT, raises(1, 3), given(HOUR, "5", "6", who=2))
    assert whys == {
        3: "raised on 3 assignments by this grader in 2 h; of the 2 students whom this grader "
        "raised within 7 days or in the day after, 1 on 3 or more"
    }


def test_of_a_class_gone_through_assignment_by_assignment_the_first_is_not_singled_out() -> None:
    changes = [
        given(on * 2 * HOUR + who * MINUTE, "5", "6", who=who, on=on)
        for on in range(4)
        for who in range(10)
    ]
    assert not said(Rule.ONE_STUDENT, *changes)
    only = [case for case in changes if case.student == student(4)]
    assert len(said(Rule.ONE_STUDENT, *only)) == 2


def test_each_further_assignment_is_told() -> None:
    assert list(said(Rule.ONE_STUDENT, raises(1, 5))) == [2, 3, 4]


def test_letters_are_raised_too() -> None:
    cases = [given(n, old, new, on=n) for n, (old, new) in enumerate(("CB", "BA", ("A-", "A")))]
    assert list(said(Rule.ONE_STUDENT, cases)) == [2]


def test_what_does_not_single_out_one_student() -> None:
    everybody = [each for who in range(4) for each in raises(who, 4)]
    assert not said(Rule.ONE_STUDENT, everybody), "the grader does so for all"
    same = [given(n * MINUTE, str(n), str(n + 1)) for n in range(5)]
    assert not said(Rule.ONE_STUDENT, same), "one assignment, again and again"
    lowered = [given(n, "7", "4", on=n) for n in range(5)]
    assert not said(Rule.ONE_STUDENT, lowered)
    weeks = [given(n * 4 * DAY, "4", "7", on=n) for n in range(5)]
    assert not said(Rule.ONE_STUDENT, weeks), "too far from each other"
    shared = [given(n, "4", "7", on=n, by=(ASSISTANT if n else None)) for n in range(3)]
    assert not said(Rule.ONE_STUDENT, shared), "a quiz and two by hand"
    first = [given(n, None, "7", on=n) for n in range(5)]
    assert not said(Rule.ONE_STUDENT, first)
    points = [given(n, "8", "80", on=n, points_before=10.0, points_after=100.0) for n in range(5)]
    assert not said(Rule.ONE_STUDENT, points), "worth as much as before"
    finals = [override(n, "C", "B") for n in range(5)]
    assert not said(Rule.ONE_STUDENT, finals)


def test_an_import_of_several_assignments_singles_nobody_out() -> None:
    assert not said(Rule.ONE_STUDENT, together([*raises(1, 5), *raises(2, 5)]))


def both_ways(count: int, *, start: int, who: int = 50) -> list[Case]:
    """Regrades of students of whom every other one goes down."""
    return [
        given(start + n * MINUTE, "6", "7" if n % 2 else "5", who=who + n) for n in range(count)
    ]


def test_nearly_all_upward_for_a_few_and_not_for_the_others() -> None:
    few = [*raises(1, 3), *raises(2, 3, start=MINUTE)]
    whys = said(Rule.SKEW, both_ways(6, start=-DAY), few)
    assert whys[11] == (
        "6 of this grader's 6 regrades of 2 students went up, but 3 of 6 of the others', within "
        "30 days"
    )
    assert list(whys) == [11], "from when there were enough"


def test_a_grader_who_raises_all_alike_is_not_one_sided() -> None:
    few = [*raises(1, 4), *raises(2, 4, start=MINUTE)]
    others = [given(-DAY + n * MINUTE, "5", "6", who=50 + n) for n in range(8)]
    assert not said(Rule.SKEW, others, few)


def test_a_few_are_not_many_and_the_others_are_needed() -> None:
    many = [each for who in range(4) for each in raises(who, 3, start=who)]
    assert not said(Rule.SKEW, both_ways(6, start=-DAY), many), "four are no few"
    assert not said(Rule.SKEW, raises(1, 8)), "no others to compare with"
    assert not said(Rule.SKEW, both_ways(6, start=-40 * DAY), raises(1, 8)), "others long ago"


def test_a_teacher_who_puts_typing_errors_right_is_not_one_sided() -> None:
    typos = [
        given(n * MINUTE, *pair, who=n % 9, on=n)
        for n, pair in enumerate([("88", "8"), ("5", "50"), ("7", "8"), ("9", "6")] * 5)
    ]
    assert not said(Rule.SKEW, typos, skew={"others_percent": 50.0})
    assert not said(Rule.ONE_STUDENT, typos)


def test_an_import_is_no_skew() -> None:
    imported = [given(-HOUR + n, "4", "9", who=n % 3, on=n) for n in range(12)]
    assert not said(Rule.SKEW, both_ways(6, start=-DAY), together(imported))


def test_each_course_is_weighed_alone() -> None:
    others = both_ways(6, start=-DAY)
    elsewhere = [replace(each, course=None) for each in others]
    assert said(Rule.SKEW, raises(1, 6), others)
    assert not said(Rule.SKEW, raises(1, 6), elsewhere)
