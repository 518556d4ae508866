"""Course totals, as Canvas recalculates them after every grade: four percentages."""

from __future__ import annotations

from typing import NamedTuple

from tui.campus.gradebook import Gradebook, Standing
from tui.campus.school import Assignment, Course, School


class Totals(NamedTuple):
    """Percentages, None where nothing counts yet.

    ``current`` counts what is graded, ``final`` takes the rest as zero; the ``unposted`` ones count
    muted assignments too.
    """

    current_score: float | None
    final_score: float | None
    unposted_current_score: float | None
    unposted_final_score: float | None


class Was(NamedTuple):
    """An assignment and a student's submission to it, as they were."""

    assignment: Assignment
    standing: Standing


def totals(
    school: School, gradebook: Gradebook, course: Course, student: int, was: Was | None = None
) -> Totals:
    """A student's totals now, or as they were when one submission ``was`` different."""
    earned, graded, possible = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
    for number in course.assignments:
        if was is not None and was.assignment.id == number:
            work, standing = was
        else:
            work, standing = school.assignments[number], gradebook.standing(number, student)
        if work.deleted or standing.excused:
            continue
        for which in range(int(work.muted), 2):
            possible[which] += work.points
            if standing.score is not None:
                earned[which] += standing.score
                graded[which] += work.points
    posted, everything = 0, 1
    return Totals(
        _percent(earned[posted], graded[posted]),
        _percent(earned[posted], possible[posted]),
        _percent(earned[everything], graded[everything]),
        _percent(earned[everything], possible[everything]),
    )


def _percent(earned: float, of: float) -> float | None:
    return round(100 * earned / of, 2) if of else None
