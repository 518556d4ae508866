"""Reading the journal: everything a person sees is a query asked here."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter

from tui.events.event import Event, Flag, Kind
from tui.events.ids import CanvasId
from tui.journal import names
from tui.journal.codec import COLUMNS, from_row, row_of_text
from tui.journal.connect import Door
from tui.journal.coverage import read_coverage
from tui.journal.faults import told
from tui.journal.gaps import read_gaps
from tui.journal.info import read_info
from tui.journal.meta import Meta, read_meta
from tui.journal.moves import moved_since
from tui.journal.names import ThingId
from tui.journal.pairing import is_hidden
from tui.journal.plan import Plan, plan
from tui.journal.records import (
    Gap,
    Info,
    Labels,
    Revision,
    Slot,
    Stored,
    Stretch,
    Suggestion,
    Touched,
    Touches,
)
from tui.journal.siblings import siblings_of
from tui.journal.suggest import suggest
from tui.journal.whole import withheld
from tui.query.ast import And, Filter, Is, OfKind, Role
from tui.query.sql import to_sql

_LABELLED = (
    ("course", "course"),
    ("assignment", "assignment"),
    ("student", "user"),
    ("grader", "user"),
    ("actor", "user"),
    ("real_actor", "user"),
)
_STORED = (
    "SELECT events.id, events.place, touch, revisions, partners.key, "  # noqa: S608  fixed names
    + ", ".join(f"events.{column}" for column in COLUMNS)
    + "".join(f", {role}_name.text" for role, _ in _LABELLED)
    + " FROM events"
    + "".join(
        f" LEFT JOIN names AS {role}_name"
        f" ON {role}_name.thing = '{thing}' AND {role}_name.id = {role}"
        for role, thing in _LABELLED
    )
    + " LEFT JOIN partners ON partners.event = events.id"
    + " WHERE events.id = ?"
)
_EVENT_BEGINS = 5
_EVENT_ENDS = _EVENT_BEGINS + len(COLUMNS)


@dataclass(frozen=True, slots=True)
class Reader:
    """Questions to the journal; each sees one consistent state. Raises :class:`JournalFault`."""

    _door: Door
    shared: bool
    """The connection is the journal's own (in memory)."""

    def slots(self, where: Filter, *, before: Slot | None = None, limit: int) -> list[Slot]:
        """The newest ``limit`` events that match, newest first, those before ``before`` only."""
        with self._reading() as (db, meta):
            chosen = plan(db, where, meta.home_shard, page=0 if before is None else limit)
            return _walk(db, chosen, before, limit, newest_first=True)

    def touched(self, after: int, where: Filter) -> Touches:
        """What came, changed or went since touch ``after``, oldest touch first."""
        with self._reading() as (db, meta):
            events: tuple[Touched, ...] = ()
            if meta.touch > after:
                condition = to_sql(where, home_shard=meta.home_shard)
                rows = db.execute(
                    f"SELECT touch, at, place, id, ({condition.text}) IS TRUE FROM events"  # noqa: S608  parameters only
                    " WHERE touch > ? ORDER BY touch",
                    (*condition.params, after),
                )
                came = [
                    (touch, Touched(Slot(at, place, row), matches=bool(matches), new=row > after))
                    for touch, at, place, row, matches in rows
                ]
                both = sorted([*came, *moved_since(db, after)], key=itemgetter(0))
                events = tuple(each for _, each in both)
            return Touches(
                touch=meta.touch,
                events=events,
                names_changed=meta.names_touch > after,
                purged=meta.purge_touch > after,
            )

    def touch(self) -> int:
        """The newest touch."""
        with self._reading() as (_, meta):
            return meta.touch

    def count(self, where: Filter) -> int:
        """How many events match; a walk over all of them."""
        with self._reading() as (db, meta):
            chosen = plan(db, where, meta.home_shard)
            query = f"SELECT count(*) FROM events INDEXED BY {chosen.index} WHERE {chosen.text}"  # noqa: S608  parameters only
            return db.execute(query, chosen.params).fetchone()[0]

    def stored(self, ids: Sequence[int]) -> list[Stored]:
        """The events with these row numbers, in the order asked; missing ones are left out."""
        with self._reading() as (db, meta):
            return _stored(db, ids, meta.home_shard)

    def oldest_first(self, where: Filter, *, chunk: int = 1000) -> Iterator[Stored]:
        """All that match, oldest first, ``chunk`` at a time: between chunks nothing is held."""
        last: Slot | None = None
        while True:
            with self._reading() as (db, meta):
                chosen = plan(db, where, meta.home_shard, page=chunk)
                slots = _walk(db, chosen, last, chunk, newest_first=False)
                events = _stored(db, [slot.id for slot in slots], meta.home_shard)
            yield from events
            if len(slots) < chunk:
                return
            last = slots[-1]

    def raw(self, row: int) -> str | None:
        """The wire document the event was last read from, as JSON text."""
        with self._reading() as (db, _):
            found = db.execute("SELECT text FROM raw WHERE id = ?", (row,)).fetchone()
            return None if found is None else found[0]

    def live_raw(self, row: int) -> str | None:
        """The live report that was paired with the row, as JSON text; None where it is withheld."""
        with self._reading() as (db, _):
            query = (
                "SELECT partners.raw FROM partners JOIN events ON events.id = event"
                " WHERE event = ? AND NOT (events.flags & ? AND events.student IS NULL)"
            )
            found = db.execute(query, (row, int(Flag.HIDDEN_STUDENT))).fetchone()
            return None if found is None else found[0]

    def siblings(self, row: int, *, limit: int) -> list[Stored]:
        """The other events of the same web request, oldest first.

        An event whose student is hidden has none and is none: it does not tell its request.
        """
        with self._reading() as (db, meta):
            own = _stored(db, [row], meta.home_shard)
            ids = siblings_of(db, own[0], limit) if own else []
            return _stored(db, ids, meta.home_shard)

    def history(self, row: int) -> list[Stored]:
        """Every change of the same submission (override, course total, course), oldest first.

        An event whose student is hidden has only itself: others must not tell who it is.
        """
        with self._reading() as (db, meta):
            own = _stored(db, [row], meta.home_shard)
            same = _same(own[0].event) if own else None
            if same is None:
                return own
            chosen = plan(db, same, meta.home_shard)
            slots = _walk(db, chosen, None, -1, newest_first=False)
            return _stored(db, [slot.id for slot in slots], meta.home_shard)

    def revisions(self, row: int) -> list[Revision]:
        """The older contents of an event, oldest first."""
        with self._reading() as (db, meta):
            query = "SELECT content, replaced_at FROM revisions WHERE event = ? ORDER BY id"
            past = [
                Revision(from_row(row_of_text(content), meta.home_shard), replaced_at)
                for content, replaced_at in db.execute(query, (row,))
            ]
            own = _stored(db, [row], meta.home_shard)
            if own and is_hidden(own[0].event):
                return [Revision(withheld(one.event), one.replaced_at) for one in past]
            return past

    def names(self, ids: Sequence[ThingId]) -> dict[ThingId, str]:
        """The names that are known of these things."""
        with self._reading() as (db, meta):
            return names.find_names(db, ids, meta.home_shard)

    def suggest(self, role: Role, text: str, *, limit: int = 8) -> list[Suggestion]:
        """Who was seen in ``role`` and is meant by ``text``: see :mod:`tui.journal.suggest`."""
        with self._reading() as (db, _):
            return suggest(db, role, text, limit)

    def coverage(self) -> list[Stretch]:
        """All verified stretches, merged, ascending within each feed and target."""
        with self._reading() as (db, _):
            return read_coverage(db)

    def gaps(self) -> list[Gap]:
        """What was lost of a feed, ascending within each feed and target."""
        with self._reading() as (db, _):
            return read_gaps(db)

    def info(self) -> Info:
        """What ``journal info`` tells."""
        with self._reading() as (db, meta):
            return read_info(db, self._door.path, meta)

    def close(self) -> None:
        if not self.shared:
            with told(self._door.path), self._door.lock:
                self._door.db.close()

    @contextmanager
    def _reading(self) -> Generator[tuple[sqlite3.Connection, Meta]]:
        with told(self._door.path), self._door.transaction("DEFERRED") as db:
            yield db, read_meta(db)


