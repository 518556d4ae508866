"""The one thread that reads the journal for the screen: the most urgent wish first.

Wishes are state, not a queue: a newer filter, a newer window of rows, a newer completion each take
the place of the older one, so a slow disk can make the screen late but never further behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tui.app.coverage import Coverage, coverage_of
from tui.app.details import Detail
from tui.app.ledger import Run
from tui.journal.faults import JournalFault
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import GroupSum, Slot, Stored, Suggestion, Touched
from tui.query.ast import Filter, Role
from tui.report.redact import Redactor
from tui.sources.health import Health

FIRST = 200
"""Events of a query's first answer: more than any screen has rows."""
CHUNK = 5000
"""Events of each later answer."""
PIECE = 500
"""Arrivals handed over at once."""


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
class Bookmark:
    """Where the reading of a query was left; see :meth:`Reading.leave`."""

    where: Filter
    touch: int
    before: Slot | None
    fold: bool


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


class Reading:
    """Reads for one view. All methods but :meth:`run` only note a wish and return at once."""

    def __init__(self, journal: Journal, answer: Callable[[Answer], None]) -> None:
        self._journal = journal
        self._answer = answer
        self._wake = asyncio.Event()
        self._asks: dict[str, Work] = {}
        self._ids: tuple[int, ...] = ()
        self._groups: tuple[int, ...] = ()
        self._redactor: Redactor | None = None
        self._generation = 0
        self._where: Filter | None = None
        self._fold = False
        self._fresh = False  # the query in force is to be begun
        self._unanswered = False
        self._broken = False
        self._look = False
        self._more = False
        self._before: Slot | None = None
        self._count: Work | None = None
        self._touch = 0

    def query(self, generation: int, where: Filter, *, fold: bool = False) -> None:
        """Answer with the events of ``where``; what an older query still misses is let go.

        ``fold``: each with the group it belongs to.
        """
        self._generation, self._where, self._fold = generation, where, fold
        self._fresh, self._unanswered = True, True
        self._more, self._before, self._count = False, None, None
        self._wake.set()

    def leave(self) -> Bookmark | None:
        """Where the query in force is left, to go on with it later; None before its answer."""
        if self._unanswered or self._where is None:
            return None
        return Bookmark(self._where, self._touch, self._before, self._fold)

    def resume(self, generation: int, bookmark: Bookmark) -> None:
        """Go on with a query: all that came since it was left is answered at the next look."""
        self._generation, self._where, self._fold = generation, bookmark.where, bookmark.fold
        self._touch, self._before = bookmark.touch, bookmark.before
        self._fresh, self._unanswered, self._count = False, False, None
        self._more = self._before is not None
        self.look()

    def more(self) -> None:
        """The last chunk is merged: read the next."""
        self._more = self._before is not None
        self._wake.set()

    def count(self, generation: int, where: Filter) -> None:
        """Count these when nothing else is to be read: a walk over all of them."""

        def work(reader: Reader) -> Sequence[Answer]:
            return [Counted(generation, reader.count(where))]

        self._count = work
        self._wake.set()

    def look(self) -> None:
        """See what has come to the journal since, whichever process wrote it."""
        self._look = True
        self._wake.set()

    def rows(
        self, ids: tuple[int, ...], redactor: Redactor | None, groups: tuple[int, ...] = ()
    ) -> None:
        """Fetch these events and sum up these groups; a wish for others takes its place."""
        self._ids, self._groups, self._redactor = ids, groups, redactor
        self._wake.set()

    def ask(self, name: str, work: Work) -> None:
        """Do some other reading; a newer one of the same name takes its place."""
        self._asks[name] = work
        self._wake.set()

    def forget(self, name: str) -> None:
        """Nobody waits for this any more."""
        self._asks.pop(name, None)

    async def run(self) -> None:
        """Fulfil wishes until cancelled; a fault of the journal is answered, not raised."""
        loop = asyncio.get_running_loop()
        opened: list[Reader] = []

        def fulfil(work: Work) -> Sequence[Answer]:
            if not opened:
                opened.append(self._journal.reader())
            return work(opened[0])

        def close() -> None:
            for reader in opened:
                reader.close()

        with ThreadPoolExecutor(1, thread_name_prefix="journal-reader") as pool:
            try:
                while True:
                    await self._wake.wait()
                    self._wake.clear()
                    try:
                        while (work := self._next()) is not None:
                            for answer in await loop.run_in_executor(pool, fulfil, work):
                                self._answer(answer)
                    except JournalFault as fault:
                        self._failed(str(fault))
            finally:
                pool.submit(close)

    def _failed(self, words: str) -> None:
        """Tell of it, and try what is missing again at the next wish: a look comes every second."""
        self._broken = True
        self._fresh = self._unanswered
        self._more = self._before is not None
        self._answer(ReadFailed(words))

    def _works(self) -> list[Answer]:
        """What to answer first when reading works again."""
        broken, self._broken = self._broken, False
        return [ReadFailed("")] if broken else []

    def _next(self) -> Work | None:
        if self._asks:
            return self._asks.pop(next(iter(self._asks)))
        if self._ids or self._groups:
            return self._rows()
        if self._where is None:
            return None
        if self._fresh:
            self._fresh = False
            return self._begin(self._generation, self._where)
        if self._look:
            self._look = False
            return self._changes(self._generation, self._where)
        if self._more:
            self._more = False
            return self._chunk(self._generation, self._where, CHUNK)
        counting, self._count = self._count, None
        return counting

    # What follows runs in the reader's thread

    def _begin(self, generation: int, where: Filter) -> Work:
        chunk = self._chunk(generation, where, FIRST)

        def work(reader: Reader) -> Sequence[Answer]:
            touch = (
                reader.touch()
            )  # first, so that what is written meanwhile is met again, not lost
            answers = chunk(reader)
            if generation == self._generation:
                self._touch = touch
                self._unanswered = False
            return answers

        return work

    def _chunk(self, generation: int, where: Filter, limit: int) -> Work:
        before, fold = self._before, self._fold

        def work(reader: Reader) -> Sequence[Answer]:
            slots, groups = _walked(reader, where, before, limit, fold=fold)
            last = len(slots) < limit
            if generation == self._generation:
                self._before = None if last else slots[-1]
            return [Chunk(generation, Run.of(slots, groups), last)]

        return work

    def _rows(self) -> Work:
        ids, groups, redactor = self._ids, self._groups, self._redactor
        generation, where = self._generation, self._where
        self._ids, self._groups = (), ()

        def work(reader: Reader) -> Sequence[Answer]:
            stored = reader.stored(ids)
            if redactor is not None:
                stored = redactor.redact_all(stored)
            sums = reader.group_sums(groups, where) if groups and where is not None else {}
            return [Rows(ids, tuple(stored), redactor is not None, generation, groups, sums)]

        return work

    def _changes(self, generation: int, where: Filter) -> Work:
        after = self._touch

        def work(reader: Reader) -> Sequence[Answer]:
            touches = reader.touched(after, where)
            if generation == self._generation:
                self._touch = touches.touch
            pieces = in_pieces(touches.events, PIECE)
            answers = self._works()
            answers += [Changes(generation, piece, False, False) for piece in pieces]
            if touches.names_changed or touches.purged:
                answers.append(Changes(generation, (), touches.names_changed, touches.purged))
            return answers

        return work


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


def _walked(
    reader: Reader, where: Filter, before: Slot | None, limit: int, *, fold: bool
) -> tuple[list[Slot], list[int]]:
    """Slots newest first; with ``fold`` the group of each, 0 for none."""
    if not fold:
        return reader.slots(where, before=before, limit=limit), []
    walked = reader.walk(where, before=before, limit=limit)
    return [slot for slot, _ in walked], [group or 0 for _, group in walked]
