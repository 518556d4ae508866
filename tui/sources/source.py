"""What a source is to the rest: it reads documents, has them recorded, and says how it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import Protocol

from tui.journal.records import Batch, Recorded
from tui.sources.health import Health

Clock = Callable[[], int]
"""UTC milliseconds now."""
Sleep = Callable[[float], Awaitable[None]]
"""Wait for so many seconds."""


class Outcome(IntEnum):
    """Why a source ended; the values are the exit codes of contracts §1."""

    DONE = 0
    USAGE = 2
    REFUSED = 3
    UNREACHABLE = 4


class SourceFailed(Exception):
    """A source cannot go on; ``str()`` is one clear line that says what to do."""

    def __init__(self, words: str, outcome: Outcome) -> None:
        super().__init__(words)
        self.outcome = outcome


class Recorder(Protocol):
    """Where a source leaves what it read."""

    async def record(self, batch: Batch) -> Recorded:
        """Commit a batch; when it returns the batch is on disk."""
        ...

    def report(self, health: Health) -> None:
        """Say how the source is; cheap, may be called often."""
        ...


class Source(Protocol):
    """Something that reads wire documents."""

    @property
    def name(self) -> str: ...

    async def run(self, recorder: Recorder, *, once: bool) -> None:
        """Read until cancelled; with ``once``, one complete pass, then return.

        Raises :class:`SourceFailed` when it cannot go on. Without ``once`` a fault that may pass
        (network, throttle, 5xx) is reported and retried for ever.
        """
        ...
