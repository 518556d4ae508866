"""Pairs in the tables: finding the reports that compete for the same rows, and matching them."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tui.events.event import Event
from tui.journal.codec import COLUMNS, from_row, to_row
from tui.journal.moves import lead_on
from tui.journal.pairing import (
    WINDOW_MS,
    Likeness,
    Match,
    match_of,
    request_of,
    solve,
)
from tui.journal.records import Slot
from tui.journal.rows import Rows
from tui.journal.sides import Side, Sides
from tui.query.sql import id_value

REACH_MS = 4 * WINDOW_MS
"""How far beyond what is needed is looked at once, so that a quick series takes few questions."""

_SIDES = (
    f"SELECT events.id, events.place, truths.content, coalesce(truths.raw, raw.text),"  # noqa: S608  fixed names
    f" {', '.join(f'events.{column}' for column in COLUMNS)} FROM events"
    " {index} LEFT JOIN truths ON truths.event = events.id LEFT JOIN raw ON raw.id = events.id"
)
_THESE = " WHERE events.id IN (SELECT value FROM json_each(?))"
_BY_ID = f"{_SIDES.format(index='')}{_THESE}"
_NEAR = {
    column: _SIDES.format(index=f"INDEXED BY by_{column}")
    + f" WHERE events.{column} = ? AND events.kind = ? AND events.at BETWEEN ? AND ?"
    for column in ("assignment", "course")
}
_PARTNERS = "SELECT key, event, place, row, content, raw FROM partners"
_LIVE_TIMES = (
    "SELECT at FROM events INDEXED BY live_only WHERE seen = 2 AND at >= ?1 AND at < ?2"
    " UNION SELECT at FROM partners WHERE at >= ?1 AND at < ?2"
)
_KNOWN_REQUESTS = (
    "SELECT value FROM json_each(?) WHERE"
    " EXISTS (SELECT 1 FROM events WHERE request_id = value)"
    " OR EXISTS (SELECT 1 FROM truths WHERE request = value)"
    " OR EXISTS (SELECT 1 FROM partners WHERE request = value)"
)
_OF_REQUEST = (
    "SELECT id FROM events WHERE request_id = ?1 UNION SELECT id FROM events WHERE page_view = ?1"
    " UNION SELECT event FROM truths WHERE request = ?1"
)


def match_text(match: Match) -> str:
    """How the table of partners writes where one belongs."""
    return f"{match.kind.value}:{id_value(match.one)}"


def pair(db: sqlite3.Connection, rows: Rows, seeds: Iterable[Event]) -> set[int]:
    """Match anew all that ``seeds`` compete with; the rows that show something else now."""
    groups: dict[Match, dict[str, Event]] = {}
    for seed in seeds:
        match = match_of(seed)
        if match is not None:
            groups.setdefault(match, {})[seed.key] = seed
    changed: set[int] = set()
    for match, members in groups.items():
        changed |= _Group(db, rows, match).pair(members.values())
    return changed


def store_partner(db: sqlite3.Connection, rows: Rows, live: Event, raw: str) -> None:
    """Keep what a paired report says now."""
    db.execute(
        "UPDATE partners SET request = ?, content = ?, raw = ? WHERE key = ?",
        (request_of(live), rows.text_of(live), raw, live.key),
    )


def worth_pairing(db: sqlite3.Connection, audits: Sequence[Event]) -> Iterator[Event]:
    """Those rows of the log that some live report is near: one question for all of them."""
    if not audits:
        return
    first, last = min(row.at for row in audits), max(row.at for row in audits)
    times = sorted(at for (at,) in db.execute(_LIVE_TIMES, (first, last + WINDOW_MS)))
    requests = {request for row in audits if (request := request_of(row)) is not None}
    if requests:
        found = db.execute(_KNOWN_REQUESTS, (json.dumps(list(requests)),))
        requests = {request for (request,) in found}
    for row in audits:
        near = bisect_left(times, row.at)
        is_near = near < len(times) and times[near] < row.at + WINDOW_MS
        if is_near or request_of(row) in requests:
            yield row


@dataclass(slots=True)
class _Group:
    """The reports of one match that were looked at so far, by key."""

    db: sqlite3.Connection
    rows: Rows
    match: Match
    sides: Sides = field(default_factory=Sides)
    _spans: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    _asked: set[str] = field(default_factory=set[str])

    def pair(self, seeds: Iterable[Event]) -> set[int]:
        found = self._connected(seeds)
        audits = {side.event.key: side for side in found if not side.is_live}
        lives = [side for side in found if side.is_live]
        wanted = solve(
            [side.event for side in audits.values()],
            [side.event for side in lives],
            {key: side.place for key, side in audits.items()},
        )
        moves: list[tuple[Side, int | None]] = []
        for side in lives:
            row = wanted.get(side.event.key)
            new = None if row is None else audits[row].row
            if new != side.partner_of:
                moves.append((side, new))
        return self._apply(moves)

    def _connected(self, seeds: Iterable[Event]) -> list[Side]:
        """All whose partner may depend on the seeds'."""
        found: dict[str, Side] = {}
        seen: set[tuple[Likeness, int]] = set()
        open_: list[Event] = list(seeds)
        while open_:
            event = open_.pop()
            self._look_around(event)
            side = self.sides.of.get(event.key)
            if side is None or event.key in found:
                continue
            found[event.key] = side
            near = self.sides.around(side, seen)
            open_.extend(other.event for other in near if other.event.key not in found)
        return list(found.values())

    def _look_around(self, event: Event) -> None:
        low, high = event.at - WINDOW_MS, event.at + WINDOW_MS
        if not any(start <= low and high <= end for start, end in self._spans):
            self._look_between(low - REACH_MS, high + REACH_MS)
        request = request_of(event)
        if request is not None and request not in self._asked:
            self._asked.add(request)
            ids = [id_ for (id_,) in self.db.execute(_OF_REQUEST, (request,))]
            self._take(self.db.execute(_BY_ID, (json.dumps(ids),)))
            self._take_partners(self.db.execute(f"{_PARTNERS} WHERE request = ?", (request,)))

    def _look_between(self, low: int, high: int) -> None:
        self._spans.append((low, high))
        where = (id_value(self.match.one), self.match.kind.value, low, high)
        self._take(self.db.execute(_NEAR[self.match.column], where))
        self._take_partners(
            self.db.execute(
                f"{_PARTNERS} WHERE match = ? AND at BETWEEN ? AND ?",
                (match_text(self.match), low, high),
            )
        )

    def _take(self, found: Iterable[Sequence[Any]]) -> None:
        home, ids = self.rows.meta.home_shard, list[int]()
        for id_, place, content, raw, *row in found:
            own = from_row(row, home) if content is None else self.rows.event_of(content)
            if own.key not in self.sides.of and match_of(own) == self.match:
                self.sides.add(Side(own, place, raw, id_))
                ids.append(id_)
        self._take_partners(
            self.db.execute(
                f"{_PARTNERS} WHERE event IN (SELECT value FROM json_each(?))",  # noqa: S608  fixed
                (json.dumps(ids),),
            )
        )

    def _take_partners(self, found: Iterable[Sequence[Any]]) -> None:
        lost: list[int] = []
        for key, event, place, row, content, raw in found:
            own = self.rows.event_of(content)
            if key not in self.sides.of and match_of(own) == self.match:
                self.sides.add(Side(own, place, raw, row, event))
                lost.append(event)
        missing = [event for event in lost if not self.sides.has_row(event)]
        if missing:
            self._take(self.db.execute(_BY_ID, (json.dumps(missing),)))

    def _apply(self, moves: Sequence[tuple[Side, int | None]]) -> set[int]:
        changed: set[int] = set()
        for side, _ in moves:
            if side.partner_of is not None:
                self.db.execute("DELETE FROM partners WHERE key = ?", (side.event.key,))
                changed.add(side.partner_of)
        for side, new in moves:
            if new is None:
                changed.add(self._show_again(side))
            else:
                self._join(side, new)
                changed.add(new)
        return changed

    def _join(self, side: Side, new: int) -> None:
        live = side.event
        if side.row is not None and side.partner_of is None:
            self.rows.remove(Slot(live.at, side.place, side.row), new)
        elif side.row is not None:
            lead_on(self.db, side.row, new)
        self.db.execute(
            "INSERT INTO partners (key, event, match, at, place, row, request, content, raw)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                live.key,
                new,
                match_text(self.match),
                live.at,
                side.place,
                side.row,
                request_of(live),
                self.rows.text_of(live),
                side.raw,
            ),
        )

    def _show_again(self, side: Side) -> int:
        """By itself, with a number of its own: it is not what it was taken for."""
        row = to_row(side.event, self.rows.meta.home_shard)
        id_ = self.rows.insert(row, side.raw, side.place)
        self.rows.write()
        if side.row is not None:
            lead_on(self.db, side.row, id_)
        return id_
