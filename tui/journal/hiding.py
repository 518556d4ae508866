"""Which assignments' students may be shown, as the audit log has told last.

While it is not known which shard is home, the audit log prints local ids and live reports global
ones of the same assignment: then all of one local number are taken for one, which hides too much
at worst.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tui.events.event import Kind
from tui.events.ids import IDS_PER_SHARD
from tui.journal.codec import COLUMNS, Row, Value
from tui.journal.meta import Meta
from tui.journal.whole import Secrecy

_KEEPS = frozenset({Secrecy.HIDDEN, Secrecy.PRESUMED})
_EVER = -(2**62)
"""Before all events."""

_KIND, _AT, _COURSE, _ASSIGNMENT = (
    COLUMNS.index(name) for name in ("kind", "at", "course", "assignment")
)
_LOAD = (
    "SELECT assignment, state, course, read_at, muted_at FROM secrecy"
    " WHERE assignment IN (SELECT value FROM json_each(?))"
)
_LOAD_ALL = "SELECT assignment, state, course, read_at, muted_at FROM secrecy"
KEPT_SINCE = (
    f"SELECT min(CASE WHEN state <> 'shown' THEN {_EVER} WHEN muted_at > read_at THEN read_at END)"  # noqa: S608  a number
    " FROM secrecy WHERE course = ?"
)
ROWS = "SELECT id FROM events WHERE assignment = ? AND at > ?"
QUIET_TOTALS = (
    "SELECT id FROM events INDEXED BY quiet_totals"
    " WHERE kind = 'course_score' AND before_score IS after_score AND course = ? AND at > ?"
)
_LEARN = (
    "INSERT INTO secrecy (assignment, state, touch, course, read_at, muted_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (assignment) DO UPDATE"
    " SET state = ?2, touch = ?3, course = ?4, read_at = ?5, muted_at = ?6"
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one assignment; its course may have been named by nothing yet."""

    state: Secrecy
    course: Value
    read_at: int | None = None
    """When the log was last seen to show its students (UTC ms, by our clock)."""
    muted_at: int | None = None
    """The newest moment of which a live report says that a grade is not posted."""

    @property
    def since(self) -> int | None:
        """What is later than this is withheld; None: nothing is.

        Shown grades may be hidden again, and only a live report tells of that: what the log showed
        before says nothing of what comes after.
        """
        if self.state in _KEEPS:
            return _EVER
        read_at = _EVER if self.read_at is None else self.read_at
        return read_at if self.muted_at is not None and self.muted_at > read_at else None


@dataclass(slots=True)
class Secrets:
    """What one transaction knows and learns of assignments, each by the value of its column."""

    db: sqlite3.Connection
    meta: Meta
    _known: dict[Value, _Known] = field(default_factory=dict[Value, _Known])
    _courses: dict[Value, int | None] = field(default_factory=dict[Value, int | None])
    """Since when totals of a course are withheld."""

    def load(self, assignments: Iterable[Value]) -> None:
        """Look up what is known of these."""
        self._take(_LOAD, (json.dumps([self._key(one) for one in assignments]),))

    def load_all(self) -> None:
        self._take(_LOAD_ALL, ())

    def _take(self, query: str, parameters: tuple[str, ...]) -> None:
        for assignment, state, *rest in self.db.execute(query, parameters):
            self._known[assignment] = _Known(Secrecy(state), *rest)

    def of_row(self, row: Row) -> Secrecy | None:
        """What is known of its assignment; of a course total, whether its course keeps anything.

        None: nothing.
        """
        at = int(row[_AT] or 0)
        if row[_KIND] == Kind.COURSE_SCORE:
            since = self._kept_since(self._key(row[_COURSE]))
            return Secrecy.HIDDEN if since is not None and at > since else None
        known = self._known.get(self._key(row[_ASSIGNMENT]))
        if known is None or known.state in _KEEPS:
            return None if known is None else known.state
        return Secrecy.PRESUMED if known.since is not None and at > known.since else known.state

    def learn(
        self,
        said: Mapping[Value, Secrecy],
        read: Mapping[Value, int],
        muted: Mapping[Value, int],
        courses: Mapping[Value, Value],
    ) -> list[int]:
        """Take in what the log said, when it was read that showed students, up to when live reports
        said that grades are not posted (both UTC ms), and where the assignments are.

        Where the log has said nothing, such a report lets presume that students are hidden. Answers
        the rows that may have to change for it.
        """
        said = {self._key(one): state for one, state in said.items()}
        courses = {self._key(one): self._key(course) for one, course in courses.items()}
        read, muted = self._latest(read), self._latest(muted)
        new: dict[Value, _Known] = {}
        for one in said.keys() | muted.keys() | (courses.keys() & self._known.keys()):
            old = self._known.get(one, _Known(Secrecy.PRESUMED, None))
            state = said.get(one, old.state)
            known = _Known(
                state,
                courses.get(one, old.course),
                _later(old.read_at, read.get(one)),
                _later(old.muted_at, muted.get(one)),
            )
            if known != self._known.get(one):
                new[one] = known
        return self._apply(new)

    def _apply(self, new: Mapping[Value, _Known]) -> list[int]:
        changed = {one: known for one, known in new.items() if self._differs(one, known)}
        concerned = {known.course for known in changed.values()}
        concerned |= {self._known[one].course for one in changed if one in self._known}
        before = {course: self._kept_since(course) for course in concerned - {None}}
        rows = [
            (one, known.state, self.meta.touch, known.course, known.read_at, known.muted_at)
            for one, known in new.items()
        ]
        self.db.executemany(_LEARN, rows)
        stale: list[int] = []
        for one, known in changed.items():
            old = self._known.get(one)
            since = _earlier(known.since, None if old is None else old.since)
            if since is not None:
                stale += self._rows(ROWS, "assignment", one, since)
        self._known.update(new)
        self._courses.clear()
        for course, since in before.items():
            now = self._kept_since(course)
            first = _earlier(since, now)
            if now != since and first is not None:
                stale += self._rows(QUIET_TOTALS, "course", course, first)
        return stale

    def _differs(self, assignment: Value, known: _Known) -> bool:
        """Whether other rows are withheld then."""
        old = self._known.get(assignment)
        if old is None:
            return known.since is not None
        return (old.state, old.since, old.course) != (known.state, known.since, known.course)

    def withheld_rows(self) -> list[int]:
        """All rows of which something is withheld, for what is known of assignments."""
        rows: list[int] = []
        courses: dict[Value, int] = {}
        for one, known in self._known.items():
            if known.since is not None:
                rows += self._rows(ROWS, "assignment", one, known.since)
                courses[known.course] = min(known.since, courses.get(known.course, known.since))
        for course, since in courses.items():
            rows += self._rows(QUIET_TOTALS, "course", course, since)
        return rows

    def _kept_since(self, course: Value) -> int | None:
        """After what moment the quiet totals of a course are withheld; None: none is."""
        if course not in self._courses:
            self._courses[course] = self.db.execute(KEPT_SINCE, (course,)).fetchone()[0]
        return self._courses[course]

    def _key(self, value: Value) -> Value:
        """By what an assignment or a course is known: see the beginning of this module."""
        if self.meta.home_shard or value is None:
            return value
        return int(value) % IDS_PER_SHARD

    def _latest(self, times: Mapping[Value, int]) -> Mapping[Value, int]:
        latest: dict[Value, int] = {}
        for one, at in times.items():
            latest[self._key(one)] = max(at, latest.get(self._key(one), at))
        return latest

    def _rows(self, query: str, column: str, key: Value, since: int) -> list[int]:
        """Rows of an assignment, or quiet totals of a course, later than ``since``."""
        found = self.db.execute(query, (key, since)).fetchall()
        if not self.meta.home_shard:
            elsewhere = query.replace(
                f"{column} = ?", f"{column} >= {IDS_PER_SHARD} AND {_local(column)} = ?"
            )
            found += self.db.execute(elsewhere, (key, since)).fetchall()
        return [id_ for (id_,) in found]


