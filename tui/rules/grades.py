"""What a grade is worth: its part of the points possible, whether it passes, whether it rose."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from tui.events.event import Kind
from tui.rules.case import Case

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?", re.ASCII)
_LETTER = re.compile(r"([A-Za-z])([+\-−]?)")
_STEPS = {"+": 1, "": 0, "-": -1, "−": -1}
_DONE = {"complete": 1, "pass": 1, "incomplete": 0, "fail": 0}


@dataclass(frozen=True, slots=True)
class Side:
    """A grade at one side of a change; None in any field: not told."""

    grade: str | None
    score: float | None
    points: float | None
    percent: bool = False
    """The score is a percentage: of an override."""

    @property
    def share(self) -> Decimal | None:
        """Percent of the points possible; None where the grade is no number, or they are none."""
        score = _decimal(self.score)
        if score is not None and self.percent:
            return score
        text = (self.grade or "").strip()
        if score is None and text.endswith("%"):
            return _numeric(text[:-1])
        worth = score if score is not None else _numeric(text)
        points = _decimal(self.points)
        if worth is None or points is None or points <= 0:
            return None
        return 100 * worth / points


def before(case: Case) -> Side:
    """Old grades are of the old points possible, where these are told."""
    points = case.points_after if case.points_before is None else case.points_before
    return Side(case.before, case.score_before, points, case.kind is Kind.OVERRIDE)


def after(case: Case) -> Side:
    points = case.points_before if case.points_after is None else case.points_after
    return Side(case.after, case.score_after, points, case.kind is Kind.OVERRIDE)


@dataclass(frozen=True, slots=True)
class PassMark:
    """From ``percent`` of the points possible on it passes; ``failing`` are grades that do not.

    Any other letter, ``complete`` and ``pass`` pass. ``failing`` is in lower case.
    """

    percent: Decimal
    failing: Collection[str]

    def passes(self, side: Side) -> bool | None:
        """Whether that grade passes; None: there is none, or it cannot be told."""
        text = (side.grade or "").strip().casefold()
        if text in self.failing or text.rstrip("+-−") in self.failing:
            return False
        if _LETTER.fullmatch(text) or _DONE.get(text) == 1:
            return True
        share = side.share
        return None if share is None else share >= self.percent


def direction(case: Case) -> int | None:
    """1 raised, −1 lowered, 0 the same; None: not told.

    By the part of the points possible, so that worth twice as much is not raised; else by the
    difference; else by letters, and complete over incomplete.
    """
    old, new = before(case), after(case)
    shares = old.share, new.share
    if shares[0] is not None and shares[1] is not None:
        return _sign(shares[1] - shares[0])
    if case.delta is not None:
        return _sign(Decimal(repr(case.delta)))
    for rank in (_letter, _done):
        low, high = rank(old.grade), rank(new.grade)
        if low is not None and high is not None:
            return (high > low) - (high < low)
    return None


def _letter(grade: str | None) -> tuple[int, int] | None:
    """Higher for A than for B, and for A than for A−."""
    letter = _LETTER.fullmatch((grade or "").strip())
    return None if letter is None else (-ord(letter[1].upper()), _STEPS[letter[2]])


def _done(grade: str | None) -> tuple[int, int] | None:
    done = _DONE.get((grade or "").strip().casefold())
    return None if done is None else (0, done)


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)


def _decimal(value: float | None) -> Decimal | None:
    return Decimal(repr(value)) if value is not None and isfinite(value) else None


def _numeric(text: str) -> Decimal | None:
    text = text.strip()
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
