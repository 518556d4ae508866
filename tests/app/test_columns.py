"""Columns fit the screen, texts fit their columns."""

from __future__ import annotations

from datetime import UTC, date, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text

from tests.app.school import NOON, edited, graded
from tui.app.cells import row_text, when_words
from tui.app.columns import GAP, MARKER, Column, fit, fit_numbered, lay_out
from tui.app.numbers import squeezed
from tui.events.event import Event, Feed, Flag, GradeState, Kind
from tui.events.ids import CanvasId
from tui.journal.records import Labels, Stored

TODAY = date(2026, 11, 2)


def said(event: Event, column: Column, labels: Labels | None = None, screen: int = 200) -> str:
    layout = lay_out(screen, one_course=False)
    row = row_text(Stored(1, 1, 1, event, labels or Labels()), layout, UTC, TODAY)
    text = Text(" " + row.signs + row.left + row.delta + row.right)
    assert text.cell_len == layout.width
    placed = next(each for each in layout.placed if each.column is column)
    _, after = Segment(text.plain).split_cells(placed.start)
    inside, _ = after.split_cells(placed.width)
    return inside.text.strip()


@given(st.integers(20, 300), st.booleans())
def test_every_column_is_there_and_none_overlaps(screen: int, one_course: bool) -> None:
    layout = lay_out(screen, one_course=one_course)
    assert {placed.column for placed in layout.placed} == set(Column)
    end = MARKER - GAP
    for placed in layout.placed:
        assert placed.start == end + GAP
        end = placed.start + placed.width
    assert layout.width >= end


@pytest.mark.parametrize("one_course", [True, False])
def test_at_80_cells_all_that_matters_is_on_screen(one_course: bool) -> None:
    layout = lay_out(80, one_course=one_course)
    seen = {placed.column for placed in layout.placed if placed.start + placed.width <= 80}
    missing = {Column.SEEN_BY, Column.COURSE} if one_course else {Column.SEEN_BY}
    assert seen == set(Column) - missing


@pytest.mark.parametrize("screen", [56, 60, 70])
def test_on_a_narrow_screen_the_kind_gives_way_to_what_changed(screen: int) -> None:
    layout = lay_out(screen, one_course=False)
    seen = {placed.column for placed in layout.placed if placed.start + placed.width <= screen}
    assert {Column.STUDENT, Column.GRADER, Column.CHANGE} < seen
    assert Column.KIND not in seen


def test_a_wide_screen_shows_everything_with_room_for_names() -> None:
    layout = lay_out(200, one_course=False)
    widths = {placed.column: placed.width for placed in layout.placed}
    assert layout.width == 200
    assert widths[Column.STUDENT] >= 20
    assert layout.full_time


@given(st.text(max_size=60), st.integers(0, 40), st.booleans())
def test_texts_take_exactly_their_cells(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right=right)) == width


def test_of_a_text_as_long_as_a_book_only_the_beginning_is_looked_at() -> None:
    assert fit("\u0301" * 2_000_000, 5) == fit("\u0301" * 200, 5)
    assert fit("ab" * 1_000_000, 5) == "abab…"
    assert fit("ab" * 1_000_000, 0) == ""


def test_wide_characters_are_counted_in_cells() -> None:
    assert fit("王小明同学", 6) == "王小 …"
    assert fit("王小", 6) == "王小  "
    assert fit("Ana", 2) == "A…"


@pytest.mark.parametrize(
    ("text", "width", "words"),
    [
        ("Student 07", 10, "Student 07"),
        ("Student 100", 10, "Studen 100"),
        ("Crs 1000", 6, "C 1000"),
        ("Emily Chatterjee #57", 12, "Emily C… #57"),
        ("박서연 박서연 #571", 12, "박서연… #571"),
        ("Ana Lima", 5, "Ana …"),
        ("Biology 101", 8, "Biology…"),
        ("Student 100", 3, "St…"),
    ],
)
def test_a_number_that_tells_apart_is_kept(text: str, width: int, words: str) -> None:
    assert fit_numbered(text, width) == words
    assert cell_len(words) == width


@given(st.text(max_size=30), st.from_regex(r"#?[0-9]{1,9}", fullmatch=True), st.integers(0, 40))
def test_with_a_number_too_texts_take_exactly_their_cells(
    text: str, number: str, width: int
) -> None:
    assert cell_len(fit_numbered(f"{text} {number}", width)) == width


def test_control_characters_stop_even_here() -> None:
    assert "\x1b" not in fit("\x1b]52;c;x\x07", 20)


