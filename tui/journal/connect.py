"""Opening the journal's file: private from its first byte, shared by several processes."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from tui.query.fold import fold
from tui.query.where import FOLD

LOG_PAGES = 16_000
"""Pages (of 4 KiB) the log may hold before they are merged: few merges while history loads."""
LOG_BYTES = 16 << 20
"""What of the log's file stays on disk between merges."""
ATTEMPTS = 20
"""How often the log is asked for while other processes open the same new file."""
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
STEPS = 10_000
"""Of SQLite's machine between two looks whether a reading is still wanted: well under 1 ms."""
LOOK_EVERY_MS = 1_000
"""How long an upgrade elsewhere is waited for at once: between that, ctrl-c is heard."""
WAITING = "another gradewatch is bringing the journal to this version's format: waiting for it"
CACHE_KIB = 65_536
"""What a connection may keep of the file: the index that filters walk, of a million events."""


def create_private(path: Path) -> None:
    """Make the file, and its folder if there is none, readable by nobody else.

    SQLite makes ``-wal`` and ``-shm`` with the file's own permissions, so they are private too.
    """
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))


def make_private(path: Path) -> None:
    """Shut others out of a journal that was made by hand, copied or restored.

    Only called for a file that was found to be a journal, and that is the user's own.
    """
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        with contextlib.suppress(FileNotFoundError):
            found = file.stat()
            if found.st_uid == os.geteuid() and found.st_mode & 0o077:
                file.chmod(PRIVATE_FILE)


def connect(path: Path | None, *, patience_ms: int) -> sqlite3.Connection:
    """A connection in autocommit mode, usable from any one thread at a time."""
    # mode=rw: a file that was moved away meanwhile is a fault, not a new and open one.
    db = sqlite3.connect(
        ":memory:" if path is None else f"{path.absolute().as_uri()}?mode=rw",
        uri=path is not None,
        timeout=patience_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        _set_up(db)
    except BaseException:
        db.close()
        raise
    return db


def _set_up(db: sqlite3.Connection) -> None:
    db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    db.execute("PRAGMA temp_store = MEMORY")  # a sorted filter must not reach the disk
    db.execute("PRAGMA secure_delete = ON")  # what is purged is overwritten
    # A crash of the machine may lose the last commits; no source has forgotten them.
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    db.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
    db.create_function(FOLD, 1, _fold, deterministic=True)


def _fold(text: str | None) -> str | None:
    return None if text is None else fold(text)


def share(db: sqlite3.Connection) -> None:
    """Write through a log (WAL) from now on, so that readers and the writer never wait."""
    for attempt in range(ATTEMPTS):
        try:
            mode: str = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.OperationalError as wrong:
            # Two processes that open a new file at once: SQLite does not wait for this one lock,
            # but it waits for the next.
            if wrong.sqlite_errorname != "SQLITE_BUSY" or attempt == ATTEMPTS - 1:
                raise
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
        else:
            if mode in {"wal", "memory"}:
                return


@contextlib.contextmanager
def patiently(db: sqlite3.Connection, tell: Callable[[str], None]) -> Generator[None]:
    """Write, all or nothing, however long another process takes to bring the journal up to date."""
    patience: int = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute(f"PRAGMA busy_timeout = {min(patience, LOOK_EVERY_MS)}")
    told = False
    while True:
        try:
            db.execute("BEGIN IMMEDIATE")
            break
        except sqlite3.OperationalError as wrong:
            if wrong.sqlite_errorname != "SQLITE_BUSY":
                raise
        if not told:
            tell(WAITING)
        told = True
    db.execute(f"PRAGMA busy_timeout = {patience}")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


@dataclass(frozen=True, slots=True)
class Door:
    """A connection with the lock that whoever uses it holds.

    A journal in memory has one connection for its writer and all its readers, and one lock.
    """

    db: sqlite3.Connection
    lock: threading.RLock
    path: Path | None

    @contextlib.contextmanager
    def transaction(
        self, kind: str, unwanted: threading.Event | None = None
    ) -> Generator[sqlite3.Connection]:
        """``IMMEDIATE`` to write, ``DEFERRED`` to read one consistent state; all or nothing.

        Soon after ``unwanted`` is set the statement under way fails as interrupted; what others do
        with the connection never does.
        """
        with self.lock:
            self.db.execute(f"BEGIN {kind}")
            try:
                with self._ended_by(unwanted):
                    yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _ended_by(self, unwanted: threading.Event | None) -> Generator[None]:
        if unwanted is None:
            yield
            return
        # Unlike an interrupt from outside it cannot come too early, between two statements, nor too
        # late, when the next ones are somebody else's.
        self.db.set_progress_handler(unwanted.is_set, STEPS)
        try:
            yield
        finally:
            self.db.set_progress_handler(None, 0)
