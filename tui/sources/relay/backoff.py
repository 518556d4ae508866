"""How long to stay away from a relay that cannot be reached; pure but for the dice."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

FIRST_S = 0.5
LONGEST_S = 60.0
LEAST_S = 0.05
HEALTHY_S = 30.0
"""A connection that held for so long ends a row of failures: one that is accepted and closed at
once does not, so that it cannot make a hot loop."""


@dataclass(slots=True)
class Backoff:
    """Full jitter: any time up to a limit that doubles with each failure in a row."""

    random: Random
    failures: int = 0

    def wait(self) -> float:
        """Seconds to wait after one more failure."""
        limit = min(LONGEST_S, FIRST_S * 2.0 ** min(self.failures, 16))
        self.failures += 1
        return max(LEAST_S, self.random.uniform(0.0, limit))

    def held(self, seconds: float) -> None:
        """A connection was open for so long."""
        if seconds >= HEALTHY_S:
            self.failures = 0
