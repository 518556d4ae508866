"""The log in files forgets what is older than its retention, and never gives a number twice."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from tests.relay.arrivals import HOUR, NOON, arrival
from tests.relay.test_file_log_disk import PATIENCE_S, Clock, files, opened


async def test_old_events_go_and_their_numbers_do_not_come_back(tmp_path: Path) -> None:
    clock = Clock()
    log = await opened(tmp_path, clock, hours=2)
    for number in range(4):
        await log.append([arrival(number, at=clock.now)])
        clock.now += HOUR
    await log.forget_old()
    assert (log.floor, log.head) == (3, 5)
    assert [entry.seq for entry in await log.read(1, 9)] == [3, 4]
    assert len(files(tmp_path)) == 2

    clock.now += 10 * HOUR
    await log.forget_old()
    assert (log.floor, log.head) == (5, 5)
    assert list(await log.read(1, 9)) == []
    assert [path.stat().st_size for path in files(tmp_path)] == [0]
    epoch = log.epoch
    await log.close()

    again = await opened(tmp_path, clock, hours=2)
    assert (again.epoch, again.floor, again.head) == (epoch, 5, 5)
    assert await again.append([arrival(0, at=clock.now)]) == 1  # forgotten with its event
    assert [entry.seq for entry in await again.read(1, 9)] == [5]
    await again.close()


async def test_old_events_go_by_themselves_and_at_the_next_start(tmp_path: Path) -> None:
    clock = Clock()
    log = await opened(tmp_path, clock, hours=2, sweep_s=0.01)
    await log.append([arrival(1, at=clock.now)])
    clock.now += 3 * HOUR
    async with asyncio.timeout(PATIENCE_S):
        while log.floor == 1:  # noqa: ASYNC110 - it moves by itself: there is nothing to wait on
            await asyncio.sleep(0.01)
    await log.append([arrival(2, at=clock.now)])
    await log.close()
    clock.now += 3 * HOUR
    again = await opened(tmp_path, clock, hours=2)
    assert (again.floor, again.head) == (3, 3)
    assert sum(path.stat().st_size for path in files(tmp_path)) == 0
    await again.close()


async def test_what_was_set_aside_goes_with_its_time(tmp_path: Path) -> None:
    clock = Clock()
    aside = tmp_path / "0123456789abcdef"
    aside.mkdir()
    (aside / "x").write_text("events of before")
    for path in (aside / "x", aside):
        os.utime(path, (NOON / 1000, NOON / 1000))
    log = await opened(tmp_path, clock, hours=2)
    assert aside.exists()
    clock.now += 3 * HOUR
    await log.forget_old()
    assert not aside.exists()
    await log.close()
