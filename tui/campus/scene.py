"""What an act has to hand: the registrar, chance, the time of the move, and the usual choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tui.campus.gradebook import written
from tui.campus.ledger import NOBODY
from tui.campus.registrar import Registrar
from tui.campus.school import Assignment, Course, Grading

Act = Iterator[float]
"""Performs one move per step and yields the pause before the next, in seconds of human time."""
MEAN_PAUSE_S = 25.0
"""How long a person takes for a submission, on average."""


class Scene:
    """``at`` is the time of the present move (UTC ms); ``room`` how many rows there may ever be."""

    def __init__(self, registrar: Registrar, random: Random) -> None:
        self.registrar = registrar
        self.random = random
        self.at = 0
        self.room: int | None = None
        self._fronts: dict[int, int] = {}
        self._classes = [each.id for each in registrar.school.courses.values() if each.students]

    def fits(self, rows: int) -> int:
        """``rows``, or as many as may still be written."""
        return rows if self.room is None else max(0, min(rows, self.room - self.registrar.rows))

    def think(self) -> float:
        """How long a person looks at a submission."""
        return self.random.lognormvariate(3.04, 0.6)

    def course(self) -> Course | None:
        """A course in which people work."""
        courses = self.registrar.school.courses
        working = [each for each in self._classes if courses[each].state == "available"]
        return courses[self.random.choice(working)] if working else None

    def assignment(self, number: int) -> Assignment:
        """The assignment as it is now."""
        return self.registrar.school.assignments[number]

    def front(self, course: Course, *, quiz: bool = False) -> Assignment | None:
        """An assignment that the class has reached and that is not fully graded."""
        everyone = len(course.students)
        start = self._fronts.get(course.id, 0)
        while start < len(course.assignments) and self._done(course.assignments[start], everyone):
            start += 1
        self._fronts[course.id] = start
        reached = [
            self.assignment(number)
            for number in course.assignments[start : start + 12]
            if not self._done(number, everyone)
        ]
        wanted = [each for each in reached if each.quiz == quiz][:3]
        return self.random.choice(wanted or reached[:1]) if reached else None

    def _done(self, number: int, everyone: int) -> bool:
        graded = self.registrar.gradebook.graded_count(number)
        return graded >= everyone or self.assignment(number).deleted

    def grader(self, course: Course) -> tuple[int, Sequence[int]]:
        """Somebody who grades in the course, and the students whom they may grade."""
        chance = self.random.random()
        if chance < 0.3 or not course.assistants:
            return self.random.choice(course.teachers), course.students
        assistant = self.random.choice(course.assistants)
        if not assistant.sections:
            return assistant.user, course.students
        own = self.registrar.school.section_students(course, assistant.sections)
        return assistant.user, [student for student in course.students if student in own]

    def ungraded(self, assignment: Assignment, students: Sequence[int]) -> list[int]:
        graded = self.registrar.gradebook.graded
        return [student for student in students if not graded(assignment.id, student)]

    def graded(self, course: Course, assignment: Assignment) -> list[int]:
        graded = self.registrar.gradebook.graded
        return [student for student in course.students if graded(assignment.id, student)]

    def draw_score(self, assignment: Assignment) -> float:
        """A plausible score: most are good, in whole or half points."""
        percent = min(1.0, max(0.0, self.random.gauss(0.82, 0.14)))
        if assignment.grading is Grading.COMPLETE:
            return assignment.points if percent > 0.6 else 0.0
        steps = 2 if assignment.points <= 20 else 1
        return round(percent * assignment.points * steps) / steps

    def mark(
        self,
        number: int,
        student: int,
        grader: int,
        *,
        score: float | None = None,
        request: int | None = None,
        visible: int | None = None,
    ) -> None:
        """Give a student a score now (by default a plausible one)."""
        assignment = self.assignment(number)
        given = self.draw_score(assignment) if score is None else score
        self.registrar.grade(
            assignment,
            student,
            grader,
            at=self.at,
            request=self.registrar.request() if request is None else request,
            grade=written(given, assignment),
            score=given,
            visible=visible,
        )

    def excuse(self, number: int, student: int, grader: int) -> None:
        """Excuse a student: the grade goes."""
        self.registrar.grade(
            self.assignment(number),
            student,
            grader,
            at=self.at,
            request=self.registrar.request(),
            grade=None,
            score=None,
            excused=True,
        )

    def edit(self, assignment: Assignment, user: int) -> None:
        """An assignment is like this from now on."""
        self.registrar.edit(
            assignment, user, at=self.at, request=self.registrar.request(bulk=True)
        )  # fmt: skip

    def automatic(self, number: int, student: int, *, request: int | None = None) -> None:
        """A grade that no person gave."""
        self.mark(number, student, NOBODY, request=request)
