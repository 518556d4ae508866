"""What happened to rows that the attention rules may have judged already, or judged others by.

A new row needs no note: row numbers only ever rise. A row that changed or went is noted by the
tables themselves, whoever wrote it; a note is gone once the rules have looked. No note names a
student: whose row it is the row itself tells, as long as it tells it. Notes are only kept of a
journal that is judged, and no more of them than :data:`MOST`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import NamedTuple

from tui.events.event import Kind

MOST = 50_000
"""So many notes are dearer than judging everything: then there are none, see ``noting``."""

_BE_NOTED = "(SELECT value FROM judged WHERE name = 'noting')"
_AS_IT_WAS = "INSERT INTO disturbed (row, at, kind, course, assignment, grader, whose)"
_OLD = (
    "old.id, old.at, old.kind, old.course, old.assignment,"
    " CASE WHEN old.grader IS NOT old.student THEN old.grader END"
)
_SELF_GRADED = (
    "INSERT INTO disturbed (at) SELECT old.at WHERE old.grader IS old.student"
    " AND old.grader IS NOT NULL"
)
"""That grader is a student, who is not named: all around that time is looked at."""
_LEFT_GROUP = (
    "INSERT INTO disturbed (at, grp) SELECT at, grp FROM events WHERE grp = old.grp"
    " ORDER BY at LIMIT 1"
)
"""Of the group that is left, nothing of what has left it."""

TABLES = f"""
CREATE TABLE disturbed (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    row INTEGER,        -- NULL: all that stands around that time, or that group
    at INTEGER NOT NULL,
    kind TEXT,          -- NULL: the row is to be looked at as it is now, else as it was
    course, assignment, grader,
    whose INTEGER,      -- as it was it had: 0 no student; 1 the one it has now; 2 another one
    grp INTEGER
);
CREATE TRIGGER changed_event AFTER UPDATE OF
    at, kind, type, course, assignment, student, grader, actor,
    before_grade, before_score, before_points, before_excused,
    after_grade, after_score, after_points, after_excused,
    flags, links, changes, seen, request_id, page_view, client_ip, user_agent, event_source
ON events WHEN {_BE_NOTED} BEGIN
    INSERT INTO disturbed (row, at) VALUES (new.id, new.at);
END;
CREATE TRIGGER displaced_event AFTER UPDATE OF at, kind, course, assignment, student, grader
ON events WHEN {_BE_NOTED} AND (old.at, old.kind, old.course, old.assignment, old.student,
    old.grader) IS NOT (new.at, new.kind, new.course, new.assignment, new.student, new.grader)
BEGIN
    {_AS_IT_WAS} SELECT {_OLD}, CASE WHEN old.student IS NULL THEN 0
        WHEN old.student IS new.student THEN 1 ELSE 2 END;
    {_SELF_GRADED};
END;
CREATE TRIGGER regrouped_event AFTER UPDATE OF grp ON events
WHEN old.grp IS NOT new.grp AND {_BE_NOTED} BEGIN
    INSERT INTO disturbed (row, at) VALUES (new.id, new.at);
    {_LEFT_GROUP};
END;
CREATE TRIGGER gone_event AFTER DELETE ON events WHEN {_BE_NOTED} BEGIN
    {_AS_IT_WAS} SELECT {_OLD}, old.student IS NOT NULL;
    {_SELF_GRADED};
    {_LEFT_GROUP};
END;
CREATE TRIGGER too_much_disturbed AFTER INSERT ON disturbed
WHEN new.id - (SELECT min(id) FROM disturbed) >= {MOST} BEGIN
    UPDATE judged SET value = 0 WHERE name = 'noting';
    DELETE FROM disturbed;
END;
CREATE TRIGGER unjudged_event AFTER DELETE ON events BEGIN
    DELETE FROM hits WHERE event = old.id;
END;
-- What was said of it rests on what its student was given.
CREATE TRIGGER hidden_event AFTER UPDATE OF student ON events
WHEN old.student IS NOT NULL AND new.student IS NULL BEGIN
    DELETE FROM hits WHERE event = new.id;
