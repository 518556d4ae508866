"""Which folders a log is made in, and what becomes of it when its folder is taken away."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import httpx
import pytest

from tests.relay.arrivals import HOUR, NOON, arrival
from tests.relay.posting import until
from tests.relay.serving import PATIENCE, change
from tests.relay.test_file_log_disk import Clock, files, opened
from tui.relay.event_log import LogUnavailable
from tui.relay.file_log.file_log import FileLog
from tui.relay.file_log.folder import Unfit
from tui.relay.file_log.opened import segment_ms
from tui.relay.options import RelayOptions
from tui.relay.server import RelayAddress, serve_relay


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


async def test_a_folder_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    folder.chmod(0o755)
    log = await opened(folder, Clock())
    await log.append([arrival(1)])
    await log.close()
    assert mode(folder) == 0o755
    for path in folder.rglob("*"):
        assert mode(path) & 0o077 == 0, path


@pytest.mark.parametrize("open_to", [0o777, 0o1777, 0o770])
async def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path, open_to: int) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    folder.chmod(open_to)
    with pytest.raises(Unfit, match="others may write"):
        await opened(folder, Clock())
    assert mode(folder) == open_to
    assert list(folder.iterdir()) == []


async def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    with pytest.raises(Unfit, match="other things"):
        await opened(tmp_path, Clock())
    (tmp_path / "epoch").write_text("the Jurassic\n")
    with pytest.raises(Unfit, match="other things"):
        await opened(tmp_path, Clock())
    assert names(tmp_path) == {"letters", "epoch"}


async def test_a_log_is_known_whatever_was_put_beside_it(tmp_path: Path) -> None:
    log = await opened(tmp_path, Clock())
    await log.close()
    (tmp_path / "notes").touch()
    again = await opened(tmp_path, Clock())
    assert again.epoch == log.epoch
    await again.close()


async def test_an_epoch_whose_making_was_cut_short_does_not_bar_the_next(tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef").mkdir()
    (tmp_path / "epoch.new").touch()
    log = await opened(tmp_path, Clock())
    await log.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
async def test_a_folder_of_somebody_else_s_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir(0o700)
    os.chown(folder, 65534, 65534)
    with pytest.raises(Unfit, match="somebody else"):
        await opened(folder, Clock())


async def lost(log: FileLog) -> None:
    """The log says that nothing can be written."""
    with pytest.raises(LogUnavailable, match="no longer there"):
        await log.append([arrival(99)])
    with pytest.raises(LogUnavailable, match="no longer there"):
        await log.append(())


async def test_nothing_is_acknowledged_in_a_folder_that_was_removed(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    log = await opened(folder, Clock())
    await log.append([arrival(1)])
    shutil.rmtree(folder)
    await lost(log)
    await log.close()


@pytest.mark.parametrize("name", ["epoch", "*/*.events"])
async def test_nor_without_the_files_that_the_log_is_found_by(tmp_path: Path, name: str) -> None:
    log = await opened(tmp_path, Clock())
    await log.append([arrival(1)])
    gone = only(tmp_path, name)
    gone.rename(tmp_path.parent / gone.name)
    await lost(log)
    (tmp_path.parent / gone.name).rename(gone)
    assert await log.append([arrival(2)]) == 1
    await log.close()


async def test_a_log_that_lost_its_folder_leaves_the_next_one_s_alone(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    clock = Clock()
    first = await opened(folder, clock, hours=1)
    await first.append([arrival(1)])
    shutil.rmtree(folder)
    second = await opened(folder, clock)
    await second.append([arrival(2)])
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (NOON / 1000, NOON / 1000))
    clock.now += 9 * HOUR
    with pytest.raises(LogUnavailable):
        await first.forget_old()
    await first.close()
    assert len(files(folder)) == 1
    assert await second.append([arrival(3)]) == 1
    await second.close()


async def test_a_relay_whose_folder_is_gone_says_so_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    stop = asyncio.Event()
    ready: asyncio.Future[RelayAddress] = asyncio.get_running_loop().create_future()
    options = RelayOptions(data=folder, port=0, grace_s=2)
    async with asyncio.TaskGroup() as group:
        group.create_task(serve_relay(options, ready=ready.set_result, stop=stop))
        base = (await ready).base_url
        async with httpx.AsyncClient(base_url=base, timeout=PATIENCE, trust_env=False) as http:
            assert (await http.post("/v1/events", json=change(1))).status_code == 204
            shutil.rmtree(folder)
            assert (await http.get("/healthz")).status_code == 503
            assert (await http.post("/v1/events", json=change(2))).status_code == 503
        stop.set()


@pytest.mark.parametrize(
    ("retention_s", "longest_ms"), [(5, 1000), (360, 10_000), (36 * 3600, HOUR), (7e6, HOUR)]
)
def test_a_segment_is_a_small_part_of_the_retention(retention_s: float, longest_ms: int) -> None:
    assert segment_ms(retention_s) == longest_ms


async def test_a_short_retention_is_kept_to(tmp_path: Path) -> None:
    clock = Clock()
    log = await FileLog.open(tmp_path, retention_s=0.04, clock=clock)
    await log.append([arrival(1, at=clock.now)])
    clock.now += 2000
    await until(lambda: log.floor == 2)
    await log.close()
