"""What to ask the audit log about a subject, and what it will not have told; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.events.ids import CanvasId
from tui.query.ast import Role
from tui.report.inquiry.inquiry import Inquiry
from tui.report.inquiry.sight import own_query
from tui.report.inquiry.subject import Subject
from tui.sources.audit_api.backfill import KEPT_MONTHS, Plan, Unseen, in_courses
from tui.sources.audit_api.queries import Query
from tui.sources.targets import Targets

COURSES_AT_MOST = 40
"""Courses that are asked one by one where all at once is refused."""


def plan_for(found: Inquiry, known: Sequence[CanvasId], *, since: int, again: bool = False) -> Plan:
    """How to read back what the audit log has of the subject since ``since`` (UTC ms).

    ``known`` are the courses of the journal: where Canvas refuses to answer for all courses at
    once, the subject's own are asked one by one, then these.
    """
    subject, number = found.subject, str(found.subject.id)
    own = [share.party for share in found.courses if share.party is not None]
    courses = [str(one) for one in dict.fromkeys([*own, *known])][:COURSES_AT_MOST]
    instead: tuple[Targets, ...] = ()
    match subject.role:
        case Role.STUDENT:
            first = Targets(students=(number,), course_events=False)
            instead = in_courses(first, courses)
        case Role.GRADER:
            first = Targets(graders=(number,), course_events=False)
            instead = in_courses(first, courses)
        case Role.ASSIGNMENT:  # in its course: a teacher may ask, and a deleted one is answered
            first = Targets(
                courses=tuple(str(one) for one in own[:1]),
                assignments=(number,),
                course_events=False,
            )
        case _:
            first = Targets(courses=(number,))
    return Plan(first, instead, since, again)


def refused_everywhere(subject: Subject, unseen: Sequence[Unseen]) -> bool:
    """Canvas did not answer for all courses at once."""
    return any(each.asked == own_query(subject).name for each in unseen)


def limits(subject: Subject, unseen: Sequence[Unseen], asked: Sequence[CanvasId]) -> Iterator[str]:
    """What cannot have been seen, and why: a sentence each, without names and ids.

    ``unseen`` is what Canvas refused; ``asked`` are the courses that were asked one by one.
    """
    yield from limits_of_rights(subject, unseen, asked)
    yield from limits_of_the_log(subject)


def limits_of_rights(
    subject: Subject, unseen: Sequence[Unseen], asked: Sequence[CanvasId]
) -> Iterator[str]:
    """What another token might have been told; nothing where this one was told all."""
    if subject.role not in (Role.STUDENT, Role.GRADER) or not refused_everywhere(subject, unseen):
        return
    number = "the one course" if len(asked) == 1 else f"the {len(asked)} courses"
    yield (
        f"Not seen: courses other than {number} known here. Canvas answers for all courses at once "
        "only an admin of the root account, and only about users it still has; so each course was "
        "asked by itself."
    )
    yield (
        "In a course Canvas shows a token that is limited to sections only the students of these "
        "sections."
    )


def limits_of_the_log(subject: Subject) -> Iterator[str]:
    """What Canvas tells nobody."""
    if subject.role is Role.STUDENT:
        yield (
            "Never seen: assignments that hide their students. Canvas leaves them out of all that "
            "it tells of one student."
        )
    yield (
        f"Not asked for: what is older than {KEPT_MONTHS} months. Canvas keeps its audit log no "
        "longer, unless the school has set otherwise."
    )


def place_of_question(asked: str, subject: Subject, courses: Sequence[CanvasId]) -> CanvasId | None:
    """The course that a question was about, if it was one of these."""
    for course in courses:
        names = {own_query(subject, course).name, Query(course=str(course)).name}
        if asked in names:
            return course
    return None
