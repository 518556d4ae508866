"""What was lost of a feed: kept as a record, whatever fills it later."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from tui.events.event import Feed
from tui.journal.records import Gap


def add_gaps(db: sqlite3.Connection, gaps: Iterable[Gap]) -> None:
    """Note gaps; one that is there already is the same one. Empty ones say nothing."""
    db.executemany(
        'INSERT OR IGNORE INTO gaps (feed, target, start, "end", reason) VALUES (?, ?, ?, ?, ?)',
        [
            (gap.feed.value, gap.target, gap.start, gap.end, gap.reason)
            for gap in gaps
            if gap.start < gap.end
        ],
    )


def read_gaps(db: sqlite3.Connection) -> list[Gap]:
    """All gaps, ascending within each feed and target."""
    rows = db.execute(
        'SELECT feed, target, start, "end", reason FROM gaps ORDER BY feed, target, start, "end"'
    )
    return [
        Gap(Feed(feed), target, start, end, reason) for feed, target, start, end, reason in rows
    ]


def cut_gaps(db: sqlite3.Connection, before: int) -> None:
    """Forget what was lost before ``before``: nothing of that time is here any more."""
    db.execute('DELETE FROM gaps WHERE "end" <= ?', (before,))
    # Two that differed only in where they began may now be the same one.
    db.execute("UPDATE OR REPLACE gaps SET start = ?1 WHERE start < ?1", (before,))
