"""The screen: its widgets, and the painting of what changed and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.containers import Container
from textual.driver import Driver
from textual.timer import Timer

from tui.app.columns import lay_out
from tui.app.grouped import GroupedWatch
from tui.app.grouprow import DRAWN, TYPED
from tui.app.inforce import problem_words
from tui.app.lines import Line, Tone, wrapped
from tui.app.offers import offers
from tui.app.setup import WatchSetup
from tui.app.sourcelines import source_lines, without_names
from tui.app.statusline import empty_lines, view_line
from tui.app.strip import BLOCKS, PLAIN, coverage_strip, gap_line
from tui.app.terminal import TerminalDriver
from tui.app.widgets.detail import DetailPane
from tui.app.widgets.filterbar import FilterBar
from tui.app.widgets.filterline import FilterLine
from tui.app.widgets.linelist import LineList
from tui.app.widgets.table import EventTable, TableRow
from tui.events.times import to_datetime
from tui.journal.records import Slot

WIDE = 140
"""Cells from which the detail pane stands beside the table."""
_FOOT_AT_MOST = 6
_STRIP_FROM = 16
"""Rows of screen from which one can be spared for the time that was read."""
_FILTER_ROOM = 24
"""With fewer cells beside the counts a long filter has a line of its own."""
_HINTS_APART = 3
"""Blank cells before the hints."""
_HINTS_WIDE = 120
"""Cells of screen from which there are more hints."""
_NOTICE_SECONDS = 8.0
_SOON = 0.05
"""Seconds in which several arrivals become one repaint."""


class PaintedApp(App[int]):
    """Holds all widgets, and brings them up to the state of :class:`GroupedWatch` when told to."""

    CSS_PATH = "styles.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    TITLE = "gradewatch"
    HORIZONTAL_BREAKPOINTS = [(0, "narrow"), (WIDE, "wide")]  # noqa: RUF012 - declared so by App

    def __init__(
        self, setup: WatchSetup, watching: GroupedWatch, *, driver_class: type[Driver] | None
    ) -> None:
        super().__init__(driver_class=driver_class)
        self.theme = setup.theme
        self.setup = setup
        self.watching = watching
        self.table = EventTable(name="table")
        self.pane = DetailPane(zone=setup.zone, canvas=setup.canvas_url, name="detail")
        self.filter_bar = FilterBar(name="filter")
        self.filter_line = FilterLine(name="line")
        self.foot = LineList(name="status")
        self.pane.display = self.filter_bar.display = self.filter_line.display = False
        self.group_glyphs = TYPED if setup.plain_glyphs else DRAWN
        self.hints = ""
        self.wide_hints = ""
        """The keys to begin with, at the right of the foot where there is room; more of them on a
        wide screen."""
        self.totals_key = ""
        """What shows recalculated totals, if a key does."""
        self._notice = ""
        self._notice_about: Slot | None = None
        self._noticing: Timer | None = None
        self._painting: Timer | None = None
        self._shown_detail: Slot | None = None

    def compose(self) -> ComposeResult:
        yield self.filter_bar
        yield self.filter_line
        with Container(id="body"):
            yield self.table
            yield self.pane
        yield self.foot

    def say(self, words: str, *, about: Slot | None = None) -> None:
        """Show a line at the foot for a while; ``about``: only while this event is selected."""
        if self._noticing is not None:
            self._noticing.stop()
        self._notice, self._notice_about = words, about
        self._noticing = self.set_timer(_NOTICE_SECONDS, self._clear_notice)
        self.paint_foot()

    def _clear_notice(self) -> None:
        self._notice = ""
        self.paint_foot()

    def paint_soon(self) -> None:
        if self._painting is None:
            self._painting = self.set_timer(_SOON, lambda: self.paint(wait_for_rows=True))

    def paint(self, *, wait_for_rows: bool = False) -> None:
        """Bring the screen up to the state; what did not change is not sent again.

        With ``wait_for_rows`` the table stays until rows just asked for are read, so that a row is
        painted once and not twice.
        """
        if self._painting is not None:
            self._painting.stop()
            self._painting = None
        if self.covered:
            return
        if self._behind:
            self.paint_soon()
            return
        self.paint_table(wait_for_rows=wait_for_rows)
        self._paint_pane()
        self.paint_filters()
        self.paint_foot()

    def paint_table(self, *, wait_for_rows: bool) -> None:
        watching, setup, table = self.watching, self.setup, self.table
        if not table.size or (watching.wish_rows() and wait_for_rows):
            return
        layout = lay_out(table.size.width, one_course=setup.one_course)
        table.take_layout(layout)
        now = setup.now()
        today = to_datetime(now).astimezone(setup.zone).date()
        selected = watching.view.selected
        rows = [
            TableRow(
                watching.rows.text(
                    slot, watching.view.group(slot), layout, setup.zone, today, self.group_glyphs
                ),
                slot == selected,
            )
            for slot in watching.view.visible()
        ]
        instead: list[Line] = []
        if not rows:
            healths = list(watching.healths.values())
            instead = empty_lines(
                without_names(healths) if watching.redacted else healths,
                since=setup.since,
                until=setup.until,
                now=now,
                zone=setup.zone,
                filtered=watching.filter.wanted.in_force,
                filter_time=watching.filter.time,
                totals=watching.totals_left_out,
                totals_key=self.totals_key,
                complete=watching.view.complete and not watching.view.replacing,
            )
        table.show_rows(rows, wrapped(instead, table.size.width - 2))

    def _paint_pane(self) -> None:
        if not self.pane.display:
            return
        watching = self.watching
        selected = watching.view.selected
        if selected != self._shown_detail or watching.detail_outdated:
            self._shown_detail = selected
            watching.wish_detail()
        detail = watching.detail
        if detail is None or (selected is not None and detail.stored.id == selected.id):
            past = detail is not None and watching.coverage.read_past(detail.stored.event.at)
            self.pane.show(detail, read_past=past)

    def paint_filters(self) -> None:
        """What is wrong with the filter as typed, and what is offered to complete it."""
        watching = self.watching
        wrong = watching.filter.complaint(redacted=watching.redacted)
        saved = watching.filter.saved(redacted=watching.redacted)
        if self.filter_bar.display:
            self.filter_bar.complain(wrong)
            self.filter_bar.offer(watching.completions)
        if self.filter_line.display:
            text, cursor = self.filter_line.typed
            self.filter_line.complain(wrong)
            self.filter_line.offer(
                offers(text, cursor, watching.completions, saved) if text.strip() else ()
            )

    @property
    def _behind(self) -> bool:
        """A slow line has not yet taken the last frame."""
        return isinstance(self._driver, TerminalDriver) and self._driver.behind

    @property
    def stuck(self) -> bool:
        """At the end: the terminal stands still, and what should restore it cannot be sent."""
        return self._behind

    @property
    def covered(self) -> bool:
        """Nothing here can be seen: there is no screen yet, or another is in front of it."""
        return not self.table.is_attached or self.screen is not self.table.screen

    def paint_foot(self) -> None:
        if self.covered or self._behind:
            return
        width = self.size.width
        at_most = min(_FOOT_AT_MOST, max(1, self.size.height // 3))
        lines = wrapped(self._foot_lines(), width)[:at_most]
        if self.foot.styles.height is None or self.foot.styles.height.value != len(lines):
            self.foot.styles.height = len(lines)
        self.foot.set_lines(lines)

    def _foot_lines(self) -> Iterable[Line]:
        watching, setup = self.watching, self.setup
        for fault in filter(None, (watching.fault, watching.unreadable)):
            yield Line(fault, Tone.BAD)
        if self._notice and self._notice_about in (None, watching.view.selected):
            yield Line(self._notice, Tone.HEAD)
        yield from self._group_lines()
        typed = self.filter_bar.display or self.filter_line.display
        wrong = watching.filter.complaint(redacted=watching.redacted)
        if wrong is not None and not typed:
            yield Line(f"the filter as typed: {problem_words(wrong)}", Tone.WARN)
        *counts, line = self._view_lines()
        strip = self._strip()
        yield from (*counts, line if strip is not None else self._with_hints(line))
        if strip is not None:
            yield self._with_hints(strip)
        yield from self._gap_lines()
        yield from source_lines(
            watching.healths.values(),
            now=setup.now(),
            zone=setup.zone,
            redacted=watching.redacted,
            width=self.size.width,
        )

    def _view_lines(self) -> list[Line]:
        """The counts, and of the filter what room they leave; with too little a line of its own."""
        watching, setup, width = self.watching, self.setup, self.size.width
        said = partial(
            view_line,
            watching.counts(),
            following=watching.view.following,
            redacted=watching.redacted,
            low=setup.low_bandwidth,
            in_memory=setup.journal.path is None,
            width=width,
            totals_key=self.totals_key,
        )
        room = width - cell_len(said().text) - len(" · ")
        words = partial(watching.filter.words, redacted=watching.redacted)
        beside = words(max(room, _FILTER_ROOM))
        alone = beside != "" and cell_len(beside) > room
        return [said(), Line(words(width))] if alone else [said(filter_words=beside)]

    def _group_lines(self) -> Iterable[Line]:
        """Whose request is open, its sums, and the way back."""
        if self.watching.inside:
            parts = self.watching.group_parts(self.group_glyphs) or ["the changes of one request"]
            yield Line(" · ".join((*parts, "esc back")), Tone.HEAD)

    def _with_hints(self, line: Line) -> Line:
        hints = self._hints
        room = self.size.width - cell_len(line.text) - len(hints)
        return replace(line, text=line.text + " " * room + hints) if room > 1 else line

    @property
    def _hints(self) -> str:
        return self.wide_hints if self.size.width >= _HINTS_WIDE else self.hints

    def _strip(self) -> Line | None:
        """The time that is watched; None where no feed in force covers any."""
        watching, setup = self.watching, self.setup
        fed = any(each.feed is not None for each in watching.healths.values())
        if not fed or self.size.height < _STRIP_FROM:
            return None
        return coverage_strip(
            watching.coverage,
            setup.since,
            setup.until,
            setup.now(),
            self.size.width - len(self._hints) - _HINTS_APART,
            zone=setup.zone,
            glyphs=PLAIN if setup.plain_glyphs else BLOCKS,
        )

    def _gap_lines(self) -> Iterable[Line]:
        watching, setup = self.watching, self.setup
        line = gap_line(
            watching.coverage,
            setup.since,
            setup.until,
            setup.now(),
            setup.zone,
            redacted=watching.redacted,
        )
        return [] if line is None else [line]
