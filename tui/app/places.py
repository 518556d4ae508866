"""Where the things of an event are in Canvas: addresses for a browser, built of ids only."""

from __future__ import annotations

from tui.events.event import Event, Kind
from tui.events.ids import CanvasId


def course_url(canvas: str, course: CanvasId) -> str:
    return f"{canvas.rstrip('/')}/courses/{course}"


def assignment_url(canvas: str, course: CanvasId, assignment: CanvasId) -> str:
    return f"{course_url(canvas, course)}/assignments/{assignment}"


def person_url(canvas: str, course: CanvasId | None, person: CanvasId) -> str:
    """The person within the course: teachers may not see the account's page of a user."""
    if course is None:
        return f"{canvas.rstrip('/')}/users/{person}"
    return f"{course_url(canvas, course)}/users/{person}"


def submission_url(canvas: str, course: CanvasId, assignment: CanvasId, student: CanvasId) -> str:
    """SpeedGrader, where the submission and its grade are seen together."""
    page = f"{course_url(canvas, course)}/gradebook/speed_grader"
    return f"{page}?assignment_id={assignment}&student_id={student}"


def event_url(canvas: str, event: Event) -> str | None:
    """The page that shows best what the event changed; None where none is known."""
    course, assignment, student = event.course, event.assignment, event.student
    if course is None:
        return None
    if assignment is not None and student is not None:
        return submission_url(canvas, course, assignment, student)
    if assignment is not None:
        return assignment_url(canvas, course, assignment)
    if student is not None and event.kind in (Kind.OVERRIDE, Kind.COURSE_SCORE):
        return f"{course_url(canvas, course)}/grades/{student}"
    return course_url(canvas, course)
