"""Forgetting: events, and all that only they were the reason to keep."""

from __future__ import annotations

import sqlite3

from tui.events.event import Thing
from tui.journal.codec import COLUMNS
from tui.journal.coverage import cut_coverage
from tui.journal.disturbances import forget_purged
from tui.journal.gaps import cut_gaps
from tui.journal.grouping import Grouping
from tui.journal.hiding import forget_secrecy
from tui.journal.meta import Meta
from tui.journal.parties import THINGS, Tally

PIECE = 5_000
"""Events deleted in one transaction."""


def forget_reading(db: sqlite3.Connection, before: int) -> None:
    """The first step: what is about to go is verified no more, whatever stops the rest.

    Where a relay's subscription goes on is kept: begun anew, it would bring back what is forgotten.
    """
    cut_coverage(db, before)
    cut_gaps(db, before)
    db.execute("DELETE FROM rejected WHERE seen_at < ?", (before,))


def delete_oldest(db: sqlite3.Connection, meta: Meta, before: int) -> int:
    """Delete the next piece of the events before ``before`` (UTC ms); how many, 0 at the end."""
    columns = ", ".join(COLUMNS)
    rows = db.execute(
        f"SELECT id, grp, {columns} FROM events WHERE at < ? ORDER BY at LIMIT ?",  # noqa: S608  fixed names
        (before, PIECE),
    ).fetchall()
    tally = Tally()
    for _, _, *row in rows:
        tally.add(row, -1)
    ids = [(row[0],) for row in rows]
    for statement in (
        "DELETE FROM revisions WHERE event = ?",
        "DELETE FROM partners WHERE event = ?",
        "DELETE FROM truths WHERE event = ?",
        "DELETE FROM moves WHERE new = ?",
        "DELETE FROM marks WHERE event = ?",
        "DELETE FROM hits WHERE event = ?",
        "DELETE FROM raw WHERE id = ?",
        "DELETE FROM events WHERE id = ?",
    ):
        db.executemany(statement, ids)
    forget_purged(db, before)
    tally.apply(db)
    Grouping(db, meta).shrink({row[1] for row in rows} - {None})
    return len(rows)


def forget_unused(db: sqlite3.Connection) -> bool:
    """Drop names, pseudonyms and open questions about what no event mentions any more.

    True if there were any.
    """
    forget_secrecy(db)
    before = db.total_changes
    roles_of = {thing: [role for role in THINGS if THINGS[role] is thing] for thing in Thing}
    for thing, roles in roles_of.items():
        used = f"SELECT id FROM parties WHERE role IN ({', '.join('?' * len(roles))})"  # noqa: S608  question marks
        for table in ("names", "aliases", "unnamed"):
            db.execute(
                f"DELETE FROM {table} WHERE thing = ? AND id NOT IN ({used})",  # noqa: S608  fixed names
                (thing.value, *roles),
            )
    return db.total_changes > before


def leave_no_trace(db: sqlite3.Connection) -> None:
    """Give the room back and empty the log, which still holds what was deleted.

    ``secure_delete`` has overwritten the deleted rows by now, so a file that cannot be made
    smaller (no room for the copy, another writer) holds nothing of them either.
    """
    try:
        db.execute("VACUUM")
    except sqlite3.OperationalError as wrong:
        if wrong.sqlite_errorname not in {"SQLITE_BUSY", "SQLITE_FULL"}:
            raise
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
