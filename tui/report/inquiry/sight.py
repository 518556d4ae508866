"""What of the time was read of all that is about a subject; pure.

Coverage is kept under the words of what was asked. A feed that holds more than is asked about (all
grades of a course) was read for the subject too; one that holds less (one assignment) was not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from tui.events.event import Feed
from tui.events.ids import CanvasId
from tui.events.spans import Spans
from tui.journal.records import Gap, Stretch
from tui.query.ast import Role
from tui.report.inquiry.inquiry import Sight
from tui.report.inquiry.subject import Subject
from tui.sources.audit_api.queries import Query

_LIVE = re.compile(r"live (?:events|grades)(?: of (?P<parties>.+))?")


def own_query(subject: Subject, course: CanvasId | None = None) -> Query:
    """The one question to the audit log that is about the subject alone, in one course or in all.

    About a course it is that course's grades.
    """
    place = None if course is None else str(course)
    number = str(subject.id)
    match subject.role:
        case Role.STUDENT:
            return Query(course=place, student=number)
        case Role.GRADER:
            return Query(course=place, grader=number)
        case Role.ASSIGNMENT:
            return Query(course=place, assignment=number)
        case _:
            return Query(course=number)


def sight(
    subject: Subject,
    courses: Sequence[CanvasId],
    stretches: Sequence[Stretch],
    gaps: Iterable[Gap],
) -> Sight:
    """What ``stretches`` say; ``courses`` are those in which the subject is known to occur."""
    audited = _by_target(stretches, Feed.AUDIT)
    one = {own_query(subject).name}
    asked = {
        course: {own_query(subject, course).name, Query(course=str(course)).name}
        for course in courses
        if subject.role is not Role.COURSE
    }
    if subject.role is Role.ASSIGNMENT and len(asked) == 1:  # an assignment is in one course
        one |= next(iter(asked.values()))
    whole = _read(audited, one)
    told = {
        target for target in (each.target for each in stretches) if _tells(target, subject, courses)
    }
    heard = _read(_by_target(stretches, Feed.LIVE), told)
    lost = tuple(
        each
        for each in sorted(gaps, key=lambda gap: (gap.start, gap.end))
        if _tells(each.target, subject, courses) and Spans(((each.start, each.end),)) - whole
    )
    kept = one.union(*asked.values()) | told
    return Sight(
        whole=whole,
        courses={course: _read(audited, names) for course, names in asked.items()},
        heard=heard - Spans.of((each.start, each.end) for each in lost),
        gaps=lost,
        stretches=tuple(each for each in stretches if each.target in kept),
    )


def _by_target(stretches: Iterable[Stretch], feed: Feed) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for each in stretches:
        if each.feed is feed:
            found.setdefault(each.target, []).append((each.start, each.end))
    return found


def _read(by_target: Mapping[str, Sequence[tuple[int, int]]], names: Iterable[str]) -> Spans:
    return Spans.of(part for name in names for part in by_target.get(name, ()))


def _tells(target: str, subject: Subject, courses: Sequence[CanvasId]) -> bool:
    """Whether a relay that was listened to under these words tells of the subject.

    One that is narrowed to several things at once tells of less than each of them.
    """
    found = _LIVE.fullmatch(target)
    if found is None:
        return False
    parties = found["parties"]
    if parties is None:
        return True
    named = {f"course {course}" for course in courses} | {f"{subject.role} {subject.id}"}
    kinds = {part.rpartition(" ")[0] for part in parties.split(", ")}
    return len(kinds) == 1 and bool(named & set(parties.split(", ")))
