"""What the screens look like, at 80×24 and 120×40, with a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from textual.pilot import Pilot

from tests.app.school import NOON, NOW, Saying, edited, graded, journal_of, setup_of
from tui.app.app import GradewatchApp
from tui.events.event import Event, Feed, Flag, GradeState, Kind
from tui.events.ids import CanvasId
from tui.sources.health import Health, State

SIZES = [(80, 24), (120, 40)]
LIVE = Health(
    "grades of course 565",
    State.LIVE,
    last_good=NOW - 14_000,
    verified_from=NOON - 3_600_000,
    verified_to=NOW - 14_000,
    quota=683.0,
    rows_read=1_204,
)


class Compare(Protocol):
    """The fixture of pytest-textual-snapshot."""

    def __call__(
        self,
        app: GradewatchApp,
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[int]], object],
    ) -> bool: ...


def events() -> list[Event]:
    found = [graded(number) for number in range(0, 2_640, 60)]
    found += [
        graded(2_650, student=None, flags=Flag.HIDDEN_STUDENT | Flag.ANONYMOUS),
        graded(2_660, grader=None, flags=Flag.AUTOMATIC),
        graded(2_670, kind=Kind.OVERRIDE, assignment=None, flags=Flag.OVERRIDE, version=0),
        edited(2_675),
        graded(2_680, before=GradeState("8"), after=GradeState("8")),
        graded(
            2_690,
            before=GradeState("8", 8.0, 10.0, excused=False, posted=True),
            after=GradeState("8.5", 8.5, 10.0, excused=True, posted=False),
            seen_by=(Feed.AUDIT, Feed.LIVE),
            flags=Flag.EXCUSED | Flag.REGRADE | Flag.UNPOSTED,
            request_id="5f0e1a7c",
            client_ip="192.0.2.7",
            user_agent="Mozilla/5.0",
            actor=CanvasId.of(981),
        ),
    ]
    return found


@pytest.fixture
def shot(snap_compare: Compare, tmp_path: Path) -> Callable[..., bool]:
    def take(
        size: tuple[int, int],
        *keys: str,
        until: Callable[[GradewatchApp], object] = lambda app: app.watching.view.complete,
        then: Sequence[str] = (),
        health: Health = LIVE,
        filled: bool = True,
    ) -> bool:
        journal = journal_of(events() if filled else [], tmp_path / "journal.sqlite3")
        app = GradewatchApp(setup_of(journal, Saying(health)))

        async def act(pilot: Pilot[int]) -> None:
            for _ in range(300):
                if app.watching.view.complete and app.watching.healths:
                    break
                await asyncio.sleep(0.01)
            await pilot.press(*keys)
            for _ in range(300):
                if until(app):
                    break
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)
            app.paint()
            await pilot.press(*then)
            await pilot.pause()

        try:
            return snap_compare(app, terminal_size=size, run_before=act)
        finally:
            journal.close()

    return take


def opened(app: GradewatchApp) -> object:
    return app.watching.detail


@pytest.mark.parametrize("size", SIZES)
class TestScreens:
    def test_reading(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        reading = replace(LIVE, state=State.READING, verified_from=None, last_good=None)
        assert shot(size, health=reading, filled=False)

    def test_table(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        assert shot(size)

    def test_change(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        assert shot(size, "enter", until=opened)

    def test_links(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        assert shot(size, "down", "enter", "2", until=opened, then=["down"])

    def test_filter_bar(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        def offered(app: GradewatchApp) -> object:
            return app.watching.completions

        assert shot(size, "f", "tab", "n", until=offered)

    def test_help(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        assert shot(size, "question_mark")

    def test_refused(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        refused = Health(
            "grades of account data",
            State.REFUSED,
            "Canvas refuses: this token may not read the grade log of account data; a teacher's"
            " token needs --course",
        )
        assert shot(size, health=refused, filled=False)

    def test_redacted(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        assert shot(size, "x")
