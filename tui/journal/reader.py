"""Reading the journal: everything a person sees is a query asked here."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from operator import itemgetter

from tui.events.event import Flag
from tui.events.ids import CanvasId
from tui.journal import names
from tui.journal.codec import from_row, row_of_text
from tui.journal.connect import Door
from tui.journal.coverage import read_coverage
from tui.journal.faults import ReadingEnded, told
from tui.journal.gaps import read_gaps
from tui.journal.info import read_info
from tui.journal.meta import Meta, read_meta
from tui.journal.moves import moved_since
from tui.journal.names import ThingId
from tui.journal.pairing import is_hidden
from tui.journal.past_filters import read_past_filters
from tui.journal.plan import plan
from tui.journal.records import (
    Fact,
    Gap,
    GroupSum,
    Info,
    Revision,
    Slot,
    Stored,
    Stretch,
    Suggestion,
    Touched,
    Touches,
)
from tui.journal.same import same
from tui.journal.siblings import siblings_of
from tui.journal.stored import read_stored
from tui.journal.suggest import suggest
from tui.journal.sums import read_facts, read_group_sums, read_histogram, read_members
from tui.journal.walking import ALL, grouped_slots_of, slots_of
from tui.journal.whole import withheld
from tui.query.ast import And, During, Filter, Role
from tui.query.sql import to_sql


def number_of(value: int | str) -> CanvasId:
    """The id that a column holds; one without a shard is of the home shard."""
    return CanvasId.of(int(value))


@dataclass(frozen=True, slots=True)
class Reader:
    """Questions to the journal; each sees one consistent state. Raises :class:`JournalFault`."""

    _door: Door
    shared: bool
    """The connection is the journal's own (in memory)."""
    _unwanted: threading.Event | None = None

    def until(self, unwanted: threading.Event) -> Reader:
        """The same, whose questions raise :class:`ReadingEnded` at once when the event is set."""
        return replace(self, _unwanted=unwanted)

    def go_on(self) -> None:
        """Raises :class:`ReadingEnded` where nobody wants the answer any more."""
        if self._unwanted is not None and self._unwanted.is_set():
            raise ReadingEnded

    def slots(self, where: Filter, *, before: Slot | None = None, limit: int) -> list[Slot]:
        """The newest ``limit`` events that match, newest first, those before ``before`` only."""
        with self._reading() as (db, meta):
            chosen = plan(db, where, meta.home_shard, page=0 if before is None else limit)
            return slots_of(db, chosen, before, limit, newest_first=True)

    def walk(
        self, where: Filter, *, before: Slot | None = None, limit: int
    ) -> list[tuple[Slot, int | None]]:
        """As :meth:`slots`, each with its group; None: it is no part of one."""
        with self._reading() as (db, meta):
            chosen = plan(db, where, meta.home_shard, page=0 if before is None else limit)
            return grouped_slots_of(db, chosen, before, limit)

    def beyond(self, where: Filter, slot: Slot | None, *, older: bool) -> Slot | None:
        """The match next to ``slot`` in one direction; without one, from the other end."""
        with self._reading() as (db, meta):
            chosen = plan(db, where, meta.home_shard, page=1)
            found = slots_of(db, chosen, slot, 1, newest_first=older)
            return found[0] if found else None

    def extent(self, where: Filter) -> tuple[int, int] | None:
        """When the oldest and the newest match happened (UTC ms); None: nothing matches."""
        with self._reading() as (db, meta):
            chosen = plan(db, where, meta.home_shard)
            ends = [slots_of(db, chosen, None, 1, newest_first=end) for end in (False, True)]
            return (ends[0][0].at, ends[1][0].at) if ends[0] else None

    def facts(self, where: Filter, *, before: Slot | None = None, limit: int) -> Sequence[Fact]:
        """The numbers and parties of the newest ``limit`` that match, for sums over very many."""
        with self._reading() as (db, meta):
            chosen = plan(db, where, meta.home_shard, page=limit)
            return read_facts(db, chosen, before, limit)

    def histogram(self, where: Filter, *, start: int, width: int, count: int) -> list[int]:
        """How many match in each of ``count`` stretches of ``width`` ms from ``start`` (UTC ms)."""
        with self._reading() as (db, meta):
            within = And((where, During(start, start + width * count)))
            chosen = plan(db, within, meta.home_shard)
            return read_histogram(db, chosen, start, width, count)

    def group_sums(self, groups: Sequence[int], where: Filter) -> dict[int, GroupSum]:
        """What of each group matches, summed up; a group of which nothing does is left out."""
        with self._reading() as (db, meta):
            return read_group_sums(db, groups, to_sql(where, home_shard=meta.home_shard))

    def members(self, group: int, where: Filter, *, limit: int) -> list[Stored]:
        """The events of a group that match, oldest first."""
        with self._reading() as (db, meta):
            condition = to_sql(where, home_shard=meta.home_shard)
            return read_stored(db, read_members(db, group, condition, limit), meta.home_shard)

    def past_filters(self, limit: int) -> list[str]:
        """The filters that were in force before, the newest first."""
        with self._reading() as (db, _):
            return read_past_filters(db, limit)

    def touched(self, after: int, where: Filter) -> Touches:
        """What came, changed or went since touch ``after``, oldest touch first."""
        with self._reading() as (db, meta):
            events: tuple[Touched, ...] = ()
            if meta.touch > after:
                condition = to_sql(where, home_shard=meta.home_shard)
                rows = db.execute(
                    f"SELECT touch, at, place, id, grp, ({condition.text}) IS TRUE FROM events"  # noqa: S608  parameters only
                    " WHERE touch > ? ORDER BY touch",
                    (*condition.params, after),
                )
                came = [
                    (
                        touch,
                        Touched(
                            Slot(at, place, row),
                            matches=bool(matches),
                            new=row > after,
                            group=group,
                        ),
                    )
                    for touch, at, place, row, group, matches in rows
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
            query = f"SELECT count(*) FROM {chosen.source} WHERE {chosen.text}"  # noqa: S608  parameters only
            return db.execute(query, chosen.params).fetchone()[0]

    def stored(self, ids: Sequence[int]) -> list[Stored]:
        """The events with these row numbers, in the order asked; missing ones are left out."""
        with self._reading() as (db, meta):
            return read_stored(db, ids, meta.home_shard)

    def oldest_first(self, where: Filter, *, chunk: int = 1000) -> Iterator[Stored]:
        """All that match, oldest first, ``chunk`` at a time: between chunks nothing is held."""
        last: Slot | None = None
        while True:
            with self._reading() as (db, meta):
                chosen = plan(db, where, meta.home_shard, page=chunk)
                slots = slots_of(db, chosen, last, chunk, newest_first=False)
                events = read_stored(db, [slot.id for slot in slots], meta.home_shard)
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
            own = read_stored(db, [row], meta.home_shard)
            ids = siblings_of(db, own[0], limit) if own else []
            return read_stored(db, ids, meta.home_shard)

    def history(self, row: int) -> list[Stored]:
        """Every change of the same submission (override, course total, course), oldest first.

        An event whose student is hidden has only itself: others must not tell who it is.
        """
        return self.history_around(row, ALL)[0]

    def history_around(self, row: int, limit: int) -> tuple[list[Stored], int, int]:
        """At most ``limit`` of them, the row's own with them; how many older and newer are not."""
        with self._reading() as (db, meta):
            own = read_stored(db, [row], meta.home_shard)
            where = same(own[0].event) if own else None
            if where is None:
                return own, 0, 0
            chosen = plan(db, where, meta.home_shard)
            ids = [slot.id for slot in slots_of(db, chosen, None, ALL, newest_first=False)]
            limit = len(ids) if limit == ALL else limit
            here = ids.index(own[0].id) if own[0].id in ids else len(ids)
            begin = max(0, min(len(ids) - limit, here - limit // 2))
            shown = ids[begin : begin + limit]
            newer = len(ids) - begin - len(shown)
            return read_stored(db, shown, meta.home_shard), begin, newer

    def revisions(self, row: int) -> list[Revision]:
        """The older contents of an event, oldest first."""
        with self._reading() as (db, meta):
            query = "SELECT content, replaced_at FROM revisions WHERE event = ? ORDER BY id"
            past = [
                Revision(from_row(row_of_text(content), meta.home_shard), replaced_at)
                for content, replaced_at in db.execute(query, (row,))
            ]
            own = read_stored(db, [row], meta.home_shard)
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
        self.go_on()
        with told(self._door.path), self._door.transaction("DEFERRED", self._unwanted) as db:
            yield db, read_meta(db)
