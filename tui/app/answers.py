"""What is read of the journal for the screen, as it comes to the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tui.app.coverage import Coverage, coverage_of
from tui.app.details import Detail
from tui.app.ledger import Run
from tui.journal.reader import Reader
from tui.journal.records import GroupSum, Slot, Stored, Suggestion, Touched
from tui.query.ast import Role
from tui.sources.health import Health


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a query's answer."""

    generation: int
    run: Run
    last: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to the journal since the last look, judged by the query in force."""

    generation: int
    events: tuple[Touched, ...]
    names_changed: bool
    purged: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that were wished for; ``asked`` holds the ids, missing ones included."""

    asked: tuple[int, ...]
    stored: tuple[Stored, ...]
    redacted: bool
    generation: int
    """Of the query by which the groups were summed up."""
    groups: tuple[int, ...]
    sums: Mapping[int, GroupSum]
    """Of the groups asked for, those of which anything matches."""


@dataclass(frozen=True, slots=True)
class Completions:
    """Names seen in a role that resemble a text."""

    role: Role
    text: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """All that the detail pane shows of one event."""

    detail: Detail


@dataclass(frozen=True, slots=True)
class Counted:
    """How many events match what was to be counted beside the query of that generation."""

    generation: int
    count: int


@dataclass(frozen=True, slots=True)
class Covered:
    """What the journal says of the feeds in force."""

    coverage: Coverage


@dataclass(frozen=True, slots=True)
class ReadFailed:
    """The journal could not be read; ``words`` say why and what to do. Empty: it can be again."""

    words: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What some other reading found: ``give`` hands it to whoever asked, on the app's thread."""

    give: Callable[[], None]


Answer = Chunk | Changes | Rows | Completions | Opened | Counted | Covered | ReadFailed | Reply
Work = Callable[[Reader], Sequence[Answer]]
"""Some reading of the journal, done in a thread that may."""


def in_pieces(events: Sequence[Touched], size: int) -> list[tuple[Touched, ...]]:
    """``events`` in order, at most ``size`` at once; a row and what it became stay together."""
    was = {each.became: each for each in events if each.became is not None}
    came = {each.slot: each for each in events}
    pieces: list[list[Touched]] = [[]]
    told: set[Slot] = set()
    for each in events:
        heir = None if each.became is None else came.get(each.became)
        pair = (was.get(each.slot), each, heir)
        together = [one for one in pair if one is not None and one.slot not in told]
        if len(pieces[-1]) + len(together) > size:
            pieces.append([])
        pieces[-1] += together
        told.update(one.slot for one in together)
    return [tuple(piece) for piece in pieces if piece]


def read_coverage(healths: Sequence[Health]) -> Work:
    """What of the watched time the feeds of ``healths`` have read, and what they lost."""

    def work(reader: Reader) -> Sequence[Answer]:
        return [Covered(coverage_of(reader.coverage(), reader.gaps(), healths))]

    return work
