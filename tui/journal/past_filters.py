"""The filters that were in force before, for going back to one."""

from __future__ import annotations

import sqlite3

KEPT = 200
"""The older ones are forgotten."""


def note_filter(db: sqlite3.Connection, text: str, now: int) -> None:
    """Keep ``text`` as the newest; each is kept once, and blank ones are not."""
    if not text.strip():
        return
    db.execute("INSERT OR REPLACE INTO past_filters (text, used_at) VALUES (?, ?)", (text, now))
    db.execute(
        "DELETE FROM past_filters WHERE id NOT IN"
        " (SELECT id FROM past_filters ORDER BY id DESC LIMIT ?)",
        (KEPT,),
    )


def forget_filters(db: sqlite3.Connection) -> None:
    """Forget all of them."""
    db.execute("DELETE FROM past_filters")


def read_past_filters(db: sqlite3.Connection, limit: int) -> list[str]:
    """The newest first."""
    rows = db.execute("SELECT text FROM past_filters ORDER BY id DESC LIMIT ?", (limit,))
    return [text for (text,) in rows]
