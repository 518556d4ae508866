"""What feeds the app: the reader, the sources, the clock; and how the app ends."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from rich.console import RenderableType
from textual.driver import Driver
from textual.message import Message
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from tui.app.answers import Answer
from tui.app.attention import AttentiveApp
from tui.app.crash import last_words, write_log
from tui.app.grouped import GroupedWatch
from tui.app.setup import WatchSetup
from tui.app.terminal import TerminalDriver
from tui.journal.faults import JournalFault
from tui.journal.records import Recorded
from tui.sources.health import Health
from tui.sources.source import Outcome, SourceFailed
from tui.sources.supervisor import Supervisor

_RESOLVE_AGAIN_S = 10.0
_COVERAGE_EVERY = 6
"""Looks for arrivals between two of how much was read: a few seconds."""


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


class WiredApp(AttentiveApp):
    """Owns the workers; these only post messages, and handlers own the state."""

    def __init__(self, setup: WatchSetup, *, driver_class: type[Driver] | None = None) -> None:
        super().__init__(setup, GroupedWatch(setup, self._answered), driver_class=driver_class)
        self.last_words = ""
        """What to say on stderr once the terminal is restored."""
        self._looks = 0
        self._came = True
        self._crew: list[Worker[None]] = []

    def on_mount(self) -> None:
        self.table.focus()
        self.watching.begin()
        self._crew = [
            self.run_worker(self.watching.reading.run(), name="reading"),
            self.run_worker(self._supervise(), name="sources"),
            self.run_worker(self._rescope(), name="scope"),
            *(self.run_worker(work, name=name) for name, work in self.attending()),
        ]
        self.set_interval(1.0 if self.setup.low_bandwidth else 0.5, self._tick)
        if self.setup.notice:
            self.say(self.setup.notice)
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
        """Learn the scope; the sources ask for the same, and tell on screen what hinders them."""
        while self.setup.resolve is not None:
            try:
                self.watching.rescope(await self.setup.resolve())
            except (SourceFailed, JournalFault) as failed:
                if isinstance(failed, SourceFailed) and failed.outcome is not Outcome.UNREACHABLE:
                    return  # asking again would not help
                await asyncio.sleep(_RESOLVE_AGAIN_S)
            else:
                return

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
            self.paint_soon()

    def _tick(self) -> None:
        """Look for arrivals: at once where our own sources brought some, else once a second."""
        self._looks += 1
        if self._came or self._looks % 2 == 0:
            self._came = False
            self.watching.reading.look()
        if self._looks % _COVERAGE_EVERY == 1:
            self.watching.wish_coverage()
            self.watching.wish_totals()
        self.watching.settle()
        self.paint_foot()
        if not self.watching.view.ledger and not self.covered:
            self.paint_table(wait_for_rows=True)
        if isinstance(self._driver, TerminalDriver) and self._driver.gone:
            self.exit(return_code=0)

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
