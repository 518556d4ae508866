"""Numbers and spans of time as the rules say them; no names, no ids."""

from __future__ import annotations

from decimal import Decimal

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
"""Milliseconds."""
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


def moved(before: str | None, after: str | None, points: float | None) -> str:
    """``4 → 10 of 10 points``; without points where they are not told or the grade is no number."""
    told = f"{grade(before)} → {grade(after)}"
    if points is None or after is None or not after.replace(".", "", 1).isdecimal():
        return told
    return f"{told} of {number(points)} points"
