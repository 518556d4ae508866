"""Forgetting: events, and all that only they were the reason to keep."""

from __future__ import annotations

import sqlite3

from tui.events.event import Thing
from tui.journal.codec import COLUMNS
from tui.journal.coverage import cut_coverage
from tui.journal.meta import Meta
from tui.journal.parties import THINGS, Tally

_CHUNK = 5_000


def purge_events(db: sqlite3.Connection, before: int, meta: Meta) -> int:
    """Delete the events before ``before`` (UTC ms), inside the caller's transaction; how many."""
    purged = 0
    columns = ", ".join(COLUMNS)
    query = f"SELECT id, {columns} FROM events WHERE at < ? ORDER BY at LIMIT ?"  # noqa: S608  fixed names
    while rows := db.execute(query, (before, _CHUNK)).fetchall():
        tally = Tally()
        for _, *row in rows:
            tally.add(row, -1)
        ids = [(row[0],) for row in rows]
        for statement in (
            "DELETE FROM revisions WHERE event = ?",
            "DELETE FROM raw WHERE id = ?",
            "DELETE FROM events WHERE id = ?",
        ):
            db.executemany(statement, ids)
        tally.apply(db)
        purged += len(rows)
    cut_coverage(db, before)
    db.execute("DELETE FROM rejected WHERE seen_at < ?", (before,))
    if purged:
        _forget_unused(db)
        meta.purge_touch = meta.names_touch = meta.next()
    return purged


def _forget_unused(db: sqlite3.Connection) -> None:
    """Names, pseudonyms and open questions about things that no event mentions any more."""
    roles_of = {thing: [role for role in THINGS if THINGS[role] is thing] for thing in Thing}
    for thing, roles in roles_of.items():
        used = f"SELECT id FROM parties WHERE role IN ({', '.join('?' * len(roles))})"  # noqa: S608  question marks
        for table in ("names", "aliases", "unnamed"):
            db.execute(
                f"DELETE FROM {table} WHERE thing = ? AND id NOT IN ({used})",  # noqa: S608  fixed names
                (thing.value, *roles),
            )


def leave_no_trace(db: sqlite3.Connection) -> None:
    """Write what was deleted out of the files; a reader under way may put the last of it off.

    ``secure_delete`` has overwritten the pages; the rebuilt file and the emptied log hold none.
    """
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
