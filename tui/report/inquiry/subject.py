"""Whom or what an inquiry is about, and which events are about it; pure."""

from __future__ import annotations

from dataclasses import dataclass

from tui.events.event import Event, Kind, Thing
from tui.events.ids import CanvasId
from tui.query.ast import And, Filter, Is, Not, OfKind, Role
from tui.query.sql import NAMED_AS

_ECHOES = (Kind.COURSE_SCORE, Kind.OTHER)
"""Totals that Canvas recalculates after a change, and what is no change at all."""

ROLES = (Role.STUDENT, Role.GRADER, Role.ASSIGNMENT, Role.COURSE)
"""What can be inquired into."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One student, grader, assignment or course. Invariant: ``role`` is one of :data:`ROLES`."""

    role: Role
    id: CanvasId

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"nothing is inquired into by its {self.role}")

    @classmethod
    def of(cls, role: Role, party: CanvasId) -> Subject | None:
        """Who edits a course is asked about as a grader is; an account is no subject."""
        if role is Role.ACTOR:
            return cls(Role.GRADER, party)
        return cls(role, party) if role in ROLES else None

    @property
    def thing(self) -> Thing:
        return NAMED_AS[self.role]

    @property
    def wheres(self) -> tuple[Filter, ...]:
        """The events about it, each in exactly one of these; several, so that each has an index."""
        if self.role is Role.GRADER:
            done = And((Is(Role.GRADER, (self.id,)), Not(OfKind((*_ECHOES, Kind.COURSE)))))
            edited = And((Is(Role.ACTOR, (self.id,)), OfKind((Kind.COURSE,))))
            return done, edited
        return (And((Is(self.role, (self.id,)), Not(OfKind(_ECHOES)))),)


def subjects_of(event: Event) -> dict[Role, Subject]:
    """Whom and what the event is about, as far as it tells; a hidden student is not among them."""
    grader = event.grader or (event.actor if event.kind is Kind.COURSE else None)
    parties = (
        (Role.STUDENT, event.student),
        (Role.GRADER, grader),
        (Role.ASSIGNMENT, event.assignment),
        (Role.COURSE, event.course),
    )
    return {role: Subject(role, party) for role, party in parties if party is not None}
