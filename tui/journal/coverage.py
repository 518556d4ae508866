"""Which stretches of time were read to the end: kept merged, so that gaps are what is missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from tui.events.event import Feed
from tui.journal.records import Stretch


def add_coverage(db: sqlite3.Connection, stretches: Iterable[Stretch]) -> None:
    """Join each stretch with those of its feed and target that it overlaps or touches.

    The joined one was checked when the newest of its parts was. Empty stretches say nothing.
    """
    for stretch in stretches:
        if stretch.start >= stretch.end:
            continue
        whose = (stretch.feed.value, stretch.target)
        joined = stretch
        start, end, checked_at = db.execute(
            'SELECT min(start), max("end"), max(checked_at) FROM coverage'
            ' WHERE feed = ? AND target = ? AND start <= ? AND "end" >= ?',
            (*whose, stretch.end, stretch.start),
        ).fetchone()
        if start is not None:
            db.execute(
                'DELETE FROM coverage WHERE feed = ? AND target = ? AND start <= ? AND "end" >= ?',
                (*whose, stretch.end, stretch.start),
            )
            joined = Stretch(
                feed=stretch.feed,
                target=stretch.target,
                start=min(start, stretch.start),
                end=max(end, stretch.end),
                checked_at=max(checked_at, stretch.checked_at),
            )
        db.execute(
            "INSERT INTO coverage VALUES (?, ?, ?, ?, ?)",
            (*whose, joined.start, joined.end, joined.checked_at),
        )


def read_coverage(
    db: sqlite3.Connection, feed: Feed | None = None, target: str | None = None
) -> list[Stretch]:
    """All stretches, or those of one feed and target, ascending within each."""
    rows = db.execute(
        'SELECT feed, target, start, "end", checked_at FROM coverage'
        " WHERE (?1 IS NULL OR feed = ?1) AND (?2 IS NULL OR target = ?2)"
        " ORDER BY feed, target, start",
        (None if feed is None else feed.value, target),
    )
    return [
        Stretch(Feed(feed_name), target_words, start, end, checked_at)
        for feed_name, target_words, start, end, checked_at in rows
    ]


def cut_coverage(db: sqlite3.Connection, before: int) -> None:
    """Forget that anything before ``before`` was read: its events are no longer here."""
    db.execute('DELETE FROM coverage WHERE "end" <= ?', (before,))
    db.execute("UPDATE coverage SET start = ? WHERE start < ?", (before, before))
