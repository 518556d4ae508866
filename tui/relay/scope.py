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


def is_course(asked: CanvasId, course: CanvasId, home_shard: int) -> bool:
    """Whether ``asked`` names ``course`` as an event of root account ``home_shard`` (0: not told)
    has it. An event that does not tell its shard is no course of a named shard."""
    if asked.local != course.local:
        return False
    shard = course.shard or home_shard
    return asked.shard == (shard if asked.shard else course.shard)


def may_be_same(one: CanvasId, other: CanvasId) -> bool:
    """Whether two ids can name one course, seen from some school."""
    return one.local == other.local and (one.shard == other.shard or not one.shard * other.shard)


@dataclass(frozen=True, slots=True)
class Scope:
    """The courses a token may see; None: all, and events of no course too."""

    courses: frozenset[CanvasId] | None

    @classmethod
    def of(cls, courses: Iterable[CanvasId]) -> Scope:
        """No courses: everything."""
        return cls(frozenset(courses) or None)

    def may_ask(self, course: CanvasId) -> bool:
        """Whether a course may be asked for; what then comes is still held against the scope."""
        return self.courses is None or any(may_be_same(course, each) for each in self.courses)

    def lets(self, arrival: Arrival) -> bool:
        """Whether an event may leave: its course is told, without contradiction, and inside."""
        if self.courses is None:
            return True
        course, home = arrival.course, arrival.home_shard
        if course is None or not any(is_course(each, course, home) for each in self.courses):
            return False
        return all(
            any(is_course(each, told, home) for each in self.courses)
            for told in _courses_told(arrival.event, home)
        )


EVERYTHING = Scope(None)


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
    if metadata is not None and (metadata.text("context_type") or "").casefold() == "course":
        told.append(metadata.id("context_id"))
    if body is not None:
        told.append(body.id("course_id"))
        inner = body.within("course")
        told.append(None if inner is None else inner.id("id"))
    return tuple(each for each in told if each is not None)
