"""A filter read word for word, to judge all other readings by."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt

from tests.journal import making
from tui.events.attention import Rule
from tui.events.delta import delta, numbers
from tui.events.event import Event, Feed, Flag, Kind
from tui.query.ast import (
    And,
    Between,
    Carries,
    Compare,
    Comparison,
    DoneBy,
    Filter,
    From,
    Has,
    Measure,
    Mentions,
    Not,
    OfKind,
    OfType,
    Or,
    Origin,
    Reads,
    Resembles,
    Role,
    Ruled,
    Side,
    Trace,
    Trait,
)
from tui.query.fold import fold

_STANDS = {
    Comparison.LESS: lt,
    Comparison.AT_MOST: le,
    Comparison.MORE: gt,
    Comparison.AT_LEAST: ge,
    Comparison.EQUAL: eq,
}


@dataclass(frozen=True, slots=True)
class Case:
    """An event with what is known around it."""

    event: Event
    book: making.NameBook
    rules: Set[Rule] = frozenset()
    marked: bool = False


def holds(tree: Filter, case: Case) -> bool:
    """What the filter says."""
    match tree:
        case And(terms):
            return all(holds(term, case) for term in terms)
        case Or(terms):
            return any(holds(term, case) for term in terms)
        case Not(term):
            return not holds(term, case)
        case _:
            return _says(tree, case)


def _says(tree: Filter, case: Case) -> bool:
    event = case.event
    match tree:
        case DoneBy(text):
            editor = And((OfKind((Kind.COURSE,)), Resembles(Role.ACTOR, text)))
            return holds(Or((Resembles(Role.GRADER, text), editor)), case)
        case Mentions(text):
            return _mentions(text, case)
        case OfType(text):
            return fold(event.type) == fold(text)
        case From(origin):
            return _from(origin, event)
        case Compare() | Between() | Reads():
            return _is_graded(tree, event)
        case Has(trait):
            return _has(trait, case)
        case Ruled(rule):
            return rule in case.rules
        case Carries(trace, text):
            return _carries(trace, text, event)
        case _:
            return making.holds(tree, event, case.book)


def _is_graded(tree: Compare | Between | Reads, event: Event) -> bool:
    match tree:
        case Compare(measure, comparison, number):
            found = _number(measure, event)
            return found is not None and _STANDS[comparison](found, number)
        case Between(measure, low, high):
            found = _number(measure, event)
            return found is not None and low <= found <= high
        case Reads(side, text):
            state = event.before if side is Side.BEFORE else event.after
            if state.grade is None or text is None:
                return state.grade is text
            return fold(state.grade) == fold(text)


def _mentions(text: str, case: Case) -> bool:
    event = case.event
    if any(making.holds(Resembles(role, text), event, case.book) for role in Role):
        return True
    read = (event.type, event.before.grade, event.after.grade)
    return any(fold(text) in fold(each) for each in read if each is not None)


def _from(origin: Origin, event: Event) -> bool:
    match origin:
        case Origin.AUDIT | Origin.LIVE:
            return Feed(origin.value) in event.seen_by
        case _:
            return (event.event_source or "").lower() == origin.value


def _number(measure: Measure, event: Event) -> float | None:
    if measure is Measure.DELTA:
        return delta(event.before, event.after)
    found: float | None = getattr(numbers(event.before, event.after), measure.value)
    return found


_FLAGS: Mapping[Trait, Flag] = {
    Trait.REGRADE: Flag.REGRADE,
    Trait.AUTOMATIC: Flag.AUTOMATIC,
    Trait.EXCUSED: Flag.EXCUSED,
    Trait.ANONYMOUS: Flag.ANONYMOUS,
    Trait.HIDDEN: Flag.HIDDEN_STUDENT,
    Trait.OVERRIDE: Flag.OVERRIDE,
    Trait.MASQUERADE: Flag.MASQUERADE,
    Trait.UNCONFIRMED: Flag.UNCONFIRMED,
}


def _has(trait: Trait, case: Case) -> bool:
    event = case.event
    match trait:
        case Trait.FLAGGED:
            return bool(case.rules)
        case Trait.MARKED:
            return case.marked
        case Trait.FIRST:
            before, after = event.before, event.after
            graded = after.grade is not None or after.score is not None
            return graded and before.grade is None and before.score is None
        case _:
            return _FLAGS[trait] in event.flags


def _carries(trace: Trace, text: str, event: Event) -> bool:
    match trace:
        case Trace.IP:
            address, begun = (event.client_ip or "").lower(), text.lower()
            if begun.endswith((".", ":")):
                return address.startswith(begun)
            return address == begun or address.startswith((f"{begun}.", f"{begun}:"))
        case Trace.AGENT:
            return event.user_agent is not None and fold(text) in fold(event.user_agent)
        case Trace.REQUEST:
            return text.strip() in {event.request_id, event.page_view}