def test_parties_that_are_not_told_are_said_in_words() -> None:
    hidden = graded(1, student=None, flags=Flag.HIDDEN_STUDENT)
    automatic = graded(2, grader=None, flags=Flag.AUTOMATIC)
    override = graded(3, kind=Kind.OVERRIDE, assignment=None, flags=Flag.OVERRIDE)
    assert said(hidden, Column.STUDENT) == "hidden"
    assert said(automatic, Column.GRADER) == "auto"
    assert said(override, Column.ASSIGNMENT) == "final grade"
    assert said(graded(4), Column.STUDENT) == "#44"
    assert said(graded(4), Column.STUDENT, Labels(student="Dev Rao")) == "Dev Rao"


def test_a_course_event_names_its_editor_and_has_room_for_what_became_of_it() -> None:
    event = edited(1)
    assert said(event, Column.GRADER, Labels(actor="Hana Sato")) == "Hana Sato"
    assert said(event, Column.CHANGE) == ""
    row = row_text(Stored(1, 1, 1, event, Labels()), lay_out(80, one_course=True), UTC, TODAY)
    assert "name: Biology 101 → Biol" in row.left


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (GradeState("4"), GradeState("5"), "4 → 5"),
        (GradeState("8"), GradeState("8"), "8 = 8 score?"),
        (GradeState("8", score=8.0), GradeState("8", score=8.4), "8 (8) → 8 (8.4)"),
        (GradeState(None), GradeState("5"), "– → 5"),
        (GradeState("5"), GradeState("5", excused=True), "5 → EX"),
    ],
)
def test_the_change_is_said(before: GradeState, after: GradeState, words: str) -> None:
    assert said(graded(1, before=before, after=after), Column.CHANGE) == words


def test_flags_and_who_saw_it_are_letters_and_words() -> None:
    event = graded(
        1,
        flags=Flag.REGRADE | Flag.EXCUSED | Flag.UNCONFIRMED,
        seen_by=(Feed.AUDIT, Feed.LIVE),
        real_actor=CanvasId.of(9),
    )
    assert said(event, Column.FLAGS) == "ER"
    assert said(event, Column.SEEN_BY) == "both"
    assert said(event, Column.GRADER).startswith("#9 as ")


@pytest.mark.parametrize(
    ("seen_by", "flags", "seen", "letters"),
    [
        ((Feed.AUDIT,), Flag(0), "audit", ""),
        ((Feed.AUDIT, Feed.LIVE), Flag.REGRADE, "both", "R"),
        ((Feed.LIVE,), Flag.UNCONFIRMED | Flag.REGRADE | Flag.AUTOMATIC, "live?", "?AR"),
        ((Feed.LIVE,), Flag.UNPOSTED, "live", "LU"),
    ],
)
def test_confirmed_unconfirmed_and_never_to_be_are_told_apart_without_colour(
    seen_by: tuple[Feed, ...], flags: Flag, seen: str, letters: str
) -> None:
    event = graded(1, seen_by=seen_by, flags=flags)
    assert said(event, Column.SEEN_BY) == seen
    assert said(event, Column.FLAGS) == letters
    many = graded(1, seen_by=seen_by, flags=flags | Flag.ANONYMOUS | Flag.EXCUSED | Flag.MASQUERADE)
    sign = letters[0] if Feed.AUDIT not in seen_by else "N"
    assert said(many, Column.FLAGS, screen=80).startswith(sign)


def test_times_have_a_day_only_when_it_is_another() -> None:
    day = 86_400_000
    assert when_words(NOON, UTC, TODAY, full=False) == "12:00:00"
    assert when_words(NOON - day, UTC, TODAY, full=False) == "11-01 12:00"
    assert when_words(NOON - 400 * day, UTC, TODAY, full=False) == "2025-09-28"
    assert when_words(NOON, UTC, TODAY, full=True) == "2026-11-02 12:00:00"
    tokyo = timezone(timedelta(hours=9))
    assert when_words(NOON, tokyo, TODAY, full=False) == "21:00:00"


@pytest.mark.parametrize(
    ("change", "width", "shown"),
    [
        ("4 → 5", 12, "4 → 5"),
        ("– → complete", 12, "– → complete"),
        ("complete → incomplete", 12, "com… → inco…"),
        ("– → incomplete", 12, "– → incompl…"),
        ("complete → A", 10, "compl… → A"),
        ("published", 6, "published"),
    ],
)
def test_both_sides_of_a_change_are_there_however_narrow(
    change: str, width: int, shown: str
) -> None:
    assert squeezed(change, width) == shown
