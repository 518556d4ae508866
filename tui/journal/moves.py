"""Rows that are gone because another row shows their change now."""

from __future__ import annotations

import sqlite3

from tui.journal.records import Slot, Touched


def add_move(db: sqlite3.Connection, gone: Slot, touch: int, new: int) -> None:
    """``gone`` is shown as row ``new`` from ``touch`` on."""
    db.execute("UPDATE moves SET new = ? WHERE new = ?", (new, gone.id))
    db.execute(
        "INSERT INTO moves (old, at, place, touch, new) VALUES (?, ?, ?, ?, ?)",
        (gone.id, gone.at, gone.place, touch, new),
    )


def lead_on(db: sqlite3.Connection, old: int, new: int) -> None:
    """The row that was ``old`` is shown as ``new`` after all, with the marks put on it."""
    db.execute("UPDATE moves SET new = ? WHERE old = ?", (new, old))
    db.execute("UPDATE marks SET event = ? WHERE made_on = ?", (new, old))


def moved_since(db: sqlite3.Connection, after: int) -> list[tuple[int, Touched]]:
    """What is gone since touch ``after``, each with its touch."""
    rows = db.execute(
        "SELECT moves.touch, moves.at, moves.place, old, events.at, events.place, events.id"
        " FROM moves LEFT JOIN events ON events.id = new WHERE moves.touch > ?"
        " ORDER BY moves.touch",
        (after,),
    )
    return [
        (
            touch,
            Touched(
                Slot(at, place, old),
                matches=False,
                new=False,
                became=None if new is None else Slot(new_at, new_place, new),
            ),
        )
        for touch, at, place, old, new_at, new_place, new in rows
    ]
