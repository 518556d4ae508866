"""The audit logs' compound documents, in the exact shapes of canvas-facts §2."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from tui.campus.gradebook import Gradebook
from tui.campus.ledger import CourseRow, GradeRow
from tui.campus.web.desk import Asked
from tui.campus.web.objects import Json, assignment_json, course_json, user_json
from tui.events.ids import IDS_PER_SHARD
from tui.events.times import iso_second

_NEWER_FIELDS = (
    "excused_before",
    "excused_after",
    "graded_anonymously",
    "points_possible_before",
    "points_possible_after",
)
_USER_LINK = {"href": None, "type": "user"}


def grade_document(asked: Asked, shown: Sequence[tuple[int, GradeRow, bool]]) -> Json:
    """``shown``: row number, row, whether its student is withheld."""
    current = any(
        (name == "include[]" and value == "current_grade")
        or (name == "include" and "current_grade" in value)
        for name, value in asked.params
    )  # fmt: skip
    people: set[int] = set()
    for _, row, withheld in shown:
        people |= {row.grader} if withheld else {row.grader, row.student}
    return {
        "links": {
            "events.assignment": (
                f"{asked.base}/api/v1/courses/{{events.course}}/assignments/{{events.assignment}}"
            ),
            "events.course": f"{asked.base}/api/v1/courses/{{events.course}}",
            "events.student": _USER_LINK,
            "events.grader": _USER_LINK,
            "events.page_view": None,
        },
        "events": [
            _grade_event(asked, number, row, withheld=withheld, current=current)
            for number, row, withheld in shown
        ],
        "linked": {
            "page_views": _page_views(asked, ((row.request, row.grader) for _, row, _ in shown)),
            "assignments": _assignments(asked, {row.assignment for _, row, _ in shown}),
            "courses": _courses(asked, {row.course for _, row, _ in shown}),
            "users": _users(asked, people),
        },
    }


def _grade_event(
    asked: Asked, number: int, row: GradeRow, *, withheld: bool, current: bool
) -> Json:
    ledger, warts = asked.campus.ledger, asked.warts
    request = ledger.request_uuid(row.request)
    override = row.assignment == 0
    links: Json = {
        "course": row.course,
        "student": None if withheld else str(row.student),
        "grader": str(row.grader) if row.grader else None,
        "page_view": request if warts.page_views else None,
    }
    event: Json = {
        "id": ledger.grade_uuid(number),
        "created_at": iso_second(row.second * 1000),
        "event_type": "grade_change",
        "grade_before": row.before,
        "grade_after": row.after,
        "excused_before": row.excused_before,
        "excused_after": row.excused_after,
        "graded_anonymously": row.anonymous,
        "points_possible_before": row.points_before,
        "points_possible_after": row.points_after,
        "version_number": row.version,
        "links": links,
    }
    if override:
        event["course_override_grade"] = True
    else:
        links["assignment"] = row.assignment
    if warts.request_id:
        event["request_id"] = request
    if warts.old_shape:
        for name in _NEWER_FIELDS:
            del event[name]
        links["student"] = None if withheld else row.student
        links["grader"] = row.grader or None
    if override and warts.decimal_comma:
        event |= {name: _comma(event[name]) for name in ("grade_before", "grade_after")}
    if current and (grade := _current(asked.campus.registrar.gradebook, row)) is not None:
        event["grade_current"] = grade
    return event


def _comma(grade: str | None) -> str | None:
    return grade.replace(".", ",") if grade is not None and grade.endswith("%") else grade


def _current(gradebook: Gradebook, row: GradeRow) -> str | None:
    if row.assignment == 0:
        return gradebook.overrides.get((row.course, row.student, row.period))
    return gradebook.standing(row.assignment, row.student).grade


def course_document(asked: Asked, shown: Sequence[tuple[int, CourseRow]]) -> Json:
    """The course log: here ``links.user`` is an integer, and copies name the other course."""
    courses = {row.course for _, row in shown}
    for _, row in shown:
        courses.update(row.links.values())
    return {
        "links": {
            "events.course": f"{asked.base}/api/v1/courses/{{events.course}}",
            "events.user": None,
            "events.sis_batch": None,
        },
        "events": [_course_event(asked, number, row) for number, row in shown],
        "linked": {
            "page_views": _page_views(asked, ((row.request, row.user or 0) for _, row in shown)),
            "courses": _courses(asked, courses),
            "users": _users(asked, {row.user for _, row in shown if row.user is not None}),
        },
    }


def _course_event(asked: Asked, number: int, row: CourseRow) -> Json:
    request = asked.campus.ledger.request_uuid(row.request)
    data = dict(row.data)
    event: Json = {
        "id": asked.campus.ledger.course_uuid(number),
        "created_at": iso_second(row.second * 1000),
        "event_type": row.type,
        "event_source": row.source,
        "event_data": json.dumps(data) if asked.warts.string_event_data else data,
        "links": {
            "course": row.course,
            "user": row.user,
            "page_view": request if asked.warts.page_views else None,
            "sis_batch": row.sis_batch,
            **row.links,
        },
    }
    if asked.warts.request_id:
        event["request_id"] = request
    return event


def _assignments(asked: Asked, numbers: Iterable[int]) -> list[Json]:
    """Deleted ones too; a discussion's sub-assignments are left out."""
    assignments = asked.campus.school.assignments
    found = [assignments[number] for number in sorted(numbers) if number in assignments]
    return [assignment_json(each, asked.base) for each in found if not each.checkpoint]


def _courses(asked: Asked, numbers: Iterable[int]) -> list[Json]:
    courses = asked.campus.school.courses
    return [course_json(courses[number]) for number in sorted(numbers) if number in courses]


def _users(asked: Asked, numbers: Iterable[int]) -> list[Json]:
    """People of this shard; a visitor's name is missing here."""
    people = asked.campus.school.people
    return [
        user_json(people[number], sis=asked.admin)
        for number in sorted(numbers)
        if number in people and number < IDS_PER_SHARD
    ]


def _page_views(asked: Asked, requests: Iterable[tuple[int, int]]) -> list[Json]:
    """Only where Canvas keeps page views in its own database."""
    if not asked.warts.page_views:
        return []
    return [
        {
            "id": asked.campus.ledger.request_uuid(request),
            "url": f"{asked.base}/courses/gradebook",
            "http_method": "post",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
            "remote_ip": f"93.184.216.{user % 250}",
            "links": {"user": user or None},
        }
        for request, user in sorted(set(requests))
    ]