def _later(one: int | None, other: int | None) -> int | None:
    return max((at for at in (one, other) if at is not None), default=None)


def _earlier(one: int | None, other: int | None) -> int | None:
    return min((at for at in (one, other) if at is not None), default=None)


def _local(column: str) -> str:
    return f"CAST(substr({column}, -13) AS INTEGER)"


def forget_secrecy(db: sqlite3.Connection) -> None:
    """Drop what is known of assignments without events; what is hidden stays so."""
    db.execute(
        "DELETE FROM secrecy WHERE state = ? AND NOT EXISTS"
        " (SELECT 1 FROM events WHERE events.assignment = secrecy.assignment)",
        (Secrecy.SHOWN.value,),
    )


def take_as_local(db: sqlite3.Connection) -> None:
    """Know assignments by their local numbers, as long as it is not known which shard is home.

    Of two entries the newer one holds.
    """
    db.execute(
        f"UPDATE secrecy SET course = {_local('course')} WHERE course >= ?",  # noqa: S608  fixed names
        (IDS_PER_SHARD,),
    )
    found = db.execute(
        f"SELECT {_local('assignment')}, state, touch, course, read_at, muted_at FROM secrecy"  # noqa: S608  same
        " WHERE assignment >= ?",
        (IDS_PER_SHARD,),
    ).fetchall()
    db.execute("DELETE FROM secrecy WHERE assignment >= ?", (IDS_PER_SHARD,))
    db.executemany(
        "INSERT INTO secrecy (assignment, state, touch, course, read_at, muted_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (assignment) DO UPDATE SET"
        " state = CASE WHEN ?2 <> 'presumed' AND (touch < ?3 OR state = 'presumed')"
        " THEN ?2 ELSE state END,"
        " touch = max(touch, ?3), course = coalesce(?4, course),"
        " read_at = max(coalesce(read_at, ?5), coalesce(?5, read_at)),"
        " muted_at = max(coalesce(muted_at, ?6), coalesce(?6, muted_at))",
        found,
    )


def keep_apart(db: sqlite3.Connection) -> None:
    """The home shard is known from now on: what may have been said of another shard's assignment
    of the same number holds for that one too."""
    db.execute(
        "INSERT OR IGNORE INTO secrecy (assignment, state, touch, course, read_at, muted_at)"  # noqa: S608  fixed names
        " SELECT events.assignment, state, secrecy.touch, max(events.course), read_at, muted_at"
        f" FROM events JOIN secrecy ON secrecy.assignment = {_local('events.assignment')}"
        " WHERE events.assignment >= ? GROUP BY events.assignment",
        (IDS_PER_SHARD,),
    )