def _walk(
    db: sqlite3.Connection, chosen: Plan, beyond: Slot | None, limit: int, *, newest_first: bool
) -> list[Slot]:
    """Slots in order, beginning beyond one; ``limit`` −1 is all."""
    text, params = f"({chosen.text})", chosen.params
    order, sign = ("DESC", "<") if newest_first else ("ASC", ">")
    if beyond is not None:
        text += f" AND (at, place, id) {sign} (?, ?, ?)"
        params = (*params, beyond.at, beyond.place, beyond.id)
    rows = db.execute(
        f"SELECT at, place, id FROM events INDEXED BY {chosen.index} WHERE {text}"  # noqa: S608  parameters only
        f" ORDER BY at {order}, place {order}, id {order} LIMIT ?",
        (*params, limit),
    )
    return [Slot(at, place, row) for at, place, row in rows]


def _stored(db: sqlite3.Connection, ids: Sequence[int], home_shard: int) -> list[Stored]:
    found: list[Stored] = []
    for wanted in ids:
        row = db.execute(_STORED, (wanted,)).fetchone()
        if row is not None:
            found.append(
                Stored(
                    id=row[0],
                    place=row[1],
                    touch=row[2],
                    event=from_row(row[_EVENT_BEGINS:_EVENT_ENDS], home_shard),
                    labels=Labels(*row[_EVENT_ENDS:]),
                    revisions=row[3],
                    live_key=row[4],
                )
            )
    return found


def _same(event: Event) -> Filter | None:
    """The events about the same thing; None where only the event itself is known to be."""

    def among(role: Role, one: CanvasId | None) -> Is | None:
        return None if one is None else Is(role, (one,))

    student = among(Role.STUDENT, event.student)
    course = among(Role.COURSE, event.course)
    assignment = among(Role.ASSIGNMENT, event.assignment)
    match event.kind:
        case Kind.GRADE:  # an assignment is in one course; a live event may not name it
            parties = (student, assignment)
        case Kind.OVERRIDE | Kind.COURSE_SCORE:
            parties = (student, course)
        case Kind.COURSE:
            parties = (course,)
        case Kind.OTHER:
            return None
    known = tuple(party for party in parties if party is not None)
    return And((*known, OfKind((event.kind,)))) if len(known) == len(parties) else None
