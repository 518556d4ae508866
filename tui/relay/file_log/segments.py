"""The files of one epoch, in order: written at the end, dropped at the beginning, read anywhere."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tui.relay.event_log import Arrival, Entry
from tui.relay.file_log.records import Head, Tail, pack, scan, unpack_head
from tui.relay.file_log.segment import Segment, read_entries, segment_base, segment_path

PRIVATE_FILE = 0o600
FULL_BYTES = 16 << 20
"""A segment of this size is followed by a new one …"""
OLD_MS = 3_600_000
"""… and so is one this old, at most: retention drops whole segments, so it is late by no more."""
_log = logging.getLogger(__name__)


class HistoryLost(Exception):
    """The files are not what was written: acknowledged events may be missing."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An arrival on its way to the disk."""

    arrival: Arrival
    digest: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What retention removed: everything before ``floor``."""

    floor: int
    digests: list[bytes]


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Segments:
    """All methods block on the disk; they raise ``OSError``.

    :meth:`write`, :meth:`forget_before` and :meth:`close` are for one thread at a time,
    :meth:`read` for any.
    """

    def __init__(self, folder: Path, clock: Callable[[], int], old_ms: int = OLD_MS) -> None:
        self._folder = folder
        self._clock = clock
        self._old_ms = old_ms
        self._segments: list[Segment] = []
        self._file = -1
        self._uncut = False
        """Behind the last segment's end there may be bytes of a write that failed."""
        self._lock = threading.Lock()

    @property
    def floor(self) -> int:
        return self._segments[0].base

    @property
    def head(self) -> int:
        return self._segments[-1].end

    def digests(self) -> list[bytes]:
        """Of all keys, in order."""
        return [digest for segment in self._segments for digest in segment.digests]

    def begin(self) -> None:
        """Start with nothing."""
        self._follow(1)

    def load(self) -> int:
        """Read what is there; how many bytes of a write cut short were cut away.

        Raises :class:`HistoryLost`.
        """
        bases = sorted(
            base for path in self._folder.iterdir() if (base := segment_base(path)) is not None
        )
        if not bases:
            raise HistoryLost("there is no segment")
        torn = 0
        for base in bases:
            path = segment_path(self._folder, base)
            data = path.read_bytes()
            found = scan(data, base)
            last = base == bases[-1]
            if self._segments and self.head != base:
                raise HistoryLost(f"events from {self.head} to {base - 1} are missing")
            if found.tail is Tail.DAMAGED or (found.tail is Tail.TORN and not last):
                raise HistoryLost(f"{path.name} is damaged at byte {found.end}")
            segment = Segment(path, base)
            for _, head in found.found:
                segment.note(head)
            self._segments.append(segment)
            torn = len(data) - found.end
        # What is here may be in the system's memory only, left there by a process that died
        # before it could have it on disk: nobody may read it before it is.
        self._file = os.open(self._segments[-1].path, os.O_RDWR | os.O_CLOEXEC)
        self._cut()
        sync_folder(self._folder)
        return torn

    def still_there(self) -> bool:
        """Whether what is written now is in the folder, and not in a file that was removed."""
        try:
            named = os.stat(self._segments[-1].path)
        except FileNotFoundError:
            return False
        return os.path.samestat(named, os.fstat(self._file))

    def write(self, outgoing: Sequence[Outgoing]) -> list[Entry]:
        """Append; on disk when it returns. After an ``OSError`` none of it is in the log."""
        if self._uncut:
            self._cut()
        active = self._segments[-1]
        if active.count and (
            active.size >= FULL_BYTES or self._clock() - active.oldest >= self._old_ms
        ):
            active = self._follow(active.end)
        records = [
            pack(seq, one.arrival.received_at, one.digest, one.body)
            for seq, one in enumerate(outgoing, active.end)
        ]
        self._uncut = True
        try:
            self._put(b"".join(records), active.size)
        except OSError:
            with contextlib.suppress(OSError):  # else the next write cuts it, or fails too
                self._cut()
            raise
        self._uncut = False
        entries = [Entry(seq, one.arrival) for seq, one in enumerate(outgoing, active.end)]
        with self._lock:
            for record in records:
                active.note(_head(record))
        return entries

    def forget_before(self, time: int) -> Forgotten:
        """Drop the segments whose events were all received before ``time``, UTC ms."""
        if (last := self._segments[-1]).count and last.newest < time:
            self._follow(last.end)  # an empty one keeps the next number
        digests: list[bytes] = []
        while (first := self._segments[0]).count and first.newest < time:
            try:
                first.path.unlink()
            except OSError as wrong:
                _log.warning("old events cannot be removed: %s", wrong.strerror)
                break
            digests += first.digests
            with self._lock:
                del self._segments[0]
        if digests:
            sync_folder(self._folder)
        return Forgotten(self.floor, digests)

    def read(self, start: int, end: int) -> list[Entry]:
        """Entries with ``start <= seq < end``, as many as one segment has and fit in memory.

        Empty only when there are none. ``end`` is at most the head. Raises
        :class:`tui.relay.file_log.segment.Damaged`.
        """
        while True:
            with self._lock:
                start = max(start, self.floor)
                if start >= end:
                    return []
                segment = next(one for one in self._segments if start < one.end)
                place, until = segment.place(start), min(end, segment.end)
            try:
                return read_entries(segment.path, place, start, until)
            except FileNotFoundError:
                if segment in self._segments:
                    raise

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _follow(self, base: int) -> Segment:
        """Go on in a new, empty segment."""
        segment = Segment(segment_path(self._folder, base), base)
        # A file of this name is what an attempt before this left behind, empty.
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        file = os.open(segment.path, flags, PRIVATE_FILE)
        try:
            os.fsync(file)
            sync_folder(self._folder)
        except BaseException:
            os.close(file)
            with contextlib.suppress(OSError):
                segment.path.unlink()
            raise
        self.close()
        self._file = file
        with self._lock:
            self._segments.append(segment)
        return segment

    def _put(self, data: bytes, offset: int) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(self._file, view, offset)
            view, offset = view[written:], offset + written
        os.fsync(self._file)

    def _cut(self) -> None:
        os.ftruncate(self._file, self._segments[-1].size)
        os.fsync(self._file)
        self._uncut = False


def _head(record: bytes) -> Head:
    head = unpack_head(record)
    assert head is not None  # noqa: S101 - made by pack() just above
    return head
