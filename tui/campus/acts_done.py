"""What is done in a campus, as values: enough to do the same again and get the same rows."""

from __future__ import annotations

from dataclasses import dataclass

from tui.campus.school import Thing


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade was given at ``at`` (UTC ms); its row is visible from ``visible`` on, or at once."""

    assignment: int
    student: int
    grader: int
    at: int
    request: int
    grade: str | None
    score: float | None
    excused: bool
    visible: int | None


@dataclass(frozen=True, slots=True)
class Overridden:
    """A final grade was set by hand; ``score`` is a percentage."""

    course: int
    student: int
    grader: int
    grade: str | None
    score: float | None
    at: int
    request: int
    period: int


@dataclass(frozen=True, slots=True)
class CourseLogged:
    """A row of the course log was written."""

    course: int
    user: int | None
    type: str
    at: int
    request: int
    source: str
    data: dict[str, object]
    links: dict[str, int]
    sis_batch: int | None


@dataclass(frozen=True, slots=True)
class Settled:
    """Late rows whose time had come at ``ms`` were inserted."""

    ms: int


@dataclass(frozen=True, slots=True)
class Put:
    """A part of the school has been put in its place."""

    thing: Thing


Done = Graded | Overridden | CourseLogged | Settled | Put
