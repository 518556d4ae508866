"""The app as a program, for tests in a real terminal: `python -m tests.app.program MODE FOLDER`."""

from __future__ import annotations

import asyncio
import sys
import time
from itertools import count
from pathlib import Path

from tests.app.school import Saying, batch, edited, graded, journal_of, setup_of
from tui.app.run import run_app
from tui.events.event import GradeState
from tui.sources.health import Health, State
from tui.sources.source import Recorder

SECRET = "Zoë Secret"
"""A name that no crash may show."""


class Crashing:
    """A source with a fault of ours in it, and somebody's name in its local variables."""

    name = "grades of course 565"

    async def run(self, recorder: Recorder, *, once: bool) -> None:
        del once, recorder
        student = {"name": SECRET}
        raise KeyError(f"no place for {student}")


class Flowing:
    """A source that never stops."""

    name = "grades of course 565"

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s

    async def run(self, recorder: Recorder, *, once: bool) -> None:
        del once
        for number in count(1_000):
            await recorder.record(batch([graded(number)], named=False))
            await asyncio.sleep(self._pause_s)


HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]0;owned\x07",
    "\x9b31mred",
    "\x1bP1$r0m\x1b\\",
    "\u202eevil\u2066",
    "[/x]",
    "[@click=app.quit]x[/]",
    "a\rb",
    "c\nd",
    "w" * 8192,
)
"""Texts no decoder would let through as they are: a second line of defence is tested with them."""


def main(mode: str, folder: Path) -> int:
    events = [graded(number) for number in range(50)]
    if mode == "hostile":
        events = [
            edited(60 + number, url=text, user_agent=text, type=text, current_grade=text)
            for number, text in enumerate(HOSTILE)
        ]
        events += [
            graded(90 + number, before=GradeState(text), after=GradeState(text), url=text)
            for number, text in enumerate(HOSTILE)
        ]
    journal = journal_of(events, folder / "journal.sqlite3")
    at = int(time.time() * 1000)
    live = Saying(Health("grades of course 565", State.LIVE, last_good=at))
    others = {"crash": Crashing(), "flood": Flowing(0.001), "steady": Flowing(0.1)}
    source = others.get(mode, live)
    setup = setup_of(journal, source, now=lambda: int(time.time() * 1000), state_dir=folder)
    return run_app(setup)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
