"""What one request did to a whole class."""

from __future__ import annotations

import pytest

from tests.rules.given import HOUR, given, said, together, work
from tui.events.attention import Rule
from tui.rules.case import Case


def raised(count: int, by: float = 1.0) -> list[Case]:
    return [given(n * 3, str(n % 8), str(n % 8 + by), who=n) for n in range(count)]


def test_a_class_raised_in_one_request_is_told_with_count_and_mean() -> None:
    whys = said(Rule.WHOLE_CLASS, together(raised(12, 1.5), request="r"))
    assert len(whys) == 12
    assert set(whys.values()) == {
        "one request raised 12 of the 12 grades of this assignment that it moved, "
        "by +1.5 on average"
    }


def test_where_no_request_is_told_it_says_what_it_went_by() -> None:
    assert said(Rule.WHOLE_CLASS, together(raised(5)))[0] == (
        "one request raised 5 of the 5 grades of this assignment that it moved, "
        "by +1 on average; the request is not told: "
        "rows of one grader within a second of each other"
    )


def test_a_class_may_be_lowered_but_for_one() -> None:
    lowered = [given(n * 3, "8", "7.4", who=n) for n in range(19)]
    whys = said(Rule.WHOLE_CLASS, together([*lowered, given(60, "5", "6", who=20)], request="r"))
    assert len(whys) == 19
    assert whys[0] == (
        "one request lowered 19 of the 20 grades of this assignment that it moved, "
        "by −0.52 on average"
    )


def test_first_grades_of_the_request_are_said_and_not_hit() -> None:
    first = [given(500 + n, None, "5", who=40 + n) for n in range(3)]
    whys = said(Rule.WHOLE_CLASS, together([*raised(9), *first], request="r"))
    assert list(whys) == list(range(9))
    assert whys[0].endswith("on average; 3 more changes there gave a first grade or moved none")


def test_letters_have_a_direction_and_no_mean() -> None:
    letters = [given(n, "C", "B", who=n, points=None) for n in range(6)]
    assert set(said(Rule.WHOLE_CLASS, together(letters, request="r")).values()) == {
        "one request raised 6 of the 6 grades of this assignment that it moved"
    }


@pytest.mark.parametrize(
    "cases",
    [
        together([given(n, "5", "6" if n % 3 else "4", who=n) for n in range(30)]),
        together([given(n, None, "10", who=n) for n in range(30)]),
        together([given(n, "5", "6", who=n, by=None) for n in range(30)]),
        together(raised(4)),
        raised(30),
        together([given(n, "5", "6", who=n, assignment=work(n % 10)) for n in range(30)]),
        together([given(n, "8", "80", who=n, points_after=100.0) for n in range(30)]),
        together([given(n * HOUR, "5", "6", who=n) for n in range(30)]),
    ],
    ids=[
        "an import that goes both ways",
        "a default grade",
        "a policy",
        "a few",
        "one by one",
        "a few of each assignment",
        "worth more as a whole",
        "no one request",
    ],
)
def test_what_is_no_whole_class(cases: list[Case]) -> None:
    assert not said(Rule.WHOLE_CLASS, cases)
