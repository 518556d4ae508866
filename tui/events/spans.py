"""Stretches of time and what can be reckoned with them; pure. All times are UTC ms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spans:
    """``start <= t < end`` for each part; parts ascend, and neither overlap nor touch."""

    parts: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, parts: Iterable[tuple[int, int]]) -> Spans:
        """All the moments of ``parts``, which may be in any order."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted(parts):
            if start >= end:
                continue
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return cls(tuple(merged))

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __or__(self, other: Spans) -> Spans:
        return Spans.of((*self.parts, *other.parts))

    def __and__(self, other: Spans) -> Spans:
        return Spans.of(_common(self.parts, other.parts))

    def __sub__(self, other: Spans) -> Spans:
        return self & other.outside()

    def outside(self) -> Spans:
        """Every other moment that there is."""
        edges = [_BEGINNING, *(edge for part in self.parts for edge in part), _END]
        return Spans.of(zip(edges[::2], edges[1::2], strict=True))

    def covers(self, start: int, end: int) -> bool:
        """Whether no moment of ``start <= t < end`` is missing."""
        return start >= end or any(first <= start and end <= last for first, last in self.parts)

    def reaching(self, now: int, patience: int) -> Spans:
        """The same, and on to ``now`` where the last part ends at most ``patience`` before it."""
        if not self.parts or not now - patience <= self.parts[-1][1] < now:
            return self
        return self | Spans(((self.parts[-1][1], now),))


NEVER = Spans()
"""No moment at all."""
_BEGINNING, _END = -(10**18), 10**18


def _common(
    ours: tuple[tuple[int, int], ...], theirs: tuple[tuple[int, int], ...]
) -> Iterator[tuple[int, int]]:
    mine, other = 0, 0
    while mine < len(ours) and other < len(theirs):
        yield max(ours[mine][0], theirs[other][0]), min(ours[mine][1], theirs[other][1])
        if ours[mine][1] <= theirs[other][1]:
            mine += 1
        else:
            other += 1
