"""The grade change log: who may ask what, which rows a page holds, what is taken off it after."""

from __future__ import annotations

from dataclasses import dataclass

from tui.campus.ledger import NO_ASSIGNMENT, GradeRow, Index, Ledger
from tui.campus.people import Person
from tui.campus.school import Assignment, Course
from tui.campus.web.desk import Asked
from tui.campus.web.documents import grade_document
from tui.campus.web.paging import Place, Window, bookmark, last, link, window
from tui.campus.web.replies import Reply, no_condition, no_such_route, not_allowed, not_found

_OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Query:
    """Ids that a row must have; ``assignment`` 0 asks for overrides."""

    course: Course | None = None
    assignment: int | None = None
    student: int | None = None
    grader: int | None = None


def for_assignment(asked: Asked) -> Reply:
    asked.require_admin()
    assignment = asked.assignment(asked.path["assignment_id"])
    if assignment.deleted:
        raise not_found()
    return _answer(asked, Query(assignment=assignment.id))


def for_course(asked: Asked) -> Reply:
    return _answer(asked, Query(_gradable(asked, asked.plain_course(asked.path["course_id"]))))


def for_student(asked: Asked) -> Reply:
    asked.require_admin()
    return _answer(asked, Query(student=_active(asked.plain_user(asked.path["student_id"])).id))


def for_grader(asked: Asked) -> Reply:
    asked.require_admin()
    return _answer(asked, Query(grader=_active(asked.plain_user(asked.path["grader_id"])).id))


def for_course_and_more(asked: Asked) -> Reply:
    """The undocumented family; deleted things answer too."""
    if not asked.warts.undocumented:
        raise no_such_route()
    course = _gradable(asked, asked.plain_course(asked.path["course_id"]))
    assignment = asked.path.get("assignment_id")
    student, grader = asked.path.get("student_id"), asked.path.get("grader_id")
    return _answer(
        asked,
        Query(
            course,
            None if assignment is None else _work(assignment, asked.plain_assignment(assignment)),
            None if student is None else _known(asked.plain_user(student)).id,
            None if grader is None else _known(asked.plain_user(grader)).id,
        ),
    )


def advanced(asked: Asked) -> Reply:
    """The documented query by any of four ids: it looks them up before it asks for rights."""
    if not asked.warts.advanced_query:
        raise no_such_route()
    names = ("course_id", "assignment_id", "student_id", "grader_id")
    course_id, assignment_id, student_id, grader_id = (last(asked.params, name) for name in names)
    course = None if course_id is None else asked.course(course_id)
    assignment = None
    if assignment_id == _OVERRIDE:
        assignment = NO_ASSIGNMENT
    elif assignment_id is not None:
        assignment = asked.assignment(assignment_id).id
    student = None if student_id is None else asked.person(student_id).id
    grader = None if grader_id is None else _active(asked.person(grader_id)).id
    if course is not None:
        if student is not None and student not in _members(course):
            raise not_found()
        _gradable(asked, course)
    else:
        asked.require_admin()
    if course is assignment is student is grader is None:
        raise no_condition()
    return _answer(asked, Query(course, assignment, student, grader))


def _gradable(asked: Asked, course: Course | None) -> Course:
    """The course if the caller may see its grades; that it does not exist only admins learn."""
    if course is None:
        asked.require_admin()
        raise not_found()
    if not asked.grades(course):
        raise not_allowed(asked.warts)
    return course


def _members(course: Course) -> set[int]:
    """All students of the course, former ones too."""
    return {student for section in course.sections for student in section.students}


def _active(person: Person | None) -> Person:
    if person is None or person.deleted:
        raise not_found()
    return person


def _known(person: Person | None) -> Person:
    if person is None:
        raise not_found()
    return person


def _work(text: str, assignment: Assignment | None) -> int:
    if text == _OVERRIDE:
        return NO_ASSIGNMENT
    if assignment is None:
        raise not_found()
    return assignment.id


def _answer(asked: Asked, query: Query) -> Reply:
    frame = window(asked.params, asked.warts.max_per_page)
    ledger = asked.campus.ledger
    numbers, more = _page(ledger, query, frame)
    pages = {"current": "first" if frame.after is None else bookmark(frame.after)}
    if more:
        end = numbers[-1]
        row = None if asked.warts.old_bookmarks else end + 1
        pages["next"] = bookmark(Place(ledger.second[end], row))
    pages["first"] = "first"
    body = grade_document(asked, _shown(asked, query, numbers))
    return Reply(
        body,
        headers={"Link": link(asked.url, asked.params, pages, frame.per_page)},
        rows=len(numbers),
    )


def _page(ledger: Ledger, query: Query, frame: Window) -> tuple[list[int], bool]:
    """Row numbers of a page, newest first, and whether there are more behind it."""
    index = _index(ledger, query)
    if index is None:
        return [], False
    low = 0 if frame.start is None else index.before(-(-frame.start // 1000))
    high = len(index.rows) if frame.end is None else index.after(frame.end // 1000)
    if (place := frame.after) is not None:
        older = index.before(place.second) if place.row is None else index.upto(
            place.second, place.row - 1
        )  # fmt: skip
        high = min(high, older)
    found: list[int] = []
    for at in range(high - 1, low - 1, -1):
        number = index.rows[at]
        if _matches(ledger, query, number):
            if len(found) == frame.per_page:
                return found, True
            found.append(number)
    return found, False


def _index(ledger: Ledger, query: Query) -> Index | None:
    """The shortest index that holds all rows of the query; None if one of its ids has no rows."""
    wanted = (
        (ledger.by_course, None if query.course is None else query.course.id),
        (ledger.by_assignment, query.assignment),
        (ledger.by_student, query.student),
        (ledger.by_grader, query.grader),
    )
    found = [by.get(key) for by, key in wanted if key is not None]
    known = [index for index in found if index is not None]
    return min(known, key=lambda index: len(index.rows)) if len(known) == len(found) else None


def _matches(ledger: Ledger, query: Query, number: int) -> bool:
    course, work = query.course, ledger.assignment[number]
    if course is not None and (
        ledger.course[number] != course.id
        or (work == NO_ASSIGNMENT and not course.overrides_allowed)
    ):
        return False
    return (
        (query.assignment is None or work == query.assignment)
        and (query.student is None or ledger.student[number] == query.student)
        and (query.grader is None or ledger.grader[number] == query.grader)
    )


def _shown(asked: Asked, query: Query, numbers: list[int]) -> list[tuple[int, GradeRow, bool]]:
    """What is left of a page: (number, row, whether its student is withheld)."""
    school, ledger = asked.campus.school, asked.campus.ledger
    visible = None
    if query.course is not None and not asked.admin:
        limits = [
            each.sections
            for each in query.course.assistants
            if each.user == asked.user and each.sections
        ]
        if limits:
            visible = school.section_students(query.course, limits[0])
    left: list[tuple[int, GradeRow, bool]] = []
    for number in numbers:
        row = ledger.row(number)
        if visible is not None and row.student not in visible:
            continue
        work = school.assignments.get(row.assignment)
        protected = work is not None and work.protected
        if not (protected and query.student is not None):
            left.append((number, row, protected))
    return left
