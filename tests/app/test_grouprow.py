"""What the row of a request says, in the columns of one change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.app.school import NOON, graded
from tui.app.columns import lay_out
from tui.app.grouprow import DRAWN, TYPED, group_text, group_words, span_of
from tui.events.event import GradeState
from tui.journal.records import GroupSum, Labels, Stored

TODAY = date(2026, 11, 2)
LEADER = Stored(1, 1, 1, graded(1), Labels(student="Bo Chen", grader="Hana Sato"))
SUM = GroupSum(7, 32, 30, 1, NOON + 7_000, NOON + 16_000, 32, 0, 1.0, 5.0, 2.3125)


def said(summed: GroupSum, screen: int = 80, leader: Stored = LEADER, **parts: object) -> str:
    glyphs = parts.get("glyphs", DRAWN)
    assert glyphs in (DRAWN, TYPED)
    layout = lay_out(screen, one_course=False)
    row = group_text(leader, summed, layout, UTC, TODAY, DRAWN if glyphs is DRAWN else TYPED)
    text = " " + row.signs + row.left + row.delta + row.right
    assert cell_len(text) == layout.placed[-1].start + layout.placed[-1].width
    return text


def test_it_says_how_many_how_far_and_which_way_as_far_as_there_is_room() -> None:
    assert "12:00:07–16 ▸ 32× #565   #301     30 stud.   Hana Sato +1 … +5" in said(SUM)
    assert "+2.31" in said(SUM)
    assert "30 students" in said(SUM, 120)
    assert "+1 … +5 · all up" in said(SUM, 120)
    assert "+1 … +5 (mean +2.31) · all up" in said(SUM, 200)


def test_a_terminal_without_such_letters_reads_it_too() -> None:
    assert "+ 32x" in said(SUM, glyphs=TYPED)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"raised": 28, "lowered": 4, "lowest": -3.0}, "-3 … +5 (mean +2.31) · 28 up, 4 down"),
        ({"raised": 0, "lowered": 32, "lowest": -2.0, "highest": -2.0}, "each -2 · all down"),
        ({"raised": 30}, "+1 … +5 (mean +2.31) · 30 up"),
        ({"raised": 0, "lowest": 0.0, "highest": 0.0, "mean": 0.0}, "each 0 · none moved"),
        ({"graders": 2}, "2 graders"),
        ({"assignments": 3}, "3 assignments"),
        ({"students": 1}, "Bo Chen"),
        ({"marked": 1, "flagged": 2}, " *!2026-11-02 12:00:07"[:3]),
        ({"alike": False}, "mix"),
    ],
)
def test_each_number_has_its_words(parts: dict[str, object], words: str) -> None:
    assert words in said(replace(SUM, **parts), 200)


def test_where_no_difference_is_known_a_change_stands_for_the_others() -> None:
    first = replace(LEADER, event=graded(1, before=GradeState(), after=GradeState("8")))
    summed = replace(SUM, raised=0, lowest=None, highest=None, mean=None)
    assert "e.g. – → 8" in said(summed, leader=first)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (7_000, 7_000, "12:00:07"),
        (7_000, 16_000, "12:00:07–16"),
        (7_000, 127_000, "12:00–12:02"),
        (-86_400_000, 7_000, "12:00:07"),
    ],
)
def test_its_time_is_a_span(first: int, last: int, words: str) -> None:
    summed = replace(SUM, first_at=NOON + first, last_at=NOON + last)
    assert span_of(summed, UTC, TODAY, full=False) == words


def test_of_a_request_that_the_filter_leaves_only_in_part_both_numbers_are_said() -> None:
    part = replace(SUM, whole=38)
    assert "▸ 32/38×" in said(part, 160)
    assert "▸32/38 " in said(part, 120)
    assert "▸ 32× " in said(part)
    assert group_words(LEADER, part, UTC, TODAY, DRAWN)[0] == "▾ 32 of 38 changes made in one go"
    all_of = replace(SUM, whole=32)
    assert group_words(LEADER, all_of, UTC, TODAY, DRAWN)[0] == "▾ 32 changes made in one go"


def test_an_opened_request_says_whose_it_is_and_whether_a_request_is_known() -> None:
    parts = group_words(LEADER, SUM, UTC, TODAY, DRAWN)
    assert parts[:2] == ["▾ 32 changes made in one go", "by Hana Sato"]
    known = replace(LEADER, event=graded(1, request_id="5f0e"))
    assert group_words(known, SUM, UTC, TODAY, TYPED)[0] == "- 32 changes of one request"


@given(
    st.integers(2, 200_000),
    st.integers(20, 220),
    st.floats(-1e17, 1e17),
    st.floats(0, 1e9),
    st.booleans(),
)
def test_whatever_its_numbers_it_fits_its_columns(
    count: int, screen: int, low: float, more: float, one: bool
) -> None:
    summed = replace(
        SUM,
        count=count,
        students=count,
        assignments=1 if one else count,
        lowest=low,
        highest=low + more,
        mean=low + more / 2,
    )
    said(summed, screen)
