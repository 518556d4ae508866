"""Rows that a term names by a short list: those of a group or a request, marked or flagged ones.

A walk over them sees nothing else, however many events there are.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

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
    rows = _listed(term, home_shard)
    if rows is None:
        return None
    query = f"SELECT count(*) FROM ({rows.text} LIMIT ?)"  # noqa: S608  parameters only
    count: int = db.execute(query, (*rows.params, most + 1)).fetchone()[0]
    return Few(rows, count) if count <= most else None


def _listed(term: Filter, home_shard: int) -> Where | None:
    match term:
        case Has(Trait.FLAGGED):
            return _HITS
        case Has(Trait.MARKED):
            return _MARKS
        case Ruled(rule):
            return Where("SELECT event AS one FROM hits WHERE rule = ?", (rule.value,))
        case Carries(Trace.REQUEST, text):
            request = text.strip()
            return Where(
                "SELECT id AS one FROM events WHERE request_id = ?"
                " UNION SELECT id FROM events WHERE page_view = ?",
                (request, request),
            )
        case DoneBy(text) if fold(text):
            return _done_by(text, home_shard)
        case _:
            return None


def _done_by(text: str, home_shard: int) -> Where | None:
    """Whatever they graded, and whatever they did as actors."""
    graders = ids_resembling(Role.GRADER, text, home_shard=home_shard)
    actors = ids_resembling(Role.ACTOR, text, home_shard=home_shard)
    if graders is None or actors is None:
        return None
    return Where(
        f"SELECT id AS one FROM events INDEXED BY by_grader WHERE grader IN ({graders.text})"  # noqa: S608  parameters only
        " UNION SELECT id FROM events INDEXED BY by_actor"
        f" WHERE actor IN ({actors.text})",
        (*graders.params, *actors.params),
    )
