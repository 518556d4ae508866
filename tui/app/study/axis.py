"""The words under columns of time: ticks, days, and where the clocks were changed; pure."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from tui.app.study.pictures import labelled
from tui.app.study.timescale import UNITS, Unit, floor
from tui.events.times import to_datetime

_APART = 7
"""Columns between two ticks, at least."""
_DAY, _MONTH = (
    next(each for each in UNITS if each.words == words) for words in ("a day", "a month")
)
_YEAR = UNITS[-1]
_MINUTE = 60_000


def axis(unit: Unit, edges: tuple[int, ...], zone: tzinfo) -> list[str]:
    """Rows as wide as the columns: ticks, and under them the days or years they are of.

    Where the clocks were put on or back a third row says so, by how much and when, unless columns
    are longer than a day.
    """
    width = len(edges) - 1
    ticks, above = _ticks(unit)
    begun = _begin(ticks, edges, zone)
    short = [(at, _tick(ticks, edges[at] if ticks.ms else edges[at + 1] - 1, zone)) for at in begun]
    if ticks is _YEAR:
        return [labelled(short, width)]
    inner = [at for at in _begin(above, edges, zone) if at]
    long = [(at, _above(above, edges[at + 1] - 1, zone)) for at in inner]
    first = (0, _above(above, edges[0], zone))
    crowded = long and long[0][0] <= len(first[1])
    changes = _changes(edges, zone) if unit.about <= _DAY.about else []
    rows = [short, long if crowded else [first, *long], changes]
    return [labelled(row, width) for row in rows if row]


def _ticks(unit: Unit) -> tuple[Unit, Unit]:
    """What ticks stand at, and what is said under them."""
    longer = [each for each in UNITS if each.about >= unit.about * _APART]
    found = longer[0] if longer else _YEAR
    if unit.ms and found.ms:
        return found, _DAY
    if unit.ms:
        return _DAY, _YEAR
    return (_MONTH if unit.days > 1 else found), _YEAR


def _begin(unit: Unit, edges: tuple[int, ...], zone: tzinfo) -> list[int]:
    """The columns in which one of ``unit`` begins; for times of day, by the clock."""
    if unit.ms:
        return [at for at, edge in enumerate(edges[:-1]) if _of_day(edge, zone) % unit.ms == 0]
    ends = enumerate(pairwise(edges))
    return [at for at, (start, end) in ends if floor(unit, end - 1, zone) >= start]


def _of_day(edge: int, zone: tzinfo) -> int:
    """Milliseconds that the clock shows since midnight."""
    moment = _moment(edge, zone)
    return (moment.hour * 60 + moment.minute) * _MINUTE + moment.second * 1_000


def _tick(ticks: Unit, at: int, zone: tzinfo) -> str:
    if ticks.ms:
        moment = _moment(at, zone)
        return f"{moment:%H:%M:%S}" if ticks.ms < _MINUTE else f"{moment:%H:%M}"
    moment = _moment(floor(ticks, at, zone), zone)
    if ticks.days:
        return f"{moment:%b %d}"
    return f"{moment:%Y-%m}" if ticks.months < _YEAR.months else f"{moment:%Y}"


def _above(above: Unit, at: int, zone: tzinfo) -> str:
    moment = _moment(at, zone)
    return f"{moment:%a %Y-%m-%d}" if above is _DAY else f"{moment:%Y}"


def _changes(edges: tuple[int, ...], zone: tzinfo) -> list[tuple[int, str]]:
    """Where the clocks were changed between two edges, and by how much."""
    offsets = [_moment(edge, zone).utcoffset() or timedelta() for edge in edges]
    found: list[tuple[int, str]] = []
    for at, (old, new) in enumerate(pairwise(offsets)):
        if old != new:
            day = _moment(edges[at + 1] - 1, zone)
            words = f"clocks {(new - old) / timedelta(hours=1):+g} h on {day:%b %d}"
            found.append((max(0, min(at, len(edges) - 1 - len(words))), words))
    return found


def _moment(edge: int, zone: tzinfo) -> datetime:
    return to_datetime(edge).astimezone(zone)
