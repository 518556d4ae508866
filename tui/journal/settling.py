"""Bringing a whole journal in line: after an older format, and once its home shard is known."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from tui.events.event import Event, Kind
from tui.journal.codec import COLUMNS, from_row
from tui.journal.grouping import Grouping
from tui.journal.hiding import Secrets, take_as_local
from tui.journal.meta import Meta
from tui.journal.pairing import match_of, request_of
from tui.journal.partners import match_text, pair
from tui.journal.rows import Rows

_ALONE = (
    "SELECT truths.content, "  # noqa: S608  fixed column names
    + ", ".join(f"events.{column}" for column in COLUMNS)
    + " FROM events INDEXED BY live_only LEFT JOIN truths ON truths.event = events.id"
    + f" WHERE events.seen = 2 AND events.kind IN ({', '.join('?' * 3)})"
)
_NOWHERE = (
    "SELECT id FROM events INDEXED BY live_only"
    " WHERE seen = 2 AND assignment IS NULL AND kind IN ('other', 'grade')"
)
_PAIRABLE = (Kind.GRADE.value, Kind.OVERRIDE.value, Kind.COURSE.value)


def settle(db: sqlite3.Connection, meta: Meta) -> None:
    """Pair all live reports anew, withhold what is to be withheld, and group what was not."""
    rows, secrets = Rows(db, meta), Secrets(db, meta)
    if not meta.home_shard:
        take_as_local(db)
    secrets.load_all()
    stale = pair(db, rows, list(_lives(db, rows)))
    stale.update(secrets.withheld_rows())
    stale.update(id_ for (id_,) in db.execute(_NOWHERE))
    stale.update(id_ for (id_,) in db.execute("SELECT event FROM truths"))
    for id_ in sorted(stale):
        rows.refresh(id_, secrets.of_row)
    rows.settle()
    meta.unsettled = 0
    if meta.ungrouped:
        Grouping(db, meta).all_anew()


def keep_as_local(db: sqlite3.Connection, meta: Meta) -> None:
    """Write what is kept beside the rows with its ids as the home shard has them."""
    rows = Rows(db, meta)
    for event, content in db.execute("SELECT event, content FROM truths").fetchall():
        own = rows.text_of(rows.event_of(content))
        db.execute("UPDATE truths SET content = ? WHERE event = ?", (own, event))
    for key, content in db.execute("SELECT key, content FROM partners").fetchall():
        live = rows.event_of(content)
        match = match_of(live)
        db.execute(
            "UPDATE partners SET match = ?, request = ?, content = ? WHERE key = ?",
            (
                "" if match is None else match_text(match),
                request_of(live),
                rows.text_of(live),
                key,
            ),
        )


def _lives(db: sqlite3.Connection, rows: Rows) -> Iterator[Event]:
    for content, *row in db.execute(_ALONE, _PAIRABLE):
        yield from_row(row, rows.meta.home_shard) if content is None else rows.event_of(content)
    for (content,) in db.execute("SELECT content FROM partners"):
        yield rows.event_of(content)
