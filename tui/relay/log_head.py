"""The number that the next event gets, and those who wait for it to grow."""

from __future__ import annotations

import asyncio


class LogHead:
    """Used in one event loop. All who wait share one event: a thousand of them cost little."""

    def __init__(self, value: int) -> None:
        self._value = value
        self._moved = asyncio.Event()

    @property
    def value(self) -> int:
        return self._value

    def move(self, value: int) -> None:
        """The head is at least ``value`` now: it never goes back."""
        if value > self._value:
            self.reset(value)

    def reset(self, value: int) -> None:
        """The log was begun anew, and its head is ``value``."""
        self._value = value
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def moved(self) -> None:
        """Return when the head was next moved or reset."""
        await self._moved.wait()

    async def beyond(self, head: int) -> None:
        """Return when the head is larger than ``head``."""
        while self._value <= head:
            await self._moved.wait()
