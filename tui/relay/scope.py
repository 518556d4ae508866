"""Which events a subscriber gets, by course.

An event's course is as its own root account sees it, so one course has several ids: ``565`` is
course 565 of the event's own school, ``21070000000000565`` and ``2107~565`` that of shard 2107,
wherever it is seen from. A relay that serves several schools should be asked with global ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tui.events.fields import Fields, Unreadable, as_object, parsed_json
from tui.events.ids import CanvasId
from tui.relay.event_log import Arrival

_REMEMBERED = 2048
"""Events whose other courses are kept in mind, for the subscribers that come to them later."""
_BEYOND = 2**63


def course_id(text: str) -> CanvasId:
    """A course as it is asked for; ``ValueError`` for what Canvas gives no course.

    Canvas keeps ids in 64 bits.
    """
    course = CanvasId.parse(text)
    if not course.local or course.number >= _BEYOND:
        raise ValueError("no course has this id")
    return course


def names_of(course: CanvasId, home_shard: int) -> tuple[CanvasId, ...]:
    """All ids of ``course`` as an event of root account ``home_shard`` (0: not told) has it.

    An event that does not tell its shard is no course of a named shard.
    """
    if course.shard or not home_shard:
        return (course,)
    return course, CanvasId(home_shard, course.local)


@dataclass(frozen=True, slots=True)
class Scope:
    """The courses a token may see; None: all, and events of no course too."""

    courses: frozenset[CanvasId] | None

    @classmethod
    def of(cls, courses: Iterable[CanvasId]) -> Scope:
        """No courses: everything."""
        return cls(frozenset(courses) or None)

    def may_ask(self, course: CanvasId, home_shard: int = 0) -> bool:
        """Whether a course may be asked for; what then comes is still held against the scope.

        ``home_shard`` is the relay's, 0: not known. Then a global id is not taken for a local one:
        nothing of it might ever come. A local id is for one of the scope's shard, whose events may.
        """
        if self.courses is None or course in self.courses:
            return True
        if home_shard:
            return any(
                course.seen_from(home_shard) == each.seen_from(home_shard) for each in self.courses
            )
        return not course.shard and any(course.local == each.local for each in self.courses)

    def lets(self, arrival: Arrival) -> bool:
        """Whether an event may leave: its course is told, without contradiction, and inside."""
        if self.courses is None:
            return True
        course, home = arrival.course, arrival.home_shard
        if course is None or self.courses.isdisjoint(names_of(course, home)):
            return False
        told = _courses_told(arrival.event, home)
        return not any(self.courses.isdisjoint(names_of(each, home)) for each in told)


EVERYTHING = Scope(None)


def only_course(event: str, home_shard: int) -> CanvasId | None:
    """The course of an event that names it in an unusual place; None: none, or several."""
    told = set(_courses_told(event, home_shard))
    return told.pop() if len(told) == 1 else None


@lru_cache(maxsize=_REMEMBERED)
def _courses_told(event: str, home_shard: int) -> tuple[CanvasId, ...]:
    """Every course that a Canvas event says it happened in: its context's and its body's.

    An enrolment made in one course's context may be of another course: such an event belongs to
    both. What else a body mentions (the course a copy came from) is part of its own course's event.
    """
    try:
        document = as_object(parsed_json(event))
    except Unreadable:
        document = None
    fields = Fields(document or {}, home_shard)
    metadata = fields.within("metadata") or fields.within("attributes")
    body = fields.within("body") or fields.within("data")
    told: list[CanvasId | None] = []
    told += [_context(each) for each in (metadata, body) if each is not None]
    if body is not None:
        told.append(body.id("course_id"))
        inner = body.within("course")
        told.append(None if inner is None else inner.id("id"))
    return tuple(each for each in told if each is not None)


def _context(fields: Fields) -> CanvasId | None:
    course = (fields.text("context_type") or "").casefold() == "course"
    return fields.id("context_id") if course else None
