"""What a grade is as a number, and by how much a change moved it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from tui.events.event import GradeState

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A change as finite numbers that can be compared; None where one is not known."""

    before: float | None = None
    after: float | None = None
    score: float | None = None
    """The points after the change."""
    points: float | None = None
    """The points possible after it, else before."""
    percent: float | None = None
    """The one in a hundredth of the other, else a grade that is a percentage."""


def delta(before: GradeState, after: GradeState) -> float | None:
    """After minus before: by score, else by numeric grades, else by percentages; None if unknown.

    Computed in decimal, so that 1.1 − 1.0 is 0.1. Percentages may carry a decimal comma (Canvas
    formats overrides in the caller's locale).
    """
    for reading in _READINGS:
        old, new = reading(before), reading(after)
        if old is not None and new is not None:
            return _finite(new - old)
    return None


def number(side: GradeState) -> float | None:
    """What :func:`delta` reads of one side, taken by itself."""
    for reading in _READINGS:
        found = reading(side)
        if found is not None:
            return _finite(found)
    return None


def numbers(before: GradeState, after: GradeState) -> Numbers:
    """All that can be compared of a change."""
    scored = _first(_score(after), _numeric(after))
    points = _first(_decimal(after.points_possible), _decimal(before.points_possible))
    percent = scored * 100 / points if scored is not None and points else _percent(after)
    return Numbers(
        before=number(before),
        after=number(after),
        score=_finite(scored),
        points=_finite(points),
        percent=_finite(percent),
    )


def _score(side: GradeState) -> Decimal | None:
    return _decimal(side.score)


def _numeric(side: GradeState) -> Decimal | None:
    return None if side.grade is None else _plain(side.grade.strip())


def _percent(side: GradeState) -> Decimal | None:
    text = (side.grade or "").strip()
    return _plain(text[:-1].strip()) if text.endswith("%") else None


_READINGS: tuple[Callable[[GradeState], Decimal | None], ...] = (_score, _numeric, _percent)
"""In the order in which they are tried."""


def _plain(text: str) -> Decimal | None:
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _decimal(number: float | None) -> Decimal | None:
    return Decimal(repr(number)) if number is not None and isfinite(number) else None


def _first(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one


def _finite(number: Decimal | None) -> float | None:
    if number is None:
        return None
    found = float(number)
    return found if isfinite(found) else None
