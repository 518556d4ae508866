"""Which feeds of the audit log hold all that a report was asked for; pure."""

from __future__ import annotations

from itertools import product

from tui.sources.audit_api.queries import Log, Query, queries
from tui.sources.targets import Targets


def feeds_for(targets: Targets) -> tuple[frozenset[str], ...]:
    """For each part of what was asked for, the names of the feeds that hold all of that part.

    ``targets`` are numbers. A student's grades in a course are held by that very feed, by all
    grades of the course and by all of the student.
    """
    return tuple(_holding(query) for query in queries(targets))


def _holding(query: Query) -> frozenset[str]:
    if query.log is Log.COURSES:
        return frozenset({query.name})
    parts = (query.course, query.assignment, query.student, query.grader)
    return frozenset(
        Query(course=course, assignment=assignment, student=student, grader=grader).name
        for course, assignment, student, grader in product(*({part, None} for part in parts))
        if any((course, assignment, student, grader))
    )
