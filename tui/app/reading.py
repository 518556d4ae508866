"""Reading the journal for the screen: what is on it now is never kept waiting by what is to come.

Wishes are state, not a queue: a newer filter, a newer window of rows, a newer completion each take
the place of the older one, so a slow disk can make the screen late but never further behind. What
the query in force asks is read in one thread, rows on screen and all that a person has just asked
for in another, and what may have to be looked for in all of the journal in a third.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

from tui.app.answers import (
    Answer,
    Changes,
    Chunk,
    Counted,
    ReadFailed,
    Rows,
    Work,
    in_pieces,
)
from tui.app.lane import Asks, Errand, Lane
from tui.app.ledger import Run
from tui.app.walked import sums_of, walked
from tui.journal.faults import JournalFault
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Slot
from tui.query.ast import Filter
from tui.report.redact import Redactor

FIRST = 200
"""Events of a query's first answer: more than any screen has rows."""
CHUNK = 5000
"""Events of each later answer."""
PIECE = 500
"""Arrivals handed over at once."""

_Found = Callable[[], Sequence[Answer]]


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where the reading of a query was left; see :meth:`Reading.leave`."""

    where: Filter
    touch: int
    before: Slot | None
    fold: bool


class Reading:
    """Reads for one view. All methods but :meth:`run` only note a wish and return at once."""

    def __init__(self, journal: Journal, answer: Callable[[Answer], None]) -> None:
        self._answer = answer
        self._table: Lane[Answer] = Lane(
            journal, "journal-table", next_errand=self._of_query, answer=answer, failed=self._failed
        )
        self._near: Lane[Answer] = Lane(
            journal, "journal-rows", next_errand=self._of_screen, answer=answer, failed=self._broke
        )
        self._asks: Asks[Answer] = Asks()
        self._sought: Asks[Answer] = Asks()
        self._far: Lane[Answer] = Lane(
            journal,
            "journal-search",
            next_errand=self._sought.next,
            answer=answer,
            failed=self._broke,
        )
        self._ids: tuple[int, ...] = ()
        self._groups: tuple[int, ...] = ()
        self._beyond: Filter | None = None
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
        self._count: Errand[Answer] | None = None
        self._touch = 0
        self._unwanted = Event()
        """Set when the query in force no longer is; what it asked for ends then."""

    def query(self, generation: int, where: Filter, *, fold: bool = False) -> None:
        """Answer with the events of ``where``; what an older query still misses is let go.

        ``fold``: each with the group it belongs to.
        """
        self._replace(generation, where, fold=fold)
        self._fresh, self._unanswered = True, True
        self._more, self._before = False, None
        self._table.wake()

    def leave(self) -> Bookmark | None:
        """Where the query in force is left, to go on with it later; None before its answer."""
        if self._unanswered or self._where is None:
            return None
        return Bookmark(self._where, self._touch, self._before, self._fold)

    def resume(self, generation: int, bookmark: Bookmark) -> None:
        """Go on with a query: all that came since it was left is answered at the next look."""
        self._replace(generation, bookmark.where, fold=bookmark.fold)
        self._touch, self._before = bookmark.touch, bookmark.before
        self._fresh, self._unanswered = False, False
        self._more = self._before is not None
        self.look()

    def _replace(self, generation: int, where: Filter, *, fold: bool) -> None:
        self._unwanted.set()
        self._unwanted, self._count = Event(), None
        self._generation, self._where, self._fold = generation, where, fold

    def more(self) -> None:
        """The last chunk is merged: read the next."""
        self._more = self._before is not None
        self._table.wake()

    def count(self, generation: int, where: Filter) -> None:
        """Count these when nothing else is to be read: a walk over all of them."""

        def read(reader: Reader) -> _Found:
            count = reader.count(where)
            return lambda: [Counted(generation, count)]

        self._count = Errand(read, self._unwanted)
        self._table.wake()

    def look(self) -> None:
        """See what has come to the journal since, whichever process wrote it."""
        self._look = True
        self._table.wake()

    def rows(
        self,
        ids: tuple[int, ...],
        redactor: Redactor | None,
        groups: tuple[int, ...] = (),
        beyond: Filter | None = None,
    ) -> None:
        """Fetch these events and sum up these groups; a wish for others takes its place.

        ``beyond``: what of a group is counted beside what of it matches.
        """
        self._ids, self._groups, self._redactor, self._beyond = ids, groups, redactor, beyond
        self._near.wake()

    def ask(self, name: str, work: Work) -> None:
        """Do some other short reading; a newer one of the same name takes its place."""

        self._asks.put(name, Errand[Answer].of(work))
        self._near.wake()

    def seek(self, name: str, work: Work) -> None:
        """The same for what may take long."""
        self._sought.put(name, Errand[Answer].of(work))
        self._far.wake()

    def forget(self, name: str) -> None:
        """Nobody waits for this any more."""
        self._asks.drop(name)

    async def run(self) -> None:
        """Fulfil wishes until cancelled; a fault of the journal is answered, not raised."""
        try:
            async with asyncio.TaskGroup() as lanes:
                lanes.create_task(self._table.run())
                lanes.create_task(self._near.run())
                lanes.create_task(self._far.run())
        except ExceptionGroup as group:
            raise group.exceptions[0] from None

    def _failed(self, fault: JournalFault) -> None:
        """Tell of it, and try what is missing again at the next wish: a look comes every second."""
        self._fresh = self._unanswered
        self._more = self._before is not None
        self._broke(fault)

    def _broke(self, fault: JournalFault) -> None:
        self._broken = True
        self._answer(ReadFailed(str(fault)))

    def _works(self) -> list[Answer]:
        """What to answer first when reading works again."""
        broken, self._broken = self._broken, False
        return [ReadFailed("")] if broken else []

    def _of_screen(self) -> Errand[Answer] | None:
        asked = self._asks.next()
        if asked is None and (self._ids or self._groups):
            return self._rows()
        return asked

    def _of_query(self) -> Errand[Answer] | None:
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
            return self._chunk(self._generation, self._where)
        counting, self._count = self._count, None
        return counting

    # The errands: what is noted here is noted on the loop, never by the thread that reads

    def _begin(self, generation: int, where: Filter) -> Errand[Answer]:
        fold = self._fold

        def read(reader: Reader) -> _Found:
            # First, so that what is written meanwhile is met again, not lost.
            touch = reader.touch()
            slots, groups = walked(reader, where, None, FIRST, fold=fold)
            run, last = Run.of(slots, groups), len(slots) < FIRST

            def found() -> Sequence[Answer]:
                if generation == self._generation:
                    self._touch, self._unanswered = touch, False
                    self._before = None if last else slots[-1]
                return [Chunk(generation, run, last)]

            return found

        return Errand(read, self._unwanted)

    def _chunk(self, generation: int, where: Filter) -> Errand[Answer]:
        before, fold = self._before, self._fold

        def read(reader: Reader) -> _Found:
            slots, groups = walked(reader, where, before, CHUNK, fold=fold)
            run, last = Run.of(slots, groups), len(slots) < CHUNK

            def found() -> Sequence[Answer]:
                if generation == self._generation:
                    self._before = None if last else slots[-1]
                return [Chunk(generation, run, last)]

            return found

        return Errand(read, self._unwanted)

    def _rows(self) -> Errand[Answer]:
        ids, groups, redactor = self._ids, self._groups, self._redactor
        generation, where, beyond = self._generation, self._where, self._beyond
        self._ids, self._groups = (), ()

        def read(reader: Reader) -> _Found:
            touch = reader.touch()
            stored = reader.stored(ids)
            if redactor is not None:
                stored = redactor.redact_all(stored)
            sums = sums_of(reader, groups, where, beyond)
            rows = Rows(ids, tuple(stored), redactor is not None, generation, groups, sums)

            def found() -> Sequence[Answer]:
                if touch >= self._touch:
                    return [rows]
                # Meanwhile something was told that these rows may not know.
                if not (self._ids or self._groups):
                    self.rows(ids, redactor, groups, beyond)
                return []

            return found

        # Never cut short for newer ones: whoever scrolls on and on would see none at all.
        return Errand(read)

    def _changes(self, generation: int, where: Filter) -> Errand[Answer]:
        after = self._touch

        def read(reader: Reader) -> _Found:
            touches = reader.touched(after, where)
            pieces = in_pieces(touches.events, PIECE)
            answers: list[Answer] = [Changes(generation, piece, False, False) for piece in pieces]
            if touches.names_changed or touches.purged:
                answers.append(Changes(generation, (), touches.names_changed, touches.purged))

            def found() -> Sequence[Answer]:
                if generation == self._generation:
                    self._touch = touches.touch
                return [*self._works(), *answers]

            return found

        # Never cut short: what it tells of names and deletions holds for any query.
        return Errand(read)
