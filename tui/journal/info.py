"""What the journal tells about itself."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tui.journal.coverage import read_coverage
from tui.journal.meta import Meta
from tui.journal.parties import KIND
from tui.journal.records import Info
from tui.journal.rejected import read_rejections


def read_info(db: sqlite3.Connection, path: Path | None, meta: Meta) -> Info:
    """Sizes, span and counts, of one consistent state."""

    def one(query: str) -> int:
        return db.execute(query).fetchone()[0]

    kinds = db.execute("SELECT id, count FROM parties WHERE role = ? ORDER BY id", (KIND,))
    by_kind: tuple[tuple[str, int], ...] = tuple(kinds.fetchall())
    rejections = read_rejections(db)
    oldest, newest = db.execute(
        "SELECT (SELECT min(at) FROM events), (SELECT max(at) FROM events)"
    ).fetchone()
    return Info(
        path=":memory:" if path is None else str(path),
        size=_size(db, path),
        schema=one("PRAGMA user_version"),
        events=sum(count for _, count in by_kind),
        by_kind=by_kind,
        oldest=oldest,
        newest=newest,
        names=one("SELECT count(*) FROM names"),
        revisions=one("SELECT count(*) FROM revisions"),
        rejected=sum(count for _, count in rejections),
        rejections=rejections,
        coverage=tuple(read_coverage(db)),
        home_shard=meta.home_shard,
        marked=one("SELECT count(DISTINCT event) FROM marks"),
        flagged=one("SELECT count(DISTINCT event) FROM hits"),
    )


def _size(db: sqlite3.Connection, path: Path | None) -> int:
    """Bytes on disk, the log not yet merged included; in memory, the pages."""
    if path is None:
        pages: int = db.execute("PRAGMA page_count").fetchone()[0]
        page_size: int = db.execute("PRAGMA page_size").fetchone()[0]
        return pages * page_size
    files = (path, path.with_name(path.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
