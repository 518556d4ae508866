"""What happened to rows that the attention rules may have judged already, or judged others by.

A new row needs no note: row numbers only ever rise. A row that changed or went is noted by the
tables themselves, whoever wrote it, with what it was and what it is; a note is gone once the rules
have looked.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import NamedTuple

TABLES = """
CREATE TABLE disturbed (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    row INTEGER,                    -- the row, as it is now; NULL: what was there before
    at INTEGER NOT NULL,
    kind TEXT,                      -- NULL: all that stands around that time, or that group
    course, assignment, student, grader,
    grp INTEGER
);
CREATE TRIGGER changed_event AFTER UPDATE OF
    at, kind, type, course, assignment, student, grader, actor,
    before_grade, before_score, before_points, before_excused,
    after_grade, after_score, after_points, after_excused,
    flags, links, changes, seen, request_id, page_view, client_ip, user_agent, event_source
ON events BEGIN
    INSERT INTO disturbed (at, kind, course, assignment, student, grader, grp) VALUES
        (old.at, old.kind, old.course, old.assignment, old.student, old.grader, old.grp);
    INSERT INTO disturbed (row, at, kind, course, assignment, student, grader, grp) VALUES
        (new.id, new.at, new.kind, new.course, new.assignment, new.student, new.grader, new.grp);
END;
CREATE TRIGGER regrouped_event AFTER UPDATE OF grp ON events WHEN old.grp IS NOT new.grp BEGIN
    INSERT INTO disturbed (row, at, kind, course, assignment, student, grader, grp) VALUES
        (new.id, new.at, new.kind, new.course, new.assignment, new.student, new.grader, new.grp);
    INSERT INTO disturbed (at, grp) SELECT old.at, old.grp WHERE old.grp IS NOT NULL;
END;
CREATE TRIGGER gone_event AFTER DELETE ON events BEGIN
    INSERT INTO disturbed (at, kind, course, assignment, student, grader, grp) VALUES
        (old.at, old.kind, old.course, old.assignment, old.student, old.grader, old.grp);
    DELETE FROM hits WHERE event = old.id;
END;
"""

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

    @property
    def everywhere(self) -> bool:
        """All before it was purged."""
        return self.kind is None and self.grp is None


_MOMENT = "id, at, kind, course, assignment, student, grader, grp"


def new_rows(db: sqlite3.Connection, after: int, upto: int) -> list[Moment]:
    """The rows with numbers in ``(after, upto]``."""
    query = f"SELECT {_MOMENT} FROM events WHERE id > ? AND id <= ?"  # noqa: S608  fixed names
    return [Moment(*row) for row in db.execute(query, (after, upto))]


def noted(db: sqlite3.Connection, limit: int) -> tuple[int, list[Moment]]:
    """The oldest notes, and the number of the last of them (0: there are none)."""
    query = f"SELECT disturbed.id, row, {_MOMENT[4:]} FROM disturbed ORDER BY id LIMIT ?"  # noqa: S608  fixed names
    rows = db.execute(query, (limit,)).fetchall()
    return (rows[-1][0] if rows else 0), [Moment(*row[1:]) for row in rows]


def members(db: sqlite3.Connection, groups: Collection[int]) -> list[Moment]:
    """All rows of these groups."""
    query = (
        f"SELECT {_MOMENT} FROM events INDEXED BY by_group"  # noqa: S608  fixed names
        " WHERE grp IN (SELECT value FROM json_each(?))"
    )
    return [Moment(*row) for row in db.execute(query, (json.dumps(sorted(groups)),))]


def around(db: sqlite3.Connection, start: int, end: int) -> list[Moment]:
    """At ``start``, each timeline that has something in ``start <= at <= end``."""
    query = (
        "SELECT DISTINCT course, student, grader FROM events INDEXED BY by_time"
        " WHERE at BETWEEN ? AND ?"
    )
    return [
        Moment(None, start, "", course, None, student, grader, None)
        for course, student, grader in db.execute(query, (start, end))
    ]


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
