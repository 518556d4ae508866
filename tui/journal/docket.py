"""What the attention rules have still to judge, and what they have said of it.

One process at a time judges a journal, by one set of settings; both stand in the journal. Whoever
judges holds a lease that each write renews, so that one that ended without a word is succeeded.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

from tui.events.attention import Rule
from tui.journal.connect import Door
from tui.journal.disturbances import Moment, forget_notes, members, new_rows, noted
from tui.journal.faults import told
from tui.journal.hits import Found, Verdict, drop_other_rules, put_verdicts
from tui.journal.meta import Meta, read_meta, write_meta

LEASE_MS = 15_000
"""Who holds the lease and has written nothing for so long has ended."""


class Turn(Enum):
    """Who may judge."""

    OURS = "ours"
    ELSEWHERE = "elsewhere"
    """Another process judges, by the same settings."""
    OTHER_SETTINGS = "other settings"
    """The journal is judged by other settings than ours."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the rules have judged."""

    settings: str | None = None
    """By which settings; None: never yet."""
    upto: int = 0
    """Rows with higher numbers have not been looked at as new ones."""
    anew: str | None = None
    """Where a judging of everything stands, in its own words; None: it is done."""
    noting: int = 0
    """1: what changes is noted; 0: too much has changed, or nobody has judged yet."""
    holder: str | None = None
    beat: int = 0
    """When the holder wrote last, UTC ms."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be looked at next: rows that are new, changed or gone, or of a changed group."""

    upto: int
    notes: int
    """The last of the notes among them."""
    moments: tuple[Moment, ...]

    def __bool__(self) -> bool:
        return bool(self.moments) or bool(self.notes)


@dataclass(frozen=True, slots=True)
class Docket:
    """Read by one thread at a time. Raises :class:`JournalFault`."""

    _reading: Door
    _writing: Door
    _now: Callable[[], int]
    _ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def reading(self) -> Generator[tuple[sqlite3.Connection, Meta]]:
        """One consistent state."""
        with told(self._reading.path), self._reading.transaction("DEFERRED", self._ended) as db:
            yield db, read_meta(db)

    def standing(self) -> Standing:
        with self.reading() as (db, _):
            return _standing(db)

    def left(self) -> tuple[int, int]:
        """How many rows are new, and how many there are: walks over an index."""
        with self.reading() as (db, _):
            upto = _standing(db).upto
            new = "SELECT count(*) FROM events INDEXED BY by_touch WHERE touch > ?1 AND id > ?1"
            whole = "SELECT count(*) FROM events INDEXED BY by_touch"
            return db.execute(new, (upto,)).fetchone()[0], db.execute(whole).fetchone()[0]

    def idle(self) -> bool:
        """Whether there is nothing to judge."""
        with self.reading() as (db, _):
            standing = _standing(db)
            noted = db.execute("SELECT EXISTS (SELECT 1 FROM disturbed)").fetchone()[0]
            up_to_date = standing.noting and standing.anew is None
            return bool(up_to_date) and not noted and _newest(db) <= standing.upto

    def changes(self, limit: int) -> Changes:
        """The next about ``limit`` rows that came or changed, with all the rows of their groups."""
        with self.reading() as (db, _):
            after = _standing(db).upto
            query = "SELECT id FROM events WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?"
            last = db.execute(query, (after, limit - 1)).fetchone()
            upto = max(after, _newest(db)) if last is None else last[0]
            notes, changed = noted(db, limit)
            moments = [*new_rows(db, after, upto), *changed]
            groups = {moment.grp for moment in moments if moment.grp is not None}
            if groups:
                met = {moment.row for moment in moments}
                moments += [each for each in members(db, groups) if each.row not in met]
            return Changes(upto, notes, tuple(moments))

    def claim(self, holder: str, settings: str, *, take_over: bool) -> Turn:
        """Take the lease, or keep it; with ``take_over`` other settings give way to ours.

        Then everything is to be judged anew.
        """
        with self._transaction() as (db, _):
            standing = _standing(db)
            if standing.settings != settings:
                if standing.settings is not None and not take_over:
                    return Turn.OTHER_SETTINGS
                _begin_anew(db)
                _set(db, settings=settings)
            elif standing.holder not in (None, holder) and self._beats(standing):
                return Turn.ELSEWHERE
            _set(db, holder=holder, beat=self._now())
            return Turn.OURS

    def begin_anew(self, holder: str, settings: str) -> bool:
        """Judge everything from the start: too much is new. False: it is not our turn any more."""
        with self._transaction() as (db, _):
            if not _is_ours(_standing(db), holder, settings):
                return False
            _begin_anew(db)
            return True

    def put(
        self,
        holder: str,
        settings: str,
        verdicts: Sequence[Verdict] = (),
        *,
        settled: Changes | None = None,
        anew: tuple[str | None] | None = None,
    ) -> list[Found] | None:
        """Write verdicts, and how far the judging is: what is ``settled``, where ``anew`` stands.

        What is pointed at and was not before; None: it is not our turn any more, and nothing is
        written.
        """
        with self._transaction() as (db, meta):
            if not _is_ours(_standing(db), holder, settings):
                return None
            found = put_verdicts(db, meta, verdicts)
            if settled is not None:
                _set(db, upto=settled.upto)
                forget_notes(db, settled.notes)
            if anew is not None:
                _set(db, anew=anew[0])
            _set(db, beat=self._now())
            write_meta(db, meta)
            return found

    def drop_other_rules(self, holder: str, settings: str, rules: Collection[Rule]) -> bool | None:
        """Take away some hits of rules that are off; False: none are left; None: not our turn."""
        with self._transaction() as (db, meta):
            if not _is_ours(_standing(db), holder, settings):
                return None
            more = drop_other_rules(db, meta, rules)
            write_meta(db, meta)
            return more

    def release(self, holder: str) -> None:
        """Let another process judge at once."""
        with self._transaction() as (db, _):
            if _standing(db).holder == holder:
                _set(db, holder=None)

    def end(self) -> None:
        """From any thread: what is being read fails soon, and so does what is read later."""
        self._ended.set()

    def close(self) -> None:
        if self._reading is not self._writing:
            with told(self._reading.path), self._reading.lock:
                self._reading.db.close()

    def _beats(self, standing: Standing) -> bool:
        return abs(self._now() - standing.beat) < LEASE_MS

    @contextmanager
    def _transaction(self) -> Generator[tuple[sqlite3.Connection, Meta]]:
        with told(self._writing.path), self._writing.transaction("IMMEDIATE") as db:
            yield db, read_meta(db)


def _newest(db: sqlite3.Connection) -> int:
    found: int | None = db.execute("SELECT max(id) FROM events").fetchone()[0]
    return found or 0


def _standing(db: sqlite3.Connection) -> Standing:
    return Standing(**dict(db.execute("SELECT name, value FROM judged").fetchall()))


def _set(db: sqlite3.Connection, **values: object) -> None:
    db.executemany("INSERT OR REPLACE INTO judged (name, value) VALUES (?, ?)", values.items())


def _begin_anew(db: sqlite3.Connection) -> None:
    """All that is here is to be judged; what comes from now on is met as new."""
    _set(db, upto=_newest(db), anew="", noting=1)
    db.execute("DELETE FROM disturbed")


def _is_ours(standing: Standing, holder: str, settings: str) -> bool:
    return standing.holder == holder and standing.settings == settings
