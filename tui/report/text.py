"""One aligned line per event, for eyes and for screen readers: words, no colour, no codes.

``2012-07-19 21:00:00  grade     BIO 101   Essay 1   Ana Lima   4 → 5  +1  by Gil Ro  regrade``

The remarks at the end say ``unconfirmed`` of what the audit log has not shown (yet), and ``live
only`` of what it never will; ``!jump`` that an attention rule points at it.
"""

from __future__ import annotations

from datetime import tzinfo

from tui.events.confirmation import Confirmation, confirmation
from tui.events.delta import delta
from tui.events.event import Kind
from tui.events.text import clean
from tui.journal.records import Stored
from tui.query.ast import Role
from tui.report.cells import fit, width
from tui.report.words import (
    NOTHING,
    change_words,
    delta_words,
    flag_names,
    kind_words,
    party_words,
    time_words,
    who_words,
)

_COURSE = 18
_ASSIGNMENT = 22
_STUDENT = 20
_CHANGE = 16
_DELTA = 6
_WHO = 24
"""Enough for a global id."""
_LONGEST = 200
"""Cells the change of a course event may take: its values can be 1,000 characters long."""


def line(stored: Stored, zone: tzinfo | None = None) -> str:
    """The event as one line without its newline, times in ``zone`` (None: the terminal's own)."""
    event = stored.event
    change = change_words(event)
    parts = [time_words(event.at, zone), fit(kind_words(event.kind), 8)]
    parts.append(fit(party_words(stored, Role.COURSE), _COURSE))
    if event.kind not in (Kind.COURSE, Kind.OTHER):
        parts.append(fit(party_words(stored, Role.ASSIGNMENT), _ASSIGNMENT))
        parts.append(fit(party_words(stored, Role.STUDENT), _STUDENT))
        parts.append(_at_least(change, _CHANGE))
        parts.append(fit(delta_words(delta(event.before, event.after)), _DELTA))
    else:
        wide = _ASSIGNMENT + _STUDENT + _CHANGE + _DELTA + 6
        parts.append(_at_least(change, wide))
    who = who_words(stored)
    parts.append(fit("" if who == NOTHING else f"by {who}", _WHO))
    remarks = [name.replace("_", " ") for name in flag_names(event.flags)]
    if confirmation(event) is Confirmation.NEVER:
        remarks.append("live only")
    if stored.hits:
        remarks.append("!" + " !".join(hit.rule.value.replace("_", " ") for hit in stored.hits))
    parts.append(", ".join(remarks))
    return clean("  ".join(parts).rstrip())


def _at_least(text: str, cells: int) -> str:
    """What happened is never cut to keep the columns: it pushes them, up to a limit."""
    return fit(text, min(max(width(text), cells), _LONGEST))
