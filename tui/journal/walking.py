"""Events in the order of time: from one of them on, the newest, the farthest."""

from __future__ import annotations

import sqlite3

from tui.journal.plan import Plan
from tui.journal.records import Slot

ALL = -1
"""As a limit: there is none."""


def slots_of(
    db: sqlite3.Connection, chosen: Plan, beyond: Slot | None, limit: int, *, newest_first: bool
) -> list[Slot]:
    """Slots in order, beginning beyond one."""
    text, params = walk_sql("at, place, id", chosen, beyond, limit, newest_first=newest_first)
    return [Slot(at, place, row) for at, place, row in db.execute(text, params)]


def grouped_slots_of(
    db: sqlite3.Connection, chosen: Plan, beyond: Slot | None, limit: int
) -> list[tuple[Slot, int | None]]:
    """The newest slots first, each with its group."""
    if chosen.by_time:
        columns = "at, place, id, grp"
        text, params = walk_sql(columns, chosen, beyond, limit, newest_first=True)
    else:
        # The other indexes do not know the groups: looked up afterwards, they cost the rows found,
        # not those that were passed over.
        inner, params = walk_sql("at, place, id", chosen, beyond, limit, newest_first=True)
        text = (
            "SELECT found.at, found.place, found.id,"  # noqa: S608  parameters only
            " (SELECT grp FROM events WHERE events.id = found.id)"
            f" FROM ({inner}) AS found"
        )
    rows = db.execute(text, params)
    return [(Slot(at, place, row), group) for at, place, row, group in rows]


def walk_sql(
    columns: str, chosen: Plan, beyond: Slot | None, limit: int, *, newest_first: bool
) -> tuple[str, tuple[object, ...]]:
    """The question for ``columns`` of the events in order, and its parameters."""
    text, params = f"({chosen.text})", chosen.params
    order, sign = ("DESC", "<") if newest_first else ("ASC", ">")
    if beyond is not None:
        text += f" AND (at, place, id) {sign} (?, ?, ?)"
        params = (*params, beyond.at, beyond.place, beyond.id)
    return (
        f"SELECT {columns} FROM {chosen.source} WHERE {text}"  # noqa: S608  parameters only
        f" ORDER BY at {order}, place {order}, id {order} LIMIT ?",
        (*params, limit),
    )
