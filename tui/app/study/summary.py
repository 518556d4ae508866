"""The summary: who graded how much, how far each assignment has come, and how fast it goes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import dataclass
from enum import IntEnum
from time import monotonic
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from tui.app.columns import fit
from tui.app.lines import Act, Line, Tone, head, quiet
from tui.app.study.matches import Matches
from tui.app.study.messages import InvestigationWanted
from tui.app.study.pictures import BLOCKS, PLAIN
from tui.app.study.screen import StudyScreen
from tui.app.study.steps import in_steps
from tui.app.study.summary_lines import By, Listing, Order, Row, assignments, graders, of_graders
from tui.app.study.summary_pictures import ACT, HEIGHT, of_assignment, of_grader, rate_lines
from tui.app.study.summary_reading import Step, Tables, reading
from tui.app.widgets.linelist import LineList
from tui.journal.faults import JournalFault
from tui.report.inquiry.sums import count_words
from tui.report.summary.sums import AssignmentSum, GraderSum
from tui.report.words import TimeStyle, time_words

_PICTURE_FROM = 20
"""Rows of screen from which a picture of the line under the cursor has room."""
_EVERY = 3.0
"""Seconds between two readings at least."""
_REST = 10
"""Times as long as a reading took nothing is read again: a long one must not keep a core busy."""
_SORT = "sort: n name c graded r regrades m mean"
_ENDS = "again: reversed · enter filters · i investigates"
_WHOSE = "w all that these graded, W what others did · esc back"
_WAYS = {
    1: f"1 2 3 tab section · {_SORT} h hour, {_ENDS} · {_WHOSE}",
    2: f"1 2 3 tab section · {_SORT}, {_ENDS} · esc back",
    3: "1 2 3 tab section · ↑ ↓ scroll · esc back",
}


class Section(IntEnum):
    """A part of the summary; the value is its key."""

    GRADERS = 1
    ASSIGNMENTS = 2
    RATE = 3


class SummaryScreen(StudyScreen):
    """Sums over what the filter in force matches; read anew when something came."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(each.value), f"section({each.value})", show=False) for each in Section),
        Binding("tab", "next_section(1)", show=False),
        Binding("shift+tab", "next_section(-1)", show=False),
        *(Binding(by.value, f"sort({by.value!r})", show=False) for by in By),
        Binding("i", "investigate", show=False),
        Binding("w", "whose(False)", show=False),
        Binding("W", "whose(True)", show=False),
    ]

    @dataclass
    class Read(Message):
        """A step of the reading."""

        step: Step

    @dataclass
    class Failed(Message):
        """The journal cannot be read now."""

        words: str

    def __init__(self, matches: Matches) -> None:
        self._matches = matches
        self._inks = PLAIN if matches.plain_glyphs else BLOCKS
        self.picture = LineList(classes="picture")
        self._section = Section.GRADERS
        self._orders = {each: Order() for each in Section}
        self._listing = Listing("", ())
        self._tables: Tables | None = None
        self._step = Step(0, None)
        self._first = True
        self._at = matches.now()
        super().__init__(f"Summary of {matches.words}")

    def parts(self) -> Iterable[Widget]:
        self.heading.styles.height = 3
        self.picture.styles.height = HEIGHT
        return self.heading, self.body, self.picture, self.foot

    def on_mount(self) -> None:
        super().on_mount()
        self.run_worker(self._read(), name="summary")
        self._paint()

    def on_resize(self) -> None:
        self._paint()

    # Reading

    async def _read(self) -> None:
        matches = self._matches
        while True:
            begun, touch = monotonic(), None
            try:
                touch = await matches.touch()
                steps = reading(matches.where, now=matches.now(), redactor=matches.redactor)
                async with aclosing(in_steps(matches.journal, steps)) as found:
                    async for step in found:
                        self.post_message(self.Read(step))
            except JournalFault as fault:
                self.post_message(self.Failed(str(fault)))
            pause = max(_EVERY, _REST * (monotonic() - begun))
            await matches.until_touched(touch, pause=pause, every=_EVERY)

    def on_summary_screen_read(self, message: Read) -> None:
        message.stop()
        step = message.step
        if not self._first and not step.whole:
            return  # the sums of all that was there stay until there are newer ones of all
        self._step = step
        self._first = self._first and not step.whole
        if step.tables is not None:
            self._tables = step.tables
            self._at = self._matches.now()
            self._paint()
        self._tell()

    def on_summary_screen_failed(self, message: Failed) -> None:
        message.stop()
        self.tell(message.words, ways=_WAYS[self._section])

    def _tell(self) -> None:
        step, matches = self._step, self._matches
        about = f" of ~{matches.about:,}" if matches.about else ""
        if self._first:
            words = f"read {step.read:,}{about} events"
            if step.back_to is not None:
                words += f", back to {time_words(step.back_to, matches.zone)[:16]}; more to come"
        else:
            at = time_words(self._at, matches.zone, TimeStyle.CLOCK)
            words = f"{count_words(step.read, 'grading')}, summed up at {at} · {ACT}"
        self.tell(words, ways=_WAYS[self._section])

    # Painting

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        width = max(20, self.size.width - 1)
        sections = " ".join(
            f"[{each.value}:{each.name.lower()}]"
            if each is self._section
            else f" {each.value}:{each.name.lower()} "
            for each in Section
        )
        tables = self._tables
        lines: list[Line] = []
        self._listing = Listing("", ())
        if tables is not None and self._section is Section.RATE:
            lines = rate_lines(tables, self._matches.zone, width, self._inks)
        elif tables is not None:
            make = graders if self._section is Section.GRADERS else assignments
            order = self._orders[self._section]
            self._listing = make(tables, order, width, self._inks)
            lines = [row.line for row in self._listing.rows]
            if not lines and not self._first:
                lines = [quiet("nothing was graded here: the filter, or the time, leaves none")]
        title = head(f"Summary of {self._matches.words}")
        header = Line(f" {self._listing.header}", Tone.QUIET)
        if self._section is not Section.RATE:
            there = f"{self._listing.words}, " if self._listing.words else ""
            sections += f"  {there}{self._orders[self._section].words}"
        self.heading.set_lines([title, Line(fit(sections, width)), header])
        self._show_rows(lines)
        self._paint_picture()
        self._tell()

    def _show_rows(self, lines: list[Line]) -> None:
        """Show these; the cursor stays with whom or what it is at, wherever that is now."""
        before = self.body.line
        self.show(lines)
        if before is not None and before.act is not None:
            acts = [line.act for line in lines]
            if before.act in acts:
                self.body.move(acts.index(before.act) - self.body.at)

    def _paint_picture(self) -> None:
        row = self._row
        shown = self._section is not Section.RATE and self.size.height >= _PICTURE_FROM
        self.picture.display = shown
        if not shown or self._tables is None:
            return
        width, tables = self.size.width, self._tables
        match row.subject if row is not None else None:
            case GraderSum() as one:
                lines = of_grader(one, tables, self._matches.zone, width, self._inks)
            case AssignmentSum() as one:
                lines = of_assignment(one, tables, width, self._inks)
            case None:
                lines = []
        self.picture.set_lines(lines)

    @property
    def _row(self) -> Row | None:
        rows = self._listing.rows
        return rows[self.body.at] if self.body.at < len(rows) else None

    # Keys

    def action_section(self, number: int) -> None:
        self._section = Section(number)
        self._paint()
        self.action_first()

    def action_next_section(self, step: int) -> None:
        self.action_section((self._section - 1 + step) % len(Section) + 1)

    def action_sort(self, key: str) -> None:
        order = self._orders[self._section]
        self._orders[self._section] = order.then(By(key))
        self._paint()
        self.action_first()

    def action_investigate(self) -> None:
        row = self._row
        if row is not None and row.pick is not None:
            self.post_message(InvestigationWanted(row.pick, self._investigated))

    def _investigated(self, act: Act | None) -> None:
        """What was opened over the sums has ended; what it wants is done in the table."""
        if act is not None:
            self.dismiss(act)

    def action_whose(self, others: bool) -> None:
        """All that the graders of this summary did in its time, or what everybody else did."""
        tables = self._tables
        if tables is None or self._section is not Section.GRADERS:
            return
        asked = of_graders(tables, others=others)
        if asked is not None:
            self.dismiss(asked)

    def action_move(self, lines: int) -> None:
        super().action_move(lines)
        self._paint_picture()

    def action_page(self, direction: int) -> None:
        super().action_page(direction)
        self._paint_picture()

    def action_first(self) -> None:
        super().action_first()
        self._paint_picture()

    def action_last(self) -> None:
        super().action_last()
        self._paint_picture()
