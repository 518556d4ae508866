"""Lines of text as the panes show them: plain strings with a tone, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from rich.cells import cell_len, get_character_cell_size

from tui.app.columns import fit
from tui.app.filters import Pick
from tui.events.event import Kind
from tui.journal.records import Slot


class Tone(Enum):
    """How a line is said; the words alone must carry the meaning."""

    PLAIN = auto()
    HEAD = auto()
    QUIET = auto()
    WARN = auto()
    BAD = auto()


@dataclass(frozen=True, slots=True)
class Narrow:
    """Enter filters by this thing."""

    pick: Pick


@dataclass(frozen=True, slots=True)
class Jump:
    """Enter goes to this event."""

    slot: Slot
    kind: Kind


@dataclass(frozen=True, slots=True)
class Ask:
    """Enter adds this expression of the filter language to the filter in force.

    ``instead``: it takes the place of all but the time.
    """

    expression: str
    instead: bool = False


@dataclass(frozen=True, slots=True)
class Investigate:
    """Enter opens all that is known of this student, grader, assignment or course."""

    pick: Pick


Act = Narrow | Jump | Ask | Investigate
"""What enter does on a line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``act`` is what enter does on it, ``url`` what ``o`` opens."""

    text: str = ""
    tone: Tone = Tone.PLAIN
    act: Act | None = None
    url: str | None = None


BLANK = Line()
LABEL = 15
"""Cells of the labels at the left of a pane."""


def head(text: str) -> Line:
    """A heading."""
    return Line(text, Tone.HEAD)


def quiet(text: str) -> Line:
    """A remark."""
    return Line(text, Tone.QUIET)


def said(label: str, words: str) -> Line:
    """``words`` behind their label."""
    return Line(f"{fit(label, LABEL)} {words}")


def wrapped(lines: Iterable[Line], width: int) -> list[Line]:
    """The same in at most ``width`` cells each, broken at blanks where there are any.

    The parts of one line share its act; parts after the first are indented by two cells.
    """
    return [part for line in lines for part in _parts(line, max(8, width))]


def _parts(line: Line, width: int) -> Iterator[Line]:
    if cell_len(line.text) <= width:
        yield line
        return
    for number, text in enumerate(wrap(line.text, width)):
        yield replace(line, text=text if number == 0 else "  " + text)


def wrap(text: str, width: int) -> list[str]:
    """``text`` broken to ``width`` cells (two fewer from the second on), at blanks if possible.

    One pass: names and course texts may hold thousands of characters.
    """
    parts: list[str] = []
    begin, room = 0, width
    while (end := _fitting(text, begin, room)) < len(text):
        blank = text.rfind(" ", begin, end)
        if text[end] != " " and blank - begin > (end - begin) // 3:
            end = blank
        parts.append(text[begin:end].rstrip())
        begin, room = end, width - 2
        while begin < len(text) and text[begin] == " ":
            begin += 1
    if begin < len(text) or not parts:
        parts.append(text[begin:])
    return parts


def _fitting(text: str, begin: int, room: int) -> int:
    """Where the part that begins at ``begin`` and fits into ``room`` cells ends."""
    cells, end = 0, begin
    while end < len(text):
        cells += get_character_cell_size(text[end])
        if cells > room:
            return max(end, begin + 1)
        end += 1
    return end
