"""What the log in files makes of files that are not as it left them."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.relay.arrivals import HOUR, NOON, any_arrival, arrival, arrivals
from tui.relay.event_log import Arrival, Entry, LogUnavailable
from tui.relay.file_log.file_log import FileLog

DAY_S = 86_400


async def opened(folder: Path, now: int = NOON) -> FileLog:
    return await FileLog.open(folder, retention_s=DAY_S, clock=lambda: now)


async def everything(log: FileLog) -> list[Entry]:
    entries: list[Entry] = []
    start = log.floor
    while more := await log.read(start, 100):
        entries += more
        start = more[-1].seq + 1
    return entries


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.events"))


async def a_log(folder: Path, count: int = 6) -> str:
    """A closed log of ``count`` events, one segment an hour of three; its epoch."""
    now = NOON
    log = await FileLog.open(folder, retention_s=DAY_S, clock=lambda: now)
    for number in range(count):
        now = NOON + number // 3 * HOUR
        await log.append([arrival(number, at=now)])
    await log.close()
    return log.epoch


async def test_what_a_write_left_is_cut_at_any_byte(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    made = tmp_path / "made"
    epoch = await a_log(made, 3)
    whole = segments(made)[0].read_bytes()
    log = await opened(made)
    await log.append([arrival(3)])
    await log.close()
    longer = segments(made)[0].read_bytes()
    for cut in range(len(whole), len(longer)):
        folder = tmp_path / str(cut)
        shutil.copytree(made, folder)
        segments(folder)[0].write_bytes(longer[:cut])
        caplog.clear()
        log = await opened(folder)
        assert (log.epoch, log.head) == (epoch, 4), cut
        assert len(await everything(log)) == 3
        assert await log.append([arrival(0), arrival(3)]) == 1
        assert [entry.seq for entry in await log.read(4, 9)] == [4]
        await log.close()
        words = f"cut {cut - len(whole)} bytes"
        assert any(words in line for line in caplog.messages) is (cut > len(whole)), cut
        assert segments(folder)[0].read_bytes() == longer


async def test_any_byte_that_changed_is_a_new_epoch_with_what_is_still_whole(
    tmp_path: Path,
) -> None:
    made = tmp_path / "made"
    epoch = await a_log(made, 5)
    files = [path.relative_to(made) for path in segments(made)]
    given = [arrival(number, at=NOON + number // 3 * HOUR) for number in range(5)]
    for name in files:
        size = (made / name).stat().st_size
        for place in range(0, size, 11):
            folder = tmp_path / f"{name.name}-{place}"
            shutil.copytree(made, folder)
            broken = bytearray((made / name).read_bytes())
            broken[place] ^= 0x40
            (folder / name).write_bytes(broken)
            log = await opened(folder)
            assert log.epoch != epoch
            found = await everything(log)
            assert [entry.seq for entry in found] == [1, 2, 3, 4]
            kept = [entry.arrival for entry in found]
            assert kept == [one for one in given if one in kept]
            assert await log.append(given) == 1  # the lost one can come again
            await log.close()
            shutil.rmtree(folder)


@pytest.mark.parametrize("lost", [0, 1])
async def test_a_segment_that_is_missing_before_others_is_a_new_epoch(
    tmp_path: Path, lost: int
) -> None:
    folder = tmp_path / "log"
    epoch = await a_log(folder, 9)
    segments(folder)[lost].unlink()
    log = await opened(folder)
    # without its first segment a log is one whose retention removed it
    assert (log.epoch != epoch) is (lost == 1)
    assert len(await everything(log)) == 6
    await log.close()


@pytest.mark.parametrize("content", [None, b"", b"nonsense\n", b"\xff\xfe", b"0123456789abcdef\n"])
async def test_an_epoch_that_is_not_known_any_more_is_a_new_one(
    tmp_path: Path, content: bytes | None
) -> None:
    folder = tmp_path / "log"
    epoch = await a_log(folder)
    if content is None:
        (folder / "epoch").unlink()
    else:
        (folder / "epoch").write_bytes(content)
    log = await opened(folder)
    assert log.epoch != epoch
    assert (log.floor, log.head) == (1, 1)
    assert await log.append(arrivals(2)) == 2
    await log.close()


async def test_a_new_folder_is_a_new_epoch(tmp_path: Path) -> None:
    assert await a_log(tmp_path / "one") != await a_log(tmp_path / "two")


async def test_a_beginning_that_a_crash_cut_short_leaves_no_log_behind(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    (folder / "0123456789abcdef").mkdir(parents=True)
    (folder / "epoch.new").write_bytes(b"01234")
    log = await opened(folder)
    assert await log.append(arrivals(2)) == 2
    await log.close()
    again = await opened(folder)
    assert again.epoch == log.epoch
    assert again.head == 3
    await again.close()


async def test_a_log_is_one_process_s(tmp_path: Path) -> None:
    log = await opened(tmp_path / "log")
    with pytest.raises(LogUnavailable, match="another relay is using the log"):
        await opened(tmp_path / "log")
    await log.close()
    again = await opened(tmp_path / "log")
    await again.close()


async def test_folders_and_files_are_the_owner_s_alone(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    await a_log(folder)
    for path in (folder, *folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


async def test_a_record_that_changes_while_the_log_is_open_is_not_handed_out(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "log"
    await a_log(folder)
    log = await opened(folder, NOON + HOUR)
    path = segments(folder)[0]
    broken = bytearray(path.read_bytes())
    broken[-5] ^= 1
    path.write_bytes(broken)
    with pytest.raises(LogUnavailable, match="damaged"):
        await log.read(3, 1)
    assert [entry.seq for entry in await log.read(1, 2)] == [1, 2]
    await log.close()


@given(st.lists(st.lists(any_arrival, max_size=4), max_size=4))
async def test_each_key_s_first_arrival_is_kept_over_batches_and_restarts(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Arrival]]
) -> None:
    folder = tmp_path_factory.mktemp("log")
    first: dict[str, Arrival] = {}
    for batch in batches:
        log = await FileLog.open(folder, retention_s=2**50, clock=lambda: NOON)
        for one in batch:
            first.setdefault(one.key, one)
        await log.append(batch)
        assert log.head == len(first) + 1
        assert [entry.arrival for entry in await everything(log)] == list(first.values())
        await log.close()
