"""The same said again and again: a few times in a while, and then only counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

WHILE_S = 60.0
"""Seconds in which the same is said :data:`TIMES` times at most."""
TIMES = 5
KNOWN = 256
"""Different sayings that are remembered: no more can be counted, and no less memory be taken."""


@dataclass(slots=True)
class _Saying:
    since: float
    said: int = 0
    unsaid: int = 0


class Repeats:
    """Counts what is said."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """``clock`` is a monotonic one, in seconds."""
        self._clock = clock
        self._sayings: dict[str, _Saying] = {}

    def of(self, saying: str) -> int | None:
        """How often it was left out since it was said last; None: leave it out now too."""
        now = self._clock()
        known = self._sayings.get(saying)
        if known is not None and now - known.since < WHILE_S:
            if known.said < TIMES:
                known.said += 1
                return 0
            known.unsaid += 1
            return None
        unsaid = 0 if known is None else self._sayings.pop(saying).unsaid
        while len(self._sayings) >= KNOWN:
            del self._sayings[next(iter(self._sayings))]
        self._sayings[saying] = _Saying(now, said=1)
        return unsaid

    def rest(self) -> Iterator[tuple[str, int]]:
        """What was left out and not yet told, and how often."""
        for saying, known in self._sayings.items():
            if known.unsaid:
                yield saying, known.unsaid
