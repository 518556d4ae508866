"""What else one web request did."""

from __future__ import annotations

import sqlite3

from tui.journal.pairing import is_hidden
from tui.journal.records import Stored


def siblings_of(db: sqlite3.Connection, stored: Stored, limit: int) -> list[int]:
    """The other rows of the same request, oldest first, at most ``limit``.

    The page view of an audit row is its request's id. What hides its student tells no request.
    """
    event = stored.event
    if is_hidden(event):
        return []
    found: set[tuple[int, int, int]] = set()
    for request in {event.request_id, event.page_view} - {None}:
        for column in ("request_id", "page_view"):
            query = (
                f"SELECT at, place, id FROM events WHERE {column} = ? AND id <> ?"  # noqa: S608  fixed names
                " ORDER BY at, place, id LIMIT ?"
            )
            found.update(db.execute(query, (request, stored.id, limit)).fetchall())
    return [id_ for _, _, id_ in sorted(found)[:limit]]
