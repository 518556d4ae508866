"""What can be wrong with a journal, in one clear line each: what, where, and what to do."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

WITHOUT = "or use --journal :memory:"
"""The way on that always works."""

ROOM_TO_WRITE = 1 << 20
"""With less free space than this a failed write is blamed on the full disk."""


class JournalFault(Exception):
    """The journal cannot be used; ``str()`` is one line that says what to do."""


class NewerJournal(JournalFault):
    """Written by a later version of the program."""


class CorruptJournal(JournalFault):
    """Not a journal, or a damaged one."""


class DiskFull(JournalFault):
    """No room left to write."""


class ReadOnlyFolder(JournalFault):
    """The file or its folder may not be written (or read)."""


class JournalBusy(JournalFault):
    """Another process kept it locked for too long."""


class ReadingEnded(Exception):
    """Nobody wanted it any more: no fault, and nothing to be told of."""


_BY_CODE: dict[str, type[JournalFault]] = {
    "SQLITE_BUSY": JournalBusy,
    "SQLITE_LOCKED": JournalBusy,
    "SQLITE_PROTOCOL": JournalBusy,
    "SQLITE_CORRUPT": CorruptJournal,
    "SQLITE_NOTADB": CorruptJournal,
    "SQLITE_FULL": DiskFull,
    "SQLITE_READONLY": ReadOnlyFolder,
    "SQLITE_CANTOPEN": ReadOnlyFolder,
    "SQLITE_PERM": ReadOnlyFolder,
    "SQLITE_AUTH": ReadOnlyFolder,
}

_WORDS: dict[type[JournalFault], str] = {
    CorruptJournal: "the journal {path} is damaged or no journal: move it away, {without}",
    DiskFull: "no room left to write the journal {path}: free some disk space, {without}",
    ReadOnlyFolder: "cannot write the journal {path}: make its folder writable, "
    "choose another with --journal PATH, {without}",
    JournalBusy: "the journal {path} is kept locked by another program: wait for it or end it, "
    "{without}",
}


def newer(path: Path | None, found: int, known: int) -> NewerJournal:
    """The fault for a journal of format ``found`` where only ``known`` is understood."""
    return NewerJournal(
        f"the journal {_place(path)} is of a newer gradewatch (format {found}, "
        f"this one knows {known}): update gradewatch, choose another with --journal PATH, {WITHOUT}"
    )


def fault(kind: type[JournalFault], path: Path | None) -> JournalFault:
    """The fault of this kind at this place."""
    return kind(_WORDS[kind].format(path=_place(path), without=WITHOUT))


@contextmanager
def told(path: Path | None) -> Generator[None]:
    """Faults of SQLite and of the file system, as faults of the journal at ``path``.

    Raises :class:`ReadingEnded` for a reading that was cut short.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as wrong:
        if getattr(wrong, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            raise ReadingEnded from wrong
        raise _translated(wrong, path) from wrong


def _translated(wrong: sqlite3.Error | OSError, path: Path | None) -> JournalFault:
    kind = _kind(wrong, path)
    if kind is not None:
        return fault(kind, path)
    return JournalFault(f"the journal {_place(path)} failed ({wrong}): try again, {WITHOUT}")


def _kind(wrong: sqlite3.Error | OSError, path: Path | None) -> type[JournalFault] | None:
    if isinstance(wrong, OSError):
        return DiskFull if wrong.errno in {errno.ENOSPC, errno.EDQUOT} else ReadOnlyFolder
    name: str = getattr(wrong, "sqlite_errorname", "")
    for code, kind in _BY_CODE.items():
        if name == code or name.startswith(code + "_"):
            return kind
    if name.startswith("SQLITE_IOERR") and path is not None and _full(path):
        return DiskFull
    return None


def _full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < ROOM_TO_WRITE
    except OSError:
        return False


def _place(path: Path | None) -> str:
    return "in memory" if path is None else str(path)
