"""What things are called, what has no name, and the stable numbers that stand for names."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from tui.events.event import Name, Thing
from tui.events.ids import CanvasId
from tui.query.fold import fold
from tui.query.sql import id_value

ThingId = tuple[Thing, CanvasId]


def store_names(db: sqlite3.Connection, names: Iterable[Name], home_shard: int) -> int:
    """Learn names, the last one of each thing; how many were new or different."""
    newest = {
        (name.thing.value, id_value(name.id.seen_from(home_shard))): name.text for name in names
    }
    rows = [(thing, one, text, fold(text)) for (thing, one), text in newest.items()]
    changed = db.executemany(
        "INSERT INTO names (thing, id, text, folded) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (thing, id) DO UPDATE SET text = excluded.text, folded = excluded.folded"
        " WHERE text <> excluded.text",
        rows,
    ).rowcount
    if changed > 0:
        for asked in (0, 1):
            db.executemany(
                "DELETE FROM unnamed WHERE asked = ? AND thing = ? AND id = ?",
                [(asked, thing, one) for thing, one in newest],
            )
    return max(changed, 0)


def find_names(
    db: sqlite3.Connection, things: Sequence[ThingId], home_shard: int
) -> dict[ThingId, str]:
    """The names that are known of ``things``."""
    found: dict[ThingId, str] = {}
    for thing, one in things:
        row = db.execute(
            "SELECT text FROM names WHERE thing = ? AND id = ?",
            (thing.value, id_value(one.seen_from(home_shard))),
        ).fetchone()
        if row is not None:
            found[thing, one] = row[0]
    return found


def unnamed(db: sqlite3.Connection, limit: int) -> list[ThingId]:
    """Things that events refer to, without a name, that nobody asked Canvas for in vain."""
    rows = db.execute("SELECT thing, id FROM unnamed WHERE asked = 0 LIMIT ?", (limit,))
    return [(Thing(thing), CanvasId.of(int(one))) for thing, one in rows]


def note_unnamed(db: sqlite3.Connection, things: Iterable[ThingId], home_shard: int) -> None:
    """Canvas has no name for these: they are not asked for again."""
    keys = [(thing.value, id_value(one.seen_from(home_shard))) for thing, one in things]
    db.executemany("DELETE FROM unnamed WHERE asked = 0 AND thing = ? AND id = ?", keys)
    db.executemany("INSERT OR IGNORE INTO unnamed (asked, thing, id) VALUES (1, ?, ?)", keys)


def find_aliases(
    db: sqlite3.Connection, things: Sequence[ThingId], home_shard: int
) -> dict[ThingId, int]:
    """The numbers that are kept of ``things``."""
    found: dict[ThingId, int] = {}
    for thing, one in things:
        row = db.execute(
            "SELECT number FROM aliases WHERE thing = ? AND id = ?",
            (thing.value, id_value(one.seen_from(home_shard))),
        ).fetchone()
        if row is not None:
            found[thing, one] = row[0]
    return found


def add_aliases(db: sqlite3.Connection, things: Iterable[ThingId], home_shard: int) -> None:
    """Give each thing without a number the next one of its kind, from 1."""
    for thing, one in things:
        db.execute(
            "INSERT OR IGNORE INTO aliases (thing, id, number)"
            " SELECT ?1, ?2, coalesce(max(number), 0) + 1 FROM aliases WHERE thing = ?1",
            (thing.value, id_value(one.seen_from(home_shard))),
        )
