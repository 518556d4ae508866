"""Where a piece of data is cut: a websocket's frames in the bytes that a server sends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_SHORT, _TWO_BYTES = 125, 126
_LENGTH = 0x7F
_END_OF_HEAD = b"\r\n\r\n"


class Flow(StrEnum):
    """Which way bytes go."""

    UP = "up"
    """From who connected to the server."""
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Tear:
    """Waits for the next piece of at least ``least`` bytes that goes ``flow``, and cuts there.

    ``keep`` is the share of the piece that is passed on: 0 swallows it. On the way down a framed
    wire a piece is a websocket frame's payload.
    """

    flow: Flow
    keep: float = 0.5
    least: int = 300


class Framing:
    """Follows one direction of a connection, from the HTTP answer on; a server masks nothing."""

    def __init__(self) -> None:
        self._head = bytearray()
        """The beginning of what is not understood yet: of the HTTP answer, then of a frame."""
        self._upgraded = False
        self._left = 0
        """Bytes of the present frame's payload that are still to come."""
        self._size = 0

    def take(self, piece: bytes, tear: Tear | None = None) -> int | None:
        """Follow a piece; after how many of its bytes to cut, always inside a frame's payload."""
        for place, byte in enumerate(piece, start=1):
            if self._left:
                self._left -= 1
                if tear is not None and self._is_due(tear):
                    return place
            else:
                self._begin(byte)
        return None

    def _is_due(self, tear: Tear) -> bool:
        passed = self._size - self._left
        return self._left > 0 and self._size >= tear.least and passed >= tear.keep * self._size

    def _begin(self, byte: int) -> None:
        self._head.append(byte)
        if not self._upgraded:
            if self._head.endswith(_END_OF_HEAD):
                self._upgraded = self._head.startswith(b"HTTP/1.1 101")
                self._head.clear()
            return
        size = _payload_size(self._head)
        if size is not None:
            self._left = self._size = size
            self._head.clear()


def _payload_size(head: bytearray) -> int | None:
    """The payload's length once the frame's head is whole."""
    if len(head) < 2:
        return None
    length = head[1] & _LENGTH
    if length <= _SHORT:
        return length
    extra = 2 if length == _TWO_BYTES else 8
    return int.from_bytes(head[2 : 2 + extra], "big") if len(head) == 2 + extra else None
