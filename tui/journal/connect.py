"""Opening the journal's file: private from its first byte, shared by several processes."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

LOG_PAGES = 4_000
"""Pages (of 4 KiB) the log may hold before they are merged: few merges while history loads."""
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
CACHE_KIB = 65_536
"""What a connection may keep of the file: the index that filters walk, of a million events."""


def create_private(path: Path) -> None:
    """Make the file, and its folder if there is none, readable by nobody else.

    SQLite makes ``-wal`` and ``-shm`` with the file's own permissions, so they are private too.
    """
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE)
    except FileExistsError:
        if path.stat().st_mode & 0o077:  # made by hand or by another program
            path.chmod(PRIVATE_FILE)
    else:
        os.close(handle)


def connect(path: Path | None, *, patience_ms: int) -> sqlite3.Connection:
    """A connection in autocommit mode, usable from any one thread at a time."""
    db = sqlite3.connect(
        ":memory:" if path is None else path,
        timeout=patience_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        db.execute("PRAGMA temp_store = MEMORY")  # a sorted filter must not reach the disk
        db.execute("PRAGMA secure_delete = ON")  # what is purged is overwritten
        if path is not None:
            db.execute("PRAGMA journal_mode = WAL")
            # A crash of the machine may lose the last commits; no source has forgotten them.
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    except BaseException:
        db.close()
        raise
    return db


@dataclass(frozen=True, slots=True)
class Door:
    """A connection with the lock that whoever uses it holds.

    A journal in memory has one connection for its writer and all its readers, and one lock.
    """

    db: sqlite3.Connection
    lock: threading.RLock
    path: Path | None

    @contextlib.contextmanager
    def transaction(self, kind: str) -> Generator[sqlite3.Connection]:
        """``IMMEDIATE`` to write, ``DEFERRED`` to read one consistent state; all or nothing."""
        with self.lock:
            self.db.execute(f"BEGIN {kind}")
            try:
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise
