"""Lines of text as the panes show them: plain strings with a tone, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from rich.cells import cell_len, chop_cells

from tui.app.filters import Pick
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


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``act`` is what enter does on it, ``url`` what ``o`` opens."""

    text: str = ""
    tone: Tone = Tone.PLAIN
    act: Narrow | Jump | None = None
    url: str | None = None


BLANK = Line()


def head(text: str) -> Line:
    """A heading."""
    return Line(text, Tone.HEAD)


def quiet(text: str) -> Line:
    """A remark."""
    return Line(text, Tone.QUIET)


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
    """``text`` broken to ``width`` cells (two fewer from the second on), at blanks if possible."""
    parts: list[str] = []
    rest = text
    room = width
    while cell_len(rest) > room:
        piece = chop_cells(rest, room)[0]
        blank = piece.rfind(" ")
        if len(rest) > len(piece) and rest[len(piece)] != " " and blank > len(piece) // 3:
            piece = piece[:blank]
        parts.append(piece.rstrip())
        rest = rest[len(piece) :].lstrip()
        room = width - 2
    if rest or not parts:
        parts.append(rest)
    return parts
