"""Mean, exact median and spread of very many numbers, in memory bounded by how many differ."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from math import fsum


@dataclass(frozen=True, slots=True)
class Spread:
    """What numbers are like; ``lower`` and ``upper`` are the quarters, a number that occurs each.

    The median of an even count is halfway between the two in the middle.
    """

    count: int
    mean: float
    lowest: float
    lower: float
    median: float
    upper: float
    highest: float


@dataclass(slots=True)
class Numbers:
    """Numbers and how often each came: grades are few different ones, however many there are."""

    often: dict[float, int] = field(default_factory=dict[float, int])

    def add(self, number: float) -> None:
        self.often[number] = self.often.get(number, 0) + 1

    def spread(self) -> Spread | None:
        """None of no numbers."""
        if not self.often:
            return None
        ranked = sorted(self.often)
        upto = list(accumulate(self.often[each] for each in ranked))
        count = upto[-1]

        def at(rank: int) -> float:
            return ranked[bisect_right(upto, rank)]

        return Spread(
            count=count,
            mean=fsum(number * times for number, times in self.often.items()) / count,
            lowest=ranked[0],
            lower=at((count - 1) // 4),
            median=(at((count - 1) // 2) + at(count // 2)) / 2,
            upper=at(count - 1 - (count - 1) // 4),
            highest=ranked[-1],
        )
