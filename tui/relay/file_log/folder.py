"""The folder a log is in: private, one process at a time, and what its events' epoch is.

``epoch`` names the folder beside it that has the segments. An epoch whose history was lost is set
aside: its folder stays for as long as its events would have, and nothing reads it.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tui.relay.event_log import LogUnavailable
from tui.relay.file_log.records import HEAD_BYTES, salvage, unpack_body
from tui.relay.file_log.segment import segment_base
from tui.relay.file_log.segments import (
    PRIVATE_FILE,
    HistoryLost,
    Outgoing,
    Segments,
    sync_folder,
)

PRIVATE_FOLDER = 0o700
EPOCH_FILE = "epoch"
CARRIED_AT_ONCE = 1000
_EPOCH = re.compile(r"[0-9a-f]{16}", re.ASCII)
_log = logging.getLogger(__name__)


def take_folder(folder: Path) -> int:
    """Make the folder, shut others out, and keep it from other processes.

    The descriptor holds the lock until it is closed, by a kill too. Raises ``OSError``;
    :class:`LogUnavailable` when another process has the log.
    """
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_mode & 0o077:
            os.fchmod(descriptor, PRIVATE_FOLDER)
    except OSError as wrong:
        os.close(descriptor)
        if wrong.errno in {errno.EAGAIN, errno.EACCES}:
            raise LogUnavailable(f"another relay is using the log in {folder}") from None
        raise
    return descriptor


def open_epoch(
    folder: Path, clock: Callable[[], int], new_epoch: Callable[[], str], oldest: int
) -> tuple[str, Segments]:
    """The epoch that is there, or a new one with what can still be read of it.

    Events received before ``oldest``, UTC ms, are not carried over. Raises ``OSError``.
    """
    epoch = _read_epoch(folder)
    if epoch is None:
        return _begin(folder, clock, new_epoch(), iter(()))
    segments = Segments(folder / epoch, clock)
    try:
        torn = segments.load()
    except HistoryLost as lost:
        segments.close()
        _log.error("the relay's log has lost events (%s): it goes on in a new epoch", lost)
        return _begin(folder, clock, new_epoch(), _readable(folder / epoch, oldest))
    except BaseException:
        segments.close()
        raise
    if torn:
        _log.warning("cut %d bytes of a write that was never acknowledged", torn)
    return epoch, segments


def drop_set_aside(folder: Path, epoch: str, oldest: int) -> None:
    """Remove what other epochs left that nothing was added to since ``oldest``, UTC ms."""
    for other in folder.iterdir():
        if not _EPOCH.fullmatch(other.name) or other.name == epoch or not other.is_dir():
            continue
        times = [one.stat().st_mtime for one in (other, *other.iterdir())]
        if max(times) * 1000 < oldest:
            shutil.rmtree(other)


def _read_epoch(folder: Path) -> str | None:
    try:
        epoch = (folder / EPOCH_FILE).read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    if _EPOCH.fullmatch(epoch) and (folder / epoch).is_dir():
        return epoch
    _log.error("the relay's log does not know its epoch any more: it begins a new one")
    return None


def _begin(
    folder: Path, clock: Callable[[], int], epoch: str, carried: Iterator[Outgoing]
) -> tuple[str, Segments]:
    home = folder / epoch
    home.mkdir(mode=PRIVATE_FOLDER)
    segments = Segments(home, clock)
    try:
        segments.begin()
        batch: list[Outgoing] = []
        for one in carried:
            batch.append(one)
            if len(batch) == CARRIED_AT_ONCE:
                segments.write(batch)
                batch.clear()
        if batch:
            segments.write(batch)
        sync_folder(folder)
        _write_epoch(folder, epoch)
    except BaseException:
        segments.close()
        raise
    return epoch, segments


def _write_epoch(folder: Path, epoch: str) -> None:
    draft = folder / f"{EPOCH_FILE}.new"
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        os.write(file, f"{epoch}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)
    draft.rename(folder / EPOCH_FILE)
    sync_folder(folder)


def _readable(home: Path, oldest: int) -> Iterator[Outgoing]:
    """The whole records of a damaged epoch, in order, each event once."""
    known: set[bytes] = set()
    for path in sorted(path for path in home.iterdir() if segment_base(path) is not None):
        data = path.read_bytes()
        for offset, head in salvage(data):
            body = data[offset + HEAD_BYTES : offset + HEAD_BYTES + head.length]
            arrival = unpack_body(head, body)
            if arrival is None or head.received_at < oldest or head.digest in known:
                continue
            known.add(head.digest)
            yield Outgoing(arrival, head.digest, body)
