"""Numbers and spans of time as the rules say them; no names, no ids."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
"""Milliseconds."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?", re.ASCII)
_HUGE = 10**15
_LONGEST = 24
"""Characters of a grade that are said."""


def number(value: Decimal | float) -> str:
    """``8``, ``0.5``, ``12.25``: at most two decimals, and none that say nothing."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if abs(exact) >= _HUGE:
        return f"{exact:.3g}"
    text = f"{exact:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def signed(value: Decimal | float) -> str:
    """``+5`` or ``−0.5``."""
    return f"−{number(-value)}" if value < 0 else f"+{number(value)}"


def counted(count: int, one: str, many: str = "") -> str:
    """``1 regrade``, ``12 regrades``, ``1,200 regrades``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def span(ms: int) -> str:
    """``45 s``, ``6 min``, ``2 h 5 min``, ``3 days``: what is less is left out, rounded down."""
    if ms < MINUTE:
        return f"{ms // 1000} s"
    if ms < HOUR:
        return f"{ms // MINUTE} min"
    if ms < 2 * DAY:
        hours, minutes = divmod(ms // MINUTE, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{ms // DAY} days"


def grade(text: str | None) -> str:
    """A grade as Canvas shows it, cut short; ``no grade`` for none."""
    if text is None:
        return "no grade"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


class Worth(NamedTuple):
    """A grade as it is said, and what it is out of; None: not told, or the grade is no number."""

    told: str
    points: float | None = None


def worth(
    text: str | None, score: float | None, points: float | None, *, excused: bool | None = False
) -> Worth:
    """A grade; one that is no number has beside it the score that it stands for, where told."""
    if text is None:
        return Worth("excused" if excused else grade(text))
    if _NUMBER.fullmatch(text.strip()):
        return Worth(grade(text), points)
    return (
        Worth(grade(text)) if score is None else Worth(f"{grade(text)} ({number(score)})", points)
    )


def moved(before: Worth, after: Worth) -> str:
    """``4 → 10 of 10 points``; ``10 of 20 → 9 of 10 points`` where the points possible changed."""
    if after.points is None:
        return f"{before.told} → {after.told}"
    told = before.told
    if before.points not in (None, after.points):
        told += f" of {number(before.points)}"
    return f"{told} → {after.told} of {number(after.points)} points"
