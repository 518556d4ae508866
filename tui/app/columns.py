"""Which columns the table has, and how wide each is on a screen of some width."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from rich.cells import cell_len, set_cell_size

from tui.events.text import clean
from tui.report.redact import TITLES

GAP = 1
"""Blank cells between columns."""
MARKER = 3
"""Cells for the sign of the selected row, of a mark, of a flag: no sign is told by colour alone."""


class Column(Enum):
    """What a column says; the value is its heading."""

    TIME = "time"
    KIND = "kind"
    COURSE = "course"
    ASSIGNMENT = "assignment"
    STUDENT = "student"
    GRADER = "by"
    CHANGE = "before→after"
    DELTA = "Δ"
    FLAGS = "flg"
    SEEN_BY = "seen"


@dataclass(frozen=True, slots=True)
class Width:
    """Cells: at least ``least``, comfortable at ``ample``; surplus goes by ``share``."""

    least: int
    ample: int
    share: int


WIDTHS: dict[Column, Width] = {
    Column.TIME: Width(11, 19, 0),
    Column.KIND: Width(5, 8, 1),
    Column.COURSE: Width(6, 24, 2),
    Column.ASSIGNMENT: Width(8, 34, 4),
    Column.STUDENT: Width(10, 28, 4),
    Column.GRADER: Width(9, 24, 3),
    Column.CHANGE: Width(11, 44, 5),
    Column.DELTA: Width(5, 7, 1),
    Column.FLAGS: Width(4, 6, 1),
    Column.SEEN_BY: Width(5, 5, 0),
}
SEEN_BY_FROM = 86
"""Cells of screen from which it has room for who saw an event; below, names need it more."""
FULL_TIME_FROM = 150
"""Cells of screen from which times are written with their year."""


_GIVE_WAY = (Column.KIND, Column.FLAGS, Column.COURSE, Column.DELTA)
"""What a narrow screen does without, in this order, until there is room for what changed."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A column and where it begins and how wide it is, in cells from the table's left edge."""

    column: Column
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns from left to right; ``width`` may exceed the screen's: then it scrolls."""

    placed: tuple[Placed, ...]
    width: int
    full_time: bool


def lay_out(screen: int, *, one_course: bool) -> Layout:
    """The columns for a screen of that many cells.

    Every column is there: those of least use on a narrow screen stand beyond its right edge, where
    scrolling finds them. Where all rows are of one course, its column is such a one.
    """
    aside = [Column.COURSE] if one_course else []
    order = [each for each in Column if each not in aside and each is not Column.SEEN_BY]
    order += [Column.SEEN_BY, *aside]
    widths = {column: WIDTHS[column].least for column in order}
    full_time = screen >= FULL_TIME_FROM
    if full_time:
        widths[Column.TIME] = WIDTHS[Column.TIME].ample
    wanted = [
        each
        for each in order
        if each not in aside and (each is not Column.SEEN_BY or screen >= SEEN_BY_FROM)
    ]
    for column in _GIVE_WAY:
        if _total(wanted, widths) > screen and column in wanted:
            wanted.remove(column)
    shown: list[Column] = []
    for column in wanted:
        if _total([*shown, column], widths) <= screen:
            shown.append(column)
    _share_out(screen - _total(shown, widths), list(shown), widths)
    placed: list[Placed] = []
    start = MARKER
    for column in shown + [each for each in order if each not in shown]:
        placed.append(Placed(column, start, widths[column]))
        start += widths[column] + GAP
    return Layout(tuple(placed), max(screen, start - GAP), full_time)


def _total(columns: list[Column], widths: dict[Column, int]) -> int:
    return MARKER + sum(widths[each] for each in columns) + GAP * max(0, len(columns) - 1)


def _share_out(surplus: int, columns: list[Column], widths: dict[Column, int]) -> None:
    while surplus > 0:
        hungry = [each for each in columns if widths[each] < WIDTHS[each].ample]
        hungry = [each for each in hungry if WIDTHS[each].share]
        if not hungry:
            return
        for column in hungry:
            more = min(WIDTHS[column].share, WIDTHS[column].ample - widths[column], surplus)
            widths[column] += more
            surplus -= more


_NUMBERED = re.compile(r"(\S[^#]{0,200}) (#?[0-9]{1,20})")


def fit_numbered(text: str, width: int) -> str:
    """As :func:`fit`, but a pseudonym's number or an id at the end, which tells apart, is kept.

    ``Studen 100`` of ``Student 100``; ``Emily… #57`` of ``Emily Chatterjee #57``.
    """
    found = _NUMBERED.fullmatch(text)
    room = width - len(found[2]) - 1 if found else 0
    if found is None or room < 1 or cell_len(text) <= width:
        return fit(text, width)
    words, number = found.groups()
    if words in TITLES:
        return f"{words[:room]} {number}"
    return f"{fit(words, room)} {number}" if number.startswith("#") else fit(text, width)


_LETTERS_A_CELL = 16
"""Letters that share one cell at most: a letter with all its accents, a family of emoji."""


def fit(text: str, width: int, *, right: bool = False) -> str:
    """``text`` in exactly ``width`` cells: padded, or cut with an ellipsis.

    All text of the table and the panes passes here, so what could drive a terminal stops here even
    if a decoder let it through.
    """
    # Only so much is looked at: measuring a text of a million letters takes seconds.
    most = _LETTERS_A_CELL * (width + 1)
    long = len(text) > most
    text = clean(text[:most])
    cells = cell_len(text)
    if long or cells > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    blank = " " * (width - cells)
    return blank + text if right else text + blank
