"""Groups in the tables: what came, changed or went settles which rows around it belong together.

Every row's group is right at the end of a transaction; :mod:`tui.journal.groups` says what is
right. A group keeps its number as long as one of its rows, or what that row became, is in it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tui.journal.codec import Row
from tui.journal.groups import (
    ACT_GAP_MS,
    ACT_LEAST,
    CHANGES,
    READ,
    REQUEST_LEAST,
    Key,
    Member,
    acts,
    is_request,
    member_of,
    member_of_row,
    partition,
)
from tui.journal.meta import Meta

_SELECT = f"SELECT grp, events.id, {', '.join(READ)} FROM events"  # noqa: S608  fixed names
_ONE = f"{_SELECT} WHERE id = ?"
_OF_GROUP = f"{_SELECT} WHERE grp = ?"
_OF_REQUESTS = (
    f"{_SELECT} WHERE request_id IN (SELECT value FROM json_each(?1))"  # noqa: S608  fixed names
    f" UNION {_SELECT} WHERE page_view IN (SELECT value FROM json_each(?1))"
)
_OF_GRADER = f"{_SELECT} INDEXED BY by_grader WHERE grader = ?"
_NEAR = f"{_OF_GRADER} AND at BETWEEN ? AND ? AND course = ? ORDER BY at"
_MORE_NEAR = (
    "SELECT key FROM json_each(?1) WHERE json_extract(value, '$[4]') <"
    " (SELECT count(*) FROM (SELECT 1 FROM events INDEXED BY by_grader"
    " WHERE grader = json_extract(value, '$[0]') AND course = json_extract(value, '$[1]')"
    " AND at BETWEEN json_extract(value, '$[2]') AND json_extract(value, '$[3]') LIMIT ?2))"
)
"""Those of some stretches of a grader in a course that hold more rows than is said, few."""
_IN_GROUP = (
    "SELECT coalesce("
    "(SELECT id FROM events WHERE request_id = value AND grp IS NOT NULL LIMIT 1),"
    " (SELECT id FROM events WHERE page_view = value AND grp IS NOT NULL LIMIT 1))"
    " FROM json_each(?)"
)
"""Of each request a row that is in a group, if there is one."""
_CHANGES_LEFT = (
    "SELECT count(*) FROM events WHERE grp = ?"  # noqa: S608  question marks
    f" AND kind IN ({', '.join('?' * len(CHANGES))})"
)
_GRADERS = "SELECT id FROM parties WHERE role = 'grader'"
_REQUESTS = (
    "SELECT request FROM ("
    "SELECT request_id AS request FROM events WHERE request_id IS NOT NULL"
    " UNION ALL SELECT page_view FROM events WHERE page_view IS NOT NULL"
    ") GROUP BY request HAVING count(*) >= ?"
)
_TOGETHER = 500
"""Requests that are asked for at once."""

_Found = dict[int, tuple[Member, int | None]]
"""Rows by number, each with the group it is in."""


@dataclass(slots=True)
class Grouping:
    """One transaction's changes of groups; rows that are in another one then are touched."""

    db: sqlite3.Connection
    meta: Meta
    _fresh: set[int] = field(default_factory=set[int])
    """Rows of this transaction: nobody has seen them without their group."""
    _before: dict[int, int | None] = field(default_factory=dict[int, int | None])
    """The groups that rows were in which were written since."""
    _now: dict[int, int | None] = field(default_factory=dict[int, int | None])
    _heirs: dict[int, int] = field(default_factory=dict[int, int])
    """The groups of rows that are gone, by the rows that show them now."""
    _open: dict[Key, dict[int, Member]] = field(default_factory=dict[Key, dict[int, Member]])
    """Rows without a group that may come to be in one."""

    def follow(
        self,
        changed: Mapping[int, tuple[Row | None, Row | None]],
        became: Mapping[int, tuple[int, int]],
    ) -> None:
        """Settle what ``changed`` tells: what each of some rows was, and what it is now.

        ``became``: rows that are shown by another one now, each with its group and that row.
        """
        self._fresh = {id_ for id_, (before, _) in changed.items() if before is None}
        self._heirs = {row: group for group, row in became.values()}
        left: dict[int, Key] = {}
        for id_, (before, after) in changed.items():
            was = None if before is None else member_of_row(id_, before)
            now = None if after is None else member_of_row(id_, after)
            if was == now:
                continue
            if was is not None:
                group = became[id_][0] if id_ in became else self._take_out(id_)
                if group is not None:
                    left[group] = was.key
            if now is not None:
                self._open.setdefault(now.key, {})[id_] = now
        for group, key in left.items():
            if not is_request(key) or self._changes_left(group) < REQUEST_LEAST:
                self._dissolve(group)
        self._settle()

    def shrink(self, groups: Iterable[int]) -> None:
        """Settle groups of which some rows were deleted."""
        for group in groups:
            self._dissolve(group)
        self._settle()

    def all_anew(self) -> None:
        """Settle all rows, whatever is known of their groups."""
        self._before = dict(self.db.execute("SELECT id, grp FROM events WHERE grp IS NOT NULL"))
        self._now = dict.fromkeys(self._before)
        self.db.execute("UPDATE events SET grp = NULL WHERE grp IS NOT NULL")
        for found in self._all():
            self._join(found)
        self._touch()
        self.meta.ungrouped = 0

    def _all(self) -> Iterator[_Found]:
        for (grader,) in self.db.execute(_GRADERS).fetchall():
            found = _members(self.db.execute(_OF_GRADER, (grader,)))
            yield {id_: one for id_, one in found.items() if not is_request(one[0].key)}
        requests = self.db.execute(_REQUESTS, (REQUEST_LEAST,)).fetchall()
        for first in range(0, len(requests), _TOGETHER):
            yield self._of_requests([one for (one,) in requests[first : first + _TOGETHER]])

    def _settle(self) -> None:
        pieces = [
            piece
            for key, members in self._open.items()
            if not is_request(key)
            for piece in acts(sorted(members.values(), key=lambda member: member.at))
        ]
        # First: what is left of an act keeps its number, not what is found to be of a request.
        for piece in self._accompanied(pieces):
            self._join_act(piece)
        requests = [key for key in self._open if is_request(key)]
        if requests:
            grown = self._grown(requests)
            self._join(self._of_requests([key[1] for key in requests if key not in grown]))
        self._open.clear()
        self._touch()

    def _grown(self, requests: Sequence[Key]) -> set[Key]:
        """Those that are groups already, with their new rows: the others are not read again."""
        asked = json.dumps([key[1] for key in requests])
        ids = [id_ for (id_,) in self.db.execute(_IN_GROUP, (asked,)) if id_ is not None]
        grown: set[Key] = set()
        found = _members(row for id_ in ids for row in self.db.execute(_ONE, (id_,)))
        for member, group in found.values():
            fresh = self._open.get(member.key)
            if fresh is not None:
                grown.add(member.key)
                rows: _Found = {each.id: (each, None) for each in fresh.values()}
                self._number({**rows, member.id: (member, group)})
        return grown

    def _of_requests(self, requests: Sequence[object]) -> _Found:
        keys = set(requests)
        found = _members(self.db.execute(_OF_REQUESTS, (json.dumps(list(requests)),)))
        return {
            id_: one
            for id_, one in found.items()
            if is_request(one[0].key) and one[0].key[1] in keys
        }

    def _accompanied(self, pieces: Sequence[list[Member]]) -> list[list[Member]]:
        """Without those that are too few and have nothing near them, as most have: one question."""
        few = [piece for piece in pieces if len(piece) < ACT_LEAST]
        asked = [
            (*piece[0].key[1:3], piece[0].at - ACT_GAP_MS, piece[-1].at + ACT_GAP_MS, len(piece))
            for piece in few
        ]
        more = self.db.execute(_MORE_NEAR, (json.dumps(asked), ACT_LEAST))
        near: list[list[Member]] = [few[place] for (place,) in more]
        return near + [piece for piece in pieces if len(piece) >= ACT_LEAST]

    def _join_act(self, piece: Sequence[Member]) -> None:
        """Look as far around as rows without a group lead on: a group's other rows are known."""
        near: _Found = {member.id: (member, None) for member in piece}
        first, last = piece[0].at, piece[-1].at
        while True:
            near |= self._near(piece[0].key, first - ACT_GAP_MS, last + ACT_GAP_MS, near)
            times = [member.at for member, group in near.values() if group is None]
            if not times or (min(times), max(times)) == (first, last):
                break
            first, last = min(times), max(times)
        groups = {group for _, group in near.values()} - {None}
        if groups or len(near) >= ACT_LEAST:
            self._number(near)

    def _near(self, key: Key, start: int, end: int, known: _Found) -> _Found:
        """The rows of one hand in this time: all without a group, and of a group one of a moment.

        What is of the same hand at the same moment is of the same group, unless it is new.
        """
        near: _Found = {}
        found = True
        while found:
            found = False
            for row in self.db.execute(_NEAR, (key[1], start, end, key[2])):
                if row[0] is None and row[1] in known:
                    continue
                member = member_of(row[1], row[2:])
                if member is None or member.key != key:
                    continue
                near[member.id] = (member, row[0])
                if row[0] is not None:
                    start, found = member.at + 1, True
                    break
        return near

    def _join(self, found: _Found) -> None:
        """Make the groups there are among rows that hold whole ones."""
        for group in partition(member for member, _ in found.values()):
            self._number({member.id: found[member.id] for member in group})

    def _number(self, together: _Found) -> None:
        """Give rows one number, and all rows of the groups that some of them are in."""
        groups = sorted({group for _, group in together.values() if group is not None})
        number = groups[0] if groups else self._number_for(together)
        for other in groups[1:]:
            rest = self.db.execute("SELECT id FROM events WHERE grp = ?", (other,)).fetchall()
            self._write([id_ for (id_,) in rest], other, number)
        self._write([id_ for id_, (_, group) in together.items() if group is None], None, number)

    def _number_for(self, ids: Iterable[int]) -> int:
        """What rows of these were in before, if that is free; else a new number."""
        former = {self._before.get(id_) for id_ in ids} | {self._heirs.get(id_) for id_ in ids}
        for group in sorted(group for group in former if group is not None):
            taken = self.db.execute("SELECT 1 FROM events WHERE grp = ? LIMIT 1", (group,))
            if taken.fetchone() is None:
                return group
        self.meta.groups += 1
        return self.meta.groups

    def _take_out(self, id_: int) -> int | None:
        row = self.db.execute("SELECT grp FROM events WHERE id = ?", (id_,)).fetchone()
        group: int | None = None if row is None else row[0]
        if group is not None:
            self._write([id_], group, None)
        return group

    def _dissolve(self, group: int) -> None:
        """Take all rows out of a group; they are settled anew."""
        found = _members(self.db.execute(_OF_GROUP, (group,)))
        self._write(found, group, None)
        for id_, (member, _) in found.items():
            self._open.setdefault(member.key, {})[id_] = member

    def _write(self, ids: Iterable[int], before: int | None, now: int | None) -> None:
        ids = list(ids)
        self.db.executemany("UPDATE events SET grp = ? WHERE id = ?", [(now, id_) for id_ in ids])
        for id_ in ids:
            self._before.setdefault(id_, before)
            self._now[id_] = now

    def _touch(self) -> None:
        others = [
            id_
            for id_, now in self._now.items()
            if now != self._before[id_] and id_ not in self._fresh
        ]
        if others:
            touch = self.meta.next()
            self.db.executemany(
                "UPDATE events SET touch = ? WHERE id = ?", [(touch, id_) for id_ in others]
            )

    def _changes_left(self, group: int) -> int:
        return self.db.execute(_CHANGES_LEFT, (group, *CHANGES)).fetchone()[0]


def _members(rows: Iterable[Sequence[Any]]) -> _Found:
    members = ((member_of(row[1], row[2:]), row[0]) for row in rows)
    return {member.id: (member, group) for member, group in members if member is not None}
