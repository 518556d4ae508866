"""Which events are about the same thing: what a history is made of."""

from __future__ import annotations

from tui.events.event import Event, Kind
from tui.events.ids import CanvasId
from tui.query.ast import And, Filter, Is, OfKind, Role


def same(event: Event) -> Filter | None:
    """The events about the same thing; None where only the event itself is known to be."""

    def among(role: Role, one: CanvasId | None) -> Is | None:
        return None if one is None else Is(role, (one,))

    student = among(Role.STUDENT, event.student)
    course = among(Role.COURSE, event.course)
    assignment = among(Role.ASSIGNMENT, event.assignment)
    match event.kind:
        case Kind.GRADE:  # an assignment is in one course; a live event may not name it
            parties = (student, assignment)
        case Kind.OVERRIDE | Kind.COURSE_SCORE:
            parties = (student, course)
        case Kind.COURSE:
            parties = (course,)
        case Kind.OTHER:
            return None
    known = tuple(party for party in parties if party is not None)
    return And((*known, OfKind((event.kind,)))) if len(known) == len(parties) else None
