"""Recording sightings: what is new is inserted, what changed is updated and its past kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from tui.events.event import Event, Kind, Sighting
from tui.journal.codec import COLUMNS, Row, Value, from_row, row_of_text, row_text, to_row
from tui.journal.hiding import Secrets
from tui.journal.meta import Meta
from tui.journal.pairing import is_hidden, is_live, match_of
from tui.journal.partners import pair, store_partner, worth_pairing
from tui.journal.records import Batch
from tui.journal.rows import Rows
from tui.journal.whole import (
    Secrecy,
    essence,
    is_withheld,
    may_be_hidden,
    merge,
    said_of_students,
    withheld,
)

_KNOWN = (
    "SELECT events.id, revisions, truths.content,"  # noqa: S608  fixed column names
    f" {', '.join(f'events.{column}' for column in COLUMNS)} FROM events"
    " LEFT JOIN truths ON truths.event = events.id"
    " WHERE events.key IN (SELECT value FROM json_each(?))"
)
_PAIRED = "SELECT event, content FROM partners WHERE key IN (SELECT value FROM json_each(?))"
_OLD_RAW = (
    "SELECT coalesce(truths.raw, raw.text) FROM events LEFT JOIN raw ON raw.id = events.id"
    " LEFT JOIN truths ON truths.event = events.id WHERE events.id = ?"
)

_KEY, _KIND, _COURSE, _ASSIGNMENT = (
    COLUMNS.index(name) for name in ("key", "kind", "course", "assignment")
)

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
    """A report as it stands in the middle of the transaction."""

    id: int
    """The row that shows it."""
    row: Row
    """What it says itself."""
    revisions: int = 0
    paired: bool = False
    """A live report whose change an audit row shows."""


@dataclass(slots=True)
class Recording:
    """One transaction's events.

    ``now`` (UTC ms) dates the revisions, and what the log shows of students.
    """

    db: sqlite3.Connection
    meta: Meta
    now: int
    outcome: Outcome = field(default_factory=Outcome)
    _rows: Rows = field(init=False)
    _secrets: Secrets = field(init=False)
    _known: dict[_Identity, _Kept] = field(default_factory=dict[_Identity, _Kept])
    _arrived: list[tuple[int, Event, Row]] = field(default_factory=list[tuple[int, Event, Row]])
    """New rows: their numbers, what came, and what was written."""
    _seeds: list[Event] = field(default_factory=list[Event])
    """Reports that need their partners looked for again."""
    _stale: set[int] = field(default_factory=set[int])
    """Rows that may have to show something else."""
    _said: dict[Value, Secrecy] = field(default_factory=dict[Value, Secrecy])
    _read: dict[Value, int] = field(default_factory=dict[Value, int])
    """When the log was read that shows students of these."""
    _muted: dict[Value, int] = field(default_factory=dict[Value, int])
    """The newest moment of which a live report says that a grade is not posted."""
    _courses: dict[Value, Value] = field(default_factory=dict[Value, Value])
    """Where assignments are."""

    def __post_init__(self) -> None:
        self._rows = Rows(self.db, self.meta)
        self._secrets = Secrets(self.db, self.meta)

    def take(self, batch: Batch) -> None:
        """Record its sightings; a key that is there twice meets itself as known."""
        self._recall(batch.sightings)
        for offset, sighting in enumerate(batch.sightings):
            kept = self._known.get(identity(sighting.event))
            if kept is None:
                row = self._insert(sighting, batch.place + offset * batch.step)
            else:
                row = self._meet(kept, sighting)
            self._listen(sighting.event, row, self.now if batch.recent else sighting.event.at)
        self._rows.write()
        self._pair()
        self._veil()
        self._rows.settle()

    def _recall(self, sightings: Sequence[Sighting]) -> None:
        keys = json.dumps([sighting.event.key for sighting in sightings])
        for id_, revisions, own, *row in self.db.execute(_KNOWN, (keys,)):
            said = tuple(row) if own is None else row_of_text(own)
            self._known[row[_KEY], row[_KIND] == Kind.COURSE] = _Kept(id_, said, revisions)
        if any(is_live(sighting.event) for sighting in sightings):
            for id_, own in self.db.execute(_PAIRED, (keys,)):
                row = row_of_text(own)
                kept = _Kept(id_, row, paired=True)
                self._known[str(row[_KEY]), row[_KIND] == Kind.COURSE] = kept

    def _listen(self, event: Event, row: Row, read_at: int) -> None:
        """What a report says of its assignment: of all its students, and of where it is."""
        assignment, course = row[_ASSIGNMENT], row[_COURSE]
        if assignment is not None and course is not None:
            self._courses[assignment] = course
        if (said := said_of_students(event)) is not None:
            self._said[assignment] = said
            if said is Secrecy.SHOWN:
                self._read[assignment] = max(read_at, self._read.get(assignment, read_at))
        elif assignment is not None and may_be_hidden(event):
            self._muted[assignment] = max(event.at, self._muted.get(assignment, event.at))

    def _insert(self, sighting: Sighting, place: int) -> Row:
        row = to_row(sighting.event, self.meta.home_shard)
        id_ = self._rows.insert(row, sighting.raw, place)
        self._known[identity(sighting.event)] = _Kept(id_, row)
        self._arrived.append((id_, sighting.event, row))
        self.outcome.new += 1
        return row

    def _meet(self, kept: _Kept, sighting: Sighting) -> Row:
        """A known key again: the same, the same with other surroundings, or changed."""
        home = self.meta.home_shard
        row = to_row(sighting.event, home)
        if row == kept.row:
            self.outcome.known += 1
            return row
        old, new = from_row(kept.row, home), from_row(row, home)
        merged = merge(old, new)
        if merged == old:
            self.outcome.known += 1
            return row
        self._rows.write()  # the row to update may be waiting among them
        changed = essence(merged) != essence(old)
        self.outcome.changed += changed
        self.outcome.known += not changed
        if kept.paired:
            store_partner(self.db, self._rows, merged, sighting.raw)
        else:
            if changed:
                self._keep_revision(kept, old, merged)
            self._rows.set_own(kept.id, merged, sighting.raw)
        kept.row = to_row(merged, home)
        self._stale.add(kept.id)
        self._seeds.append(merged)
        return row

    def _keep_revision(self, kept: _Kept, old: Event, new: Event) -> None:
        """Keep the old content, without what Canvas has come to hide."""
        row = kept.row
        raw: str | None = self.db.execute(_OLD_RAW, (kept.id,)).fetchone()[0]
        if old.student is not None and is_hidden(new):
            self.db.execute("DELETE FROM revisions WHERE event = ?", (kept.id,))
            kept.revisions = 0
            row, raw = to_row(withheld(old), self.meta.home_shard), None
        self.db.execute(
            "INSERT INTO revisions (event, replaced_at, content, raw) VALUES (?, ?, ?, ?)",
            (kept.id, self.now, row_text(row), raw),
        )
        kept.revisions += 1
        self.db.execute("UPDATE events SET revisions = ? WHERE id = ?", (kept.revisions, kept.id))

    def _pair(self) -> None:
        """Find the partners of what came; rows of the log only where there are live reports."""
        new = [event for _, event, _ in self._arrived if match_of(event) is not None]
        seeds = [*self._seeds, *(event for event in new if is_live(event))]
        seeds += worth_pairing(self.db, [event for event in new if not is_live(event)])
        if seeds:
            home = self.meta.home_shard
            local = (from_row(to_row(seed, home), home) for seed in seeds)
            self._stale |= pair(self.db, self._rows, local)

    def _veil(self) -> None:
        """Withhold what is to be withheld now, and show again what is not."""
        assignments = {row[_ASSIGNMENT] for _, _, row in self._arrived} | self._said.keys()
        assignments |= {kept.row[_ASSIGNMENT] for kept in self._known.values()}
        self._secrets.load(assignments - {None})
        learnt = self._secrets.learn(self._said, self._read, self._muted, self._courses)
        self._stale.update(learnt)
        for id_, event, row in self._arrived:
            if is_withheld(event, self._secrets.of_row(row)):
                self._stale.add(id_)
        for id_ in sorted(self._stale):
            self._rows.refresh(id_, self._secrets.of_row)
