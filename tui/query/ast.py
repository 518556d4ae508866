"""What a filter says: a tree of small frozen terms.

The same tree becomes SQL (:mod:`tui.query.sql`) and words (:mod:`tui.query.words`); stored and
arriving events are judged by the same SQL, so there is one predicate.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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


Filter = Resembles | Is | During | OfKind | And | Or | Not

EVERYTHING = And()
