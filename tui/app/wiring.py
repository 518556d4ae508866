"""The app's frame: its widgets, the workers that feed it, and the painting of what changed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.console import RenderableType
from textual.app import App, ComposeResult
from textual.containers import Container
from textual.driver import Driver
from textual.message import Message
from textual.timer import Timer
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from tui.app.columns import lay_out
from tui.app.crash import last_words, write_log
from tui.app.lines import Line, Tone, wrapped
from tui.app.reading import Answer
from tui.app.setup import WatchSetup
from tui.app.statusline import empty_lines, source_lines, view_line
from tui.app.terminal import TerminalDriver
from tui.app.watch import Watch
from tui.app.widgets.detail import DetailPane
from tui.app.widgets.filterbar import FilterBar
from tui.app.widgets.linelist import LineList
from tui.app.widgets.table import EventTable, TableRow
from tui.events.times import to_datetime
from tui.journal.faults import JournalFault
from tui.journal.records import Recorded, Slot
from tui.sources.health import Health
from tui.sources.source import SourceFailed
from tui.sources.supervisor import Supervisor

WIDE = 140
"""Cells from which the detail pane stands beside the table."""
_FOOT_AT_MOST = 6
_NOTICE_SECONDS = 8.0
_SOON = 0.05
"""Seconds in which several arrivals become one repaint."""


@dataclass
class Answered(Message):
    """The reader has read something."""

    answer: Answer


@dataclass
class HealthChanged(Message):
    """A source says how it is."""

    health: Health


@dataclass
class RecordedSome(Message):
    """A source had something recorded."""

    recorded: Recorded


class WiredApp(App[int]):
    """Owns the workers and all widgets; workers only post messages, handlers own the state."""

    CSS_PATH = "styles.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    TITLE = "gradewatch"
    HORIZONTAL_BREAKPOINTS = [(0, "narrow"), (WIDE, "wide")]  # noqa: RUF012 - declared so by App

    def __init__(self, setup: WatchSetup, *, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self.theme = setup.theme
        self.setup = setup
        self.watching = Watch(setup, self._answered)
        self.table = EventTable(name="table")
        self.pane = DetailPane(zone=setup.zone, canvas=setup.canvas_url, name="detail")
        self.filter_bar = FilterBar(name="filter")
        self.foot = LineList(name="status")
        self.pane.display = self.filter_bar.display = False
        self.hints = ""
        """The keys to begin with, at the right of the foot where there is room."""
        self.last_words = ""
        """What to say on stderr once the terminal is restored."""
        self._notice = setup.notice
        self._painting: Timer | None = None
        self._shown_detail: Slot | None = None
        self._looks = 0
        self._came = True
        self._crew: list[Worker[None]] = []

    def compose(self) -> ComposeResult:
        yield self.filter_bar
        with Container(id="body"):
            yield self.table
            yield self.pane
        yield self.foot

    def on_mount(self) -> None:
        self.table.focus()
        self.watching.begin()
        self._crew = [
            self.run_worker(self.watching.reading.run(), name="reading"),
            self.run_worker(self._supervise(), name="sources"),
            self.run_worker(self._rescope(), name="scope"),
        ]
        self.set_interval(1.0 if self.setup.low_bandwidth else 0.5, self._tick)
        if self._notice:
            self.set_timer(_NOTICE_SECONDS, self._clear_notice)
        self.paint()

    async def on_unmount(self) -> None:
        for worker in self._crew:
            worker.cancel()
        for worker in self._crew:
            with suppress(WorkerCancelled, WorkerFailed):
                await worker.wait()

    # What feeds it

    async def _supervise(self) -> None:
        setup = self.setup
        supervisor = Supervisor(setup.sources, setup.journal, self, clock=setup.now)
        try:
            await supervisor.run(once=False)
        except SourceFailed:
            return  # its health says so on screen, in words
        except JournalFault as fault:
            self.watching.fault = f"nothing more is recorded: {fault}"

    async def _rescope(self) -> None:
        if self.setup.resolve is not None:
            self.watching.rescope(await self.setup.resolve())

    def health_changed(self, health: Health) -> None:
        """The supervisor tells of a source."""
        self.post_message(HealthChanged(health))

    def recorded(self, recorded: Recorded) -> None:
        """The supervisor tells of a batch on disk."""
        self.post_message(RecordedSome(recorded))

    def on_health_changed(self, message: HealthChanged) -> None:
        self.watching.take_health(message.health)

    def on_recorded_some(self, message: RecordedSome) -> None:
        self._came = True
        self.watching.take_recorded(message.recorded)

    def _answered(self, answer: Answer) -> None:
        self.post_message(Answered(answer))

    def on_answered(self, message: Answered) -> None:
        if self.watching.take(message.answer):
            self.paint(wait_for_rows=True)
        else:
            self._paint_soon()

    def _tick(self) -> None:
        """Look for arrivals: at once where our own sources brought some, else once a second."""
        self._looks += 1
        if self._came or self._looks % 2 == 0:
            self._came = False
            self.watching.reading.look()
        self.watching.settle()
        self._paint_foot()
        if not self.watching.view.ledger and not self.covered:
            self._paint_table(wait_for_rows=True)
        if isinstance(self._driver, TerminalDriver) and self._driver.gone:
            self.exit(return_code=0)

    # What is painted

    def say(self, words: str) -> None:
        """Show a line at the foot for a while."""
        self._notice = words
        self._paint_foot()
        self.set_timer(_NOTICE_SECONDS, self._clear_notice)

    def _clear_notice(self) -> None:
        self._notice = ""
        self._paint_foot()

    def _paint_soon(self) -> None:
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
            self._paint_soon()
            return
        self._paint_table(wait_for_rows=wait_for_rows)
        self._paint_pane()
        self._paint_filter_bar()
        self._paint_foot()

    def _paint_table(self, *, wait_for_rows: bool) -> None:
        watching, setup, table = self.watching, self.setup, self.table
        if not table.size or (watching.wish_rows() and wait_for_rows):
            return
        layout = lay_out(table.size.width, one_course=setup.one_course)
        table.take_layout(layout)
        now = setup.now()
        today = to_datetime(now).astimezone(setup.zone).date()
        selected = watching.view.selected
        rows = [
            TableRow(watching.rows.text(slot, layout, setup.zone, today), slot == selected)
            for slot in watching.view.visible()
        ]
        instead: list[Line] = []
        if not rows:
            instead = empty_lines(
                watching.healths.values(),
                since=setup.since,
                until=setup.until,
                now=now,
                zone=setup.zone,
                filtered=watching.bar.in_force,
                complete=watching.view.complete and not watching.view.replacing,
            )
        table.show_rows(rows, wrapped(instead, table.size.width - 2))

    def _paint_pane(self) -> None:
        if not self.pane.display:
            return
        selected = self.watching.view.selected
        if selected != self._shown_detail:
            self._shown_detail = selected
            self.watching.wish_detail()
        detail = self.watching.detail
        if detail is None or (selected is not None and detail.stored.id == selected.id):
            self.pane.show(detail)

    def _paint_filter_bar(self) -> None:
        if self.filter_bar.display:
            self.filter_bar.complain(self.watching.problem)
            self.filter_bar.offer(self.watching.completions)

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

    def _paint_foot(self) -> None:
        if self.covered or self._behind:
            return
        width = self.size.width
        lines = wrapped(self._foot_lines(), width)[:_FOOT_AT_MOST]
        if self.foot.styles.height is None or self.foot.styles.height.value != len(lines):
            self.foot.styles.height = len(lines)
        self.foot.set_lines(lines)

    def _foot_lines(self) -> Iterable[Line]:
        watching, setup = self.watching, self.setup
        for fault in filter(None, (watching.fault, watching.unreadable)):
            yield Line(fault, Tone.BAD)
        if self._notice:
            yield Line(self._notice, Tone.HEAD)
        if watching.problem and not self.filter_bar.display:
            yield Line(watching.problem, Tone.WARN)
        line = view_line(
            watching.counts(),
            following=watching.view.following,
            filter_words=watching.filter_words,
            redacted=watching.redacted,
            low=setup.low_bandwidth,
        )
        room = self.size.width - cell_len(line.text) - len(self.hints)
        yield replace(line, text=line.text + " " * room + self.hints) if room > 1 else line
        yield from source_lines(
            watching.healths.values(), now=setup.now(), zone=setup.zone, redacted=watching.redacted
        )

    # How it ends

    def leave(self) -> None:
        """End as if asked to: a signal came."""
        self.exit(return_code=0)

    def _fatal_error(self) -> None:
        """A fault of ours: Textual would print local variables, which hold names and tokens."""
        error = self._exception or RuntimeError()
        cause = error.error if isinstance(error, WorkerFailed) else error
        path = write_log(cause, self.setup.state_dir, now=self.setup.now())
        self.last_words = last_words(cause, path)
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """Textual's way to end with something printed; what it would print may hold data."""
        del renderables
        self.last_words = self.last_words or last_words(RuntimeError(), None)
        self._return_code = 1
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Nothing is printed over the restored terminal but :attr:`last_words`."""
        self._exit_renderables.clear()
