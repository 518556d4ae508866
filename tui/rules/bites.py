"""How much is judged at once: so much that a step takes some tenths of a second."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

AIM_S = 0.2
"""How long a step is to take: it ends with the first thing that is done after so long."""
LEAST = 1_000
"""Fewer rows at once are not worth the surroundings that are read with them."""


@dataclass(slots=True)
class Bites:
    """Learns from what was done how many rows to take together."""

    most: int
    rows: int = field(init=False)
    """So many are taken together."""
    _taken: int = 0
    _began: float = 0.0

    def __post_init__(self) -> None:
        self.rows = min(self.most, 2 * LEAST)

    def begin(self) -> None:
        """A step begins."""
        self._taken, self._began = 0, time.perf_counter()

    def take(self, rows: int) -> None:
        """So many rows more were read and judged in this step."""
        self._taken += rows

    @property
    def enough(self) -> bool:
        """Whether the step is to end."""
        return self._taken >= self.most or time.perf_counter() - self._began >= AIM_S

    def learn(self) -> None:
        """The step has ended."""
        took = time.perf_counter() - self._began
        if took > 2 * AIM_S:
            self.rows = max(self.rows // 2, min(LEAST, self.most))
        elif took < AIM_S:
            self.rows = min(self.rows * 2, self.most)
