"""A change that a relay tells first and the audit log confirms, as seen at the screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.app.school import batch, graded
from tests.app.sitting import EVENTS, session
from tui.events.event import Event, Feed, Flag
from tui.journal.records import Batch, Gap, Stretch


def live(number: int) -> Event:
    """The live report of the change of that number, some milliseconds later."""
    row = graded(number)
    return replace(
        row,
        key=f"live:{number:064}",
        at=row.at + 300,
        seen_by=(Feed.LIVE,),
        flags=row.flags | Flag.UNCONFIRMED,
        request_id=f"r-{number}",
        client_ip="192.0.2.7",
    )


async def test_a_row_that_is_confirmed_stays_under_the_cursor_and_in_the_pane(
    tmp_path: Path,
) -> None:
    reports = [live(number) for number in range(60, 66)]
    async with session(tmp_path, *EVENTS, *reports, size=(120, 40)) as running:
        await running.pilot.press("j", "j", "enter")
        await running.until(lambda: "unconfirmed since 12:01:03" in running.pane())
        await running.pilot.press("down", "down")
        before = [row[:9] for row in running.rows()]
        assert running.rows()[2].endswith("live?")
        running.journal.record(batch(graded(number) for number in range(60, 66)))
        await running.until(lambda: running.rows()[2].endswith("both"))
        assert [row[:9] for row in running.rows()] == before
        await running.until(lambda: "audit log and live: confirmed" in running.pane())
        assert running.app.pane.body.at == 2
        assert "new" not in running.foot()
        assert "56 matching" in running.foot()
        await running.pilot.press("5")
        await running.until(lambda: "audit:00000063" in running.pane())
        assert reports[3].key in running.pane()
        await running.pilot.press("x", "4")
        await running.until(lambda: "[redacted]" in running.pane())
        assert "192.0.2.7" not in running.pane()
        assert "r-63" not in running.pane()


async def test_a_pane_opened_while_following_goes_on_though_its_row_became_another(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS, live(60)) as running:
        await running.pilot.press("enter")
        await running.until(lambda: "unconfirmed since 12:01:00" in running.pane())
        running.journal.record(batch([graded(60)]))
        await running.until(lambda: "unconfirmed" not in running.pane())
        await running.pilot.press("escape")
        await running.until(lambda: running.foot().startswith("following"))


async def test_what_was_read_and_what_was_lost_is_drawn_as_it_becomes_known(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS) as running:
        source = next(iter(running.app.watching.healths))
        since, until = running.app.setup.since, running.app.setup.now()
        first = running.foot()
        assert "█" not in first
        half = (since + until) // 2
        running.journal.record(Batch(covered=(Stretch(Feed.AUDIT, source, since, half, until),)))
        await running.until(lambda: "██" in running.foot() and "···" in running.foot())
        running.journal.record(
            Batch(
                covered=(Stretch(Feed.AUDIT, source, half, until, until),),
                gaps=(Gap(Feed.AUDIT, source, since, half, "the log was purged"),),
            )
        )
        await running.until(lambda: "█" in running.foot() and "·" not in strip(running.foot()))


def strip(foot: str) -> str:
    """The line over the time, without the hints beside it."""
    line = next(line for line in foot.splitlines() if " now" in line)
    return line.partition(" now")[0]
