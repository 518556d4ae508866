"""The log in files while it runs: commits together, and a full disk."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.relay.arrivals import NOON, arrival, arrivals
from tui.relay.event_log import LogUnavailable
from tui.relay.file_log import segments as segments_module
from tui.relay.file_log.file_log import FileLog

PATIENCE_S = 30.0


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> int:
        return self.now


async def opened(
    folder: Path, clock: Callable[[], int], *, hours: float = 36, sweep_s: float = 3600
) -> FileLog:
    return await FileLog.open(folder, retention_s=hours * 3600, clock=clock, sweep_s=sweep_s)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.events"))


@pytest.fixture
def syncs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each ``fsync``, which still happens."""
    made: list[int] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        made.append(descriptor)
        fsync(descriptor)

    monkeypatch.setattr(segments_module.os, "fsync", noted)
    return made


async def test_appends_at_the_same_time_share_a_sync(tmp_path: Path, syncs: list[int]) -> None:
    log = await opened(tmp_path, Clock())
    syncs.clear()
    async with asyncio.TaskGroup() as tasks:
        for number in range(256):
            tasks.create_task(log.append([arrival(number)]))
    assert log.head == 257
    assert 1 <= len(syncs) <= 4
    await log.close()


async def test_each_append_on_its_own_is_synced_before_it_returns(
    tmp_path: Path, syncs: list[int]
) -> None:
    log = await opened(tmp_path, Clock())
    for number in range(5):
        syncs.clear()
        await log.append([arrival(number)])
        assert len(syncs) == 1
    await log.close()


async def test_a_duplicate_of_what_is_being_written_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = await opened(tmp_path, Clock())
    loop = asyncio.get_running_loop()
    begun = asyncio.Event()
    fsync = os.fsync
    gate = os.pipe()

    def held(descriptor: int) -> None:
        loop.call_soon_threadsafe(begun.set)
        os.read(gate[0], 1)
        fsync(descriptor)

    monkeypatch.setattr(segments_module.os, "fsync", held)
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as tasks:
        first = tasks.create_task(log.append([arrival(1)]))
        await begun.wait()
        second = tasks.create_task(log.append([arrival(1)]))
        await asyncio.sleep(0.05)
        assert not first.done()
        assert not second.done()
        assert log.head == 1
        assert list(await log.read(1, 9)) == []
        os.write(gate[1], b"x")
    assert (first.result(), second.result(), log.head) == (1, 0, 2)
    os.close(gate[0])
    os.close(gate[1])
    monkeypatch.undo()
    await log.close()


async def test_an_append_that_is_cancelled_is_still_whole(tmp_path: Path) -> None:
    log = await opened(tmp_path, Clock())
    appending = asyncio.create_task(log.append(arrivals(5)))
    await asyncio.sleep(0)
    appending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await appending
    assert await log.append(arrivals(6)) == 1
    assert log.head == 7
    await log.close()


async def test_closing_finishes_what_is_being_written(tmp_path: Path) -> None:
    clock = Clock()
    log = await opened(tmp_path, clock)
    async with asyncio.TaskGroup() as tasks:
        for number in range(50):
            tasks.create_task(log.append([arrival(number)]))
        await asyncio.sleep(0)
        await log.close()
    with pytest.raises(LogUnavailable, match="closed"):
        await log.append([arrival(99)])
    again = await opened(tmp_path, clock)
    assert again.head == 51
    await again.close()


async def test_a_large_segment_is_followed_by_a_new_one_and_both_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments_module, "FULL_BYTES", 2000)
    log = await opened(tmp_path, Clock())
    for number in range(200):
        await log.append([arrival(number)])
    assert len(files(tmp_path)) > 10
    await log.close()
    log = await opened(tmp_path, Clock())
    found: list[int] = []
    while more := await log.read(1 + len(found), 17):
        found += [entry.seq for entry in more]
    assert found == list(range(1, 201))
    for start in range(1, 201, 13):
        assert (await log.read(start, 1))[0].arrival == arrival(start - 1)
    await log.close()


async def test_a_failed_sync_is_no_acknowledgement_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = await opened(tmp_path, Clock())
    await log.append([arrival(1)])
    size = files(tmp_path)[0].stat().st_size
    fsync = os.fsync
    failures = [1]

    def failing(descriptor: int) -> None:
        if failures:
            failures.pop()
            raise OSError(5, "Input/output error")
        fsync(descriptor)

    monkeypatch.setattr(segments_module.os, "fsync", failing)
    with pytest.raises(LogUnavailable, match="cannot be written: Input/output error"):
        await log.append([arrival(2)])
    assert log.head == 2
    assert files(tmp_path)[0].stat().st_size == size
    assert await log.append([arrival(3), arrival(2)]) == 2
    await log.close()
    log = await opened(tmp_path, Clock())
    kept = [entry.arrival for entry in await log.read(1, 9)]
    assert kept == [arrival(1), arrival(3), arrival(2)]
    await log.close()


FILLS_THE_DISK = """
import asyncio, resource, signal, sys
from pathlib import Path
from tests.relay.arrivals import NOON, arrival
from tui.relay.event_log import LogUnavailable
from tui.relay.file_log.file_log import FileLog

async def main(folder):
    log = await FileLog.open(folder, retention_s=3600, clock=lambda: NOON)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
    number = 0
    try:
        while True:
            await log.append([arrival(number, size=7000)])
            number += 1
    except LogUnavailable as wrong:
        print(wrong)
    size = max(path.stat().st_size for path in folder.glob("*/*.events"))
    head = log.head
    await log.append([arrival(1000)])
    print(number, head, size, log.head)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(await log.append([arrival(number, size=7000)]))
    await log.close()

asyncio.run(main(Path(sys.argv[1])))
"""


def what_a_full_disk_does(folder: Path) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", FILLS_THE_DISK, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return ran.stdout.splitlines()


async def test_a_full_disk_is_said_and_what_was_half_written_is_cut(tmp_path: Path) -> None:
    words, numbers, after = what_a_full_disk_does(tmp_path)
    assert words == f"the log in {tmp_path} cannot be written: File too large"
    number, head, size, head_after = map(int, numbers.split())
    assert number > 3
    assert (head, head_after, after) == (number + 1, number + 2, "1")
    assert size < 50_000
    log = await opened(tmp_path, Clock())
    assert log.head == number + 3
    assert (await log.read(head, 1))[0].arrival == arrival(1000)
    await log.close()


async def test_a_place_that_is_no_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("")
    with pytest.raises(LogUnavailable, match="cannot be opened: File exists"):
        await opened(tmp_path / "log", Clock())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 256 KiB."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(tmp_path)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("a file system cannot be mounted here")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


async def test_a_real_small_disk_that_fills_loses_nothing_acknowledged(small_disk: Path) -> None:
    log = await opened(small_disk / "log", Clock())
    acknowledged = 0

    async def fill() -> None:
        nonlocal acknowledged
        while True:
            await log.append([arrival(acknowledged, size=5000)])
            acknowledged += 1

    with pytest.raises(LogUnavailable, match="No space left on device"):
        await fill()
    assert acknowledged > 10
    await log.close()
    again = await opened(small_disk / "log", Clock())
    assert again.head == acknowledged + 1
    await again.close()


async def test_a_disk_that_may_only_be_read_is_said(small_disk: Path) -> None:
    log = await opened(small_disk / "log", Clock())
    await log.close()
    allow_reading_only(small_disk)
    with pytest.raises(LogUnavailable, match="cannot be opened: Read-only file system"):
        await opened(small_disk / "log", Clock())


def allow_reading_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
