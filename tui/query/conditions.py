"""What filters ask for besides who, when and which kind, as conditions over ``events``.

The names it relies on: ``flags`` are those of :class:`Flag`; ``seen`` has bit 1 for the audit log
and bit 2 for live events; each :class:`Measure` but the difference, which is ``delta``, is a column
``…_number``, NULL where it is not known; the tables ``hits`` and ``marks`` name the rows of events
in their column ``event``.
"""

from __future__ import annotations

from tui.events.event import Flag
from tui.query.ast import (
    Between,
    Carries,
    Compare,
    Filter,
    From,
    Has,
    Measure,
    OfType,
    Origin,
    Reads,
    Ruled,
    Trace,
    Trait,
)
from tui.query.where import Where, contains, reads

_FEED_BIT = {Origin.AUDIT: 1, Origin.LIVE: 2}

_FLAG = {
    Trait.REGRADE: Flag.REGRADE,
    Trait.AUTOMATIC: Flag.AUTOMATIC,
    Trait.EXCUSED: Flag.EXCUSED,
    Trait.ANONYMOUS: Flag.ANONYMOUS,
    Trait.HIDDEN: Flag.HIDDEN_STUDENT,
    Trait.OVERRIDE: Flag.OVERRIDE,
    Trait.MASQUERADE: Flag.MASQUERADE,
    Trait.UNCONFIRMED: Flag.UNCONFIRMED,
}
_FIRST = (
    "before_grade IS NULL AND before_score IS NULL"
    " AND (after_grade IS NOT NULL OR after_score IS NOT NULL)"
)


def condition(tree: Filter) -> Where:
    """The condition of one term; ``NotImplementedError`` for what is not one of these."""
    match tree:
        case OfType(text):
            return reads("type", text)
        case From(origin):
            bit = _FEED_BIT.get(origin)
            return reads("event_source", origin) if bit is None else Where("seen & ?", (bit,))
        case Compare(measure, comparison, number):
            return Where(f"{_column(measure)} {comparison.value} ?", (number,))
        case Between(measure, low, high):
            return Where(f"{_column(measure)} BETWEEN ? AND ?", (low, high))
        case Reads(side, grade):
            column = f"{side.value}_grade"
            return Where(f"{column} IS NULL") if grade is None else reads(column, grade)
        case Has(trait):
            return _has(trait)
        case Ruled(rule):
            return Where("id IN (SELECT event FROM hits WHERE rule = ?)", (rule.value,))
        case Carries(trace, text):
            return _carries(trace, text)
        case _:
            raise NotImplementedError(type(tree).__name__)


def _column(measure: Measure) -> str:
    return "delta" if measure is Measure.DELTA else f"{measure.value}_number"


def _has(trait: Trait) -> Where:
    match trait:
        case Trait.FIRST:
            return Where(_FIRST)
        case Trait.FLAGGED:
            return Where("id IN (SELECT event FROM hits)")
        case Trait.MARKED:
            return Where("id IN (SELECT event FROM marks)")
        case _:
            return Where("flags & ?", (int(_FLAG[trait]),))


def _carries(trace: Trace, text: str) -> Where:
    text = text.strip()
    match trace:
        case Trace.IP:
            return _address(text.lower())
        case Trace.AGENT:
            return contains("user_agent", text)
        case Trace.REQUEST:
            return Where("request_id = ? OR page_view = ?", (text, text))


def _address(text: str) -> Where:
    """The whole address, or whole parts that it begins with: 192.0 is not how 192.01 begins."""
    if text.endswith((".", ":")):
        return Where("substr(lower(client_ip), 1, ?) = ?", (len(text), text))
    whole = "lower(client_ip) = ? OR substr(lower(client_ip), 1, ?) IN (?, ?)"
    return Where(whole, (text, len(text) + 1, f"{text}.", f"{text}:"))
