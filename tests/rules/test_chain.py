"""Rules that look along the chain of one submission's grades."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.given import (
    ASSISTANT,
    DAY,
    HOUR,
    MINUTE,
    given,
    only,
    override,
    said,
    student,
    together,
)
from tui.events.attention import Rule
from tui.rules.case import Case


def test_from_failing_to_passing_is_told_with_the_pass_mark() -> None:
    assert only(said(Rule.FAIL_TO_PASS, given(0, "5", "6.5"))) == (
        "from 5 (50 %) to 6.5 (65 %); the pass mark is 60 %"
    )


def test_letters_and_words_pass_and_fail_too() -> None:
    cases = (
        given(0, "F", "B", points=None),
        given(1, "incomplete", "complete", on=2),
        given(2, "55%", "61%", on=3),
        given(3, "fail", "pass", on=4),
    )
    assert list(said(Rule.FAIL_TO_PASS, *cases).values()) == [
        "from F to B; the pass mark is 60 %",
        "from incomplete to complete; the pass mark is 60 %",
        "from 55% to 61%; the pass mark is 60 %",
        "from fail to pass; the pass mark is 60 %",
    ]


def test_the_pass_mark_and_the_failing_grades_are_settings() -> None:
    case, letter = given(0, "5", "6"), given(1, "D+", "C", on=2)
    limits = {"pass_percent": 70.0, "failing": ("D", "F")}
    assert list(said(Rule.FAIL_TO_PASS, case, letter, fail_to_pass=limits)) == [1]


def test_a_final_grade_by_hand_may_go_from_failing_to_passing() -> None:
    assert only(said(Rule.FAIL_TO_PASS, override(0, "48.5%", "75%"))) == (
        "from 48.5% to 75%; the pass mark is 60 %"
    )


def test_a_failing_grade_that_was_taken_away_is_remembered() -> None:
    chain = given(0, None, "2"), given(HOUR, "2", None), given(DAY, None, "8")
    assert said(Rule.FAIL_TO_PASS, *chain) == {
        2: "from no grade to 8 (80 %), after 2 (20 %) was taken away; the pass mark is 60 %"
    }


def test_an_excusal_between_failing_and_passing_takes_the_failing_grade_away() -> None:
    chain = given(0, "2", None, excused_after=True), given(DAY, None, "8", excused_before=True)
    assert said(Rule.FAIL_TO_PASS, *chain) == {
        1: "from excused to 8 (80 %), after 2 (20 %) was taken away; the pass mark is 60 %"
    }
    back = given(0, "8", None, excused_after=True), given(DAY, None, "8", excused_before=True)
    assert not said(Rule.FAIL_TO_PASS, *back)


@pytest.mark.parametrize(
    "chain",
    [
        (given(0, None, "9"),),
        (given(0, None, "2"), given(1, None, "9", who=2)),
        (given(0, None, "8"), given(1, "8", None), given(2, None, "9")),
        (given(0, "7", "9"),),
        (given(0, "2", "5"),),
        (given(0, "?", "9"),),
        (given(0, "2", "9", by=None),),
        (given(0, "2", "9", points=None),),
    ],
    ids=[
        "a first grade",
        "another's grade",
        "had passed before",
        "had passed",
        "still fails",
        "cannot be told",
        "a quiz",
        "no points",
    ],
)
def test_ordinary_passing_is_not_told(chain: tuple[Case, ...]) -> None:
    assert not said(Rule.FAIL_TO_PASS, *chain)


def test_a_hidden_students_chain_is_nobodys() -> None:
    chain = given(0, None, "2"), given(1, "2", None), given(2, None, "9")
    assert not said(Rule.FAIL_TO_PASS, *(replace(case, student=None) for case in chain))


def test_an_import_that_lifts_a_class_over_the_mark_is_one_act() -> None:
    raised = together([given(n, "5", "7", who=n) for n in range(6)])
    assert not said(Rule.FAIL_TO_PASS, raised)


def test_changed_and_changed_back_is_told_with_the_time_between() -> None:
    chain = given(0, "5", "9", by=student(1)), given(2 * HOUR, "9", "5")
    assert said(Rule.FLIP_FLOP, *chain) == {
        1: "back to 5, which was changed to 9 2 h before; by another grader"
    }


def test_back_by_way_of_another_grade() -> None:
    chain = given(0, "5", "9"), given(DAY, "9", "8"), given(3 * DAY, "8", "5")
    assert said(Rule.FLIP_FLOP, *chain) == {
        2: "back to 5, which was changed to 9 3 days before; by the same grader"
    }


def test_one_of_a_class_raised_in_one_request_and_put_back_by_hand() -> None:
    raised = together([given(n, "5", "6", who=n, by=ASSISTANT) for n in range(6)])
    assert list(said(Rule.FLIP_FLOP, raised, given(HOUR, "6", "5", who=4))) == [6]


@pytest.mark.parametrize(
    "chain",
    [
        (given(0, "5", "50"), given(5 * MINUTE, "50", "5")),
        (given(0, "5", "9"), given(15 * DAY, "9", "5")),
        (given(0, "5", "9"), given(HOUR, "9", "6")),
        (given(0, "5", "9"), given(HOUR, "9", "5", who=2)),
        (given(0, "5", "9"), given(HOUR, "9", "5", on=2)),
        (given(0, "5", None, excused_after=True), given(HOUR, None, "5", excused_before=True)),
        (given(0, "5", "9", by=None), given(HOUR, "9", "5")),
        (given(0, "5", "9"), given(HOUR, "9", "5", by=None)),
        (given(0, "B", "B"), given(HOUR, "B", "B")),
    ],
    ids=[
        "a typo",
        "long ago",
        "elsewhere",
        "another student",
        "another work",
        "an excusal",
        "a quiz before",
        "a policy after",
        "a score within a letter",
    ],
)
def test_what_only_looks_like_there_and_back(chain: tuple[Case, ...]) -> None:
    assert not said(Rule.FLIP_FLOP, *chain)


def test_a_second_import_is_no_flip_flop() -> None:
    first = together([given(n, "5", "9", who=n) for n in range(6)], group=1)
    again = together([given(HOUR + n, "9", "5", who=n) for n in range(6)], group=2)
    assert not said(Rule.FLIP_FLOP, first, again)
