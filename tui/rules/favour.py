"""Whom a grader raises: one student again and again, or a few and not the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from tui.events.attention import Rule
from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.rules import words
from tui.rules.case import Along, Case
from tui.rules.doing import by_hand, is_regrade
from tui.rules.grades import direction
from tui.rules.settings import OneStudent, Skew
from tui.rules.window import Window


@dataclass(frozen=True, slots=True)
class OneStudentRule:
    """One student raised by one grader on several assignments, while hardly anybody else is.

    Who else is raised in the day after counts, too: of a class that is gone through by hand
    somebody is always the first.
    """

    name: ClassVar[Rule] = Rule.ONE_STUDENT
    along: ClassVar[Along] = Along.GRADER
    ahead_ms: int = field(default=words.DAY, init=False)

    bulk: int
    limits: OneStudent

    @property
    def back_ms(self) -> int:
        return self.limits.days * words.DAY

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        for regrades in _by_grader(timeline, self.bulk):
            yield from self._singled_out([each for each in regrades if direction(each) == 1])

    def _singled_out(self, raises: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        before = _Students(Window(raises, back=self.back_ms), self.limits.assignments)
        around = _Students(
            Window(raises, back=self.back_ms, until=-self.ahead_ms), self.limits.assignments
        )
        for case in raises:
            before.move(case.at)
            around.move(case.at)
            mine = before.raised[case.student]
            least, many = self.limits.assignments, around.many
            if len(mine.works) < least or many > self.limits.students:
                continue
            yield (
                case,
                (
                    f"raised on {len(mine.works)} assignments by this grader in "
                    f"{words.span(case.at - mine.moments[0])}; of the "
                    f"{words.counted(len(around.raised), 'student')} whom this grader raised "
                    f"within {words.counted(self.limits.days, 'day')} or in the day after, {many} "
                    f"on {least} or more"
                ),
            )


@dataclass(slots=True)
class _Raised:
    """When a student was raised, and how often on which assignment."""

    moments: deque[int] = field(default_factory=deque[int])
    works: dict[tuple[CanvasId | None, CanvasId | None], int] = field(
        default_factory=dict[tuple[CanvasId | None, CanvasId | None], int]
    )

    def add(self, case: Case) -> int | None:
        """The number of assignments, if this one is another."""
        work = (case.course, case.assignment)
        self.moments.append(case.at)
        self.works[work] = self.works.get(work, 0) + 1
        return len(self.works) if self.works[work] == 1 else None

    def drop(self, case: Case) -> int | None:
        """The number of assignments, if that was the last on one of them."""
        work = (case.course, case.assignment)
        self.moments.popleft()
        self.works[work] -= 1
        if self.works[work]:
            return None
        del self.works[work]
        return len(self.works)


@dataclass(slots=True)
class _Students:
    """Who was raised in a stretch of time, and how ``many`` of them on ``least`` assignments."""

    window: Window
    least: int
    raised: dict[CanvasId | None, _Raised] = field(default_factory=dict[CanvasId | None, _Raised])
    many: int = 0

    def move(self, at: int) -> None:
        entered, left = self.window.move(at)
        for each in entered:
            raised = self.raised.setdefault(each.student, _Raised())
            self.many += raised.add(each) == self.least
        for each in left:
            raised = self.raised[each.student]
            self.many -= raised.drop(each) == self.least - 1
            if not raised.moments:
                del self.raised[each.student]


@dataclass(frozen=True, slots=True)
class SkewRule:
    """A grader's regrades in a course go nearly all upward for a few students, not for others."""

    name: ClassVar[Rule] = Rule.SKEW
    along: ClassVar[Along] = Along.GRADER
    ahead_ms: int = field(default=0, init=False)

    bulk: int
    limits: Skew

    @property
    def back_ms(self) -> int:
        return self.limits.days * words.DAY

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        for regrades in _by_grader(timeline, self.bulk):
            by_course: dict[CanvasId | None, list[Case]] = {}
            for case in regrades:
                if direction(case) is not None:
                    by_course.setdefault(case.course, []).append(case)
            for each in by_course.values():
                yield from self._skewed(each)

    def _skewed(self, regrades: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        window = Window(regrades, back=self.back_ms)
        sides = _Sides(self.limits)
        for case in regrades:
            entered, left = window.move(case.at)
            for each in entered:
                sides.count(each, 1)
            for each in left:
                sides.count(each, -1)
            if direction(case) == 1 and sides.is_favoured(case.student) and sides.skewed():
                yield case, sides.told()


@dataclass(slots=True)
class _Tally:
    """Regrades, and how many of them went up."""

    regrades: int = 0
    up: int = 0

    def add(self, other: _Tally, sign: int = 1) -> None:
        self.regrades += sign * other.regrades
        self.up += sign * other.up

    def share(self) -> Decimal:
        return Decimal(100 * self.up) / self.regrades


class _Sides:
    """The few whose regrades go nearly all upward, and the others."""

    def __init__(self, limits: Skew) -> None:
        self._limits = limits
        self._up = Decimal(repr(limits.up_percent))
        self._others_up = Decimal(repr(limits.others_percent))
        self._students: dict[CanvasId | None, _Tally] = {}
        self._few, self._all, self._count = _Tally(), _Tally(), 0

    def count(self, case: Case, sign: int) -> None:
        tally = self._students.setdefault(case.student, _Tally())
        one = _Tally(1, 1 if direction(case) == 1 else 0)
        if self._is_few(tally):
            self._few.add(tally, -1)
            self._count -= 1
        tally.add(one, sign)
        self._all.add(one, sign)
        if self._is_few(tally):
            self._few.add(tally)
            self._count += 1
        if not tally.regrades:
            del self._students[case.student]

    def _is_few(self, tally: _Tally) -> bool:
        return tally.regrades >= self._limits.each and tally.share() >= self._up

    def is_favoured(self, student: CanvasId | None) -> bool:
        return self._is_few(self._students[student])

    @property
    def _others(self) -> _Tally:
        return _Tally(self._all.regrades - self._few.regrades, self._all.up - self._few.up)

    def skewed(self) -> bool:
        few, others, least = self._few, self._others, self._limits.regrades
        return (
            self._count <= self._limits.students
            and min(few.regrades, others.regrades) >= least
            and others.share() <= self._others_up
        )

    def told(self) -> str:
        few, others = self._few, self._others
        return (
            f"{few.up:,} of this grader's {few.regrades:,} regrades of "
            f"{words.counted(self._count, 'student')} went up, but {others.up:,} of "
            f"{others.regrades:,} of the others', within {words.counted(self._limits.days, 'day')}"
        )


def _by_grader(timeline: Iterable[Case], bulk: int) -> Iterable[list[Case]]:
    """Regrades by hand whose student and assignment are known, of each grader."""
    found: dict[CanvasId | None, list[Case]] = {}
    for case in timeline:
        told = case.kind is Kind.GRADE and case.student is not None
        if told and is_regrade(case) and by_hand(case, bulk):
            found.setdefault(case.grader, []).append(case)
    return found.values()
