"""The user's own command, told of events: one JSON line on its standard input, never a shell."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tui.events.text import clean

WAITING = 100
"""Events that wait for the command; what comes beyond them is skipped, and counted."""
_SECRETS = ("GRADEWATCH_CANVAS_TOKEN", "GRADEWATCH_RELAY_TOKEN")


@dataclass(slots=True)
class Command:
    """Runs ``words`` once for each line, one at a time, in the order of the lines.

    ``every`` and ``patience`` are seconds: from one start to the next at least, and after which a
    run is killed with all that it started. A fault is said once, until a run ends well again.
    """

    words: Sequence[str]
    every: float
    patience: float
    say: Callable[[str], None]
    skipped: int = 0
    """Lines for which the command was not run: too many were waiting."""
    _lines: deque[str] = field(default_factory=deque[str])
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _said: set[str] = field(default_factory=set[str])

    def offer(self, line: str) -> None:
        """Run the command for this line when its turn comes; returns at once."""
        if len(self._lines) >= WAITING:
            self.skipped += 1
            self._complain("too many at once", f"some events are skipped ({WAITING} are waiting)")
            return
        self._lines.append(line)
        self._wake.set()

    async def run(self) -> None:
        """Take what is offered until cancelled; then a run under way is killed."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._lines:
                began = time.monotonic()
                await self._once(self._lines.popleft())
                await asyncio.sleep(max(0.0, began + self.every - time.monotonic()))

    async def _once(self, line: str) -> None:
        environ = {name: text for name, text in os.environ.items() if name not in _SECRETS}
        try:
            # a session of its own, so that what it starts ends with it
            running = await asyncio.create_subprocess_exec(
                *self.words,
                stdin=PIPE,
                stdout=DEVNULL,
                stderr=DEVNULL,
                env=environ,
                start_new_session=True,
            )
        except (OSError, ValueError) as wrong:
            why = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
            self._complain("start", f"cannot be run: {clean(self.words[0])[:60]}: {why}")
            return
        try:
            await asyncio.wait_for(running.communicate(f"{line}\n".encode()), self.patience)
        except TimeoutError:
            await _kill(running)
            self._complain("time", f"took more than {self.patience:g} s and was killed")
        except BaseException:
            await _kill(running)
            raise
        else:
            if running.returncode:
                self._complain("code", f"failed ({running.returncode})")
            else:
                self._said -= {"start", "time", "code"}

    def _complain(self, kind: str, words: str) -> None:
        if kind not in self._said:
            self._said.add(kind)
            self.say(f"rules.command {words}")


async def _kill(running: Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    await running.wait()
