"""Pictures as text: what is drawn, in exactly which width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.app.study.pictures import (
    BLOCKS,
    PLAIN,
    Box,
    bar,
    box_plot,
    fewer,
    histogram,
    in_tenths,
    labelled,
    sparkline,
    widened,
)

COUNTS = st.lists(st.integers(0, 10**7), max_size=60)


def test_a_sparkline_goes_from_nothing_to_full() -> None:
    assert sparkline(range(9)) == " ▁▂▃▄▅▆▇█"
    assert sparkline([0, 1, 1_000_000]) == " ▁█"
    assert sparkline([0, 1, 8], inks=PLAIN) == " _#"
    assert sparkline([0, 0]) == "  "
    assert sparkline([]) == ""
    assert sparkline([1, 2], top=4) == "▂▄"


def test_a_histogram_is_several_rows_high_over_its_ground() -> None:
    assert histogram([0, 3, 16, 9], 2, ground="· ··") == ["· █▁", "·▃██"]
    assert histogram([1, 2], 1, top=0) == ["  "]
    assert histogram([0, 4, 8], 2, inks=PLAIN) == ["  #", " ##"]


def test_a_bar_is_as_long_as_its_number() -> None:
    assert bar(3, 4, 4) == "███ "
    assert bar(1, 1000, 4) == "▏   "
    assert bar(999, 1000, 4) == "███▉"
    assert bar(0, 0, 3) == "   "
    assert bar(1, 2, 4, inks=PLAIN) == "##  "


def test_a_box_shows_the_middle_half_and_the_median() -> None:
    assert box_plot(Box(0, 2, 5, 7, 10), 0, 10, 11) == "|-[==|=]--|"
    assert box_plot(Box(5, 5, 5, 5, 5), 5, 5, 5) == "  |  "


def test_labels_never_touch() -> None:
    assert labelled([(0, "ab"), (2, "cd"), (3, "ef"), (9, "gh")], 10) == "ab ef     "
    assert labelled([(0, "10:00"), (8, "12:00")], 13) == "10:00   12:00"


def test_tenths_hold_all_that_is_outside_in_the_part_next_to_it() -> None:
    assert in_tenths({-5.0: 1, 0.0: 2, 9.9: 1, 10.0: 3, 70.0: 1}, 0, 10) == [3, *[0] * 8, 5]
    assert in_tenths({3.0: 2}, 3, 3) == [2, *[0] * 9]


@given(COUNTS, st.integers(1, 6))
def test_every_row_has_a_cell_for_each_number_and_nothing_that_counts_is_blank(
    counts: list[int], height: int
) -> None:
    for inks in (BLOCKS, PLAIN):
        rows = histogram(counts, height, inks=inks)
        assert len(rows) == height
        assert {cell_len(row) for row in rows} <= {len(counts)}
        for at, count in enumerate(counts):
            column = [row[at] for row in rows]
            assert (column[-1] != " ") == (count > 0)
            assert (column[0] == inks.levels[-1]) == (count > 0 and count == max(counts))
            drawn = [sign for sign in column if sign != " "]
            assert drawn[1:] == [inks.levels[-1]] * (len(drawn) - 1)


@given(COUNTS)
def test_a_larger_number_is_never_drawn_lower(counts: list[int]) -> None:
    order = " " + BLOCKS.levels
    drawn = [order.index(sign) for sign in sparkline(counts)]
    pairs = sorted(zip(counts, drawn, strict=True))
    assert [level for _, level in pairs] == sorted(level for _, level in pairs)


@given(COUNTS, st.integers(1, 30))
def test_fewer_columns_hold_the_same_counts(counts: list[int], columns: int) -> None:
    found = fewer(counts, columns)
    assert sum(found) == sum(counts)
    assert len(found) <= columns


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 90))
def test_a_bar_has_its_width_whatever_its_number(number: int, top: int, width: int) -> None:
    for inks in (BLOCKS, PLAIN):
        assert cell_len(bar(number, top, width, inks=inks)) == width


@given(st.lists(st.integers(-50, 50), min_size=5, max_size=5), st.integers(1, 40))
def test_a_box_has_its_width(numbers: list[int], width: int) -> None:
    box = Box(*sorted(float(each) for each in numbers))
    assert cell_len(box_plot(box, -50, 50, width)) == width


def test_columns_may_be_several_cells_wide() -> None:
    assert widened("▁ █", 3) == "▁▁▁   ███"
