"""Recording sightings: what is new is inserted, what changed is updated and its past kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tui.events.event import Event, Flag, Kind, Sighting
from tui.journal.codec import COLUMNS, Row, from_row, row_text, to_row
from tui.journal.meta import Meta
from tui.journal.parties import Tally

_FILLED = ", ".join(COLUMNS)
_INSERT = (
    f"INSERT INTO events (id, touch, place, {_FILLED})"  # noqa: S608  fixed column names
    f" VALUES (?, ?, ?{', ?' * len(COLUMNS)})"
)
_UPDATE = (
    f"UPDATE events SET {', '.join(f'{column} = ?' for column in COLUMNS)},"  # noqa: S608  same
    " touch = ?, revisions = ? WHERE id = ?"
)
_KNOWN = (
    f"SELECT id, revisions, {_FILLED} FROM events"  # noqa: S608  fixed column names
    " WHERE key IN (SELECT value FROM json_each(?))"
)


_KEY, _KIND = COLUMNS.index("key"), COLUMNS.index("kind")

_Identity = tuple[str, bool]
"""Key, and whether the course log said it: the two audit logs number their rows apart."""


def identity(event: Event) -> _Identity:
    """What makes two reports one row."""
    return event.key, event.kind is Kind.COURSE


@dataclass(slots=True)
class Outcome:
    """Counts of sightings by what became of them."""

    new: int = 0
    changed: int = 0
    known: int = 0


@dataclass(slots=True)
class _Kept:
    """A row as it stands in the middle of the transaction."""

    id: int
    revisions: int
    row: Row
    raw: str | None
    """None: as it is stored."""


@dataclass(slots=True)
class Recording:
    """One transaction's events.

    ``place`` and ``step`` as in :class:`tui.journal.records.Batch`; ``now`` dates the revisions.
    """

    db: sqlite3.Connection
    meta: Meta
    now: int
    outcome: Outcome = field(default_factory=Outcome)
    tally: Tally = field(default_factory=Tally)
    _known: dict[_Identity, _Kept] = field(default_factory=dict[_Identity, _Kept])
    _inserts: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    _raws: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def take(self, sightings: Sequence[Sighting], place: int, step: int) -> None:
        """Record sightings; a key that is there twice meets itself as known."""
        keys = json.dumps([sighting.event.key for sighting in sightings])
        for id_, revisions, *row in self.db.execute(_KNOWN, (keys,)):
            self._known[row[_KEY], row[_KIND] == Kind.COURSE] = _Kept(
                id_, revisions, tuple(row), None
            )
        for offset, sighting in enumerate(sightings):
            kept = self._known.get(identity(sighting.event))
            if kept is None:
                self._insert(sighting, place + offset * step)
            else:
                self._meet(kept, sighting)
        self._write_inserts()
        self.tally.apply(self.db)

    def _insert(self, sighting: Sighting, place: int) -> None:
        row = to_row(sighting.event, self.meta.home_shard)
        touch = self.meta.next()
        self._inserts.append((touch, touch, place, *row))
        self._raws.append((touch, sighting.raw))
        self._known[identity(sighting.event)] = _Kept(touch, 0, row, sighting.raw)
        self.tally.add(row, 1)
        self.outcome.new += 1

    def _write_inserts(self) -> None:
        self.db.executemany(_INSERT, self._inserts)
        self.db.executemany("INSERT INTO raw (id, text) VALUES (?, ?)", self._raws)
        self._inserts.clear()
        self._raws.clear()

    def _meet(self, kept: _Kept, sighting: Sighting) -> None:
        """A known key again: the same, the same with other surroundings, or changed."""
        home = self.meta.home_shard
        row = to_row(sighting.event, home)
        if row == kept.row:
            self.outcome.known += 1
            return
        old, new = from_row(kept.row, home), from_row(row, home)
        merged = merge(old, new)
        if merged == old:
            self.outcome.known += 1
            return
        self._write_inserts()  # the row to update may be waiting among them
        if essence(merged) == essence(old):
            self.outcome.known += 1
        else:
            self._keep_revision(kept, old, merged)
            self.outcome.changed += 1
        row = to_row(merged, home)
        self.tally.add(kept.row, -1)
        self.tally.add(row, 1)
        self.db.execute(_UPDATE, (*row, self.meta.next(), kept.revisions, kept.id))
        self.db.execute("UPDATE raw SET text = ? WHERE id = ?", (sighting.raw, kept.id))
        kept.row, kept.raw = row, sighting.raw

    def _keep_revision(self, kept: _Kept, old: Event, new: Event) -> None:
        """Keep the old content, without what Canvas has come to hide."""
        row, raw = kept.row, kept.raw
        if raw is None:
            found = self.db.execute("SELECT text FROM raw WHERE id = ?", (kept.id,)).fetchone()
            raw = None if found is None else found[0]
        if old.student is not None and new.student is None and new.flags & Flag.HIDDEN_STUDENT:
            self.db.execute("DELETE FROM revisions WHERE event = ?", (kept.id,))
            kept.revisions = 0
            hidden = replace(old, student=None, flags=old.flags | Flag.HIDDEN_STUDENT)
            row, raw = to_row(hidden, self.meta.home_shard), None
        self.db.execute(
            "INSERT INTO revisions (event, replaced_at, content, raw) VALUES (?, ?, ?, ?)",
            (kept.id, self.now, row_text(row), raw),
        )
        kept.revisions += 1


def merge(old: Event, new: Event) -> Event:
    """The newer content, with what only the older one knew of its surroundings.

    Who saw it adds up. The account and the current grade depend on how Canvas was asked, so not
    knowing them now does not undo having known them. Whether a grade is posted does change: what
    was withheld once must not be called so for ever.
    """
    return replace(
        new,
        seen_by=tuple(sorted({*old.seen_by, *new.seen_by})),
        account=old.account if new.account is None else new.account,
        current_grade=old.current_grade if new.current_grade is None else new.current_grade,
    )


def essence(event: Event) -> Event:
    """What of an event is the change itself: a difference in it is a revision."""
    return replace(
        event,
        seen_by=(),
        account=None,
        current_grade=None,
        before=replace(event.before, posted=None),
        after=replace(event.after, posted=None),
        flags=event.flags & ~(Flag.UNPOSTED | Flag.UNCONFIRMED),
    )
