"""From acts to live events: what Canvas tells of each, and what it does not tell (§7.5)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from tui.campus.gradebook import Standing
from tui.campus.ledger import GradeRow
from tui.campus.live_events.bodies import (
    Graded,
    course_grade_change,
    course_saved,
    grade_change,
    grade_override,
)
from tui.campus.live_events.envelope import RECALCULATION, SIS_IMPORT, Asked, Job, metadata
from tui.campus.live_events.outbox import Emitted, Log, Outbox
from tui.campus.live_events.totals import Totals, Was, totals
from tui.campus.people import dice
from tui.campus.registrar import Registrar
from tui.campus.school import Assignment, Course

_SHORTEST_JOB_MS, _LONGEST_JOB_MS = 800, 4000
"""How long a recalculation waits and takes."""
_FIRST_JOB = 70_000_000
_SILENT = frozenset({"copied_from", "copied_to"})
"""Rows of the course log that no course's being saved goes with."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How a Canvas writes its events; the defaults are those of Data Services today."""

    compact: bool = False
    """Keys whose value is null are left out (``compact_live_events``)."""
    kinesis: bool = False
    """``attributes`` in place of ``metadata``, as a self-hosted Canvas streams them."""


@dataclass(frozen=True, slots=True)
class _About:
    """What an event is about, and the row it belongs to."""

    course: Course
    assignment: int | None = None
    student: int | None = None
    log: Log | None = None
    row: int = 0


