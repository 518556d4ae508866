"""Sums over the numbers of many events; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum

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
    first_at: int | None = None
    last_at: int | None = None


@dataclass
class Count:
    """A tally under way."""

    changes: int = 0
    firsts: int = 0
    regrades: int = 0
    raised: int = 0
    lowered: int = 0
    overrides: int = 0
    excused: int = 0
    automatic: int = 0
    first_at: int | None = None
    last_at: int | None = None
    deltas: list[float] = field(default_factory=list[float])

    def add(self, fact: Fact) -> None:
        """Count one more event; they may come in any order."""
        self.changes += 1
        self.first_at = fact.at if self.first_at is None else min(self.first_at, fact.at)
        self.last_at = fact.at if self.last_at is None else max(self.last_at, fact.at)
        if fact.kind == Kind.COURSE:
            return
        flags, moved = fact.flags, fact.delta
        self.regrades += bool(flags & Flag.REGRADE)
        self.excused += bool(flags & Flag.EXCUSED)
        self.automatic += bool(flags & Flag.AUTOMATIC)
        if fact.kind == Kind.OVERRIDE:
            self.overrides += 1
        elif fact.before is None and not flags & (Flag.REGRADE | Flag.EXCUSED):
            self.firsts += 1
        if moved:
            self.raised += moved > 0
            self.lowered += moved < 0
            if fact.kind == Kind.GRADE:
                self.deltas.append(moved)

    def sum(self) -> Tally:
        return Tally(
            changes=self.changes,
            firsts=self.firsts,
            regrades=self.regrades,
            raised=self.raised,
            lowered=self.lowered,
            net=fsum(self.deltas),
            overrides=self.overrides,
            excused=self.excused,
            automatic=self.automatic,
            first_at=self.first_at,
            last_at=self.last_at,
        )
