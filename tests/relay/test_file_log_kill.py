"""A relay that is killed at any moment loses nothing acknowledged and repeats nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.relay.arrivals import NOON, arrivals
from tui.relay.event_log import Entry
from tui.relay.file_log.file_log import FileLog

KILLS = int(os.environ.get("GRADEWATCH_KILLS", "6"))


def killed_after(folder: Path, first: int, lines: int) -> list[int]:
    """Have a process append until so many were acknowledged, kill it: all that were."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.relay.file_log_writer", str(folder), str(first)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    with process, process.stdout as output:
        acknowledged = [output.readline() for _ in range(lines)]
        process.kill()
        acknowledged += output.readlines()
    assert all(line.endswith(b"\n") for line in acknowledged)
    return [int(line) for line in acknowledged]


async def stored(log: FileLog) -> list[Entry]:
    entries: list[Entry] = []
    while more := await log.read(1 + len(entries), 1000):
        entries += more
    return entries


async def test_all_that_was_acknowledged_is_there_once_after_each_kill(tmp_path: Path) -> None:
    draw = random.Random(20261121)  # noqa: S311 - where to kill, not a secret
    folder = tmp_path / "log"
    acknowledged: set[int] = set()
    before: list[tuple[int, str]] = []
    epochs: set[str] = set()
    for attempt in range(KILLS):
        first = attempt * 1_000_000
        acknowledged.update(killed_after(folder, first, draw.randint(1, 400)))
        log = await FileLog.open(folder, retention_s=86_400, clock=lambda: NOON)
        entries = await stored(log)
        epochs.add(log.epoch)
        assert [entry.seq for entry in entries] == list(range(1, log.head))
        counted = Counter(int(entry.arrival.key[5:], 16) for entry in entries)
        assert set(counted.values()) == {1}
        assert acknowledged <= set(counted)
        # what was there to be read before still has its number
        now = [(entry.seq, entry.arrival.key) for entry in entries]
        assert now[: len(before)] == before
        before = now
        assert await log.append(arrivals(3, first)) == 3 - len(
            {*range(first, first + 3)} & set(counted)
        )
        before = [(entry.seq, entry.arrival.key) for entry in await stored(log)]
        await log.close()
    assert len(epochs) == 1
