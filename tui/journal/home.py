"""Learning which shard is home: its ids become local wherever they were stored as global ones."""

from __future__ import annotations

import sqlite3
from dataclasses import fields, replace

from tui.events.event import Event, Links, Name, Sighting
from tui.events.ids import CanvasId
from tui.journal.hiding import keep_apart
from tui.journal.meta import Meta
from tui.journal.records import Batch
from tui.journal.settling import keep_as_local

_ROLES = ("account", "course", "assignment", "student", "grader", "actor", "real_actor")
_DIGITS = 13
"""Digits of a local id within a global one: ``IDS_PER_SHARD`` is 10^13."""


def adopt_home(db: sqlite3.Connection, meta: Meta) -> None:
    """Rewrite the ids of the home shard; the rows concerned are touched."""
    home_shard, touch = meta.home_shard, meta.next()
    # A global id is the shard's digits and then thirteen more, as a number as well as as text.
    pattern = f"{home_shard}{'[0-9]' * _DIGITS}"
    changes = ", ".join(
        f"{role} = CASE WHEN {role} GLOB ?1 THEN {_local(role)} ELSE {role} END" for role in _ROLES
    )
    concerned = " OR ".join(f"{role} GLOB ?1" for role in _ROLES)
    db.execute(f"UPDATE events SET touch = ?2, {changes} WHERE {concerned}", (pattern, touch))  # noqa: S608  fixed column names
    meta.ungrouped = 1  # what was of two numbers is of one now
    keep_as_local(db, meta)
    keep_apart(db)
    for table in ("names", "unnamed", "aliases"):
        # Where the local id is there already, the two are one thing: the older entry gives way.
        db.execute(
            f"UPDATE OR REPLACE {table} SET id = {_local('id')} WHERE id GLOB ?1",  # noqa: S608  fixed names
            (pattern,),
        )
    parties = db.execute(
        f"SELECT role, {_local('id')}, count, last_at FROM parties WHERE id GLOB ?1",  # noqa: S608  fixed names
        (pattern,),
    ).fetchall()
    db.execute("DELETE FROM parties WHERE id GLOB ?1 AND role <> 'kind'", (pattern,))
    db.executemany(
        "INSERT INTO parties (role, id, count, last_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (role, id) DO UPDATE SET count = count + excluded.count,"
        " last_at = max(last_at, excluded.last_at)",
        parties,
    )
    db.execute(
        "DELETE FROM unnamed WHERE EXISTS (SELECT 1 FROM names"
        " WHERE names.thing = unnamed.thing AND names.id = unnamed.id)"
    )


def _local(column: str) -> str:
    return f"CAST(substr({column}, -{_DIGITS}) AS INTEGER)"


def from_elsewhere(batch: Batch, home_shard: int) -> Batch:
    """A batch of another institution than the journal's: its local ids become global ones.

    What is local there would else be taken for our own object of the same number.
    """
    if batch.home_shard in (0, home_shard):
        return batch
    shard = batch.home_shard
    sightings = (Sighting(_moved(one.event, shard), one.raw) for one in batch.sightings)
    names = (Name(one.thing, CanvasId(one.id.shard or shard, one.id.local), one.text)
             for one in batch.names)  # fmt: skip
    return replace(batch, sightings=tuple(sightings), names=tuple(names))


def _moved(event: Event, shard: int) -> Event:
    def globally(one: CanvasId | None) -> CanvasId | None:
        return one if one is None else CanvasId(one.shard or shard, one.local)

    links = {field.name: globally(getattr(event.links, field.name)) for field in fields(Links)}
    return replace(
        event,
        account=globally(event.account),
        course=globally(event.course),
        assignment=globally(event.assignment),
        student=globally(event.student),
        grader=globally(event.grader),
        actor=globally(event.actor),
        real_actor=globally(event.real_actor),
        links=Links(**links),
    )
