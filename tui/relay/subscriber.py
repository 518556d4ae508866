"""One subscription: a place in the one log, a sieve, and a line to send on."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.events.relay_wire import PING_S, Close, Refusal
from tui.relay.event_log import Entry, EventLog, LogUnavailable, wire_message
from tui.relay.filters import Sieve
from tui.relay.line import Hangup, Line
from tui.relay.logs import RELAY_LOG
from tui.relay.metrics import Metrics
from tui.relay.pace import TOO_SLOW, Pace, TooSlow
from tui.relay.tokens import Grant

BATCH = 256
"""Entries read at a time."""
CHUNK = 16 * 1024
"""Bytes of frames handed over together, unless a single one is longer: all of them come before the
word that a slow reader is given up."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How all subscribers are served; times are in seconds."""

    ping_s: float = PING_S
    reach_s: float = 2.0
    """How long a cursor beyond the head is waited for: relays that share a log learn of what is new
    one after the other, and their clients move between them."""
    too_slow: TooSlow = TOO_SLOW
    clock: Callable[[], float] = time.monotonic


def overtaken(position: int, entries: Sequence[Entry], floor: int) -> bool:
    """Whether retention removed what lay between a subscriber's position and what was read.

    The log loses entries from its beginning only: if the one asked for is there, so are all after.
    """
    return floor > position and not (entries and entries[0].seq == position)


class Subscriber:
    """Sends ``hello``, then every entry from its position on that passes its sieve.

    Beside the events it says ``caught_up`` once, when all that was there at the hello has been
    looked at, and ``progress`` after a ping's interval in which it only passed over events: both
    carry ``seq``, from which a subscription can be resumed as from an event's.
    """

    def __init__(
        self,
        log: EventLog,
        line: Line,
        *,
        sieve: Sieve,
        grant: Grant,
        start: int,
        delivery: Delivery,
        metrics: Metrics,
    ) -> None:
        self.grant = grant
        self.position = start
        """All entries below have been sent, or passed over."""
        self.pace = Pace(delivery.too_slow, delivery.clock(), start)
        self._log = log
        self._line = line
        self._sieve = sieve
        self._delivery = delivery
        self._metrics = metrics
        self._epoch = log.epoch
        self._goal: int | None = None
        """What is still to be reached before it is caught up; None: said."""
        self._told = start
        """The place that the client knows of."""
        self._told_at = delivery.clock()

    async def send(self) -> None:
        """Send until the line ends or something ends the subscription, which is then said."""
        try:
            await self._greet()
            while await self._send_more():
                pass
        except Hangup:
            return
        except LogUnavailable as wrong:
            self.end(Close.LOG_UNAVAILABLE, Refusal.LOG_UNAVAILABLE, str(wrong))

    def end(self, code: Close, error: Refusal, words: str) -> None:
        """Send an error frame and close, behind what the client has still to read."""
        self._metrics.ended(code)
        RELAY_LOG.warning("subscription ended", extra={"code": code.value, "reason": error})
        frame = json.dumps({"type": "error", "error": error, "message": words})
        self._line.part(code, error, frame)

    async def _greet(self) -> None:
        log, ping_s = self._log, self._delivery.ping_s
        if self._sieve.asked.cursor is None:  # from the head on: from the one that hello tells
            self.position = self._told = log.head
        self._goal = log.head
        hello = {
            "type": "hello",
            "epoch": log.epoch,
            "floor": log.floor,
            "head": log.head,
            "ping_s": int(ping_s) if ping_s == int(ping_s) else ping_s,
        }
        await self._line.push(wire_message(json.dumps(hello)))

    async def _send_more(self) -> bool:
        """Send what there is, or wait for more; False: the subscription is over."""
        log = self._log
        head = log.head
        entries = await log.read(self.position, BATCH)
        if log.epoch != self._epoch:
            self.end(Close.EPOCH_CHANGED, Refusal.EPOCH_CHANGED, "the log was begun anew")
            return False
        if overtaken(self.position, entries, log.floor):
            self.end(
                Close.CURSOR_TOO_OLD,
                Refusal.CURSOR_TOO_OLD,
                f"events from {self.position} on are gone: the log now begins at {log.floor}",
            )
            return False
        if entries:
            await self._pass_on(entries)
        else:
            # all below the head was there to be read: numbers that nothing has are passed
            self.position = max(self.position, head)
        await self._tell_place()
        if self.position >= log.head:
            await self._wait()
        else:
            await asyncio.sleep(0)  # a line with room never waits: let the others have their turn
        return True

    async def _pass_on(self, entries: Sequence[Entry]) -> None:
        wires: list[bytes] = []
        size = 0
        last: int | None = None
        for entry in entries:
            if self._sieve.passes(entry.arrival):
                wires.append(entry.wire)
                size += len(entry.wire)
                last = entry.seq
                if size >= CHUNK:
                    await self._push(wires, size, last)
                    wires, size = [], 0
        if wires and last is not None:
            await self._push(wires, size, last)
        self.position = entries[-1].seq + 1

    async def _push(self, wires: Sequence[bytes], size: int, last: int) -> None:
        await self._line.push(wires[0] if len(wires) == 1 else b"".join(wires))
        self._metrics.sent(len(wires), size)
        self.position = last + 1
        self._place_told()

    async def _tell_place(self) -> None:
        if self._goal is not None and self.position >= self._goal:
            self._goal = None
            await self._inform("caught_up")
        elif self._unsaid and self._delivery.clock() >= self._told_at + self._delivery.ping_s:
            await self._inform("progress")

    async def _inform(self, name: str) -> None:
        frame = {"type": "info", "info": name, "seq": self.position}
        await self._line.push(wire_message(json.dumps(frame)))
        self._place_told()

    def _place_told(self) -> None:
        self._told, self._told_at = self.position, self._delivery.clock()

    @property
    def _unsaid(self) -> bool:
        return self.position > self._told

    async def _wait(self) -> None:
        """Until there is more, or it is time to say how far this subscriber has come."""
        if not self._unsaid:
            self._told_at = self._delivery.clock()
            await self._log.wait(self.position)
            return
        left = self._told_at + self._delivery.ping_s - self._delivery.clock()
        try:
            async with asyncio.timeout(max(0.0, left)):
                await self._log.wait(self.position)
        except TimeoutError:
            return
