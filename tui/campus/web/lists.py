"""The plain API beside the audit log: users, courses, assignments, accounts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from tui.campus.people import Person
from tui.campus.school import Assignment, Course
from tui.campus.web.desk import Asked
from tui.campus.web.objects import (
    account_json,
    assignment_json,
    course_json,
    section_json,
    user_json,
)
from tui.campus.web.paging import last, numbered
from tui.campus.web.replies import Reply, not_allowed, not_found


def user(asked: Asked) -> Reply:
    """``users/self``, or a user whom the caller may see: a course in common, or an admin."""
    person = asked.person(asked.path["user_id"])
    if person.deleted:
        raise not_found()
    allowed = asked.admin or person.id == asked.user or _share_course(asked, person)
    if not allowed:
        raise not_allowed(asked.warts)
    return Reply(user_json(person, sis=asked.admin), rows=1)


def _share_course(asked: Asked, person: Person) -> bool:
    return any(asked.grades(course) for course in asked.campus.school.courses_of(person.id))


def courses(asked: Asked) -> Reply:
    """Courses in which the caller is enrolled: none, for an admin who teaches nothing."""
    mine = [
        course_json(course)
        for course in asked.campus.school.courses_of(asked.user)
        if course.state != "deleted"
    ]
    return numbered(asked.url, asked.params, mine, asked.warts.max_per_page)


def account_courses(asked: Asked) -> Reply:
    account = asked.account(asked.path["account_id"])
    asked.require_admin()
    accounts = asked.campus.school.accounts
    inside = {each.id for each in accounts.values() if account.id in (each.id, each.parent)}
    found = [
        course_json(course)
        for course in asked.campus.school.courses.values()
        if course.account in inside and course.state != "deleted"
    ]
    return numbered(asked.url, asked.params, found, asked.warts.max_per_page)


def account(asked: Asked) -> Reply:
    found = asked.account(asked.path["account_id"])
    if asked.user not in asked.campus.school.admins | asked.campus.school.sub_admins:
        raise not_allowed(asked.warts)
    return Reply(account_json(found), rows=1)


def course(asked: Asked) -> Reply:
    return Reply(course_json(_member(asked)), rows=1)


def assignments(asked: Asked) -> Reply:
    """Without deleted ones; ``search_term`` narrows by name."""
    within = _member(asked)
    term = (last(asked.params, "search_term") or "").casefold()
    found = [
        assignment_json(each, asked.base)
        for each in _active(asked, within)
        if term in each.name.casefold()
    ]
    return numbered(asked.url, asked.params, found, asked.warts.max_per_page)


def assignment(asked: Asked) -> Reply:
    within = _member(asked)
    found = asked.assignment(asked.path["assignment_id"])
    if found not in _active(asked, within):
        raise not_found()
    return Reply(assignment_json(found, asked.base), rows=1)


def sections(asked: Asked) -> Reply:
    within = _member(asked)
    found = [section_json(section, within) for section in within.sections]
    return numbered(asked.url, asked.params, found, asked.warts.max_per_page)


def users(asked: Asked) -> Reply:
    """People of a course, by ``enrollment_type[]`` (teacher, ta, student) and ``search_term``."""
    within = _member(asked)
    types = {
        value for key, value in asked.params if key in ("enrollment_type[]", "enrollment_type")
    }
    roles = {
        "teacher": within.teachers,
        "ta": tuple(each.user for each in within.assistants),
        "student": within.students,
    }
    term = (last(asked.params, "search_term") or "").casefold()
    wanted = [people for role, people in roles.items() if not types or role in types]
    people = _named(asked, chain.from_iterable(wanted))
    found = [user_json(each, sis=asked.admin) for each in people if term in each.name.casefold()]
    return numbered(asked.url, asked.params, found, asked.warts.max_per_page)


def _named(asked: Asked, numbers: Iterable[int]) -> list[Person]:
    people = [asked.campus.school.people[number] for number in dict.fromkeys(numbers)]
    return sorted(people, key=lambda person: person.sortable)


def _active(asked: Asked, within: Course) -> list[Assignment]:
    found = [asked.campus.school.assignments[number] for number in within.assignments]
    return [each for each in found if not each.deleted and not each.checkpoint]


def _member(asked: Asked) -> Course:
    """The course of the path, if the caller may read it."""
    found = asked.course(asked.path["course_id"])
    if found.state == "deleted":
        raise not_found()
    if not asked.grades(found) and asked.user not in found.students:
        raise not_allowed(asked.warts)
    return found
