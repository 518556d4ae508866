"""How many regrades a grader makes in a short time, beside the most of before."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tui.events.attention import Rule
from tui.events.ids import CanvasId
from tui.rules import words
from tui.rules.case import Along, Case
from tui.rules.doing import act_of, by_hand, is_regrade
from tui.rules.settings import Burst
from tui.rules.window import Window

_SITTING = 30 * words.MINUTE
"""What came so shortly before is of the same sitting, and not what is usual."""


@dataclass(frozen=True, slots=True)
class _Pace:
    """Up to ``at``, ``acts`` were done since ``since``: as many as fit the rule's minutes."""

    at: int
    since: int
    acts: int


@dataclass(frozen=True, slots=True)
class BurstRule:
    """Many regrades by hand in a short time, and more than this grader's usual most.

    All of a burst are hits, told by the busiest stretch that they are in. What belongs to one
    request is one act.
    """

    name: ClassVar[Rule] = Rule.BURST
    along: ClassVar[Along] = Along.GRADER

    bulk: int
    limits: Burst

    @property
    def _stretch(self) -> int:
        return self.limits.minutes * words.MINUTE

    @property
    def _baseline(self) -> int:
        return self.limits.days * words.DAY

    @property
    def back_ms(self) -> int:
        """What is usual is counted in stretches that end within the baseline."""
        return self._baseline + self._stretch

    @property
    def ahead_ms(self) -> int:
        return self._stretch

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        by_grader: dict[CanvasId, list[Case]] = {}
        for case in timeline:
            if case.grader is not None and is_regrade(case) and by_hand(case, self.bulk):
                by_grader.setdefault(case.grader, []).append(case)
        for regrades in by_grader.values():
            yield from self._bursts(regrades)

    def _bursts(self, regrades: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        paces = self._paces(regrades)
        coming = _Most(paces, oldest=0, newest=self._stretch)
        gap = self._stretch + _SITTING
        before = _Most(paces, oldest=-self._baseline, newest=-gap)
        for case in regrades:
            now, usual = coming.around(case.at), before.around(case.at)
            if now is None or now.acts < self.limits.regrades:
                continue
            if usual is None:
                told = "this grader has no earlier ones to compare with"
            elif now.acts >= self.limits.times * usual.acts:
                told = f"this grader's usual most is {usual.acts:,}"
            else:
                continue
            passed = words.span(now.at - now.since)
            yield case, f"{words.counted(now.acts, 'regrade')} in {passed}; {told}"

    def _paces(self, regrades: Sequence[Case]) -> list[_Pace]:
        """One for each moment at which something was done."""
        acts: dict[Hashable, int] = {}
        window = Window(regrades, back=self._stretch)
        found: list[_Pace] = []
        for case in regrades:
            entered, left = window.move(case.at)
            for each in entered:
                acts[act_of(each)] = acts.get(act_of(each), 0) + 1
            for each in left:
                acts[act_of(each)] -= 1
                if not acts[act_of(each)]:
                    del acts[act_of(each)]
            if not found or found[-1].at < case.at:
                found.append(_Pace(case.at, window.oldest.at, len(acts)))
        return found


class _Most:
    """The busiest of the paces that end within ``[at + oldest, at + newest]``; the first of equals.

    ``at`` never goes back.
    """

    def __init__(self, paces: Sequence[_Pace], *, oldest: int, newest: int) -> None:
        self._paces, self._oldest, self._newest = paces, oldest, newest
        self._next = 0
        self._falling: deque[_Pace] = deque()
        """Those that may yet be the busiest, each less busy than the one before it."""

    def around(self, at: int) -> _Pace | None:
        while self._next < len(self._paces) and self._paces[self._next].at <= at + self._newest:
            pace = self._paces[self._next]
            while self._falling and self._falling[-1].acts < pace.acts:
                self._falling.pop()
            self._falling.append(pace)
            self._next += 1
        while self._falling and self._falling[0].at < at + self._oldest:
            self._falling.popleft()
        return self._falling[0] if self._falling else None
