"""What one request did to a whole class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from tui.events.attention import Rule
from tui.events.ids import CanvasId
from tui.rules import words
from tui.rules.case import Along, Case
from tui.rules.doing import by_person, is_regrade
from tui.rules.grades import direction
from tui.rules.settings import WholeClass
from tui.rules.window import Window

_LONGEST = 10 * words.MINUTE
"""How long a request goes on: changes further from each other are not weighed together."""
_PARTS = 10_000
"""Differences are added up in whole parts, so that the sum is the same wherever it begins."""


@dataclass(frozen=True, slots=True)
class WholeClassRule:
    """One request moved the grades of many students of one assignment the same way.

    It goes by the journal's groups: those of one request where one is told (live, or by the log's
    page view), else of rows of one grader that follow each other within a second.
    """

    name: ClassVar[Rule] = Rule.WHOLE_CLASS
    along: ClassVar[Along] = Along.COURSE
    back_ms: int = field(default=_LONGEST, init=False)
    ahead_ms: int = field(default=_LONGEST, init=False)

    bulk: int
    limits: WholeClass

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        groups: dict[tuple[int, CanvasId | None, CanvasId | None], list[Case]] = {}
        for case in timeline:
            if case.group is not None and by_person(case, self.bulk):
                work = (case.group, case.course, case.assignment)
                groups.setdefault(work, []).append(case)
        for members in groups.values():
            if len(members) >= self.limits.students:
                yield from self._shifted(members)

    def _shifted(self, members: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        window = Window(members, back=_LONGEST, until=-_LONGEST)
        shift = _Shift()
        for case in members:
            entered, left = window.move(case.at)
            for each in entered:
                shift.count(each, 1)
            for each in left:
                shift.count(each, -1)
            way = direction(case) if is_regrade(case) else None
            if way and self._same_way(shift, way):
                yield case, shift.told(way, len(window), by_request=case.request is not None)

    def _same_way(self, shift: _Shift, way: int) -> bool:
        moved = shift.up + shift.down
        same = shift.up if way > 0 else shift.down
        share = Decimal(repr(self.limits.same_percent))
        return moved >= self.limits.students and 100 * same >= share * moved


@dataclass(slots=True)
class _Shift:
    """How many grades a request raised and lowered, and by how much in all."""

    up: int = 0
    down: int = 0
    measured: int = 0
    """How many differences are known."""
    parts: int = 0

    def count(self, case: Case, sign: int) -> None:
        way = direction(case) if is_regrade(case) else None
        if not way:
            return
        if way > 0:
            self.up += sign
        else:
            self.down += sign
        if case.delta is not None:
            self.measured += sign
            self.parts += sign * int(_PARTS * Decimal(repr(case.delta)))

    def told(self, way: int, changes: int, *, by_request: bool) -> str:
        moved = self.up + self.down
        verb, same = ("raised", self.up) if way > 0 else ("lowered", self.down)
        told = (
            f"one request {verb} {same:,} of the {words.counted(moved, 'grade')} of this "
            "assignment that it moved"
        )
        if self.measured:
            mean = Decimal(self.parts) / _PARTS / self.measured
            told += f", by {words.signed(mean)} on average"
        if changes > moved:
            more = words.counted(changes - moved, "more change")
            told += f"; {more} there gave a first grade or moved none"
        if not by_request:
            told += "; the request is not told: rows of one grader within a second of each other"
        return told
