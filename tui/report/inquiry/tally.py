"""Sums over the numbers of many events; pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import NamedTuple

from tui.events.event import Flag, Kind
from tui.journal.records import Fact


@dataclass(frozen=True, slots=True)
class Tally:
    """How many changes there were, and which way they went; times in UTC ms, None for no event.

    ``changes`` counts every event, edits of a course and overrides too; ``net`` is the sum of all
    known differences of assignments' grades, in points (overrides are percentages: not in it).
    """

    changes: int = 0
    firsts: int = 0
    """Grades where there was none before, as far as numbers and flags tell."""
    regrades: int = 0
    raised: int = 0
    lowered: int = 0
    net: float = 0.0
    overrides: int = 0
    excused: int = 0
    automatic: int = 0
    others: int = 0
    """None of all these: edits of a course, points possible, grades posted or taken away."""
    first_at: int | None = None
    last_at: int | None = None


# Plain numbers: there may be a hundred thousand facts, and operators of enumerations are slow.
_REGRADE, _EXCUSED = int(Flag.REGRADE), int(Flag.EXCUSED)
_AUTOMATIC = int(Flag.AUTOMATIC)


class Worth(NamedTuple):
    """What one event adds to each tally that it is part of."""

    at: int
    first: bool
    regrade: bool
    raised: bool
    lowered: bool
    override: bool
    excused: bool
    automatic: bool
    other: bool
    points: float
    """The difference that counts into the net."""


def worth(fact: Fact) -> Worth:
    """An edit of a course is a change and nothing else."""
    if fact.kind == Kind.COURSE:
        return Worth(fact.at, *([False] * 7), other=True, points=0.0)
    flags, moved = fact.flags, fact.delta or 0.0
    regrade, excused = bool(flags & _REGRADE), bool(flags & _EXCUSED)
    override, automatic = fact.kind == Kind.OVERRIDE, bool(flags & _AUTOMATIC)
    first = fact.graded and not (override or regrade or excused) and fact.before is None
    return Worth(
        fact.at,
        first,
        regrade,
        moved > 0,
        moved < 0,
        override,
        excused,
        automatic,
        not (first or regrade or override or excused or automatic),
        moved if fact.kind == Kind.GRADE else 0.0,
    )


class Count:
    """A tally under way."""

    __slots__ = ("_deltas", "_first_at", "_last_at", "_sums")

    def __init__(self) -> None:
        self._sums = [0] * 9
        self._first_at: int | None = None
        self._last_at: int | None = None
        self._deltas: list[float] = []

    def add(self, one: Worth) -> None:
        """Count one more event; they may come in any order."""
        at, first, regrade, raised, lowered, override, excused, automatic, other, points = one
        sums = self._sums
        sums[0] += 1
        if self._first_at is None or at < self._first_at:
            self._first_at = at
        if self._last_at is None or at > self._last_at:
            self._last_at = at
        sums[1] += first
        sums[2] += regrade
        sums[3] += raised
        sums[4] += lowered
        sums[5] += override
        sums[6] += excused
        sums[7] += automatic
        sums[8] += other
        if points:
            self._deltas.append(points)

    def sum(self) -> Tally:
        changes, firsts, regrades, raised, lowered, overrides, excused, automatic, others = (
            self._sums
        )
        return Tally(
            changes=changes,
            firsts=firsts,
            regrades=regrades,
            raised=raised,
            lowered=lowered,
            net=fsum(self._deltas),
            overrides=overrides,
            excused=excused,
            automatic=automatic,
            others=others,
            first_at=self._first_at,
            last_at=self._last_at,
        )
