"""What a request looks like as one row and opened, at 80×24 and 120×40, with signs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.app.flagged import flag
from tests.app.school import Saying, graded, journal_of, setup_of
from tests.app.test_snapshots import LIVE, SIZES, Compare
from tui.app.app import GradewatchApp
from tui.events.attention import Rule
from tui.events.event import Event, GradeState
from tui.journal.journal import Journal


def _import(first: int, request: str, count: int, *, sinking: bool = False) -> list[Event]:
    one = graded(first)
    return [
        graded(
            first + each // 4,
            key=f"audit:{first + each:08}",
            request_id=request,
            assignment=one.assignment,
            grader=one.grader,
            student=graded(each).student,
            before=GradeState("6"),
            after=GradeState(str(3 + each % 9 if sinking else 7 + each % 4)),
        )
        for each in range(count)
    ]


EVENTS = [
    *(graded(number) for number in range(0, 1_800, 90)),
    *_import(2_000, "5f0e1a7c", 32),
    *(graded(number) for number in range(2_040, 2_300, 45)),
    *_import(2_310, "77b0c4d1", 9, sinking=True),
    *(graded(number) for number in range(2_400, 2_640, 60)),
]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = journal_of(EVENTS, tmp_path / "journal.sqlite3")
    rows = {each.event.key: each.id for each in found.reader().stored(range(1, 200))}
    found.mark(rows["audit:00002005"], "asked about")
    found.mark(rows["audit:00002520"], "")
    flagged = [rows[f"audit:{number:08}"] for number in (2_005, 2_312, 2_580, 2_520)]
    flag(found, Rule.JUMP, dict.fromkeys(flagged, "by 4 of 10 points"))
    yield found
    found.close()


@pytest.mark.parametrize("size", SIZES)
class TestGroups:
    def test_folded(self, snap_compare: Compare, journal: Journal, size: tuple[int, int]) -> None:
        assert _taken(snap_compare, journal, size, "down")

    def test_opened(self, snap_compare: Compare, journal: Journal, size: tuple[int, int]) -> None:
        assert _taken(snap_compare, journal, size, *["down"] * 4, "enter")


def _taken(snap_compare: Compare, journal: Journal, size: tuple[int, int], *keys: str) -> bool:
    app = GradewatchApp(setup_of(journal, Saying(LIVE)))

    async def act(pilot: Pilot[int]) -> None:
        await _settled(app)
        await pilot.press(*keys)
        await _settled(app)
        app.paint()
        await pilot.pause()

    return snap_compare(app, terminal_size=size, run_before=act)


async def _settled(app: GradewatchApp) -> None:
    for _ in range(300):
        app.paint()
        if app.watching.view.complete and app.watching.healths and not app.watching.wish_rows():
            break
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)
