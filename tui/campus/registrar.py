"""The registrar: every act of anybody ends here, as rows in the audit tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from heapq import heapify, heappop, heappush
from threading import RLock
from typing import Protocol, cast

from tui.campus.acts_done import CourseLogged, Done, Graded, Overridden, Put, Settled
from tui.campus.gradebook import Gradebook, Standing
from tui.campus.ledger import NO_ASSIGNMENT, CourseRow, GradeRow, Ledger
from tui.campus.school import Assignment, Course, School

Clock = Callable[[], int]
"""UTC milliseconds now."""
_LONGEST_TEXT = 1000
"""Canvas truncates strings of a course's ``event_data`` here."""


class Witness(Protocol):
    """Sees every act as it happens, under the registrar's lock; numbers are the ledger's rows."""

    def graded(self, number: int, old: Standing, at: int) -> None:
        """A grade was given and its row is written."""
        ...

    def graded_by_policy(self, assignment: Assignment, student: int, old: Standing) -> None:
        """A grade is in force whose row comes later."""
        ...

    def overridden(self, number: int, old_score: float | None, at: int) -> None: ...

    def course_logged(self, number: int, at: int) -> None: ...

    def edited(self, old: Assignment, new: Assignment, user: int, at: int, request: int) -> None:
        """An assignment changed, and with it the submissions that are graded."""
        ...

    def settle(self, ms: int) -> None:
        """Jobs that are due at ``ms`` run."""
        ...


class Registrar:
    """The school and all that happened in it, guarded by ``lock``: the server has a thread."""

    def __init__(self, school: School, *, seed: int, now: Clock) -> None:
        self.school = school
        self.now = now
        self.lock = RLock()
        self.ledger = Ledger(seed)
        self.gradebook = Gradebook(self.ledger)
        self._late: list[tuple[int, int, GradeRow]] = []
        self._requests = 0
        self._committed = 0
        self.bulk: set[int] = set()
        """Requests that change many things."""
        self.witness: Witness | None = None
        self.record: Callable[[Done], None] | None = None
        """Told of everything that is done, before anybody else can see it."""

    @property
    def rows(self) -> int:
        """Rows committed so far, those not yet visible included."""
        return self._committed

    def request(self, *, bulk: bool = False) -> int:
        """A new web request; the rows of one act share it, ``bulk`` if they will be many."""
        self._requests += 1
        if bulk:
            self.bulk.add(self._requests)
        return self._requests

    def past(self, request: int) -> None:
        """Requests up to ``request`` have been: the next one is another."""
        self._requests = max(self._requests, request)

    def record_to(self, record: Callable[[Done], None] | None) -> None:
        """From now on everything that is done is told to ``record``, or to nobody."""
        self.record = record
        self.school.on_put = None if record is None else lambda thing: record(Put(thing))

    def grade(
        self,
        assignment: Assignment,
        student: int,
        grader: int,
        *,
        at: int,
        request: int,
        grade: str | None,
        score: float | None,
        excused: bool = False,
        visible: int | None = None,
    ) -> None:
        """Change a submission's grade at ``at`` (UTC ms); its row is inserted at ``visible``."""
        old = self.gradebook.standing(assignment.id, student)
        row = GradeRow(
            second=at // 1000,
            course=assignment.course,
            assignment=assignment.id,
            student=student,
            grader=grader,
            before=old.grade,
            after=grade,
            excused_before=old.excused,
            excused_after=excused,
            anonymous=assignment.protected,
            points_before=assignment.points if old.points is None else old.points,
            points_after=assignment.points,
            version=old.version + 1,
            score=score,
            request=request,
        )
        self._committed += 1
        if visible is None:
            self._insert(row, at)
        else:
            standing = Standing(grade, score, excused, row.version, assignment.points)
            self.gradebook.expect(assignment.id, student, standing)
            heappush(self._late, (visible, self._committed, row))
        if self.record is not None:
            self.record(
                Graded(assignment.id, student, grader, at, request, grade, score, excused, visible)
            )
        if self.witness is not None:
            if visible is None:
                self.witness.graded(len(self.ledger) - 1, old, at)
            else:
                self.witness.graded_by_policy(assignment, student, old)

    def override(
        self,
        course: Course,
        student: int,
        grader: int,
        grade: str | None,
        *,
        at: int,
        request: int,
        period: int = 0,
        score: float | None = None,
    ) -> None:
        """Set a final grade by hand, of the course or of a grading period; ``score``: percent."""
        key = (course.id, student, period)
        row = GradeRow(
            at // 1000, course.id, NO_ASSIGNMENT, student, grader,
            self.gradebook.overrides.get(key), grade, False, False, False,
            None, None, 0, score, request, period,
        )  # fmt: skip
        old_score = self.gradebook.override_scores.get(key)
        self.gradebook.overrides[key] = grade
        self.gradebook.override_scores[key] = score
        self._committed += 1
        number = self.ledger.append(row, at)
        if self.record is not None:
            self.record(
                Overridden(course.id, student, grader, grade, score, at, request, period)
            )  # fmt: skip
        if self.witness is not None:
            self.witness.overridden(number, old_score, at)

    def course_event(
        self,
        course: Course,
        user: int | None,
        event: str,
        *,
        at: int,
        request: int,
        source: str = "manual",
        data: Mapping[str, object] | None = None,
        links: Mapping[str, int] | None = None,
        sis_batch: int | None = None,
    ) -> None:
        """Write a row of the course log; texts are truncated as Canvas truncates them."""
        suffix = self.ledger.suffix
        row = CourseRow(
            at // 1000, course.id, course.account, user, event, source + suffix,
            {field: _cut(value, suffix) for field, value in (data or {}).items()},
            links or {}, sis_batch, request, at,
        )  # fmt: skip
        self._committed += 1
        self.ledger.course_rows.append(row)
        if self.record is not None:
            given = dict(data or {})
            self.record(
                CourseLogged(
                    course.id, user, event, at, request, source, given, dict(links or {}), sis_batch
                )
            )
        if self.witness is not None:
            self.witness.course_logged(len(self.ledger.course_rows) - 1, at)

    def edit(self, assignment: Assignment, user: int, *, at: int, request: int) -> None:
        """Put a changed assignment in its place: a row is written for nobody."""
        old = self.school.assignments[assignment.id]
        self.school.put(assignment)
        if self.witness is not None:
            self.witness.edited(old, assignment, user, at, request)

    def settle(self, ms: int | None = None) -> None:
        """Insert the late rows whose time has come at ``ms`` (None: now)."""
        with self.lock:
            until = self.now() if ms is None else ms
            before = len(self.ledger)
            while self._late and self._late[0][0] <= until:
                visible, _, row = heappop(self._late)
                self._insert(row, visible)
            if self.record is not None and len(self.ledger) > before:
                self.record(Settled(until))
            if self.witness is not None:
                self.witness.settle(until)

    def shift(self, ms: int) -> None:
        """Move the whole past in time by ``ms``, a whole number of seconds."""
        self.ledger.shift(ms)
        self._late = [
            (visible + ms, order, row._replace(second=row.second + ms // 1000))
            for visible, order, row in self._late
        ]
        heapify(self._late)

    def _insert(self, row: GradeRow, visible: int) -> None:
        number = self.ledger.append(row, visible)
        self.gradebook.wrote(row.assignment, row.student, number)


def _cut(value: object, suffix: str) -> object:
    if isinstance(value, str):
        return (value + suffix)[:_LONGEST_TEXT]
    if isinstance(value, list):
        return [_cut(part, suffix) for part in cast("list[object]", value)]
    return value
