"""What a filter says: a tree of small frozen terms.

The same tree becomes SQL (:mod:`tui.query.sql`) and words (:mod:`tui.query.words`); stored and
arriving events are judged by the same SQL, so there is one predicate.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui.events.attention import Rule
from tui.events.event import Kind
from tui.events.ids import CanvasId


class Role(StrEnum):
    """The part a course, an assignment or a person plays in an event."""

    COURSE = "course"
    ASSIGNMENT = "assignment"
    STUDENT = "student"
    GRADER = "grader"
    ACTOR = "actor"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Resembles:
    """The role is played by ``text``: its id, or a part of its name, ignoring case and accents."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Is:
    """The role is played by one of ``ids``; by nobody if there are none."""

    role: Role
    ids: tuple[CanvasId, ...]


@dataclass(frozen=True, slots=True)
class During:
    """``start <= at < end`` in UTC milliseconds; None = unbounded."""

    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class OfKind:
    """The event is of one of these kinds."""

    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class DoneBy:
    """Resembles ``text``: the grader, or the actor of a course event, as the column "by" shows."""

    text: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """``text`` is part of a name, a grade or a type, or is an id; ignoring case and accents."""

    text: str


@dataclass(frozen=True, slots=True)
class OfType:
    """The wire's own event type is ``text``, ignoring case: ``grade_change``, ``copied_from``."""

    text: str


class Origin(StrEnum):
    """Where an event comes from: the feed that reported it, or how Canvas says it was made."""

    AUDIT = "audit"
    LIVE = "live"
    MANUAL = "manual"
    SIS = "sis"
    API = "api"


@dataclass(frozen=True, slots=True)
class From:
    """The feed has reported the event (audit, live), or its source is this one (course events)."""

    origin: Origin


class Measure(StrEnum):
    """A number of an event; one that is not known compares as false.

    ``before`` and ``after`` are what the difference is made of: the score, else a grade that is a
    number, else one that is a percentage; ``score`` is the points after the change, ``points`` the
    points possible after it (else before), ``percent`` the one in a hundredth of the other (else a
    grade that is a percentage).
    """

    BEFORE = "before"
    AFTER = "after"
    DELTA = "delta"
    SCORE = "score"
    POINTS = "points"
    PERCENT = "percent"


class Comparison(StrEnum):
    """How a number is compared."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    EQUAL = "="


@dataclass(frozen=True, slots=True)
class Compare:
    """The number stands so to ``number``, which is finite."""

    measure: Measure
    comparison: Comparison
    number: float


@dataclass(frozen=True, slots=True)
class Between:
    """``low <= number <= high``; both finite."""

    measure: Measure
    low: float
    high: float


class Side(StrEnum):
    """Before or after a change."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Reads:
    """The grade at this side reads ``grade``, ignoring case and accents; None: there is none."""

    side: Side
    grade: str | None


class Trait(StrEnum):
    """What ``is:`` asks for."""

    REGRADE = "regrade"
    FIRST = "first"
    """A grade or a score after, and neither before."""
    AUTOMATIC = "automatic"
    EXCUSED = "excused"
    ANONYMOUS = "anonymous"
    HIDDEN = "hidden"
    OVERRIDE = "override"
    MASQUERADE = "masquerade"
    UNCONFIRMED = "unconfirmed"
    FLAGGED = "flagged"
    """Some attention rule says: look at this."""
    MARKED = "marked"
    """A person put a mark on it."""


@dataclass(frozen=True, slots=True)
class Has:
    """The event has the trait."""

    trait: Trait


@dataclass(frozen=True, slots=True)
class Ruled:
    """This attention rule says: look at this."""

    rule: Rule


class Trace(StrEnum):
    """What a web request left on an event that was seen live."""

    IP = "ip"
    AGENT = "agent"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Carries:
    """``text`` is the address or the whole parts it begins with (``192.0``, ``2001:db8``), is part
    of the user agent, ignoring case and accents, or is the request or the page view, exactly."""

    trace: Trace
    text: str


@dataclass(frozen=True, slots=True)
class InGroup:
    """The event is one of this group of the journal: the changes of one request."""

    group: int


@dataclass(frozen=True, slots=True)
class And:
    """All of the terms hold; with none it holds always."""

    terms: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the terms holds; with none it never does."""

    terms: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The term does not hold."""

    term: Filter


Filter = (
    Resembles | Is | During | OfKind | DoneBy | Mentions | OfType | From | Compare | Between
    | Reads | Has | Ruled | Carries | InGroup | And | Or | Not
)  # fmt: skip

EVERYTHING = And()
