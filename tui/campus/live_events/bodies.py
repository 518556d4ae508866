"""The bodies of live events; every id is text, global in some and local in others (§7.3)."""

from __future__ import annotations

from dataclasses import dataclass

from tui.campus.live_events.envelope import ROOT_UUID, global_id
from tui.campus.live_events.totals import Totals
from tui.campus.school import ROOT_ACCOUNT, Assignment, Course, School
from tui.events.ids import IDS_PER_SHARD
from tui.events.times import iso, iso_second, parse_time

_LONGEST_TEXT = 8192
"""Canvas cuts texts here."""
_SCORES_BEGIN = "2026-08-20T06:00:00Z"
_FOREIGN = 50_000
"""Set apart from local users in the ids of submissions and enrolments."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission before and after; ``grader`` is None where no person graded."""

    grade: str | None
    score: float | None
    old_grade: str | None
    old_score: float | None
    points: float
    old_points: float
    grader: int | None


def grade_change(
    school: School, assignment: Assignment, student: int, change: Graded
) -> dict[str, object]:
    """Global ids; ``user_id`` is the student. Nothing of it is withheld for anonymous grading."""
    return {
        "submission_id": global_id(school, assignment.id * 100_000 + _short(student)),
        "assignment_id": global_id(school, assignment.id),
        "assignment_name": assignment.name[:_LONGEST_TEXT],
        "grade": change.grade,
        "old_grade": change.old_grade,
        "score": change.score,
        "old_score": change.old_score,
        "points_possible": change.points,
        "old_points_possible": change.old_points,
        "grader_id": None if change.grader is None else global_id(school, change.grader),
        "student_id": global_id(school, student),
        "user_id": global_id(school, student),
        "student_sis_id": school.people[student].sis_id,
        "grading_complete": change.grade is not None,
        "muted": assignment.muted,
    }


def grade_override(
    course: Course, student: int, score: float | None, old_score: float | None, at: int
) -> dict[str, object]:
    """Local ids; scores only, no letter."""
    return {
        "score_id": str(course.id * 100_000 + _short(student)),
        "enrollment_id": str(course.id * 200_000 + _short(student)),
        "user_id": str(student),
        "course_id": str(course.id),
        "grading_period_id": None,
        "override_score": score,
        "old_override_score": old_score,
        "updated_at": iso(at),
    }


def course_grade_change(
    course: Course, student: int, totals: Totals, old: Totals, at: int
) -> dict[str, object]:
    """Local ids."""
    body: dict[str, object] = {
        "user_id": str(student),
        "course_id": str(course.id),
        "workflow_state": "active",
        "created_at": _SCORES_BEGIN,
        "updated_at": iso_second(at),
    }
    for name in Totals._fields:
        body[name] = getattr(totals, name)
        body[f"old_{name}"] = getattr(old, name)
    return body


def course_saved(school: School, course: Course, at: int) -> dict[str, object]:
    """Global ids; a course as it is now, and nothing of how it was."""
    return {
        "course_id": global_id(school, course.id),
        "uuid": course.uuid,
        "account_id": global_id(school, course.account),
        "account_uuid": ROOT_UUID if course.account == ROOT_ACCOUNT else f"{course.account:040}",
        "name": course.name[:_LONGEST_TEXT],
        "created_at": iso_second(parse_time(course.start_at or _SCORES_BEGIN)),
        "updated_at": iso_second(at),
        "workflow_state": course.state,
    }


def _short(user: int) -> int:
    """A user's part of the id of something that is theirs."""
    return user if user < _FOREIGN else _FOREIGN + user % IDS_PER_SHARD
