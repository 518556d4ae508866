"""Rows that a term names by a short list: those of a group or a request, marked or flagged ones.

A walk over them sees nothing else, however many events there are.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from tui.journal.parties import events_resembling
from tui.query.ast import Carries, DoneBy, Filter, Has, Role, Ruled, Trace, Trait
from tui.query.fold import fold
from tui.query.sql import Where, ids_resembling

_HITS = Where("SELECT DISTINCT event AS one FROM hits")
_MARKS = Where("SELECT DISTINCT event AS one FROM marks")


@dataclass(frozen=True, slots=True)
class Few:
    """A subquery for row numbers, each once, in its column ``one``, and how many there are."""

    rows: Where
    count: int

    @property
    def source(self) -> str:
        """What stands after FROM: these rows of ``events``, one after the other."""
        return f"({self.rows.text}) AS few CROSS JOIN events ON events.id = few.one"


def few(db: sqlite3.Connection, term: Filter, home_shard: int, most: int) -> Few | None:
    """All rows that ``term`` can hold for; None where they are more than ``most``, or no list."""
    match term:
        case Has(Trait.FLAGGED):
            return _counted(db, Where("SELECT DISTINCT event AS one FROM hits"), most)
        case Has(Trait.MARKED):
            return _counted(db, Where("SELECT DISTINCT event AS one FROM marks"), most)
        case Ruled(rule):
            of_rule = Where("SELECT event AS one FROM hits WHERE rule = ?", (rule.value,))
            return _counted(db, of_rule, most)
        case Carries(Trace.REQUEST, text):
            return _counted(db, _of_request(text.strip()), most)
        case DoneBy(text) if fold(text):
            roles = (Role.GRADER, Role.ACTOR)
            count = sum(events_resembling(db, role, text, home_shard) for role in roles)
            return Few(_done_by(text, home_shard), count) if count <= most else None
        case _:
            return None


def _counted(db: sqlite3.Connection, rows: Where, most: int) -> Few | None:
    query = f"SELECT count(*) FROM ({rows.text} LIMIT ?)"  # noqa: S608  parameters only
    count: int = db.execute(query, (*rows.params, most + 1)).fetchone()[0]
    return Few(rows, count) if count <= most else None


def _of_request(request: str) -> Where:
    return Where(
        "SELECT id AS one FROM events WHERE request_id = ?"
        " UNION SELECT id FROM events WHERE page_view = ?",
        (request, request),
    )


def _done_by(text: str, home_shard: int) -> Where:
    """Whatever they graded, and whatever they did as actors."""
    parts: list[Where] = []
    for role in (Role.GRADER, Role.ACTOR):
        ids = ids_resembling(role, text, home_shard=home_shard)
        if ids is not None:
            index = f"events INDEXED BY by_{role.value} WHERE {role.value} IN ({ids.text})"
            parts.append(Where(f"SELECT id AS one FROM {index}", ids.params))  # noqa: S608  parameters only
    params = tuple(param for part in parts for param in part.params)
    return Where(" UNION ".join(part.text for part in parts), params)
