"""What attention rules know of an event, and what a rule is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Protocol

from tui.events.attention import Rule
from tui.events.delta import delta
from tui.events.event import Change, Event, Feed, Flag, Kind
from tui.events.ids import CanvasId
from tui.events.times import parse_time
from tui.journal.records import Stored


class Along(Enum):
    """The timeline that a rule looks along: which cases it is given, oldest first."""

    EVENT = "event"
    """None but the one it judges: any sequence of cases will do."""
    GRADER = "grader"
    """All that have this grader, in whatever course."""
    COURSE = "course"
    """All of one course: grades, overrides and what was done to the course itself."""
    SUBMISSION = "submission"
    """All of one student's work on one assignment; of overrides, one student's in one course."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an event says of when its course ends and where it is; None: it does not say."""

    state: str | None = None
    """``completed`` once it is concluded; ``available``, …."""
    concludes: int | None = None
    """UTC ms; 0: no longer on any date."""
    zone: str | None = None
    """Canvas's name of its time zone."""


NO_TERMS = Terms()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An event as the rules see it; None means not known, as in the event.

    Cases of a timeline stand in the order of ``(at, place, id)``.
    """

    id: int
    """The journal's own row number."""
    at: int
    """UTC ms."""
    place: int = 0
    kind: Kind = Kind.GRADE
    course: CanvasId | None = None
    assignment: CanvasId | None = None
    student: CanvasId | None = None
    grader: CanvasId | None = None
    actor: CanvasId | None = None
    before: str | None = None
    """The grade as Canvas shows it."""
    after: str | None = None
    score_before: float | None = None
    score_after: float | None = None
    points_before: float | None = None
    """Points possible."""
    points_after: float | None = None
    excused_before: bool | None = None
    excused_after: bool | None = None
    delta: float | None = None
    flags: Flag = Flag(0)  # noqa: RUF009  an enum's member is a value
    group: int | None = None
    """Which changes of one request it is one of; None: of no group."""
    group_size: int = 1
    """How many changes the journal holds of that group; 1 without one."""
    live: bool = False
    """It was seen live: masquerade, request, address and agent are told."""
    request: str | None = None
    client_ip: str | None = None
    user_agent: str | None = None
    event_source: str | None = None
    sis_batch: CanvasId | None = None
    terms: Terms = NO_TERMS

    @property
    def order(self) -> tuple[int, int, int]:
        """Where it stands in time."""
        return (self.at, self.place, self.id)

    @property
    def hand(self) -> CanvasId | None:
        """Whose hand it was: the grader's; of a final grade seen live, whoever made the request.

        Live events name no grader of a final grade (and the timeline of a grader has none of them).
        """
        return self.actor if self.grader is None and self.kind is Kind.OVERRIDE else self.grader

    @classmethod
    def of(cls, stored: Stored, group_size: int = 1) -> Case:
        """The case of a stored event; ``group_size``: how many changes its group has."""
        event = stored.event
        return cls(
            id=stored.id,
            at=event.at,
            place=stored.place,
            kind=event.kind,
            course=event.course,
            assignment=event.assignment,
            student=None if Flag.HIDDEN_STUDENT in event.flags else event.student,
            grader=event.grader,
            actor=event.actor,
            before=event.before.grade,
            after=event.after.grade,
            score_before=event.before.score,
            score_after=event.after.score,
            points_before=event.before.points_possible,
            points_after=event.after.points_possible,
            excused_before=event.before.excused,
            excused_after=event.after.excused,
            delta=delta(event.before, event.after),
            flags=event.flags,
            group=stored.group,
            group_size=1 if stored.group is None else max(1, group_size),
            live=Feed.LIVE in event.seen_by,
            request=event.request_id or event.page_view,
            client_ip=event.client_ip,
            user_agent=event.user_agent,
            event_source=event.event_source,
            sis_batch=event.links.sis_batch,
            terms=terms_of(event),
        )


def terms_of(event: Event) -> Terms:
    """What a course event says of the course's end and zone; nothing for other kinds."""
    if event.kind is not Kind.COURSE:
        return NO_TERMS
    state = _STATES.get(event.type) or _text(event.changes, "workflow_state")
    concludes = _date(event.changes, "conclude_at")
    zone = _text(event.changes, "time_zone")
    if state is None and concludes is None and zone is None:
        return NO_TERMS
    return Terms(state, concludes, zone)


_STATES = {
    "concluded": "completed",
    "unconcluded": "available",
    "published": "available",
    "claimed": "claimed",
    "unpublished": "claimed",
}
"""What the type of a course event says of the course's state."""


def _text(changes: Mapping[str, Change], field: str) -> str | None:
    new = changes[field].new if field in changes else None
    return new if isinstance(new, str) and new else None


def _date(changes: Mapping[str, Change], field: str) -> int | None:
    if field not in changes:
        return None
    text = changes[field].new
    if not isinstance(text, str) or not text:
        return 0
    try:
        return parse_time(text)
    except ValueError:
        return None


class AttentionRule(Protocol):
    """A reason to look at an event: a pure function over a timeline.

    What it says of a case depends on nothing but the cases of its timeline whose time is within
    ``[at - back_ms, at + ahead_ms]``, both ends included, and, along a course, on those of older
    cases that are :attr:`Kind.COURSE` (they are few): what the course's terms were.
    """

    name: ClassVar[Rule]
    along: ClassVar[Along]

    @property
    def back_ms(self) -> int: ...

    @property
    def ahead_ms(self) -> int: ...

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        """Each case to look at, in any order, and why, in one line without names and ids.

        ``timeline`` stands in the order of ``(at, place, id)``. It may say the same of a case that
        is there only as context of others, and wrongly so: the caller takes the hits of those whose
        whole surroundings it has given.
        """
        ...
