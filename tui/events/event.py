"""The one vocabulary: what every wire format is decoded into and every face reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntFlag, StrEnum
from types import MappingProxyType

from tui.events.ids import CanvasId


class Kind(StrEnum):
    """What sort of change an event is."""

    GRADE = "grade"
    """A submission's grade, score or excusal."""
    OVERRIDE = "override"
    """A final grade set by hand over the computed one."""
    COURSE_SCORE = "course_score"
    """A course total recalculated by Canvas."""
    COURSE = "course"
    """A course created, edited, published, copied, …."""
    OTHER = "other"
    """Any other Live Event."""


class Feed(StrEnum):
    """Who reported an event."""

    AUDIT = "audit"
    """The audit log: the record."""
    LIVE = "live"
    """Live Events, in Canvas or Caliper form: the hint."""


class Flag(IntFlag):
    """What a reader should notice about an event; names in lower case are the printed ones."""

    AUTOMATIC = 1
    """No person graded: quiz, tool or policy (audit: null grader)."""
    ANONYMOUS = 2
    """The grader did not see the student's name (audit: ``graded_anonymously``)."""
    HIDDEN_STUDENT = 4
    """Canvas withholds the student: the assignment is anonymous and muted."""
    EXCUSED = 8
    """The submission is excused after the change."""
    REGRADE = 16
    """There was a grade before and there is one after."""
    MASQUERADE = 32
    """Somebody acted as somebody else (live: ``real_user_id``)."""
    OVERRIDE = 64
    """A final-grade override."""
    UNPOSTED = 128
    """The student cannot see this grade yet (``muted``)."""
    UNCONFIRMED = 256
    """Seen live and not (yet) in the audit log."""


class Thing(StrEnum):
    """What can have a name."""

    COURSE = "course"
    ASSIGNMENT = "assignment"
    USER = "user"


@dataclass(frozen=True, slots=True)
class GradeState:
    """A grade at one side of a change; None in any field means not known, never zero."""

    grade: str | None = None
    """As Canvas shows it: ``8``, ``85%``, ``A-``, ``complete``."""
    score: float | None = None
    """Points; the audit log does not return it."""
    points_possible: float | None = None
    excused: bool | None = None
    posted: bool | None = None
    """Whether the student can see it."""


@dataclass(frozen=True, slots=True)
class Links:
    """What else an event points to."""

    copied_from: CanvasId | None = None
    copied_to: CanvasId | None = None
    reset_from: CanvasId | None = None
    reset_to: CanvasId | None = None
    sis_batch: CanvasId | None = None
    submission: CanvasId | None = None
    grading_period: CanvasId | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a course, or one course score: JSON values, with None for blank or not known."""

    old: object
    new: object


NO_FLAGS = Flag(0)
NO_CHANGES: Mapping[str, Change] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change as one feed reported it; all its text is clean (see :mod:`tui.events.text`).

    ``key`` is the same for the same report, however often and in whatever document it arrives:
    ``audit:<uuid>``, ``live:<sha256>`` or ``caliper:<urn>``.
    """

    key: str
    kind: Kind
    type: str
    """The wire's own event type: ``grade_change``, ``copied_from``, …."""
    at: int
    """UTC milliseconds; whole seconds from the audit log."""
    seen_by: tuple[Feed, ...]
    account: CanvasId | None = None
    course: CanvasId | None = None
    assignment: CanvasId | None = None
    student: CanvasId | None = None
    grader: CanvasId | None = None
    actor: CanvasId | None = None
    """Who made the request, where it is told: a course's editor, a live event's ``user_id``."""
    real_actor: CanvasId | None = None
    """Who masqueraded as the actor."""
    before: GradeState = field(default_factory=GradeState)
    after: GradeState = field(default_factory=GradeState)
    changes: Mapping[str, Change] = field(default_factory=lambda: NO_CHANGES)
    """Course events: field → old and new. Course scores: the four scores."""
    flags: Flag = NO_FLAGS
    links: Links = field(default_factory=Links)
    request_id: str | None = None
    page_view: str | None = None
    client_ip: str | None = None
    user_agent: str | None = None
    url: str | None = None
    """The request's address, without tokens."""
    version: int | None = None
    """The submission's version number; 0 for overrides."""
    current_grade: str | None = None
    """The grade in force when the row was read, where it was asked for."""
    event_source: str | None = None
    """Course events: manual, sis or api."""


@dataclass(frozen=True, slots=True)
class Name:
    """What Canvas calls a thing; ``text`` is clean and not empty."""

    thing: Thing
    id: CanvasId
    text: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """An event beside the wire document it came from.

    ``raw`` is JSON text without tokens, its unsafe characters escaped, not replaced.
    ``home_shard`` is that whose ids are local in the event; 0 where the document does not tell it.
    """

    event: Event
    raw: str
    home_shard: int = 0


@dataclass(frozen=True, slots=True)
class Rejected:
    """A document, or a part of one, that could not be read: why, and how it begins."""

    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """All that one wire document says; ``sightings`` are in the wire's order."""

    sightings: tuple[Sighting, ...] = ()
    names: tuple[Name, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    home_shard: int = 0
    """The shard of the institution the document is of, the first that is told; 0: none is."""
    newest_first: bool = False
    """The wire lists it so: a reply of the audit log does."""
