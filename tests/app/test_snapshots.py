"""What the screens look like, at 80×24 and 120×40, with a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from textual.pilot import Pilot

from tests.app.school import NOON, NOW, Saying, batch, edited, graded, journal_of, setup_of, total
from tui.app.app import GradewatchApp
from tui.app.study.investigate import InvestigateScreen
from tui.events.event import Event, Feed, Flag, GradeState, Kind
from tui.events.ids import CanvasId
from tui.journal.records import Batch, Gap, Stretch
from tui.sources.health import Health, State

SIZES = [(80, 24), (120, 40)]
LIVE = Health(
    "grades of course 565",
    State.LIVE,
    last_good=NOW - 14_000,
    verified_from=NOON - 3_600_000,
    verified_to=NOW - 14_000,
    quota=683.0,
    feed=Feed.AUDIT,
)


RELAY = Health(
    "relay relay.example.edu",
    State.LIVE,
    last_good=NOW,
    feed=Feed.LIVE,
    target="course 565, live",
)
HOUR = 3_600_000
COVERED = Batch(
    covered=(
        Stretch(Feed.AUDIT, LIVE.source, NOON - HOUR, NOON - 1_200_000, NOW),
        Stretch(Feed.AUDIT, LIVE.source, NOON + 1_500_000, NOW - 14_000, NOW),
        Stretch(Feed.LIVE, RELAY.target, NOON - 1_200_000, NOON + 60_000, NOW),
        Stretch(Feed.LIVE, RELAY.target, NOON + 540_000, NOW, NOW),
    ),
    gaps=(
        Gap(
            Feed.LIVE,
            RELAY.target,
            NOON + 60_000,
            NOON + 540_000,
            "the relay forgot it: its log begins later",
        ),
    ),
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


def live_events() -> list[Event]:
    request = {
        "seen_by": (Feed.LIVE,),
        "request_id": "5f0e1a7c-22d4",
        "client_ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "actor": CanvasId.of(981),
        "real_actor": CanvasId.of(982),
        "url": "https://canvas.example/courses/565/gradebook/update_submission",
    }
    scored = GradeState("8", 8.0, 10.0)
    return [
        replace(
            graded(2_691 + each, key=f"live:{each:064}"),
            flags=Flag.UNCONFIRMED | Flag.REGRADE | Flag.MASQUERADE,
            **{**request, "request_id": f"5f0e1a7c-22d{4 + (each > 0)}"},
        )
        for each in range(3)
    ] + [
        replace(
            graded(2_695, key=f"live:{9:064}", before=scored, after=scored),
            **request,
            flags=Flag.UNPOSTED,
        )
    ]


@pytest.fixture
def shot(snap_compare: Compare, tmp_path: Path) -> Callable[..., bool]:
    def take(
        size: tuple[int, int],
        *keys: str,
        until: Callable[[GradewatchApp], object] = lambda app: app.watching.view.complete,
        then: Sequence[str] = (),
        health: Health = LIVE,
        filled: bool = True,
        relay: Health | None = None,
        totals: int = 0,
    ) -> bool:
        found = [*events(), *map(total, range(2_640, 2_640 + totals))]
        journal = journal_of(found if filled else [], tmp_path / "journal.sqlite3")
        if relay is None and health.verified_from and health.verified_to:
            read = Stretch(Feed.AUDIT, health.source, health.verified_from, health.verified_to, NOW)
            journal.record(Batch(covered=(read,)))
        elif relay is not None:
            journal.record(COVERED)
            journal.record(batch(live_events()))
        healths = [health] if relay is None else [health, relay]
        app = GradewatchApp(setup_of(journal, Saying(*healths)))

        async def act(pilot: Pilot[int]) -> None:
            for _ in range(300):
                if app.watching.view.complete and app.watching.healths:
                    break
                await asyncio.sleep(0.01)
            app.watching.wish_coverage()
            for _ in range(300):
                if app.watching.coverage.verified or health.verified_from is None:
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

    def test_investigation(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        def found(app: GradewatchApp) -> object:
            screen = app.screen
            return isinstance(screen, InvestigateScreen) and screen.body.count > 10

        assert shot(size, "i", until=found)

    def test_filter_bar(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        def offered(app: GradewatchApp) -> object:
            return app.watching.completions

        assert shot(size, "f", "tab", "n", until=offered)

    def test_filter_line(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        def offered(app: GradewatchApp) -> object:
            return app.watching.completions

        assert shot(size, "slash", *"is:regrade student:n", until=offered)

    def test_filter_line_mistake(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        def found(app: GradewatchApp) -> object:
            return app.watching.filter.problem

        keys = ("slash", *"is:regrade", "enter", "slash", *" delta:>big after:9")
        assert shot(size, *keys, until=found)

    def test_help(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        assert shot(size, "question_mark")

    def test_help_on_filters(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        assert shot(size, "question_mark", "2", "pagedown")

    def test_totals(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        """Recalculated totals are counted beside what is shown."""

        def counted(app: GradewatchApp) -> object:
            return app.watching.totals_left_out

        assert shot(size, relay=RELAY, totals=12, until=counted)

    def test_refused(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        refused = Health(
            "grades of account data",
            State.REFUSED,
            "Canvas refuses: this token may not read the grade log of account data; a teacher's"
            " token needs --course",
            feed=Feed.AUDIT,
        )
        assert shot(size, health=refused, filled=False)

    def test_live(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        """A relay beside the log: what is confirmed, what not, what never, and a gap."""
        assert shot(size, relay=RELAY)

    def test_live_request(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        assert shot(size, "down", "enter", "4", until=opened, relay=RELAY)

    def test_live_unconfirmed(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        assert shot(size, "down", "enter", until=opened, relay=RELAY)

    def test_live_retrying(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        lost = replace(
            RELAY,
            state=State.RETRYING,
            words="cannot reach relay.example.edu: connection refused",
            retry_at=NOW + 12_000,
        )
        assert shot(size, "x", relay=lost)

    def test_redacted(self, shot: Callable[..., bool], size: tuple[int, int]) -> None:
        assert shot(size, "x")
