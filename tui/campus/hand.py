"""A hand for tests: one thing done in the campus, now or at a given moment, outside any plot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tui.campus.campus import Campus
from tui.campus.gradebook import percent_of, written
from tui.campus.ledger import NOBODY
from tui.campus.school import Course


class Hand:
    """Times are UTC ms, "now" if None. A row with a past ``at`` is one that comes late."""

    def __init__(self, campus: Campus) -> None:
        self._campus = campus

    def course(self, place: int = 0) -> Course:
        """The course at ``place`` of ``campus.courses``, as it is now."""
        return self._campus.school.courses[self._campus.courses[place][0]]

    def give(
        self,
        assignment: int,
        student: int,
        score: float,
        *,
        grader: int | None = None,
        at: int | None = None,
        visible: int | None = None,
        request: int | None = None,
    ) -> None:
        """Give a score; by the course's first teacher if ``grader`` is None, by nobody if it is 0.

        With ``visible`` the row is inserted only then.
        """
        with self._campus.lock:
            work = self._campus.school.assignments[assignment]
            teacher = self._campus.school.courses[work.course].teachers[0]
            registrar = self._campus.registrar
            registrar.grade(
                work,
                student,
                teacher if grader is None else grader,
                at=self._time(at),
                request=registrar.request() if request is None else request,
                grade=written(score, work),
                score=score,
                visible=visible,
            )

    def excuse(self, assignment: int, student: int, *, at: int | None = None) -> None:
        with self._campus.lock:
            work = self._campus.school.assignments[assignment]
            self._campus.registrar.grade(
                work,
                student,
                self._campus.school.courses[work.course].teachers[0],
                at=self._time(at),
                request=self._campus.registrar.request(),
                grade=None,
                score=None,
                excused=True,
            )

    def bulk(self, course: int, rows: int, *, at: int | None = None) -> None:
        """``rows`` changes by one request in one second: assignment after assignment."""
        with self._campus.lock:
            request = self._campus.registrar.request(bulk=True)
            moment = self._time(at)
            within = self._campus.school.courses[course]
            for number in range(rows):
                place, student = divmod(number, len(within.students))
                assignment = within.assignments[place % len(within.assignments)]
                points = self._campus.school.assignments[assignment].points
                score = float(number % (int(points) + 1))
                self.give(
                    assignment, within.students[student], score, at=moment, request=request
                )  # fmt: skip

    def quiz(self, assignment: int, student: int, score: float, *, at: int | None = None) -> None:
        """Canvas grades a quiz: no grader."""
        self.give(assignment, student, score, grader=NOBODY, at=at)

    def override(
        self,
        course: int,
        student: int,
        grade: str | None,
        *,
        period: int = 0,
        at: int | None = None,
    ) -> None:
        """Set a final grade by hand (None takes it back)."""
        with self._campus.lock:
            within = self._campus.school.courses[course]
            self._campus.registrar.override(
                within,
                student,
                within.teachers[0],
                grade,
                at=self._time(at),
                request=self._campus.registrar.request(),
                period=period,
                score=percent_of(grade),
            )

    def hide(self, assignment: int) -> None:
        """Make an assignment anonymous and muted: its students are withheld from now on."""
        self._change(assignment, anonymous=True, muted=True)

    def post(self, assignment: int) -> None:
        """Post its grades: the same rows name their students from now on."""
        self._change(assignment, muted=False)

    def points(self, assignment: int, points: float) -> None:
        """Make it worth ``points``: its scores stay."""
        self._change(assignment, points=points)

    def delete_assignment(self, assignment: int) -> None:
        self._change(assignment, deleted=True)

    def delete_user(self, user: int) -> None:
        with self._campus.lock:
            school = self._campus.school
            school.put(replace(school.people[user], deleted=True))

    def state(self, course: int, state: str, *, overrides: bool | None = None) -> None:
        """Set a course's workflow state, and whether it allows overrides, without a row."""
        with self._campus.lock:
            within = self._campus.school.courses[course]
            allowed = within.overrides_allowed if overrides is None else overrides
            self._campus.school.put(replace(within, state=state, overrides_allowed=allowed))

    def course_event(
        self,
        course: int,
        event: str,
        *,
        data: Mapping[str, object] | None = None,
        links: Mapping[str, int] | None = None,
        source: str = "manual",
        sis_batch: int | None = None,
        at: int | None = None,
    ) -> None:
        """Write a row of the course log by the course's first teacher (by nobody for the SIS)."""
        with self._campus.lock:
            within = self._campus.school.courses[course]
            self._campus.registrar.course_event(
                within,
                None if sis_batch is not None else within.teachers[0],
                event,
                at=self._time(at),
                request=self._campus.registrar.request(),
                source=source,
                data=data,
                links=links,
                sis_batch=sis_batch,
            )

    def _time(self, at: int | None) -> int:
        return self._campus.now() if at is None else at

    def _change(
        self,
        assignment: int,
        *,
        anonymous: bool | None = None,
        muted: bool | None = None,
        deleted: bool | None = None,
        points: float | None = None,
    ) -> None:
        with self._campus.lock:
            school = self._campus.school
            old = school.assignments[assignment]
            self._campus.registrar.edit(
                replace(
                    old,
                    anonymous=old.anonymous if anonymous is None else anonymous,
                    muted=old.muted if muted is None else muted,
                    deleted=old.deleted if deleted is None else deleted,
                    points=old.points if points is None else points,
                ),
                school.courses[old.course].teachers[0],
                at=self._campus.now(),
                request=self._campus.registrar.request(bulk=True),
            )
