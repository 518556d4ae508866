"""What a grade is worth, whether it passes and whether it rose; and how it is said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.rules.given import given, override
from tui.rules import grades, words
from tui.rules.grades import PassMark, Side

MARK = PassMark(Decimal(60), frozenset({"f", "fail", "incomplete"}))


@pytest.mark.parametrize(
    ("side", "share"),
    [
        (Side("8", None, 10.0), "80"),
        (Side("8,5", None, 10.0), "85"),
        (Side("B", 8.0, 10.0), "80"),
        (Side("85%", None, 20.0), "85"),
        (Side("85%", 16.0, 20.0), "80"),
        (Side("70,5%", None, None), "70.5"),
        (Side(None, 92.5, None, percent=True), "92.5"),
        (Side("12", None, 10.0), "120"),
        (Side("-1", None, 10.0), "-10"),
        (Side("0.1", None, 0.3), None),
    ],
)
def test_the_share_of_the_points_possible(side: Side, share: str | None) -> None:
    if share is None:
        assert side.share is not None
        assert abs(side.share - 100 * Decimal("0.1") / Decimal("0.3")) == 0
    else:
        assert side.share == Decimal(share)


@pytest.mark.parametrize(
    "side",
    [
        Side("8", None, None),
        Side("8", None, 0.0),
        Side("8", None, -1.0),
        Side("A", None, 10.0),
        Side(None, None, 10.0),
        Side("1e5", None, 10.0),
        Side("nan%", None, 10.0),
        Side("8", float("inf"), None),
        Side("8", None, float("nan")),
    ],
)
def test_what_has_no_share(side: Side) -> None:
    assert side.share is None


def test_what_passes() -> None:
    told = {
        "6": True, "5.9": False, "60%": True, "A-": True, "d+": True, "F": False, "f": False,
        "F-": False, "complete": True, "Pass": True, "incomplete": False, "fail": False,
        "": None, "?": None, "excellent": None,
    }  # fmt: skip
    assert {grade: MARK.passes(Side(grade, None, 10.0)) for grade in told} == told
    assert MARK.passes(Side(None, None, 10.0)) is None


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        ("4", "5", 1), ("5", "4", -1), ("5", "5.0", 0), ("B-", "B", 1), ("B+", "B", -1),
        ("C", "A", 1), ("incomplete", "complete", 1), ("80%", "79%", -1), ("B", "5", None),
        ("A", "complete", None), (None, "5", None), ("?", "!", None),
    ],
)  # fmt: skip
def test_whether_it_was_raised(before: str | None, after: str | None, way: int | None) -> None:
    assert grades.direction(given(0, before, after)) == way


def test_worth_more_points_is_not_raised() -> None:
    assert grades.direction(given(0, "8", "80", points_after=100.0)) == 0
    assert grades.direction(given(0, "8", "9", points=None)) == 1
    assert grades.direction(override(0, None, None, score_before=80.0, score_after=70.0)) == -1


def test_numbers_and_spans_in_words() -> None:
    assert [words.number(each) for each in (8.0, 0.5, 12.345, -0.0, 1e300, 100.0)] == [
        "8", "0.5", "12.34", "0", "1e+300", "100",
    ]  # fmt: skip
    assert [words.signed(each) for each in (5.0, -2.5, 0.0)] == ["+5", "−2.5", "+0"]
    assert words.counted(1, "day") == "1 day"
    assert words.counted(1200, "address", "addresses") == "1,200 addresses"
    spans = (0, 45_999, 60_000, 6 * 60_000 + 59_000, 3_600_000, 7_500_000, 47 * 3_600_000)
    assert [words.span(each) for each in spans] == [
        "0 s", "45 s", "1 min", "6 min", "1 h", "2 h 5 min", "47 h",
    ]  # fmt: skip
    assert words.span(72 * 3_600_000) == "3 days"
    assert words.grade("x" * 60) == "x" * 23 + "…"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (words.worth("A", None, 10.0), words.worth("9", 9.0, 10.0), "A → 9 of 10 points"),
        (words.worth("A", None, 10.0), words.worth("B", None, 10.0), "A → B"),
        (words.worth("10", None, 20.0), words.worth("9", None, 10.0), "10 of 20 → 9 of 10 points"),
        (words.worth("B", 3.0, 10.0), words.worth("B", 9.0, 10.0), "B (3) → B (9) of 10 points"),
        (words.worth("-5", None, 10.0), words.worth("8,5", None, 10.0), "-5 → 8,5 of 10 points"),
        (words.worth("4", 4.0, 10.0), words.worth(None, None, 10.0, excused=True), "4 → excused"),
        (words.worth(None, None, None), words.worth("50%", None, None), "no grade → 50%"),
    ],
)
def test_a_change_in_words_holds_the_numbers_that_it_is_measured_by(
    before: words.Worth, after: words.Worth, told: str
) -> None:
    assert words.moved(before, after) == told
