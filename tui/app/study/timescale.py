"""Columns of time: how long each is, where each begins by the clock of a zone; pure.

Columns shorter than a day are steps of a real length counted from the day's beginning, the last of
a day cut where the next day begins: on days of 23 or 25 hours too every column begins at a time
that people would name. Columns of days, weeks and months begin at midnights.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from tui.events.times import to_datetime, to_ms

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Unit:
    """How much time one column is: ``ms``, else days, else months; the others are 0."""

    words: str
    ms: int = 0
    days: int = 0
    months: int = 0

    @property
    def about(self) -> int:
        """Its usual length in ms."""
        return self.ms or self.days * 24 * HOUR or self.months * 730 * HOUR


UNITS: tuple[Unit, ...] = (
    *(Unit(f"{n} s", n * SECOND) for n in (1, 2, 5, 10, 15, 30)),
    *(Unit(f"{n} min", n * MINUTE) for n in (1, 2, 5, 10, 15, 30)),
    *(Unit(f"{n} h", n * HOUR) for n in (1, 2, 3, 6, 12)),
    Unit("a day", days=1),
    Unit("a week", days=7),
    Unit("a month", months=1),
    Unit("3 months", months=3),
    Unit("a year", months=12),
)
"""From the shortest to the longest."""

EARLIEST, LATEST = (to_ms(datetime(year, 1, 1, tzinfo=UTC)) for year in (1900, 2200))
"""Times beyond them are taken as these: no columns begin there."""


def floor(unit: Unit, at: int, zone: tzinfo) -> int:
    """Where the column that ``at`` is in begins."""
    at = min(max(at, EARLIEST), LATEST)
    day, start, _ = _day_of(at, zone)
    if unit.ms:
        return start + (at - start) // unit.ms * unit.ms
    if unit.days > 1:
        day -= timedelta(days=day.weekday())
    elif unit.months:
        day = date(day.year, (day.month - 1) // unit.months * unit.months + 1, 1)
    return _midnight(day, zone)


def following(unit: Unit, start: int, zone: tzinfo) -> int:
    """Where the column after the one that begins at ``start`` begins: always later."""
    day, _, end = _day_of(start, zone)
    if unit.ms:
        return min(start + unit.ms, end)
    while True:  # once, but for a day that the zone's calendar leaves out
        day = _on(unit, day)
        if (found := _midnight(day, zone)) > start:
            return found


def _on(unit: Unit, day: date) -> date:
    if unit.days:
        return day + timedelta(days=unit.days)
    month = day.month - 1 + unit.months
    return date(day.year + month // 12, month % 12 + 1, 1)


def _day_of(at: int, zone: tzinfo) -> tuple[date, int, int]:
    """The day that ``at`` is in, its beginning and its end.

    A clock put back across midnight shows the end of a day twice: the day is over the first time.
    """
    day = to_datetime(at).astimezone(zone).date()
    while (end := _midnight(day + timedelta(days=1), zone)) <= at:
        day += timedelta(days=1)
    return day, _midnight(day, zone), end


def _midnight(day: date, zone: tzinfo) -> int:
    return to_ms(datetime.combine(day, time(), zone))


def columns(unit: Unit, first: int, count: int, zone: tzinfo) -> tuple[int, ...]:
    """``count`` + 1 edges, strictly ascending, from where that of ``first`` begins."""
    edges = [floor(unit, first, zone)]
    for _ in range(count):
        edges.append(following(unit, edges[-1], zone))
    return tuple(edges)


def back(unit: Unit, at: int, count: int, zone: tzinfo) -> int:
    """Where the column ``count`` before that of ``at`` begins."""
    edge = floor(unit, at, zone)
    for _ in range(count):
        edge = floor(unit, edge - 1, zone)
    return edge


def fitting(start: int, end: int, count: int, zone: tzinfo) -> Unit:
    """The shortest unit of which ``count`` columns hold ``start <= t < end``, else the longest."""
    for unit in UNITS:
        if unit.about * (count + 1) >= end - start and columns(unit, start, count, zone)[-1] >= end:
            return unit
    return UNITS[-1]


@dataclass(frozen=True, slots=True)
class Run:
    """``count`` columns of ``width`` ms each from column ``at``, which begins at ``start``."""

    at: int
    start: int
    width: int
    count: int


def runs(edges: tuple[int, ...], wanted: Collection[int], longest: int) -> list[Run]:
    """The ``wanted`` columns in runs of equal width, of at most ``longest`` columns each."""
    found: list[Run] = []
    for at, (start, end) in enumerate(pairwise(edges)):
        if at not in wanted:
            continue
        last = found[-1] if found else None
        joins = last is not None and last.at + last.count == at and last.width == end - start
        if last is not None and joins and last.count < longest:
            found[-1] = Run(last.at, last.start, last.width, last.count + 1)
        else:
            found.append(Run(at, start, end - start, 1))
    return found
