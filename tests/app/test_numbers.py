"""A number on screen is the number, or rounded: never one with its last digits cut off."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.app.numbers import short_delta, squeezed
from tui.report.words import ARROW, delta_words, number_words

NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e\d+)?")
scores = st.integers(-10_000_000, 10_000_000).map(lambda each: each / 10_000)
letters = st.sampled_from(("A-", "complete", "incomplete", "–", "EX", "B+"))


def is_rounded(said: str, number: float) -> bool:
    """``said`` is ``number`` to as many digits as it has."""
    shown = Decimal(said)
    exponent = shown.as_tuple().exponent
    assert isinstance(exponent, int)
    # zeros at the end are not written, so it may be rounded more finely than it looks
    return abs(shown - Decimal(number_words(number))) <= Decimal(5).scaleb(exponent - 1)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(5, 7))
def test_a_difference_is_never_cut(delta: float, width: int) -> None:
    said = short_delta(delta, width)
    assert cell_len(said) <= width
    assert "…" not in said
    assert said.startswith({1: "+", -1: "-", 0: "0"}[(delta > 0) - (delta < 0)]) or not delta
    if "huge" not in said and "≈" not in said:
        assert is_rounded(said, delta)
        assert bool(Decimal(said)) == bool(delta)


@pytest.mark.parametrize(
    ("delta", "width", "said"),
    [
        (None, 5, ""),
        (0.0, 5, "0"),
        (-19.25, 5, "-19.2"),
        (-19.25, 6, "-19.25"),
        (+1.25, 5, "+1.25"),
        (-0.333333, 5, "-0.33"),
        (-100.25, 5, "-100"),
        (0.0001, 5, "+≈0"),
        (-0.0049, 6, "-≈0"),
        (12_345.0, 5, "+1e4"),
        (12_345.0, 6, "+12345"),
        (1e100, 5, "+huge"),
        (-1.5e300, 7, "-2e300"),
        (99.999, 5, "+100"),
    ],
)
def test_a_difference_is_rounded_to_what_fits(delta: float | None, width: int, said: str) -> None:
    assert short_delta(delta, width) == said
    assert short_delta(delta, 40) == (delta_words(delta))[:40] or delta == -1.5e300


@given(scores, scores, st.integers(12, 20))
def test_numbers_before_and_after_are_rounded_and_told_apart(
    before: float, after: float, width: int
) -> None:
    change = f"{number_words(before)} → {number_words(after)}"
    said = squeezed(change, width)
    assert cell_len(said) <= width
    assert "…" not in said
    old, sign, new = said.split(" ")
    assert is_rounded(old, before)
    assert is_rounded(new, after)
    if before == after:
        assert old == new
    elif sign == "→":
        assert (Decimal(old) < Decimal(new)) == (before < after)
        assert Decimal(old) != Decimal(new)
    else:
        assert (sign, old) == ("≈", new)


@given(
    st.one_of(letters, scores.map(number_words)),
    st.one_of(letters, scores.map(number_words), scores.map(lambda each: f"final {each}")),
    st.integers(12, 24),
)
def test_beside_letters_a_number_is_whole_rounded_or_not_there(
    before: str, after: str, width: int
) -> None:
    said = squeezed(f"{before} → {after}", width)
    assert cell_len(said) <= width
    numbers = [float(each) for each in NUMBER.findall(f"{before} {after}")]
    for shown in NUMBER.findall(said):
        assert any(is_rounded(shown, number) for number in numbers)


@pytest.mark.parametrize(
    ("change", "width", "said"),
    [
        ("97.125 → 97.22", 12, "97.1 → 97.22"),
        ("97.125 → 98.22", 12, "97.1 → 98.22"),
        ("97.125 → 97.22", 11, "97.1 → 97.2"),
        ("97.26 → 97.28", 12, "97.3 ≈ 97.3"),
        ("100.26 → 100.28", 12, "100 ≈ 100"),
        ("– → 97.333333", 12, "– → 97.33"),
        ("85.333% → 91.667%", 12, "85% → 92%"),
        ("8 (8.25) → 8 (8.5)", 12, "8.25 → 8.5"),
        ("final 11.25 → 13.51", 12, "fin… 11 → 14"),
        ("unposted final 11.25 → 13.51", 12, "unp… 11 → 14"),
        ("123456789 → 223456789", 12, "1e8 → 2e8"),
        ("123456789 → complete", 12, "… → complete"),
        ("85 = 85 score?", 12, "85 = score?"),
        ("complete = complete score?", 12, "co… = score?"),
        ("97.125 = 97.125 score?", 13, "97.1 = score?"),
        ("published", 6, "published"),
    ],
)
def test_changes_in_little_room(change: str, width: int, said: str) -> None:
    assert squeezed(change, width) == said


def test_a_grade_of_any_length_is_cut_at_once() -> None:
    endless = "9" * 300_000 + "x" * 300_000
    words = squeezed(f"{endless}{ARROW}{endless}y", 12)
    assert cell_len(words) <= 12
