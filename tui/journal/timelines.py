"""Rows as the attention rules read them: slim, along one party's time, by the narrow indices.

A row is a tuple in the order of :class:`CaseRow`. Times are UTC ms, both ends included.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import Literal, NamedTuple

from tui.journal.disturbances import Party

Line = Literal["grader", "course", "student"]
"""Whose timeline: a column of the table, whose index is ``by_`` and its name."""


class CaseRow(NamedTuple):
    """What rules need of a row, as the columns hold it."""

    id: int
    at: int
    place: int
    kind: str
    course: Party | None
    assignment: Party | None
    student: Party | None
    grader: Party | None
    actor: Party | None
    before_grade: str | None
    after_grade: str | None
    before_score: float | None
    after_score: float | None
    before_points: float | None
    after_points: float | None
    before_excused: int | None
    after_excused: int | None
    delta: float | None
    flags: int
    grp: int | None
    seen: int
    request_id: str | None
    page_view: str | None
    client_ip: str | None
    user_agent: str | None
    event_source: str | None
    links: str | None
    type: str
    changes: str | None


_CASE = ", ".join(CaseRow._fields)
_JUDGED = {
    "grader": "kind <> 'course_score'",
    "course": "kind IN ('grade', 'override', 'course')",
    "student": "kind IN ('grade', 'override')",
}
"""Recalculated totals are many, and no rule looks along them."""


def along(db: sqlite3.Connection, line: Line, one: Party, start: int, end: int) -> list[CaseRow]:
    """The rows of one timeline in this time, oldest first."""
    query = (
        f"SELECT {_CASE} FROM events INDEXED BY by_{line}"  # noqa: S608  fixed names
        f" WHERE {line} = ? AND at BETWEEN ? AND ? AND {_JUDGED[line]} ORDER BY at, place, id"
    )
    return [CaseRow._make(row) for row in db.execute(query, (one, start, end))]


def course_events(db: sqlite3.Connection, course: Party, before: int) -> list[CaseRow]:
    """What was done to a course itself before ``before``, oldest first: few."""
    query = (
        f"SELECT {_CASE} FROM events INDEXED BY by_course"  # noqa: S608  fixed names
        " WHERE course = ? AND at < ? AND kind = 'course' ORDER BY at, place, id"
    )
    return [CaseRow._make(row) for row in db.execute(query, (course, before))]


def edge(db: sqlite3.Connection, line: Line, one: Party, start: int, end: int, rows: int) -> int:
    """Until when a stretch reaches that holds about ``rows`` rows; ``end`` if it holds fewer."""
    query = (
        f"SELECT at FROM events INDEXED BY by_{line} WHERE {line} = ?"  # noqa: S608  fixed names
        " AND at BETWEEN ? AND ? ORDER BY at LIMIT 1 OFFSET ?"
    )
    found = db.execute(query, (one, start, end, rows)).fetchone()
    return end if found is None else found[0]


def next_party(db: sqlite3.Connection, line: Line, after: Party | None) -> Party | None:
    """The next whose timeline there is, in the order of the index; None at the end."""
    beyond = f"{line} IS NOT NULL" if after is None else f"{line} > ?"
    query = (
        f"SELECT {line} FROM events INDEXED BY by_{line} WHERE {beyond}"  # noqa: S608  fixed names
        f" ORDER BY {line} LIMIT 1"
    )
    found = db.execute(query, () if after is None else (after,)).fetchone()
    return None if found is None else found[0]


def rows_of(db: sqlite3.Connection, ids: Collection[int]) -> list[CaseRow]:
    """The rows of these numbers that are there."""
    query = f"SELECT {_CASE} FROM events WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608  fixed names
    return [CaseRow._make(row) for row in db.execute(query, (json.dumps(sorted(ids)),))]


def rows_after(db: sqlite3.Connection, after: int, limit: int) -> list[CaseRow]:
    """The next rows by number."""
    query = f"SELECT {_CASE} FROM events WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608  fixed names
    return [CaseRow._make(row) for row in db.execute(query, (after, limit))]


def rows_during(
    db: sqlite3.Connection, start: int, end: int, after: tuple[int, int, int], limit: int
) -> list[CaseRow]:
    """The next rows by time, after ``(at, place, id)`` of the last one."""
    query = (
        f"SELECT {_CASE} FROM events INDEXED BY by_time"  # noqa: S608  fixed names
        " WHERE at BETWEEN ? AND ? AND (at, place, id) > (?, ?, ?) ORDER BY at, place, id LIMIT ?"
    )
    return [CaseRow._make(row) for row in db.execute(query, (start, end, *after, limit))]


def group_sizes(db: sqlite3.Connection, groups: Collection[int]) -> dict[int, int]:
    """How many changes the journal holds of each of these groups."""
    query = (
        "SELECT grp, count(*) FROM events INDEXED BY by_group"
        " WHERE grp IN (SELECT value FROM json_each(?)) GROUP BY grp"
    )
    return dict(db.execute(query, (json.dumps(sorted(groups)),)).fetchall())
