"""The oracle: what the audit API ought to have shown, worked out without any code of the server.

It reads every row from the first to the last and asks of each whether it belongs: no index, no
page, no bookmark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui.campus.ledger import GradeRow
from tui.campus.registrar import Registrar
from tui.campus.school import ROOT_ACCOUNT, Course, School


@dataclass(frozen=True, slots=True)
class Ask:
    """A query of the grade log; times are UTC ms, both inclusive."""

    course: int | None
    assignment: int | str | None
    student: int | None
    grader: int | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueChange:
    """A grade row as the API should show it."""

    id: str
    at: int
    """UTC ms, whole seconds."""
    visible: int
    """UTC ms from which on the API shows it."""
    course: int
    assignment: int | None
    """None for a final-grade override."""
    student: int | None
    """None while Canvas hides the student."""
    grader: int | None
    """None when no person graded."""
    before: str | None
    after: str | None
    excused_before: bool
    excused_after: bool
    anonymous: bool
    points_before: float | None
    points_after: float | None
    version: int

    @property
    def override(self) -> bool:
        return self.assignment is None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseChange:
    """A course row as the API should show it."""

    id: str
    at: int
    course: int
    user: int | None
    type: str
    source: str | None
    data: Mapping[str, object]
    links: Mapping[str, int]
    sis_batch: int | None


def grade_truth(registrar: Registrar, ask: Ask, user: int | None) -> tuple[TrueChange, ...]:
    """What a user sees of ``ask``, newest first: by second, then by order of insertion."""
    school, ledger = registrar.school, registrar.ledger
    course = None if ask.course is None else school.courses.get(ask.course)
    if user is None or not _may_ask(school, ask, course, user):
        return ()
    seen = None if course is None else _students_seen(school, course, user)
    shown: list[tuple[int, int, TrueChange]] = []
    for number, second in enumerate(ledger.second):
        if ask.course is not None and ledger.course[number] != ask.course:
            continue
        if (ask.start is not None and second * 1000 < ask.start) or (
            ask.end is not None and second * 1000 > ask.end
        ):
            continue
        row = ledger.row(number)
        if not _wanted(ask, row) or (seen is not None and row.student not in seen):
            continue
        if row.assignment == 0:
            if course is not None and not course.overrides_allowed:
                continue
            hidden = False
        else:
            assignment = school.assignments[row.assignment]
            hidden = assignment.anonymous and assignment.muted
        if hidden and ask.student is not None:
            continue
        shown.append((second, number, _change(registrar, number, row, hidden=hidden)))
    shown.sort(key=lambda each: each[:2], reverse=True)
    return tuple(change for _, _, change in shown)


def course_truth(
    registrar: Registrar,
    course: int | None,
    account: int | None,
    start: int | None,
    end: int | None,
    user: int | None,
) -> tuple[CourseChange, ...]:
    """The course log for an admin, newest first; nobody else sees any of it."""
    if user not in registrar.school.admins:
        return ()
    shown = [
        (row.second, number, row)
        for number, row in enumerate(registrar.ledger.course_rows)
        if (course is None or row.course == course)
        and (account is None or row.account == account)
        and (start is None or row.second * 1000 >= start)
        and (end is None or row.second * 1000 <= end)
    ]
    shown.sort(key=lambda each: each[:2], reverse=True)
    return tuple(
        CourseChange(
            id=registrar.ledger.course_uuid(number),
            at=row.second * 1000,
            course=row.course,
            user=row.user,
            type=row.type,
            source=row.source,
            data=row.data,
            links=row.links,
            sis_batch=row.sis_batch,
        )
        for _, number, row in shown
    )


def _may_ask(school: School, ask: Ask, course: Course | None, user: int) -> bool:
    if user in school.admins:
        return ROOT_ACCOUNT in school.accounts and (ask.course is None or course is not None)
    if course is None:
        return False
    teaches = user in course.teachers or any(each.user == user for each in course.assistants)
    return teaches or user in school.promoted.get(course.id, ())


def _students_seen(school: School, course: Course, user: int) -> set[int] | None:
    """The students whose rows a section-limited TA sees; None = everybody's."""
    if user in school.admins:
        return None
    for assistant in course.assistants:
        if assistant.user == user and assistant.sections:
            mine = [each for each in course.sections if each.id in assistant.sections]
            return {student for section in mine for student in section.students}
    return None


def _wanted(ask: Ask, row: GradeRow) -> bool:
    if ask.assignment == "override":
        right_work = row.assignment == 0
    else:
        right_work = ask.assignment is None or row.assignment == ask.assignment
    return (
        right_work
        and (ask.student is None or row.student == ask.student)
        and (ask.grader is None or row.grader == ask.grader)
    )


def _change(registrar: Registrar, number: int, row: GradeRow, *, hidden: bool) -> TrueChange:
    return TrueChange(
        id=registrar.ledger.grade_uuid(number),
        at=row.second * 1000,
        visible=registrar.ledger.visible[number],
        course=row.course,
        assignment=row.assignment or None,
        student=None if hidden else row.student,
        grader=row.grader or None,
        before=row.before,
        after=row.after,
        excused_before=row.excused_before,
        excused_after=row.excused_after,
        anonymous=row.anonymous,
        points_before=row.points_before,
        points_after=row.points_after,
        version=row.version,
    )
