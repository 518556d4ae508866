"""What a subscriber asks for in its query: kinds, courses, and where to begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.events.relay_wire import Cursor, Refusal
from tui.relay.event_log import Arrival
from tui.relay.refusals import Refused
from tui.relay.scope import Scope, course_id, names_of

MOST = 2000
"""Parameters at most."""
_PARAMETERS = ("kind", "course", "cursor")


@dataclass(frozen=True, slots=True)
class Asked:
    """A subscription's parameters; empty kinds or courses: all."""

    kinds: frozenset[Kind] = frozenset()
    courses: frozenset[CanvasId] = frozenset()
    cursor: Cursor | None = None

    @classmethod
    def parse(cls, query: str) -> Asked:
        """Read a query string; raises :class:`Refused`, which names the parameter at fault."""
        kinds: set[Kind] = set()
        courses: set[CanvasId] = set()
        cursor: Cursor | None = None
        for name, value in _pairs(query):
            match name:
                case "kind":
                    kinds.add(_kind(value))
                case "course":
                    courses.add(_course(value))
                case "cursor" if cursor is None:
                    cursor = _cursor(value)
                case "cursor":
                    raise _invalid("cursor is given twice: one subscription begins at one place")
                case _:
                    raise _invalid(
                        f"there is no parameter {name[:60]!r}, only {', '.join(_PARAMETERS)}"
                    )
        return cls(frozenset(kinds), frozenset(courses), cursor)

    def wants(self, arrival: Arrival) -> bool:
        """Whether an event is asked for, its reader's rights aside."""
        if self.kinds and arrival.kind not in self.kinds:
            return False
        if not self.courses:
            return True
        course, home = arrival.course, arrival.home_shard
        return course is not None and not self.courses.isdisjoint(names_of(course, home))


@dataclass(frozen=True, slots=True)
class Sieve:
    """What one subscriber gets: what its token allows, and of that what it asked for."""

    scope: Scope
    asked: Asked
    home_shard: int = 0
    """The relay's; 0: not known."""

    def __post_init__(self) -> None:
        """Raises :class:`Refused` for a course that the token cannot see."""
        for course in sorted(self.asked.courses):
            if not self.scope.may_ask(course, self.home_shard):
                raise Refused(Refusal.FORBIDDEN, f"course {course} is outside this token's scope")

    def passes(self, arrival: Arrival) -> bool:
        return self.asked.wants(arrival) and self.scope.lets(arrival)


def _pairs(query: str) -> Sequence[tuple[str, str]]:
    try:
        return parse_qsl(
            query,
            keep_blank_values=True,
            strict_parsing=bool(query),
            errors="strict",
            max_num_fields=MOST,
        )
    except ValueError:
        raise _invalid("the query cannot be read: name=value, joined by &") from None


def _kind(value: str) -> Kind:
    try:
        return Kind(value)
    except ValueError:
        raise _invalid(f"kind {value[:60]!r} is none of {', '.join(Kind)}") from None


def _course(value: str) -> CanvasId:
    try:
        return course_id(value)
    except ValueError:
        raise _invalid(
            f"course {value[:60]!r} is no id: 565, 21070000000000565 or 2107~565"
        ) from None


def _cursor(value: str) -> Cursor:
    try:
        return Cursor.parse(value)
    except ValueError:
        raise _invalid(f"cursor {value[:90]!r} is not <epoch>.<seq>") from None


def _invalid(words: str) -> Refused:
    return Refused(Refusal.INVALID_PARAMETER, words)
