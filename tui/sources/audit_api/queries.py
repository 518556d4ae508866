"""Which questions the audit API is asked for a set of targets; pure.

Without a course Canvas wants an admin of the root account; a route under a course asks only for
the right to see that course's grades, so a course, where there is one, always leads (the routes
Gradebook History uses). The advanced query says the same where such a route is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from urllib.parse import quote

from tui.events.event import Event, Kind
from tui.events.ids import CanvasId
from tui.sources.targets import OVERRIDE, Targets

Params = tuple[tuple[str, str], ...]


class Log(StrEnum):
    """The two audit logs; values as in their addresses."""

    GRADES = "grade_change"
    COURSES = "course"


@dataclass(frozen=True, slots=True)
class Route:
    """One way to ask: a path below ``/api/v1`` and its parameters.

    ``exact`` is False where the answer holds more than the query asks for.
    """

    path: str
    params: Params = ()
    exact: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One feed: a log narrowed by ids, as numbers (``assignment`` may be ``override``)."""

    log: Log = Log.GRADES
    course: str | None = None
    assignment: str | None = None
    student: str | None = None
    grader: str | None = None
    account: str | None = None

    @property
    def parties(self) -> str:
        """``course 5, student 7``: what it is narrowed to, in words."""
        named = (
            ("course", self.course),
            ("assignment", None if self.assignment == OVERRIDE else self.assignment),
            ("grader", self.grader),
            ("student", self.student),
            ("account", self.account),
        )
        return ", ".join(f"{kind} {number}" for kind, number in named if number is not None)

    @property
    def name(self) -> str:
        """``grades of course 565``: unique; also the target of coverage in the journal."""
        what = "course events" if self.log is Log.COURSES else "grades"
        if self.assignment == OVERRIDE:
            what = "final-grade overrides"
        return f"{what} of {self.parties}" if self.parties else what

    @property
    def narrow(self) -> bool:
        """Whether it asks for a part of a course's or an account's grades only."""
        return any((self.assignment, self.student, self.grader))

    @property
    def routes(self) -> tuple[Route, ...]:
        """The ways to ask, best first: one is tried after another that the server lacks."""
        if self.log is Log.COURSES:
            place = f"courses/{self.course}" if self.course else f"accounts/{self.account}"
            return (Route(f"audit/course/{place}"),)
        if self.course is not None:
            return Route(f"audit/grade_change/{self._below_course()}"), self._advanced()
        single = tuple(
            Route(f"audit/grade_change/{kind}s/{segment(number)}") for kind, number in self._named()
        )
        if len(single) == 1 and self.assignment != OVERRIDE:
            return single[0], self._advanced()
        broader = (replace(route, exact=False) for route in single if OVERRIDE not in route.path)
        return self._advanced(), *broader

    def _named(self) -> list[tuple[str, str]]:
        parts = (
            ("assignment", self.assignment),
            ("student", self.student),
            ("grader", self.grader),
        )
        return [(kind, number) for kind, number in parts if number is not None]

    def _below_course(self) -> str:
        parts = (
            ("courses", self.course),
            ("assignments", self.assignment),
            ("graders", self.grader),
            ("students", self.student),
        )
        return "/".join(f"{kind}/{segment(number)}" for kind, number in parts if number is not None)

    def _advanced(self) -> Route:
        course = [("course", self.course)] if self.course is not None else []
        params = tuple((f"{kind}_id", number) for kind, number in [*course, *self._named()])
        return Route("audit/grade_change", params)

    def holds(self, event: Event) -> bool:
        """Whether a row of a broader route belongs to this query."""
        if self.assignment == OVERRIDE and event.kind is not Kind.OVERRIDE:
            return False
        pairs = (
            (self.course, event.course),
            (None if self.assignment == OVERRIDE else self.assignment, event.assignment),
            (self.student, event.student),
            (self.grader, event.grader),
        )
        return all(want is None or CanvasId.parse(want) == have for want, have in pairs)

    def may_confirm(self, event: Event) -> bool:
        """Whether the row of a live event could be in this query's answer.

        What the event does not tell (its grader, its course) rules nothing out, nor does the form
        of an id: the home shard may not be known yet.
        """
        if (event.kind is Kind.COURSE) is not (self.log is Log.COURSES):
            return False
        override = self.assignment == OVERRIDE
        if event.kind is Kind.OVERRIDE and self.assignment is not None and not override:
            return False
        if event.kind is Kind.GRADE and override:
            return False
        pairs = (
            (self.course, event.course),
            (None if override else self.assignment, event.assignment),
            (self.student, event.student),
            (self.grader, event.grader),
            (self.account, event.account),
        )
        return all(
            want is None or have is None or CanvasId.parse(want).may_be(have)
            for want, have in pairs
        )


def segment(number: str) -> str:
    """An id as a part of a path: SIS ids may hold any character."""
    return quote(number, safe=":~")


def queries(targets: Targets) -> tuple[Query, ...]:
    """The feeds that together show the targets: grades first, then course events.

    Different kinds are ANDed (their product), the same kind repeated is ORed (one feed each).
    Course events of a course are left out where a student, grader or assignment narrows the view:
    they have none.
    """
    narrowed = bool(targets.assignments or targets.students or targets.graders)
    grades = [
        Query(course=course, assignment=assignment, student=student, grader=grader)
        for course, assignment, student, grader in product(
            _or_none(targets.courses),
            _or_none(targets.assignments),
            _or_none(targets.students),
            _or_none(targets.graders),
        )
        if (course, assignment, student, grader) != (None, None, None, None)
    ]
    courses: list[Query] = []
    if targets.course_events:
        if not narrowed:
            courses = [Query(log=Log.COURSES, course=course) for course in _once(targets.courses)]
        courses += [Query(log=Log.COURSES, account=account) for account in _once(targets.accounts)]
    return (*grades, *courses)


def _or_none(ids: Sequence[str]) -> Sequence[str | None]:
    return _once(ids) or (None,)


def _once(ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
