"""What an investigation reads from the journal, in steps; runs in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo

from tui.app.lines import Line
from tui.app.study.investigate_lines import inquiry_lines
from tui.events.ids import CanvasId
from tui.journal.reader import Reader
from tui.journal.records import Slot
from tui.query.ast import And, Filter, Role
from tui.report.inquiry.asking import COURSES_AT_MOST
from tui.report.inquiry.inquire import EVENTS_AT_MOST, inquire
from tui.report.inquiry.inquiry import Inquiry
from tui.report.inquiry.subject import Subject, subjects_of
from tui.report.redact import Redactor


@dataclass(frozen=True, slots=True)
class OfRow:
    """Whoever plays ``role`` in an event of the journal: a redacted row does not tell the id."""

    row: int
    role: Role


Lead = Subject | OfRow
"""Whom or what to investigate."""


@dataclass(frozen=True, slots=True)
class InTable:
    """Which of the changes the table could show: those within the watch's targets and window."""

    ids: frozenset[int]
    since: Slot | None
    """Changes older than this one were not looked at: they count as within."""

    def shows(self, slot: Slot) -> bool:
        if slot.id in self.ids:
            return True
        last = self.since
        return last is not None and (slot.at, slot.place, slot.id) < (last.at, last.place, last.id)


_UNKNOWN = InTable(frozenset(), Slot(2**62, 0, 0))
"""Not looked at yet: enter tries."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is known so far, ready to be shown."""

    found: Inquiry
    lines: tuple[Line, ...]
    in_table: InTable
    known: tuple[CanvasId, ...]
    """Courses of the journal, those seen last first."""


def look_into(
    reader: Reader, lead: Lead, *, redactor: Redactor | None, scope: Filter, zone: tzinfo | None
) -> Iterator[Look]:
    """Each look knows more than the one before; none at all where the row is gone."""
    subject = _subject(reader, lead)
    if subject is None:
        return
    look: Look | None = None
    for found in inquire(reader, subject, redactor):
        if look is not None and found.sections is look.found.sections:  # only the sums have grown
            look = replace(look, found=found)
        else:
            look = Look(
                found,
                tuple(inquiry_lines(found, zone)),
                _in_table(reader, subject, scope) if found.complete else _UNKNOWN,
                _courses(reader) if found.complete else (),
            )
        yield look


def _courses(reader: Reader) -> tuple[CanvasId, ...]:
    return tuple(each.id for each in reader.suggest(Role.COURSE, "", limit=COURSES_AT_MOST))


def _subject(reader: Reader, lead: Lead) -> Subject | None:
    if isinstance(lead, Subject):
        return lead
    stored = reader.stored([lead.row])
    return subjects_of(stored[0].event).get(lead.role) if stored else None


def _in_table(reader: Reader, subject: Subject, scope: Filter) -> InTable:
    slots = [
        slot
        for where in subject.wheres
        for slot in reader.slots(And((where, scope)), limit=EVENTS_AT_MOST)
    ]
    return InTable(
        frozenset(slot.id for slot in slots), slots[-1] if len(slots) >= EVENTS_AT_MOST else None
    )
