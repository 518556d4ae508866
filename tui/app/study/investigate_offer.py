"""Whom else to investigate where a row names no student."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.message import Message

from tui.app.filters import Pick
from tui.app.lines import BLANK, Investigate, Line, quiet
from tui.app.standing import hidden_words, is_hidden
from tui.app.study.screen import StudyScreen
from tui.app.study.steps import in_steps
from tui.events.event import Event, Kind
from tui.journal.faults import JournalFault
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Stored
from tui.query.ast import Role
from tui.report.inquiry.subject import subjects_of
from tui.report.redact import Redactor
from tui.report.words import party_words

_WAYS = "↑ ↓ choose · enter investigates · esc back"


@dataclass
class Offered(Message):
    """The row was read: what it offers."""

    lines: tuple[Line, ...]


class OfferScreen(StudyScreen):
    """Says why there is no student, and ends with whom to investigate instead."""

    def __init__(self, row: int, journal: Journal, redactor: Redactor | None) -> None:
        super().__init__("investigate")
        self._row, self._journal, self._redactor = row, journal, redactor
        self.tell("", ways=_WAYS)

    def on_mount(self) -> None:
        self.run_worker(self._read(), name="offer")

    async def _read(self) -> None:
        try:
            async for lines in in_steps(self._journal, self._offers):
                self.post_message(Offered(lines))
        except JournalFault as fault:
            self.post_message(Offered((Line(f"the journal cannot be read: {fault}"),)))

    def _offers(self, reader: Reader) -> Iterator[tuple[Line, ...]]:
        found = reader.stored([self._row])
        if not found:
            yield (Line("this event is gone from the journal"),)
            return
        shown = found[0] if self._redactor is None else self._redactor.redact(found[0])
        yield (Line(_why(found[0].event)), BLANK, *_choices(found[0], shown))

    def on_offered(self, message: Offered) -> None:
        self.show(message.lines)
        first = next((line.act for line in message.lines if line.act is not None), None)
        if first is not None:
            self.body.go_to(first)


def _why(event: Event) -> str:
    if is_hidden(event):
        return f"The student is {hidden_words(event)}."
    if event.kind is Kind.COURSE:
        return "An event of a course has no student."
    return "This event names no student."


def _choices(stored: Stored, shown: Stored) -> Iterator[Line]:
    subjects = subjects_of(stored.event)
    labels = {
        Role.ASSIGNMENT: "the assignment",
        Role.GRADER: "who edited it" if stored.event.kind is Kind.COURSE else "who graded",
        Role.COURSE: "the course",
    }
    offered = [(role, label) for role, label in labels.items() if role in subjects]
    for role, label in offered:
        editor = role is Role.GRADER and stored.event.grader is None
        words = party_words(shown, Role.ACTOR if editor else role)
        act = Investigate(Pick(role, subjects[role].id, words))
        yield Line(f"{label}: {words}", act=act)
    if not offered:
        yield quiet("It names nothing else that could be investigated.")
