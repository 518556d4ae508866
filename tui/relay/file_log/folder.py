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
import stat
from collections.abc import Callable, Iterable, Iterator
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
_LONGEST_EPOCH = 64
_EPOCH = re.compile(r"[0-9a-f]{16}", re.ASCII)
_OURS = re.compile(r"epoch(?:\.new)?|[0-9a-f]{16}|lost\+found", re.ASCII)
"""What a log is made of, an unfinished one too, and what a disk has of its own."""
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_log = logging.getLogger(__name__)


class Unfit(Exception):
    """The folder is none for a log; ``str()`` is one line that says what to do."""


def take_folder(folder: Path) -> int:
    """Make the folder, for its owner alone, or take one that is ours; keep others from it.

    A folder that is there is left as it is: it may be anybody's. The descriptor holds the lock
    until it is closed, by a kill too. Raises ``OSError``, :class:`Unfit`, and
    :class:`LogUnavailable` when another process has the log.
    """
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _check_ours(folder, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as wrong:
        os.close(descriptor)
        if wrong.errno in {errno.EAGAIN, errno.EACCES}:
            raise LogUnavailable(f"another relay is using the log in {folder}") from None
        raise
    except Unfit:
        os.close(descriptor)
        raise
    return descriptor


def _check_ours(folder: Path, descriptor: int) -> None:
    status = os.fstat(descriptor)
    if status.st_uid != os.geteuid():
        raise Unfit(f"the folder {folder} belongs to somebody else: name one of your own")
    names = os.listdir(descriptor)
    if not all(_OURS.fullmatch(name) for name in names) and _known_epoch(folder) is None:
        raise Unfit(
            f"the folder {folder} has other things in it and no log: "
            "name one that is empty or not there yet"
        )
    if status.st_mode & _OTHERS_WRITE:
        raise Unfit(
            f"others may write to the folder {folder}: "
            "name one that is not there yet, or that is yours alone"
        )


def identity(status: os.stat_result) -> tuple[int, int]:
    """What tells a file or a folder from any other one, wherever it is."""
    return status.st_dev, status.st_ino


def still_there(folder: Path, descriptor: int, epoch_file: tuple[int, int]) -> bool:
    """Whether ``folder`` is what was taken, and has the epoch file it had then."""
    try:
        return (
            identity(os.stat(folder)) == identity(os.fstat(descriptor))
            and identity(os.stat(folder / EPOCH_FILE)) == epoch_file
        )
    except FileNotFoundError:
        return False


def open_epoch(
    folder: Path, make: Callable[[Path], Segments], new_epoch: Callable[[], str], oldest: int
) -> tuple[str, Segments]:
    """The epoch that is there, or a new one with what can still be read of it.

    ``make`` gives the segments of a folder. Events received before ``oldest``, UTC ms, are not
    carried over. Raises ``OSError``.
    """
    epoch = _read_epoch(folder)
    if epoch is None:
        return _begin(folder, make, new_epoch(), iter(()))
    (folder / epoch).chmod(PRIVATE_FOLDER)
    segments = make(folder / epoch)
    try:
        torn = segments.load()
    except HistoryLost as lost:
        segments.close()
        _log.error("the relay's log has lost events (%s): it goes on in a new epoch", lost)
        return _begin(folder, make, new_epoch(), _readable(folder / epoch, oldest))
    except BaseException:
        segments.close()
        raise
    if torn:
        _log.warning("cut %d bytes of a write that was never acknowledged", torn)
    return epoch, segments


def set_aside(descriptor: int, epoch: str) -> frozenset[str]:
    """The folders of other epochs that are in a log's folder."""
    with os.scandir(descriptor) as found:
        return frozenset(
            each.name
            for each in found
            if _EPOCH.fullmatch(each.name)
            and each.name != epoch
            and each.is_dir(follow_symlinks=False)
        )


def drop_set_aside(descriptor: int, epochs: Iterable[str], oldest: int) -> frozenset[str]:
    """Remove those of ``epochs`` that nothing was added to since ``oldest``, UTC ms; which.

    Only in the very folder that ``descriptor`` has open, whatever has its name by now.
    """
    dropped: set[str] = set()
    for epoch in epochs:
        try:
            times = [os.stat(epoch, dir_fd=descriptor).st_mtime, *_times(descriptor, epoch)]
            if max(times) * 1000 < oldest:
                shutil.rmtree(epoch, dir_fd=descriptor)
                dropped.add(epoch)
        except FileNotFoundError:
            dropped.add(epoch)
    return frozenset(dropped)


def _times(descriptor: int, epoch: str) -> list[float]:
    """When the files of an epoch were written last."""
    home = os.open(epoch, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=descriptor)
    try:
        with os.scandir(home) as found:
            return [each.stat(follow_symlinks=False).st_mtime for each in found]
    finally:
        os.close(home)


def _read_epoch(folder: Path) -> str | None:
    epoch = _known_epoch(folder)
    if epoch is None and (folder / EPOCH_FILE).exists():
        _log.error("the relay's log does not know its epoch any more: it begins a new one")
    return epoch


def _known_epoch(folder: Path) -> str | None:
    """The epoch whose name and whose folder are both there."""
    try:
        with (folder / EPOCH_FILE).open("rb") as file:
            epoch = file.read(_LONGEST_EPOCH).decode("ascii", "replace").strip()
    except (FileNotFoundError, IsADirectoryError):
        return None
    return epoch if _EPOCH.fullmatch(epoch) and (folder / epoch).is_dir() else None


def _begin(
    folder: Path, make: Callable[[Path], Segments], epoch: str, carried: Iterator[Outgoing]
) -> tuple[str, Segments]:
    home = folder / epoch
    home.mkdir(mode=PRIVATE_FOLDER)
    segments = make(home)
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
