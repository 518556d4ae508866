"""A running app over a real journal, and what a person sees of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from tests.app.school import NOON, Saying, graded, journal_of, setup_of
from tui.app.app import GradewatchApp
from tui.events.event import Event, Feed
from tui.journal.journal import Journal
from tui.sources.health import Health, State


@dataclass
class Session:
    """A running app, its journal, and what it shows."""

    app: GradewatchApp
    pilot: Pilot[int]
    journal: Journal

    def rows(self) -> list[str]:
        table = self.app.table
        return [table.render_line(y).text.rstrip() for y in range(1, table.size.height)]

    def foot(self) -> str:
        foot = self.app.foot
        return "\n".join(foot.render_line(y).text.rstrip() for y in range(foot.size.height))

    def pane(self) -> str:
        body = self.app.pane.body
        return "\n".join(body.render_line(y).text.rstrip() for y in range(body.size.height))

    def front(self) -> str:
        """The lines and the fields of the screen in front, without their labels."""
        shown = [each for each in self.app.screen.query("LineList, Input") if each.display]
        return "\n".join(
            each.render_line(y).text.rstrip() for each in shown for y in range(each.size.height)
        )

    async def until(self, seen: Callable[[], bool]) -> None:
        for _ in range(400):
            if seen():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("\n".join((*self.rows(), self.foot(), self.pane())))


@asynccontextmanager
async def session(
    tmp_path: Path, *events: Event, size: tuple[int, int] = (80, 24), **parts: object
) -> AsyncGenerator[Session]:
    journal = journal_of(events, tmp_path / "journal.sqlite3")
    source = Saying(
        Health(
            "grades of course 565",
            State.LIVE,
            last_good=NOON,
            verified_from=NOON - 3_600_000,
            verified_to=NOON,
            feed=Feed.AUDIT,
        )
    )
    app = GradewatchApp(setup_of(journal, source, **parts))
    async with app.run_test(size=size, notifications=True) as pilot:
        running = Session(app, pilot, journal)
        await running.until(lambda: f"{len(events)} matching" in running.foot())
        await running.until(lambda: any(row.startswith(">") for row in running.rows()))
        yield running
    journal.close()


EVENTS = [graded(number) for number in range(50)]
