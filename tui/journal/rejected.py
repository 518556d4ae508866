"""Documents that could not be read: counted for ever, the newest kept to look at."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence

from tui.events.event import Rejected

KEPT = 10_000
"""How many are kept; their reasons are counted beyond that."""


def store_rejected(
    db: sqlite3.Connection, rejected: Sequence[Rejected], origin: str, now: int
) -> None:
    if not rejected:
        return
    db.executemany(
        "INSERT INTO rejected (reason, excerpt, origin, seen_at) VALUES (?, ?, ?, ?)",
        [(_storable(one.reason), _storable(one.excerpt), origin, now) for one in rejected[-KEPT:]],
    )
    db.execute("DELETE FROM rejected WHERE id <= (SELECT max(id) FROM rejected) - ?", (KEPT,))
    db.executemany(
        "INSERT INTO rejections (reason, count) VALUES (?, ?)"
        " ON CONFLICT (reason) DO UPDATE SET count = count + excluded.count",
        Counter(_storable(one.reason) for one in rejected).items(),
    )


def read_rejections(db: sqlite3.Connection) -> tuple[tuple[str, int], ...]:
    """Reasons and how often, the commonest first."""
    return tuple(
        db.execute("SELECT reason, count FROM rejections ORDER BY count DESC, reason").fetchall()
    )


def _storable(text: str) -> str:
    """What was rejected may hold unpaired surrogates, which no database takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
