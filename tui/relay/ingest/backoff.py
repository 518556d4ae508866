"""How long to wait after something failed."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

FIRST_S = 1.0
LONGEST_S = 60.0
Sleep = Callable[[float], Awaitable[object]]


def jitter() -> float:
    """Half to all of a wait, so that several relays do not come back at the same moment."""
    return random.uniform(0.5, 1.0)  # noqa: S311  spreads load, guards nothing


@dataclass(slots=True)
class Backoff:
    """Waits that double from 1 s to 60 s while failures follow each other."""

    sleep: Sleep
    jitter: Callable[[], float] = jitter
    failures: int = field(default=0, init=False)

    async def wait(self) -> None:
        """After a failure."""
        longest = min(LONGEST_S, FIRST_S * 2 ** min(self.failures, 10))
        self.failures += 1
        await self.sleep(longest * self.jitter())

    def reset(self) -> None:
        """After a success."""
        self.failures = 0
