"""A stretch of time that moves along a timeline beside the case that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tui.rules.case import Case


@dataclass(slots=True)
class Window:
    """The cases with ``at - back <= their at <= at - until``, as ``at`` moves on.

    Both bounds are in ms; ``until`` is below 0 for a window that reaches ahead. It goes by time
    alone, so that what it holds does not hang on the order of cases of the same second. Each case
    enters once and leaves once.
    """

    cases: Sequence[Case]
    back: int
    until: int = 0
    _first: int = field(default=0, init=False)
    _next: int = field(default=0, init=False)

    def move(self, at: int) -> tuple[Sequence[Case], Sequence[Case]]:
        """Those that came in and those that went out; ``at`` never goes back.

        One that both comes and goes within a move is in both.
        """
        cases, first, following = self.cases, self._first, self._next
        while following < len(cases) and cases[following].at <= at - self.until:
            following += 1
        while first < following and cases[first].at < at - self.back:
            first += 1
        entered, left = cases[self._next : following], cases[self._first : first]
        self._first, self._next = first, following
        return entered, left

    def __len__(self) -> int:
        return self._next - self._first

    @property
    def oldest(self) -> Case:
        """The first that it holds; ``IndexError`` if it holds none."""
        if self._first == self._next:
            raise IndexError("an empty window")
        return self.cases[self._first]
