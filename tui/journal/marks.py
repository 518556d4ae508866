"""Marks that a person puts on rows, and where they go when a row goes on as another."""

from __future__ import annotations

import sqlite3

from tui.journal.meta import Meta


def set_mark(db: sqlite3.Connection, meta: Meta, row: int, note: str | None, now: int) -> bool:
    """Mark a row, or with None take its marks away; it is touched where that changes something.

    A row that has gone on as another is meant where it is now. False: there is no such row.
    """
    row = _now(db, row)
    found = db.execute(
        "SELECT (SELECT group_concat(note, '; ') FROM marks WHERE event = events.id)"
        " FROM events WHERE id = ?",
        (row,),
    ).fetchone()
    if found is None:
        return False
    if found[0] == note:
        return True
    db.execute("DELETE FROM marks WHERE event = ?", (row,))
    if note is not None:
        # One that was put on this row before may be shown by another row now: it gives way.
        db.execute(
            "INSERT OR REPLACE INTO marks (made_on, event, note, at) VALUES (?1, ?1, ?2, ?3)",
            (row, note, now),
        )
    db.execute("UPDATE events SET touch = ? WHERE id = ?", (meta.next(), row))
    return True


def carry(db: sqlite3.Connection, old: int, new: int) -> None:
    """Row ``old`` is shown by row ``new`` from now on: so is what a person or a rule said of it."""
    db.execute("UPDATE marks SET event = ? WHERE event = ?", (new, old))
    db.execute(
        "INSERT OR IGNORE INTO hits (event, rule, why)"
        " SELECT ?, rule, why FROM hits WHERE event = ?",
        (new, old),
    )
    db.execute("DELETE FROM hits WHERE event = ?", (old,))


def _now(db: sqlite3.Connection, row: int) -> int:
    moved = db.execute("SELECT new FROM moves WHERE old = ? ORDER BY id DESC LIMIT 1", (row,))
    found = moved.fetchone()
    return row if found is None else found[0]
