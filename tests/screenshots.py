"""The pictures of the README, made from the demo: ``python -m tests.screenshots``.

A simulated Canvas with a clock that stands still is served over HTTP, tells a real relay of its
changes, and is watched by the real app; each screen is written to ``screenshots/`` as SVG. The same
code makes the same pictures, but for the port of the relay.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from pydantic import SecretStr

from tui.app.app import GradewatchApp
from tui.app.setup import WatchSetup
from tui.campus.build import build
from tui.campus.campus import Campus
from tui.campus.demo import HISTORY, wall_clock
from tui.campus.hand import Hand
from tui.campus.live_events.courier import Courier
from tui.campus.server import CampusServer
from tui.door.demo_relay import relay
from tui.events.times import to_ms
from tui.journal.journal import Journal
from tui.rules.attention import Attention
from tui.rules.telling import Rules
from tui.sources.audit_api.backfill import Archive
from tui.sources.audit_api.source import AuditSource
from tui.sources.health import State
from tui.sources.relay.address import RelayAddress
from tui.sources.relay.source import RelaySource
from tui.sources.source import Source
from tui.sources.targets import Targets

FOLDER = Path(__file__).parent.parent / "screenshots"
NOW = to_ms(datetime(2026, 11, 2, 16, 30, tzinfo=UTC))
DAY_MS = 86_400_000
PATIENCE = 1_000
"""Hundredths of a second until a screen is what it should be."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, the terminal's size, and the keys that lead there.

    ``wait:500`` among the keys is half a second; ``glitch`` is the story of the README's walk.
    """

    name: str
    columns: int
    rows: int
    keys: Sequence[str] = ()
    glitch: bool = False


WAIT = "wait:1500"
POINTED_AT = ("/", *"rule:self_grade OR rule:unusual_grader", "enter", WAIT, "n", WAIT)
BRUSHED = (*POINTED_AT, "t", "wait:3000", "home", "N", "v", "end", "n")
THEIR_TIME = (*BRUSHED, "enter", WAIT)
OTHERS = (*THEIR_TIME, "s", WAIT, "w", WAIT, "s", WAIT, "W", WAIT, "s", WAIT, "c")

SHOTS = (
    Shot("watch-80x24", 80, 24),
    Shot("watch-120x40", 120, 40),
    Shot("change-120x40", 120, 40, ("j", "enter")),
    Shot("history-80x24", 80, 24, ("j", "3")),
    Shot("request-120x40", 120, 40, ("enter", "4")),
    Shot("wide-200x50", 200, 50, ("j", "enter")),
    Shot("filter-80x24", 80, 24, ("f", "tab", "a", "n")),
    Shot("redacted-80x24", 80, 24, ("x",)),
    Shot("help-120x40", 120, 40, ("?",)),
    Shot("expression-80x24", 80, 24, ("/", *"is:regrade delta:>", WAIT)),
    Shot("language-120x40", 120, 40, ("?", "2")),
    Shot("compare-80x24", 80, 24, ("j", "m", *"first asked", "enter", WAIT, "j", "d", WAIT)),
    Shot("glitch-1-rules-80x24", 80, 24, POINTED_AT, glitch=True),
    Shot("glitch-2-timeline-80x24", 80, 24, BRUSHED, glitch=True),
    Shot("glitch-3-summary-80x24", 80, 24, (*THEIR_TIME, "s", WAIT), glitch=True),
    Shot("glitch-4-others-80x24", 80, 24, OTHERS, glitch=True),
    Shot("glitch-5-investigate-80x24", 80, 24, (*OTHERS, *"jjj", "i", WAIT), glitch=True),
)


def now() -> int:
    return NOW


def story() -> Campus:
    """A school day, and at its end a few regrades, an excusal and an override."""
    campus = build("ordinary", seed=4, history=300, now=now)
    hand = Hand(campus)
    course = hand.course()
    work = course.assignments[0]
    first, second, third = course.students[:3]
    for minutes, student, score in ((9, first, 6), (8, second, 4), (5, third, 9), (3, second, 7.5)):
        hand.give(work, student, score, at=NOW - minutes * 60_000)
    hand.excuse(work, third, at=NOW - 2 * 60_000)
    hand.override(course.id, first, "A-", at=NOW - 70_000)
    campus.announce()
    hand.give(work, first, 8, at=NOW - 40_000)
    hand.give(work, second, 9, at=NOW - 20_000)
    return campus


def the_glitch() -> Campus:
    """What ``gradewatch demo --scenario glitch`` begins with."""
    campus = build("glitch", seed=1, history=HISTORY, now=now)
    campus.announce()
    return campus


def just_now(campus: Campus) -> None:
    """What the relay tells before the next poll."""
    hand = Hand(campus)
    course = hand.course()
    hand.give(course.assignments[0], course.students[3], 7, at=NOW - 3_000)


async def take(shot: Shot) -> str:
    """The screen as SVG."""
    campus, journal = the_glitch() if shot.glitch else story(), Journal.open(None, now=now)
    async with CampusServer(campus) as server, relay() as webhook, asyncio.TaskGroup() as group:
        courier = Courier(campus.outbox, webhook.events_url, secret=webhook.secret)
        carrying = group.create_task(courier.run())
        watched = campus.courses if shot.glitch else campus.courses[:3]
        targets = Targets(courses=tuple(str(number) for number, _ in watched))
        source = AuditSource(
            server.url,
            SecretStr(campus.token),
            targets,
            since=NOW - DAY_MS,
            until=None,
            poll_interval=3600,
            journal=journal,
            clock=now,
            random=Random(1),  # noqa: S311  jitter of a picture
        )
        address = RelayAddress.parse(webhook.relay_url)

        async def wanted() -> Targets:
            return targets

        listening = RelaySource(
            address,
            SecretStr(webhook.relay_token),
            wanted,
            since=NOW - DAY_MS,
            journal=journal,
            clock=wall_clock,  # the relay's own: else the screen would say that they differ
            random=Random(1),  # noqa: S311  jitter of a picture
        )

        def read_back(_targets: Targets, _since: int, _until: int | None) -> Source:
            return source  # it is only offered: nobody presses r

        setup = WatchSetup(
            journal=journal,
            sources=(source,) if shot.glitch else (source, listening),
            since=NOW - DAY_MS,
            now=now,
            canvas_url="https://canvas.example.edu",
            zone=UTC,
            attention=Attention.of(Rules(), UTC),
            backfill=Archive(read_back, journal),
        )
        app = GradewatchApp(setup)
        async with app.run_test(size=(shot.columns, shot.rows)) as pilot:
            for _ in range(PATIENCE):
                healths = app.watching.healths.values()
                read = all(health.state is State.LIVE for health in healths)
                if (
                    len(healths) >= len(setup.sources)
                    and read
                    and app.watching.selected is not None
                ):
                    break
                await asyncio.sleep(0.01)
            if not shot.glitch:
                just_now(campus)
            await courier.drained()
            app.watching.wish_coverage()
            await asyncio.sleep(4.0 if shot.glitch else 1.0)  # until rules have looked at all
            await pilot.press(*shot.keys)
            await asyncio.sleep(1.0)
            app.paint()
            await pilot.pause()
            picture = app.export_screenshot(title="gradewatch")
        carrying.cancel()
    journal.close()
    return picture


def main() -> int:
    """Write all pictures, or those whose names begin with a word of the command line."""
    FOLDER.mkdir(exist_ok=True)
    for shot in SHOTS:
        if sys.argv[1:] and not shot.name.startswith(tuple(sys.argv[1:])):
            continue
        file = FOLDER / f"{shot.name}.svg"
        file.write_text(asyncio.run(take(shot)), encoding="utf-8")
        sys.stdout.write(f"{file.relative_to(FOLDER.parent)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
