"""One event as bytes on disk: a head that checks itself, then a body that the head checks.

``marker (4) · body length (4) · CRC-32 of the body (4) · seq (8) · received_at, UTC ms (8) · digest
of the key (16) · CRC-32 of all that (4)``, big-endian, then the body: the arrival's text.

The head has a check of its own so that a write cut short (never acknowledged) and bytes that
changed on disk (history lost) can be told apart.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from zlib import crc32

from tui.relay.arrival_text import DIGEST_BYTES, read_arrival
from tui.relay.event_log import Arrival

MARKER = b"GWr\x01"
"""Begins each record; its last byte is the format's version."""
_HEAD = struct.Struct(f">4sIIQq{DIGEST_BYTES}s")
_CHECK = struct.Struct(">I")
HEAD_BYTES = _HEAD.size + _CHECK.size


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a record without reading its body; ``length`` is the body's, in bytes."""

    seq: int
    received_at: int
    digest: bytes
    length: int
    check: int
    """CRC-32 of the body."""


class Tail(Enum):
    """How a segment ends."""

    WHOLE = "whole"
    TORN = "torn"
    """A write that was cut short: nobody was told that it is on disk."""
    DAMAGED = "damaged"
    """Bytes that were whole once, or never were a record: events may be lost."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The records from the start of a segment up to ``end``, the first byte that is none."""

    found: list[tuple[int, Head]]
    end: int
    tail: Tail


def pack(seq: int, received_at: int, digest: bytes, body: bytes) -> bytes:
    """The whole record."""
    head = _HEAD.pack(MARKER, len(body), crc32(body), seq, received_at, digest)
    return b"".join((head, _CHECK.pack(crc32(head)), body))


def unpack_head(data: bytes | memoryview, offset: int = 0) -> Head | None:
    """The head at ``offset``; None: there is no whole and undamaged one."""
    if len(data) - offset < HEAD_BYTES:
        return None
    (check,) = _CHECK.unpack_from(data, offset + _HEAD.size)
    if crc32(data[offset : offset + _HEAD.size]) != check:
        return None
    marker, length, body_check, seq, received_at, digest = _HEAD.unpack_from(data, offset)
    return Head(seq, received_at, digest, length, body_check) if marker == MARKER else None


def unpack_body(head: Head, body: bytes) -> Arrival | None:
    """The arrival of a record; None: the body is damaged."""
    if len(body) != head.length or crc32(body) != head.check:
        return None
    return read_arrival(body)


def scan(data: bytes, first: int) -> Scan:
    """Read a segment whose first record has the sequence number ``first``."""
    view = memoryview(data)
    found: list[tuple[int, Head]] = []
    offset = 0
    while (head := _whole(view, offset)) is not None and head.seq == first + len(found):
        found.append((offset, head))
        offset += HEAD_BYTES + head.length
    return Scan(found, offset, _tail(data, offset, first + len(found)))


def salvage(data: bytes) -> Iterator[tuple[int, Head]]:
    """All whole records, also those behind damaged bytes, with their offsets."""
    view = memoryview(data)
    offset = data.find(MARKER)
    while offset >= 0:
        if (head := _whole(view, offset)) is not None:
            yield offset, head
            offset += HEAD_BYTES + head.length
        else:
            offset += 1
        offset = data.find(MARKER, offset)


def _whole(view: memoryview, offset: int) -> Head | None:
    if (head := unpack_head(view, offset)) is None:
        return None
    body = view[offset + HEAD_BYTES : offset + HEAD_BYTES + head.length]
    return head if len(body) == head.length and crc32(body) == head.check else None


def _tail(data: bytes, end: int, expected: int) -> Tail:
    rest = data[end:]
    if not rest:
        return Tail.WHOLE
    if not any(rest):  # some file systems lengthen a file before its bytes arrive
        return Tail.TORN
    if len(rest) < HEAD_BYTES:
        return Tail.TORN if MARKER.startswith(rest[: len(MARKER)]) else Tail.DAMAGED
    head = unpack_head(rest)
    if head is None or head.seq != expected or len(rest) >= HEAD_BYTES + head.length:
        return Tail.DAMAGED
    return Tail.TORN