END;
"""  # noqa: S608  fixed names

Party = int | str
"""An id as a column holds it."""


class Moment(NamedTuple):
    """A row as it is, or as it was: where in which timelines something is different now."""

    row: int | None
    at: int
    kind: str | None
    course: Party | None
    assignment: Party | None
    student: Party | None
    grader: Party | None
    grp: int | None
    anyone: bool = False
    """It had a student who is not known: it may be any with something in that place."""

    @property
    def everywhere(self) -> bool:
        """All before it was purged."""
        return self.kind is None and self.grp is None


_MOMENT = "id, at, kind, course, assignment, student, grader, grp"
_NOW = ("kind", "course", "assignment", "student", "grader", "grp")
_NOTED = (
    "SELECT noted.id, row, own.id IS NOT NULL, noted.at, noted.kind, noted.course,"  # noqa: S608  fixed names
    " noted.assignment, noted.grader, whose, noted.grp,"
    + ", ".join(f" coalesce(own.{column}, heir.{column})" for column in _NOW)
    + " FROM (SELECT * FROM disturbed ORDER BY id LIMIT ?) AS noted"
    " LEFT JOIN events AS own ON own.id = row"
    " LEFT JOIN moves ON own.id IS NULL AND moves.old = row"
    " LEFT JOIN events AS heir ON heir.id = moves.new ORDER BY noted.id"
)
"""A row that is gone has the student of the row that shows it now."""


def new_rows(db: sqlite3.Connection, after: int, upto: int) -> list[Moment]:
    """The rows with numbers in ``(after, upto]``."""
    query = f"SELECT {_MOMENT} FROM events WHERE id > ? AND id <= ?"  # noqa: S608  fixed names
    return [Moment(*row) for row in db.execute(query, (after, upto))]


def noted(db: sqlite3.Connection, limit: int) -> tuple[int, list[Moment]]:
    """The oldest notes, and the number of the last of them (0: there are none)."""
    rows = db.execute(_NOTED, (limit,)).fetchall()
    moments: list[Moment] = []
    for _, row, is_there, at, kind, course, assignment, grader, whose, grp, *now in rows:
        if row is None and kind is None:
            moments.append(Moment(None, at, None, None, None, None, None, grp))
        elif kind is not None:
            student = now[3] if whose == 1 else None
            anyone = bool(whose) and student is None
            there = row if is_there else None
            moments.append(
                Moment(there, at, kind, course, assignment, student, grader, None, anyone)
            )
        elif is_there:
            moments.append(Moment(row, at, *now))
    return (rows[-1][0] if rows else 0), moments


def members(db: sqlite3.Connection, groups: Collection[int]) -> list[Moment]:
    """All rows of these groups."""
    query = (
        f"SELECT {_MOMENT} FROM events INDEXED BY by_group"  # noqa: S608  fixed names
        " WHERE grp IN (SELECT value FROM json_each(?))"
    )
    return [Moment(*row) for row in db.execute(query, (json.dumps(sorted(groups)),))]


def around(db: sqlite3.Connection, start: int, end: int) -> list[Moment]:
    """Each timeline that has something in ``start <= at <= end``."""
    query = (
        "SELECT DISTINCT course, student, grader FROM events INDEXED BY by_time"
        " WHERE at BETWEEN ? AND ?"
    )
    return [
        Moment(None, start, "", course, None, student, grader, None)
        for course, student, grader in db.execute(query, (start, end))
    ]


def students_in(
    db: sqlite3.Connection, kind: str, place: Party, start: int, end: int
) -> list[Party]:
    """Whose grades of an assignment, or overrides in a course, there are in that time."""
    column = "assignment" if kind == Kind.GRADE else "course"
    query = (
        f"SELECT DISTINCT student FROM events INDEXED BY by_{column}"  # noqa: S608  fixed names
        f" WHERE {column} = ? AND at BETWEEN ? AND ? AND kind = ? AND student IS NOT NULL"
    )
    return [student for (student,) in db.execute(query, (place, start, end, kind))]


def forget_notes(db: sqlite3.Connection, upto: int) -> None:
    """The rules have looked at what these notes said."""
    db.execute("DELETE FROM disturbed WHERE id <= ?", (upto,))


def forget_purged(db: sqlite3.Connection, before: int) -> None:
    """Keep of the notes about what is purged nothing but that something was there.

    Terms of courses and sizes of groups reach further than time does, so what is left of these
    courses and groups is named.
    """
    left: Sequence[str] = (
        "INSERT INTO disturbed (at, kind, course) SELECT DISTINCT ?1, 'course', course"
        " FROM disturbed WHERE at < ?1 AND kind = 'course'"
        " AND course IN (SELECT course FROM events)",
        "INSERT INTO disturbed (at, grp) SELECT DISTINCT ?1, grp FROM disturbed"
        " WHERE at < ?1 AND grp IN (SELECT grp FROM events)",
        "INSERT INTO disturbed (at) SELECT ?1 WHERE EXISTS (SELECT 1 FROM disturbed WHERE at < ?1)",
        "DELETE FROM disturbed WHERE at < ?1",
    )
    for statement in left:
        db.execute(statement, (before,))
