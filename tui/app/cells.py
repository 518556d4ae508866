"""What one row of the table says, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo

from rich.cells import cell_len

from tui.app.columns import GAP, Column, Layout, fit, fit_numbered
from tui.app.numbers import short_delta, squeezed
from tui.events.confirmation import Confirmation, confirmation
from tui.events.delta import delta
from tui.events.event import Event, Feed, Flag, Kind
from tui.events.times import to_datetime
from tui.journal.records import Stored
from tui.query.ast import Role
from tui.report.words import (
    flag_letters,
    kind_words,
    party_words,
    short_change,
    who_words,
)

MAYBE_CHANGED = "= score may have changed"
_WITHOUT_PARTIES = (Kind.COURSE, Kind.OTHER)
_PARTIES = (Column.COURSE, Column.ASSIGNMENT, Column.STUDENT, Column.GRADER)
_SHORT_KINDS = {Kind.OVERRIDE: "final", Kind.COURSE: "crse"}
"""In the table's five cells: an override sets a final grade."""
LIVE_ONLY = "L"
"""Among the flags: seen live, and the audit log keeps no row of such a change."""


@dataclass(frozen=True, slots=True)
class RowText:
    """A row as three strings: up to Δ, Δ itself, which has a colour, and what follows.

    ``signs`` stand before them all, see :func:`signs`.
    """

    left: str
    delta: str
    right: str
    signs: str = "  "


def row_text(stored: Stored, layout: Layout, zone: tzinfo | None, today: date) -> RowText:
    """The row, each text exactly as wide as its column.

    A course has no assignment and no student: what became of it takes their place.
    """
    said = {each.column: _cell(stored, each.column, layout, zone, today) for each in layout.placed}
    widths = lent(layout, said[Column.DELTA])
    texts = {column: (text, widths[column]) for column, text in said.items()}
    columns = [placed.column for placed in layout.placed]
    first = columns.index(Column.ASSIGNMENT)
    if stored.event.kind in _WITHOUT_PARTIES and columns[first + 1] is Column.STUDENT:
        room = texts[Column.ASSIGNMENT][1] + GAP + texts.pop(Column.STUDENT)[1]
        change, width = texts[Column.CHANGE]
        texts[Column.ASSIGNMENT], texts[Column.CHANGE] = (change, room), ("", width)
    else:
        change, width = texts[Column.CHANGE]
        texts[Column.CHANGE] = squeezed(change, width), width
    return joined(texts, signs(marked=stored.mark is not None, flagged=bool(stored.hits)))


def signs(*, marked: bool, flagged: bool) -> str:
    """``*`` for a mark that a person put, ``!`` where an attention rule says: look at this."""
    return ("*" if marked else " ") + ("!" if flagged else " ")


def lent(layout: Layout, delta: str) -> dict[Column, int]:
    """Cells of each column in a row with this Δ: what it leaves blank goes to the change."""
    widths = {placed.column: placed.width for placed in layout.placed}
    columns = list(widths)
    if columns[columns.index(Column.CHANGE) + 1 :][:1] == [Column.DELTA]:
        spare = max(0, widths[Column.DELTA] - cell_len(delta))
        widths[Column.CHANGE] += spare
        widths[Column.DELTA] -= spare
    return widths


def joined(texts: Mapping[Column, tuple[str, int]], before: str) -> RowText:
    """The row of these texts, each in so many cells, with the signs before it."""
    cells = {
        column: fit_numbered(text, width)
        if column in _PARTIES
        else fit(text, width, right=column is Column.DELTA)
        for column, (text, width) in texts.items()
    }
    shown = list(cells)
    at = shown.index(Column.DELTA)
    gap = " " * GAP
    left, right = (gap.join(cells[each] for each in part) for part in (shown[:at], shown[at + 1 :]))
    return RowText(left + gap, cells[Column.DELTA], gap + right, before)


def _cell(stored: Stored, column: Column, layout: Layout, zone: tzinfo | None, today: date) -> str:
    event = stored.event
    match column:
        case Column.TIME:
            return when_words(event.at, zone, today, full=layout.full_time)
        case Column.KIND:
            words = kind_words(event.kind)
            room = next(each.width for each in layout.placed if each.column is column)
            return words if len(words) <= room else _SHORT_KINDS.get(event.kind, words)
        case Column.COURSE:
            return party_words(stored, Role.COURSE)
        case Column.ASSIGNMENT:
            return party_words(stored, Role.ASSIGNMENT)
        case Column.STUDENT:
            return party_words(stored, Role.STUDENT)
        case Column.GRADER:
            return by_words(stored)
        case Column.CHANGE:
            return short_change(event)
        case Column.DELTA:
            room = next(each.width for each in layout.placed if each.column is column)
            return short_delta(delta(event.before, event.after), room)
        case Column.FLAGS:
            return sign_letters(event)
        case Column.SEEN_BY:
            return seen_words(event)


def when_words(ms: int, zone: tzinfo | None, today: date, *, full: bool) -> str:
    """``14:30:05`` today, ``11-03 14:30`` on another day, with its year where there is room."""
    moment = to_datetime(ms).astimezone(zone)
    if full:
        return f"{moment:%Y-%m-%d %H:%M:%S}"
    if moment.date() == today:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%m-%d %H:%M}" if moment.year == today.year else f"{moment:%Y-%m-%d}"


def by_words(stored: Stored) -> str:
    """The grader, for course events and overrides the actor; ``auto`` where no person graded."""
    automatic = Flag.AUTOMATIC in stored.event.flags and stored.event.grader is None
    return "auto" if automatic and stored.event.real_actor is None else who_words(stored)


def seen_words(event: Event) -> str:
    """``audit``, ``both``, ``live?`` (not confirmed yet) or ``live`` (it never will be)."""
    match confirmation(event):
        case Confirmation.CONFIRMED:
            return "both" if Feed.LIVE in event.seen_by else "audit"
        case Confirmation.UNCONFIRMED:
            return "live?"
        case Confirmation.NEVER:
            return "live"


def sign_letters(event: Event) -> str:
    """The flags' letters, and first of all, where no width cuts it off, what is not confirmed."""
    letters = flag_letters(event.flags & ~Flag.UNCONFIRMED)
    match confirmation(event):
        case Confirmation.CONFIRMED:
            return letters
        case Confirmation.UNCONFIRMED:
            return flag_letters(Flag.UNCONFIRMED) + letters
        case Confirmation.NEVER:
            return LIVE_ONLY + letters
