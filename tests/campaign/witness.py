"""Somebody else who listens to the relay, by the contract alone: when did it take which event?"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from pydantic import BaseModel
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

_AGAIN_S = 0.05


class _Frame(BaseModel):
    """Any of the relay's frames, as far as the witness reads it."""

    type: str
    epoch: str = ""
    head: int = 0
    seq: int = -1
    key: str = ""
    received_at: int = 0


@dataclass
class Witness:
    """Listens at ``url`` until cancelled, resuming where it was."""

    url: str
    taken_at: dict[str, int] = field(default_factory=dict[str, int])
    """UTC ms by key."""
    epoch: str = ""
    next: int = 0
    """The sequence number that it waits for, in this epoch."""
    repeated: list[str] = field(default_factory=list[str])
    """Events that came again in one epoch."""
    _seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    async def listen(self) -> None:
        while True:
            try:
                await self._once()
            except InvalidStatus as refused:
                if any(word in refused.response.body for word in (b"TooOld", b"EpochChanged")):
                    self.epoch = ""  # begin anew; of several relays one may be a moment behind
            except (ConnectionClosed, InvalidHandshake, OSError):
                pass  # the relay is being killed, again and again
            await asyncio.sleep(_AGAIN_S)

    async def _once(self) -> None:
        cursor = f"?cursor={self.epoch}.{self.next}" if self.epoch else ""
        async with connect(f"{self.url}/v1/subscribe{cursor}", proxy=None) as wire:
            async for text in wire:
                self._take(_Frame.model_validate(json.loads(text)))

    def _take(self, frame: _Frame) -> None:
        if frame.type == "hello":
            if frame.epoch != self.epoch:
                self.epoch, self.next = frame.epoch, frame.head
        elif frame.type == "event":
            assert frame.seq >= self.next, f"{frame.seq} after {self.next}"
            self.next = frame.seq + 1
            if (self.epoch, frame.key) in self._seen:
                self.repeated.append(frame.key)
            self._seen.add((self.epoch, frame.key))
            self.taken_at.setdefault(frame.key, frame.received_at)
