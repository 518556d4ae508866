"""The filter bar's four fields, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import StrEnum

from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.query.ast import (
    EVERYTHING,
    And,
    DoneBy,
    During,
    Filter,
    Is,
    Mentions,
    Not,
    OfKind,
    Or,
    Resembles,
    Role,
)
from tui.query.span import parse_span


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

    @property
    def term(self) -> Filter:
        return Is(self.role, (self.id,))


@dataclass(frozen=True, slots=True)
class Bar:
    """What the filter bar holds: texts as typed, and things picked from links.

    ``on`` is False while the filter is switched off; the fields keep what they hold.
    """

    texts: tuple[tuple[Field, str], ...] = ()
    picks: tuple[Pick, ...] = ()
    on: bool = True

    def text(self, field: Field) -> str:
        return dict(self.texts).get(field, "")

    def with_text(self, field: Field, text: str) -> Bar:
        """The same with another text in ``field``, and switched on."""
        texts = {**dict(self.texts), field: text}
        kept = tuple((each, texts[each]) for each in Field if texts.get(each, "").strip())
        return replace(self, texts=kept, on=True)

    def with_pick(self, pick: Pick) -> Bar:
        """The same, narrowed to one thing; another of the same role gives way to it."""
        others = tuple(each for each in self.picks if each.role is not pick.role)
        return replace(self, picks=(*others, pick), on=True)

    def switched(self) -> Bar:
        """The same, off if it was on and on if it was off."""
        return replace(self, on=not self.on)

    @property
    def empty(self) -> bool:
        return not self.texts and not self.picks

    @property
    def in_force(self) -> bool:
        return self.on and not self.empty

    def filter(self, *, now_ms: int, zone: tzinfo) -> Filter:
        """What it asks for: everything while it is off.

        Raises :class:`~tui.query.span.SpanError` for a time that nobody can read.
        """
        if not self.in_force:
            return EVERYTHING
        terms = [_term(field, text.strip(), now_ms, zone) for field, text in self.texts]
        terms.extend(pick.term for pick in self.picks)
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def words(self) -> str:
        """``student ann · time -2h · assignment Essay 1``, as typed."""
        parts = [f"{field} {text.strip()}" for field, text in self.texts]
        parts += [f"{pick.role} {pick.words}" for pick in self.picks]
        return " · ".join(parts)


def _term(field: Field, text: str, now_ms: int, zone: tzinfo) -> Filter:
    match field:
        case Field.TIME:
            return parse_span(text, now_ms=now_ms, zone=zone)
        case Field.GRADER:  # the column "by" names the editor of a course: the field finds both
            editor = And((OfKind((Kind.COURSE,)), Resembles(Role.ACTOR, text)))
            return Or((Resembles(Role.GRADER, text), editor))
        case Field.COURSE | Field.STUDENT:
            return Resembles(ROLES[field], text)


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


def names_matter(where: Filter) -> bool:
    """A name learnt later may change what ``where`` matches."""
    match where:
        case Resembles() | DoneBy() | Mentions():
            return True
        case And(terms) | Or(terms):
            return any(names_matter(term) for term in terms)
        case Not(term):
            return names_matter(term)
        case _:
            return False
