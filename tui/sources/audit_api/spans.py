"""Which stretches of time to read next; pure. Whole seconds since the epoch throughout.

The audit log cuts its times to seconds and compares both bounds inclusively, so a span of whole
seconds, ends included, is exactly what it can be asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

OVERLAP = 300
"""Seconds read again below what is verified: rows become visible late (background jobs)."""
DEEP = 24 * 3600
"""How far back the hourly re-scan goes, for rows that came later still or changed."""


@dataclass(frozen=True, slots=True)
class Span:
    """``first`` to ``last``, both included; ``last`` None = open towards now."""

    first: int
    last: int | None = None


def plan(window: Span, done: Iterable[tuple[int, int]]) -> list[Span]:
    """What to read, newest first: the newest rows with the overlap, then the holes.

    ``done`` holds the verified stretches as (start, end), the end excluded. Each hole begins an
    overlap lower than the hole itself: what lies below was verified at some earlier time.
    """
    stretches = _merged(done, window)
    if not stretches:
        return [window]
    newest = Span(max(window.first, stretches[-1][1] - OVERLAP), window.last)
    spans = [newest]
    ceiling = newest.first
    gaps = [(a[1], b[0]) for a, b in pairwise(stretches)]
    if stretches[0][0] > window.first:
        gaps.insert(0, (window.first, stretches[0][0]))
    for start, end in reversed(gaps):
        hole = Span(max(window.first, start - OVERLAP), min(end, ceiling) - 1)
        if hole.last is not None and start <= hole.last:
            spans.append(hole)
            ceiling = hole.first
    return spans


def deep(window: Span, now: int) -> Span:
    """The whole window, or its last day."""
    return Span(max(window.first, min(now, window.last or now) - DEEP), window.last)


def without(span: tuple[int, int], holes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of ``span`` outside ``holes``; ends excluded, ascending."""
    start, end = span
    parts: list[tuple[int, int]] = []
    for hole_start, hole_end in sorted(holes):
        if hole_end <= start or hole_start >= end:
            continue
        if hole_start > start:
            parts.append((start, hole_start))
        start = hole_end
    if start < end:
        parts.append((start, end))
    return parts


def _merged(done: Iterable[tuple[int, int]], window: Span) -> list[tuple[int, int]]:
    top = None if window.last is None else window.last + 1
    merged: list[tuple[int, int]] = []
    for start, end in sorted(done):
        low, high = max(start, window.first), end if top is None else min(end, top)
        if low >= high:
            continue
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged
