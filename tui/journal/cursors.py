"""Where the subscriptions to relays go on: committed with the events that they cover."""

from __future__ import annotations

import sqlite3

from tui.events.relay_wire import Cursor
from tui.journal.records import RelayCursor


def store_cursor(db: sqlite3.Connection, cursor: RelayCursor | None) -> None:
    """Remember a subscription's place; nothing to remember leaves the old one."""
    if cursor is not None:
        db.execute(
            "INSERT OR REPLACE INTO cursors (relay, epoch, seq, at) VALUES (?, ?, ?, ?)",
            (cursor.relay, cursor.cursor.epoch, cursor.cursor.seq, cursor.at),
        )


def read_cursor(db: sqlite3.Connection, relay: str) -> RelayCursor | None:
    """The place of one subscription; None if it has none yet."""
    found = db.execute("SELECT epoch, seq, at FROM cursors WHERE relay = ?", (relay,)).fetchone()
    if found is None:
        return None
    epoch, seq, at = found
    return RelayCursor(relay, Cursor(epoch, seq), at)
