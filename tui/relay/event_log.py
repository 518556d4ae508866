"""The relay's one log: what is in it, and what any implementation of it promises."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from websockets.frames import Frame, Opcode

from tui.events.event import Kind
from tui.events.ids import CanvasId


@dataclass(frozen=True, slots=True)
class Arrival:
    """A live event that may be appended: ``event`` is its JSON text, one line, without tokens.

    ``course`` is as its own root account sees it (shard 0: at home there); None: not told.
    """

    key: str
    """As :func:`tui.events.decode.decode` gives it: the same for the same event."""
    kind: Kind
    course: CanvasId | None
    home_shard: int
    """The shard of the event's root account; 0: not told."""
    received_at: int
    """UTC ms at which the relay took it."""
    event: str


@dataclass(frozen=True)
class Entry:
    """An event in the log. Sequence numbers grow; they may have holes."""

    seq: int
    arrival: Arrival

    @cached_property
    def frame(self) -> str:
        """The event's frame on the wire, made once for all subscribers."""
        arrival = self.arrival
        head = (
            f'{{"type":"event","seq":{self.seq},"received_at":{arrival.received_at},'
            f'"key":{json.dumps(arrival.key)},"event":'
        )
        return f"{head}{arrival.event}}}"

    @cached_property
    def wire(self) -> bytes:
        """The frame as the bytes of a websocket message from a server: the same for everybody."""
        return wire_message(self.frame)


def wire_message(text: str) -> bytes:
    """A whole text message as a server sends it: neither masked nor compressed."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class LogUnavailable(Exception):
    """The log cannot be written or read now (disk full, NATS away); ``str()`` says why."""


class TooLargeForLog(Exception):
    """An event of more bytes than the log can ever take."""


class EventLog(Protocol):
    """Append-only, durable, de-duplicated by key, bounded by time.

    Invariants: ``floor <= head``; every entry has ``floor <= seq < head``; ``head`` is the sequence
    number that the next event gets, so a cursor of ``head`` waits for what comes. ``epoch`` stays
    the same as long as no acknowledged event was lost before its time.
    """

    @property
    def epoch(self) -> str: ...

    @property
    def floor(self) -> int: ...

    @property
    def head(self) -> int: ...

    async def append(self, arrivals: Sequence[Arrival]) -> int:
        """Durable when it returns; how many were new. Raises :class:`LogUnavailable`.

        Of none it tells whether the log can be written now. An event that this log can never take
        raises :class:`TooLargeForLog`, and none of the others is appended.
        """
        ...

    async def read(self, start: int, limit: int) -> Sequence[Entry]:
        """At most ``limit`` entries with ``seq >= start``, ascending; empty at the head.

        Entries that retention removed meanwhile are left out. Raises :class:`LogUnavailable`.
        """
        ...

    async def wait(self, head: int) -> None:
        """Return when the head is beyond ``head``."""
        ...

    async def close(self) -> None: ...
