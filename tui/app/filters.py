"""What a filter may be about on screen, and what a filter says of time and totals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.query.ast import And, During, Filter, Not, OfKind, Role


class Field(StrEnum):
    """A field of the filter bar, in its order there."""

    COURSE = "course"
    STUDENT = "student"
    GRADER = "grader"
    TIME = "time"


ROLES = {Field.COURSE: Role.COURSE, Field.STUDENT: Role.STUDENT, Field.GRADER: Role.GRADER}


@dataclass(frozen=True, slots=True)
class Pick:
    """One thing that was pointed at, not typed: its role, its id, and what it is called."""

    role: Role
    id: CanvasId
    words: str


TOTALS = OfKind((Kind.COURSE_SCORE,))
"""A course's totals, which Canvas recalculates after nearly every grade: a flood of echoes."""


def shown(where: Filter, *, totals: bool) -> Filter:
    """What of ``where`` is to be seen: recalculated totals only if they are wished for."""
    return where if totals else And((where, Not(TOTALS)))


def time_of(where: Filter) -> During | None:
    """The stretch of time that every match lies in, as far as the filter names one."""
    match where:
        case During():
            return where
        case And(terms):
            return next(filter(None, map(time_of, terms)), None)
        case _:
            return None
