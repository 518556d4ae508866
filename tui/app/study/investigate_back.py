"""Reading back from Canvas for one investigation: the run, and how it stands in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from textual.message import Message
from textual.worker import Worker

from tui.app.setup import WatchSetup
from tui.app.study.investigate_time import progress_words
from tui.events.ids import CanvasId
from tui.journal.faults import JournalFault
from tui.journal.records import Recorded
from tui.sources.audit_api.backfill import Archive, Plan, Progress, Unseen
from tui.sources.health import Health, State
from tui.sources.source import SourceFailed
from tui.sources.supervisor import Supervisor


@dataclass
class Reached(Message):
    """A page was read."""

    progress: Progress


@dataclass
class Recordings(Message):
    """What was read is in the journal."""


@dataclass
class Waits(Message):
    """Canvas makes it wait; empty words: no longer."""

    words: str


@dataclass
class Ended(Message):
    """Reading back is over; ``words`` say what cut it short."""

    words: str
    unseen: tuple[Unseen, ...]


class Reporter:
    """Posts what the supervisor of a reading tells."""

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post

    def health_changed(self, health: Health) -> None:
        waits = health.state in {State.WAITING, State.RETRYING}
        self._post(Waits(health.words if waits else ""))

    def recorded(self, recorded: Recorded) -> None:
        if recorded.new or recorded.changed or recorded.names:
            self._post(Recordings())

    def reached(self, progress: Progress) -> None:
        self._post(Reached(progress))


async def read_back(
    archive: Archive, plan: Plan, setup: WatchSetup, post: Callable[[Message], object]
) -> None:
    """Read ``plan`` into the journal until it is done or cancelled; :class:`Ended` is posted last.

    A cancelled one posts nothing more: whoever cancelled knows.
    """
    reporter = Reporter(post)
    backfill = archive.reading(plan, reporter.reached)
    words = ""
    try:
        await Supervisor([backfill], setup.journal, reporter, clock=setup.now).run(once=True)
    except (SourceFailed, JournalFault) as fault:
        words = str(fault)
    post(Ended(words, backfill.unseen))


@dataclass
class Back:
    """How reading back stands; a new one for each reading."""

    worker: Worker[None] | None = None
    """None: nothing has been asked yet."""
    courses: tuple[CanvasId, ...] = ()
    """What may be asked one by one."""
    progress: Progress | None = None
    waits: str = ""
    over: str = ""
    """How it ended; empty while it goes on."""
    why: str = ""
    """What cut it short; it may name ids."""
    unseen: tuple[Unseen, ...] = ()

    @property
    def asked(self) -> bool:
        return self.worker is not None

    @property
    def going_on(self) -> bool:
        return self.asked and not self.over

    def stop(self) -> None:
        """What was read stays, and so does the time it has proved to have read."""
        if self.worker is not None:
            self.worker.cancel()
        self.over = "stopped: what was read stays, r goes on"

    def end(self, ended: Ended) -> None:
        self.unseen, self.waits = ended.unseen, ""
        self.over = "cut short" if ended.words else "read to the end"
        self.why = ended.words

    def words(self, zone: tzinfo | None, *, redacted: bool) -> list[str]:
        """For the foot of the screen; nothing of people where ``redacted``."""
        if not self.asked:
            return []
        told = ""
        if self.progress is not None:
            told = progress_words(self.progress, zone, redacted=redacted)
        if self.over:
            why = "" if redacted else self.why
            return [": ".join(filter(None, (self.over, why))), told.partition(": ")[2]]
        waits = "Canvas makes it wait" if redacted and self.waits else self.waits
        return [told or "asking Canvas…", waits]
