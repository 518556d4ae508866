"""Who grades in a course, and who hardly ever did."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from tui.events.attention import Rule
from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.rules import words
from tui.rules.case import Along, Case
from tui.rules.doing import act_of, by_person
from tui.rules.settings import UnusualGrader
from tui.rules.window import Window


@dataclass(frozen=True, slots=True)
class UnusualGraderRule:
    """Somebody changed a grade who hardly ever grades in this course, though others do.

    Also, from the first grade on, somebody whose own work is graded there. What belongs to one
    request is one grading.
    """

    name: ClassVar[Rule] = Rule.UNUSUAL_GRADER
    along: ClassVar[Along] = Along.COURSE
    ahead_ms: int = field(default=0, init=False)

    bulk: int
    limits: UnusualGrader

    @property
    def back_ms(self) -> int:
        return self.limits.days * words.DAY

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        by_course: dict[CanvasId | None, list[Case]] = {}
        for case in timeline:
            if case.kind in (Kind.GRADE, Kind.OVERRIDE):
                by_course.setdefault(case.course, []).append(case)
        for cases in by_course.values():
            yield from self._strange(cases)

    def _strange(self, cases: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        earlier = Window(cases, back=self.back_ms, until=1)
        known = _Known(self.bulk)
        for case in cases:
            entered, left = earlier.move(case.at)
            for each in entered:
                known.add(each)
            for each in left:
                known.drop(each)
            if case.hand is None or not by_person(case, self.bulk):
                continue
            own, others = known.of(case.hand), known.of_others(case.hand)
            student = case.hand in known.students
            stranger = own < self.limits.usual and others >= self.limits.others
            if student or (stranger and self._counts(case)):
                yield case, _told(own, others, known.others(case.hand), student=student)

    def _counts(self, case: Case) -> bool:
        """Every new assistant begins with first grades: they make nobody a stranger."""
        return self.limits.first_grades or case.before is not None or case.kind is Kind.OVERRIDE


def _told(own: int, others: int, graders: int, *, student: bool) -> str:
    told = (
        f"{own:,} of the {words.counted(own + others, 'earlier grading')} in this course "
        f"{'is' if own == 1 else 'are'} this grader's; "
        f"{words.counted(graders, 'other')} gave the rest"
    )
    return f"this grader's own work is graded in this course; {told}" if student else told


@dataclass(slots=True)
class _Known:
    """Who gave how many grades, and whose work was graded."""

    bulk: int
    acts: dict[CanvasId, dict[Hashable, int]] = field(
        default_factory=dict[CanvasId, dict[Hashable, int]]
    )
    """Grader → act → changes of it."""
    total: int = 0
    """Acts of all graders."""
    students: dict[CanvasId, int] = field(default_factory=dict[CanvasId, int])

    def add(self, case: Case) -> None:
        if case.student is not None:
            self.students[case.student] = self.students.get(case.student, 0) + 1
        if case.hand is not None and by_person(case, self.bulk):
            acts = self.acts.setdefault(case.hand, {})
            act = act_of(case)
            self.total += act not in acts
            acts[act] = acts.get(act, 0) + 1

    def drop(self, case: Case) -> None:
        if case.student is not None:
            self.students[case.student] -= 1
            if not self.students[case.student]:
                del self.students[case.student]
        if case.hand is not None and by_person(case, self.bulk):
            acts = self.acts[case.hand]
            act = act_of(case)
            acts[act] -= 1
            if not acts[act]:
                del acts[act]
                self.total -= 1
            if not acts:
                del self.acts[case.hand]

    def of(self, grader: CanvasId) -> int:
        return len(self.acts.get(grader, ()))

    def of_others(self, grader: CanvasId) -> int:
        return self.total - self.of(grader)

    def others(self, grader: CanvasId) -> int:
        """How many others have graded."""
        return len(self.acts) - (grader in self.acts)
