"""The journal: the one memory, one SQLite file, shared by several processes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tui.events.event import Feed
from tui.journal import names
from tui.journal.connect import Door, connect, create_private, make_private, patiently
from tui.journal.coverage import add_coverage, read_coverage
from tui.journal.cursors import read_cursor, store_cursor
from tui.journal.docket import Docket
from tui.journal.faults import told
from tui.journal.gaps import add_gaps
from tui.journal.grouping import Grouping
from tui.journal.home import adopt_home, from_elsewhere
from tui.journal.marks import set_mark
from tui.journal.meta import Meta, read_meta, write_meta
from tui.journal.names import ThingId
from tui.journal.past_filters import forget_filters, note_filter
from tui.journal.purge import delete_oldest, forget_reading, forget_unused, leave_no_trace
from tui.journal.reader import Reader
from tui.journal.record import Recording
from tui.journal.records import Batch, Recorded, RelayCursor, Stretch
from tui.journal.rejected import store_rejected
from tui.journal.schema import prepare
from tui.journal.settling import settle
from tui.journal.trial import Trial

PATIENCE_MS = 10_000
"""How long a locked journal is waited for."""


@dataclass(slots=True)
class Journal:
    """The writer. Its methods may be called from any thread; they raise :class:`JournalFault`."""

    path: Path | None
    """None: in memory only."""
    _door: Door
    _now: Callable[[], int]
    _patience_ms: int

    @classmethod
    def open(
        cls,
        location: Path | None,
        *,
        now: Callable[[], int],
        patience_ms: int = PATIENCE_MS,
        tell: Callable[[str], None] | None = None,
    ) -> Journal:
        """Open or create the journal at ``location``; None keeps it in memory.

        ``now`` is the UTC ms clock; ``tell`` takes a line for the person about what may take long:
        an older journal is brought to this version's format. A new file is readable by its owner
        only. Raises :class:`JournalFault`: each of its kinds says in one line what to do.
        """
        with told(location):
            if location is not None:
                create_private(location)
            db = connect(location, patience_ms=patience_ms)
            try:
                prepare(db, location, tell or _quietly)
                if location is not None:
                    make_private(location)
            except BaseException:
                db.close()
                raise
        journal = cls(location, Door(db, threading.RLock(), location), now, patience_ms)
        try:
            journal._settle(tell or _quietly)
        except BaseException:
            journal.close()
            raise
        return journal

    def record(self, batch: Batch) -> Recorded:
        """Commit a batch, all of it or nothing; when this returns it is on disk."""
        with self._writing() as (db, meta):
            if batch.home_shard and not meta.home_shard:
                meta.home_shard = batch.home_shard
                adopt_home(db, meta)
                meta.names_touch = meta.touch
                settle(db, meta)
            batch = from_elsewhere(batch, meta.home_shard)
            learnt = names.store_names(db, batch.names, meta.home_shard)
            if learnt:
                meta.names_touch = meta.next()
            recording = Recording(db, meta, self._now())
            if batch.sightings:
                recording.take(batch)
            store_rejected(db, batch.rejected, batch.origin, self._now())
            add_coverage(db, batch.covered)
            add_gaps(db, batch.gaps)
            store_cursor(db, batch.cursor)
            write_meta(db, meta)
        outcome = recording.outcome
        return Recorded(
            new=outcome.new,
            changed=outcome.changed,
            known=outcome.known,
            rejected=len(batch.rejected),
            names=learnt,
            touch=meta.touch,
            gaps=batch.gaps,
        )

    def reader(self) -> Reader:
        """A reader of its own; used by one thread at a time, it sees what is committed."""
        return Reader(self._aside(), shared=self.path is None)

    def docket(self) -> Docket:
        """What the attention rules have still to judge; read by one thread at a time."""
        return Docket(self._aside(), self._door, self._now)

    def trial(self) -> Trial:
        """Hits of its own over what is here; of a journal in memory there can be none."""
        door = self._aside(reads_only=False)
        return Trial.on(door, Docket(door, door, self._now))

    def covered(self, feed: Feed, target: str) -> list[Stretch]:
        """What of ``target`` was read to the end: merged, ascending."""
        with self._reading() as db:
            return read_coverage(db, feed, target)

    def relay_cursor(self, relay: str) -> RelayCursor | None:
        """Where the subscription of this name goes on; None: it begins."""
        with self._reading() as db:
            return read_cursor(db, relay)

    def known(self, keys: Sequence[str]) -> set[str]:
        """Those of ``keys`` whose events are here, by themselves or in a pair."""
        with self._reading() as db:
            find = "SELECT 1 FROM events WHERE key = ?1 UNION SELECT 1 FROM partners WHERE key = ?1"
            return {key for key in keys if db.execute(find, (key,)).fetchone() is not None}

    def unnamed(self, limit: int) -> list[ThingId]:
        """Things that events refer to, without a name, not asked for in vain before."""
        with self._reading() as db:
            return names.unnamed(db, limit)

    def note_unnamed(self, things: Iterable[ThingId]) -> None:
        """Canvas has no name for these: :meth:`unnamed` leaves them out from now on."""
        with self._writing() as (db, meta):
            names.note_unnamed(db, things, meta.home_shard)

    def aliases(self, things: Sequence[ThingId]) -> dict[ThingId, int]:
        """A number for each thing, the same for ever; it tells nothing about the thing."""
        with self._reading() as db:
            home = read_meta(db).home_shard
            found = names.find_aliases(db, things, home)
        missing = [thing for thing in things if thing not in found]
        if missing:
            with self._writing() as (db, meta):
                names.add_aliases(db, missing, meta.home_shard)
                found |= names.find_aliases(db, missing, meta.home_shard)
        return found

    def mark(self, row: int, note: str | None) -> bool:
        """Put a mark with a note, which may be empty, on a row; None takes it away.

        False: there is no such row any more.
        """
        with self._writing() as (db, meta):
            found = set_mark(db, meta, row, note, self._now())
            write_meta(db, meta)
            return found

    def mark_all(self, rows: Sequence[int], note: str | None) -> int:
        """The same for many rows, all at once; how many of them there are."""
        with self._writing() as (db, meta):
            found = sum(set_mark(db, meta, row, note, self._now()) for row in rows)
            write_meta(db, meta)
            return found

    def note_filter(self, text: str) -> None:
        """Remember a filter as the one used last."""
        with self._writing() as (db, _):
            note_filter(db, text, self._now())

    def forget_filters(self) -> None:
        """Forget all filters that were used before."""
        with self._writing() as (db, _):
            forget_filters(db)

    def purge(self, before: int) -> int:
        """Delete the events before ``before`` (UTC ms) for good; how many there were."""
        with self._writing() as (db, meta):
            forget_reading(db, before)
        purged = 0
        while True:  # in pieces, so that other writers get their turn
            with self._writing() as (db, meta):
                deleted = delete_oldest(db, meta, before)
                if not deleted:
                    break
                purged += deleted
                meta.purge_touch = meta.next()
                write_meta(db, meta)
        with self._writing() as (db, meta):
            if forget_unused(db):
                meta.names_touch = meta.next()
                write_meta(db, meta)
        with told(self.path), self._door.lock:
            leave_no_trace(self._door.db)
        return purged

    def close(self) -> None:
        """Give the file back; a journal in memory is gone then."""
        with told(self.path), self._door.lock:
            self._door.db.close()

    def _settle(self, tell: Callable[[str], None]) -> None:
        """Pair what an older format kept apart, and group what it did not."""
        with self._reading() as db:
            meta = read_meta(db)
            if not (meta.unsettled or meta.ungrouped):
                return
        db = self._door.db
        with told(self.path), self._door.lock, patiently(db, tell):
            meta = read_meta(db)  # again: another process may have been here
            if meta.unsettled:
                settle(db, meta)
            elif meta.ungrouped:
                Grouping(db, meta).all_anew()
            write_meta(db, meta)

    def _aside(self, *, reads_only: bool = True) -> Door:
        """Another connection; of a journal in memory the one it has."""
        if self.path is None:
            return self._door
        with told(self.path):
            db = connect(self.path, patience_ms=self._patience_ms)
            try:
                db.execute(f"PRAGMA query_only = {int(reads_only)}")
            except BaseException:
                db.close()
                raise
        return Door(db, threading.RLock(), self.path)

    @contextmanager
    def _writing(self) -> Generator[tuple[sqlite3.Connection, Meta]]:
        with told(self.path), self._door.transaction("IMMEDIATE") as db:
            yield db, read_meta(db)

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection]:
        with told(self.path), self._door.transaction("DEFERRED") as db:
            yield db


def _quietly(_words: str) -> None:
    """Nobody is there to be told."""
