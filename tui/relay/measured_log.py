"""The log as the relay's other parts see it: timed, and known to work or not."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from tui.relay.event_log import Arrival, Entry, EventLog, LogUnavailable
from tui.relay.metrics import Metrics

DOUBT_S = 10.0
"""Seconds for which an append that failed counts: then the log is given another chance."""


class MeasuredLog:
    """An :class:`EventLog` whose appends are timed and whose failures are noted."""

    def __init__(
        self, log: EventLog, metrics: Metrics, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._log = log
        self._metrics = metrics
        self._clock = clock
        self._failed_at: float | None = None

    async def check(self) -> None:
        """Raises :class:`LogUnavailable` if it cannot be written or read, or could not just now."""
        if self._failed_at is not None and self._clock() - self._failed_at < DOUBT_S:
            raise LogUnavailable("the log could not be written")
        await self.reach()
        await self._log.read(max(self.floor, self.head - 1), 1)

    async def reach(self) -> None:
        """Raises :class:`LogUnavailable` if it is away: what it still tells may not be all."""
        await self._log.append(())

    @property
    def epoch(self) -> str:
        return self._log.epoch

    @property
    def floor(self) -> int:
        return self._log.floor

    @property
    def head(self) -> int:
        return self._log.head

    async def append(self, arrivals: Sequence[Arrival]) -> int:
        begun = self._clock()
        try:
            new = await self._log.append(arrivals)
        except LogUnavailable:
            self._failed_at = self._clock()
            raise
        self._failed_at = None
        self._metrics.appended(self._clock() - begun)
        return new

    async def read(self, start: int, limit: int) -> Sequence[Entry]:
        return await self._log.read(start, limit)

    async def wait(self, head: int) -> None:
        await self._log.wait(head)

    async def close(self) -> None:
        await self._log.close()
