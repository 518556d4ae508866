"""One file of the log: what is where in it, and how it is read."""

from __future__ import annotations

import os
from array import array
from dataclasses import dataclass, field
from pathlib import Path

from tui.relay.event_log import Entry
from tui.relay.file_log.records import HEAD_BYTES, Head, unpack_body, unpack_head

EVERY = 64
"""Of so many records one has its place remembered: reading skips at most the others."""
READ_BYTES = 4 << 20
"""What one reading takes at most, unless a single record is larger."""
SUFFIX = ".events"


class Damaged(Exception):
    """A record that was whole when the log was opened no longer is."""


@dataclass(slots=True)
class Segment:
    """Records with the sequence numbers ``base`` to ``end - 1``, one after the other."""

    path: Path
    base: int
    count: int = 0
    size: int = 0
    """Bytes that are on disk for certain."""
    oldest: int = 0
    """``received_at`` of the first record, UTC ms."""
    newest: int = 0
    """The largest ``received_at``."""
    digests: list[bytes] = field(default_factory=list[bytes])
    _places: array[int] = field(default_factory=lambda: array("Q"))

    @property
    def end(self) -> int:
        return self.base + self.count

    def note(self, head: Head) -> None:
        """The record with this head is on disk, behind all others."""
        if self.count % EVERY == 0:
            self._places.append(self.size)
        if not self.count:
            self.oldest = head.received_at
        self.newest = max(self.newest, head.received_at)
        self.digests.append(head.digest)
        self.count += 1
        self.size += HEAD_BYTES + head.length

    def place(self, seq: int) -> int:
        """The offset of a record that is not behind ``seq`` and not far before it."""
        return self._places[(seq - self.base) // EVERY]


def segment_path(folder: Path, base: int) -> Path:
    """The file's name tells its first number, also while it is empty."""
    return folder / f"{base:020}{SUFFIX}"


def segment_base(path: Path) -> int | None:
    """The number in a segment's name; None: the file is no segment."""
    name = path.name.removesuffix(SUFFIX)
    return int(name) if path.suffix == SUFFIX and len(name) == 20 and name.isdecimal() else None


def read_entries(path: Path, place: int, start: int, end: int) -> list[Entry]:
    """Entries from ``start`` up to before ``end``, reading from ``place`` on.

    Fewer where they are large, at least one. Raises :class:`Damaged`, ``OSError``.
    """
    entries: list[Entry] = []
    size = 0
    with path.open("rb") as file:
        file.seek(place)
        while size < READ_BYTES:
            head = unpack_head(file.read(HEAD_BYTES))
            if head is None or head.seq > start + len(entries):
                raise Damaged(path.name)
            if head.seq < start:
                file.seek(head.length, os.SEEK_CUR)
                continue
            arrival = unpack_body(head, file.read(head.length))
            if arrival is None:
                raise Damaged(path.name)
            entries.append(Entry(head.seq, arrival))
            size += head.length
            if head.seq + 1 >= end:
                break
    return entries
