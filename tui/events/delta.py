"""By how much a change moved a grade."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite

from tui.events.event import GradeState

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)


def delta(before: GradeState, after: GradeState) -> float | None:
    """After minus before: by score, else by numeric grades, else by percentages; None if unknown.

    Computed in decimal, so that 1.1 − 1.0 is 0.1. Percentages may carry a decimal comma (Canvas
    formats overrides in the caller's locale).
    """
    pairs = (
        (_decimal(before.score), _decimal(after.score)),
        (_numeric(before.grade), _numeric(after.grade)),
        (_percent(before.grade), _percent(after.grade)),
    )
    for old, new in pairs:
        if old is not None and new is not None:
            moved = float(new - old)
            return moved if isfinite(moved) else None
    return None


def _decimal(number: float | None) -> Decimal | None:
    return Decimal(repr(number)) if number is not None and isfinite(number) else None


def _numeric(grade: str | None) -> Decimal | None:
    text = (grade or "").strip()
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _percent(grade: str | None) -> Decimal | None:
    text = (grade or "").strip()
    return _numeric(text[:-1]) if text.endswith("%") else None