class Announcer:
    """A witness of the registrar's who puts into the outbox what Canvas would emit."""

    def __init__(self, registrar: Registrar, outbox: Outbox, *, seed: int, ways: Ways) -> None:
        self._registrar = registrar
        self._outbox = outbox
        self._seed = seed
        self._ways = ways
        self._latest: dict[tuple[str, int, int | None, int | None], int] = {}
        """Of each thing the time of its newest event: no two are the same."""
        self._due: list[tuple[int, int, int]] = []
        self._old: dict[tuple[int, int], Totals] = {}
        """(course, student) whose totals wait to be recalculated → what they were."""

    @property
    def idle(self) -> bool:
        """Whether no job is waiting."""
        return not self._due

    def graded(self, number: int, old: Standing, at: int) -> None:
        row = self._registrar.ledger.row(number)
        assignment = self._registrar.school.assignments[row.assignment]
        course = self._registrar.school.courses[row.course]
        change = Graded(
            row.after, row.score, row.before, old.score,
            assignment.points, assignment.points, row.grader or None,
        )  # fmt: skip
        about = _About(course, assignment.id, row.student, Log.GRADES, number)
        body = grade_change(self._registrar.school, assignment, row.student, change)
        self._emit("grade_change", at, about, self._grading(row), body)
        self._recalculate(course, row.student, Was(assignment, old), at)

    def graded_by_policy(self, assignment: Assignment, student: int, old: Standing) -> None:
        """Bulk SQL: no event but that of the totals, later."""
        course = self._registrar.school.courses[assignment.course]
        self._recalculate(course, student, Was(assignment, old), self._registrar.now())

    def overridden(self, number: int, old_score: float | None, at: int) -> None:
        """Only an override of the course total is told, and only a different score."""
        row = self._registrar.ledger.row(number)
        if row.period or row.score == old_score:
            return
        course = self._registrar.school.courses[row.course]
        about = _About(course, None, row.student, Log.GRADES, number)
        body = grade_override(course, row.student, row.score, old_score, at)
        path = f"/courses/{course.id}/gradebook"
        asked = self._asked(row.grader, row.request, "/api/graphql", path)
        self._emit("grade_override", at, about, asked, body)

    def course_logged(self, number: int, at: int) -> None:
        row = self._registrar.ledger.course_rows[number]
        if row.type in _SILENT:
            return
        course = self._registrar.school.courses[row.course]
        # a reset makes a new course, of whose creation the log has no row
        new = row.type in {"created", "reset_from"}
        log = None if row.type == "reset_from" else Log.COURSES
        body = course_saved(self._registrar.school, course, at)
        path = f"/courses/{course.id}"
        by = (
            Job(_FIRST_JOB + row.request, SIS_IMPORT)
            if row.user is None
            else self._asked(row.user, row.request, path, f"{path}/settings")
        )
        about = _About(course, log=log, row=number)
        self._emit("course_created" if new else "course_updated", at, about, by, body)

    def edited(self, old: Assignment, new: Assignment, user: int, at: int, request: int) -> None:
        """Posting, hiding and other points: told of every graded submission, with no row."""
        told = (old.points, old.muted) != (new.points, new.muted)
        if not told and old.deleted == new.deleted:
            return
        registrar, gradebook = self._registrar, self._registrar.gradebook
        course = registrar.school.courses[new.course]
        path = f"/courses/{course.id}/assignments/{new.id}"
        asked = self._asked(user, request, f"/api/v1{path}", path)
        for student in course.students:
            if not gradebook.graded(new.id, student):
                continue
            standing = gradebook.standing(new.id, student)
            if told:
                change = Graded(
                    standing.grade, standing.score, standing.grade, standing.score,
                    new.points, old.points, gradebook.grader(new.id, student) or None,
                )  # fmt: skip
                about = _About(course, new.id, student)
                body = grade_change(registrar.school, new, student, change)
                self._emit("grade_change", at, about, asked, body)
            self._recalculate(course, student, Was(old, standing), at)

    def settle(self, ms: int) -> None:
        registrar = self._registrar
        while self._due and self._due[0][0] <= ms:
            at, number, student = heappop(self._due)
            course = registrar.school.courses[number]
            old = self._old.pop((number, student))
            new = totals(registrar.school, registrar.gradebook, course, student)
            if new != old:
                job = Job(_FIRST_JOB + len(self._outbox.emitted), RECALCULATION)
                body = course_grade_change(course, student, new, old, at)
                about = _About(course, student=student)
                self._emit("course_grade_change", at, about, job, body)

    def _recalculate(self, course: Course, student: int, was: Was, at: int) -> None:
        """A job will; one that waits already takes this change along."""
        key = course.id, student
        if key in self._old or student not in course.students:
            return
        registrar = self._registrar
        self._old[key] = totals(registrar.school, registrar.gradebook, course, student, was)
        chance = dice(f"{self._seed}:job:{at}:{student}")
        wait = chance.randint(_SHORTEST_JOB_MS, _LONGEST_JOB_MS)
        # a row may be written long after its time: its job still runs after now
        heappush(self._due, (max(at, registrar.now()) + wait, *key))

    def _grading(self, row: GradeRow) -> Asked:
        """The request behind a grade; students hand in their quizzes themselves."""
        course = f"/courses/{row.course}"
        if not row.grader:
            quiz = f"{course}/quizzes/{row.assignment}"
            return self._asked(row.student, row.request, f"{quiz}/submissions", f"{quiz}/take")
        if row.request in self._registrar.bulk:
            path = f"{course}/gradebook_upload"
        elif row.student % 3:
            path = f"{course}/gradebook/update_submission"
        else:
            submission = f"{course}/assignments/{row.assignment}/submissions/{row.student}"
            path = f"/api/v1{submission}?include%5B%5D=visibility"
        return self._asked(row.grader, row.request, path, f"{course}/gradebook")

    def _asked(self, user: int, request: int, path: str, referrer: str) -> Asked:
        uuid = self._registrar.ledger.request_uuid(request)
        return Asked(user, request, uuid, path, referrer)

    def _emit(
        self, name: str, at: int, about: _About, by: Asked | Job, body: Mapping[str, object]
    ) -> None:
        thing = name, about.course.id, about.assignment, about.student
        at = max(at, self._latest.get(thing, -1) + 1)
        self._latest[thing] = at
        school = self._registrar.school
        about_all = metadata(school, self._seed, name, at, about.course, by)
        document = {
            "attributes" if self._ways.kinesis else "metadata": self._written(about_all),
            "body": self._written(body),
        }
        self._outbox.put(
            Emitted(
                number=len(self._outbox.emitted),
                at=at,
                name=name,
                text=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
                log=about.log,
                row=about.row,
                course=about.course.id,
                assignment=about.assignment,
                student=about.student,
                request=by.request if isinstance(by, Asked) else 0,
            )
        )

    def _written(self, part: Mapping[str, object]) -> dict[str, object]:
        return {
            key: value for key, value in part.items() if value is not None or not self._ways.compact
        }
