"""A filter said in words, for status lines and for people who listen to their screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from tui.events.times import to_datetime
from tui.query.ast import (
    And,
    Between,
    Carries,
    Compare,
    Comparison,
    DoneBy,
    During,
    Filter,
    From,
    Has,
    InGroup,
    Is,
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
    Trace,
    Trait,
)

_MEASURES = {
    Measure.BEFORE: "grade before",
    Measure.AFTER: "grade after",
    Measure.DELTA: "change",
    Measure.SCORE: "points",
    Measure.POINTS: "points possible",
    Measure.PERCENT: "percent",
}
_COMPARISONS = {
    Comparison.LESS: "below",
    Comparison.AT_MOST: "at most",
    Comparison.MORE: "above",
    Comparison.AT_LEAST: "at least",
    Comparison.EQUAL: "exactly",
}
_ORIGINS = {
    Origin.AUDIT: "seen by the audit log",
    Origin.LIVE: "seen live",
    Origin.MANUAL: "made by hand",
    Origin.SIS: "made by SIS import",
    Origin.API: "made by the API",
}
_TRAITS = {
    Trait.REGRADE: "regrades",
    Trait.FIRST: "first grades",
    Trait.AUTOMATIC: "automatic",
    Trait.EXCUSED: "excused",
    Trait.ANONYMOUS: "graded anonymously",
    Trait.HIDDEN: "student hidden",
    Trait.OVERRIDE: "overrides",
    Trait.MASQUERADE: "by masquerade",
    Trait.UNCONFIRMED: "not confirmed by the audit log",
    Trait.FLAGGED: "flagged by a rule",
    Trait.MARKED: "marked",
}
_TRACES = {Trace.IP: "address", Trace.AGENT: "user agent", Trace.REQUEST: "request"}


def to_words(tree: Filter, *, zone: tzinfo = UTC) -> str:
    """What ``tree`` lets through: ``course 565, student like “ada”, since 2026-11-01 09:00``."""
    match tree:
        case And(terms):
            return _joined(terms, ", ", "everything", zone)
        case Or(terms):
            return _joined(terms, " or ", "nothing", zone)
        case Not(term):
            return f"not {_inner(term, zone)}"
        case During(start, end):
            return _during(start, end, zone)
        case OfKind(kinds):
            kind_words = [kind.value.replace("_", " ") for kind in kinds]
            return f"kind {' or '.join(kind_words)}" if kinds else "nothing"
        case Is() | Resembles() | DoneBy() | Mentions():
            return _who(tree)
        case Compare() | Between() | Reads():
            return _how_much(tree)
        case _:
            return _what(tree)


def _who(tree: Is | Resembles | DoneBy | Mentions) -> str:
    match tree:
        case Is(role, ids):
            id_words = " or ".join(str(one) for one in ids)
            return f"{role.value} {id_words}" if ids else f"no {role.value}"
        case Resembles(role, text):
            return f"{role.value} like “{text.strip()}”" if text.strip() else f"any {role.value}"
        case DoneBy(text):
            return _who(Resembles(Role.GRADER, text))
        case Mentions(text):
            return f"“{text.strip()}” anywhere"


def _how_much(tree: Compare | Between | Reads) -> str:
    match tree:
        case Compare(measure, comparison, number):
            return f"{_MEASURES[measure]} {_COMPARISONS[comparison]} {number:g}"
        case Between(measure, low, high):
            return f"{_MEASURES[measure]} {low:g} to {high:g}"
        case Reads(side, grade):
            return f"no grade {side.value}" if grade is None else f"grade {side.value} “{grade}”"


def _what(tree: Filter) -> str:
    match tree:
        case OfType(text):
            return f"type {text}"
        case From(origin):
            return _ORIGINS[origin]
        case Has(trait):
            return _TRAITS[trait]
        case Ruled(rule):
            return f"flagged as {rule.value.replace('_', ' ')}"
        case Carries(trace, text):
            return f"{_TRACES[trace]} {text}"
        case InGroup(group):
            return f"group {group}"
        case _:
            raise NotImplementedError(type(tree).__name__)


def _joined(terms: Sequence[Filter], glue: str, empty: str, zone: tzinfo) -> str:
    if len(terms) == 1:
        return to_words(terms[0], zone=zone)
    return glue.join(_inner(term, zone) for term in terms) or empty


def _inner(term: Filter, zone: tzinfo) -> str:
    several = isinstance(term, And | Or) and len(term.terms) > 1
    words = to_words(term, zone=zone)
    return f"({words})" if several else words


def _during(start: int | None, end: int | None, zone: tzinfo) -> str:
    if start is None and end is None:
        return "any time"
    if start is None:
        return f"before {_moment(end, zone)}"
    if end is None:
        return f"since {_moment(start, zone)}"
    return f"{_moment(start, zone)} to {_moment(end, zone)}"


def _moment(ms: int | None, zone: tzinfo) -> str:
    if ms is None:
        return "ever"
    moment: datetime = to_datetime(ms).astimezone(zone)
    exact = moment.second or moment.microsecond
    return f"{moment:%Y-%m-%d %H:%M:%S}" if exact else f"{moment:%Y-%m-%d %H:%M}"
