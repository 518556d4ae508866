"""The user's command, as real processes."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tui.report import command
from tui.report.command import Command

PATIENCE = 30.0
WRITES = "import os, sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
HANGS = (
    "import os, subprocess, sys, time\n"
    "child = subprocess.Popen(['sleep', '300'])\n"
    "open(sys.argv[1], 'w').write(f'{os.getpid()} {child.pid}')\n"
    "time.sleep(300)"
)


async def run(told: Command, lines: list[str], *, until: str) -> None:
    """Offer the lines, and end once ``until`` holds of a file's text or of what is said."""
    running = asyncio.ensure_future(told.run())
    for line in lines:
        told.offer(line)
    async with asyncio.timeout(PATIENCE):
        await _until(lambda: _holds(until))
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


said: list[str] = []


def _holds(until: str) -> bool:
    kind, _, rest = until.partition(":")
    if kind == "said":
        return len(said) >= int(rest)
    path, _, lines = rest.rpartition(":")
    return Path(path).exists() and len(Path(path).read_text().splitlines()) >= int(lines)


@pytest.fixture(autouse=True)
def _nothing_said() -> None:
    said.clear()


def python(text: str, *words: str) -> list[str]:
    return [sys.executable, "-c", text, *words]


def commanded(words: list[str], *, every: float = 0, patience: float = PATIENCE) -> Command:
    return Command(words, every, patience, said.append)


async def test_each_line_reaches_the_command_in_order_one_at_a_time(tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = commanded(python(WRITES, str(out)))
    await run(told, ['{"n":1}', '{"n":2}'], until=f"file:{out}:2")
    assert out.read_text() == '{"n":1}\n{"n":2}\n'
    assert said == []


async def test_no_shell_reads_the_words(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = shlex.split(f"{shlex.quote(sys.executable)} -c {shlex.quote(WRITES)} '{out}' ; $(id)")
    await run(commanded(words), ["{}"], until=f"file:{out}:1")
    assert os.listdir(tmp_path) == ["out"]


async def test_the_tokens_are_kept_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADEWATCH_CANVAS_TOKEN", "7~secret")
    out = tmp_path / "out"
    told = commanded(
        python("import os,sys; open(sys.argv[1],'w').write(repr(os.environ))", str(out))
    )
    await run(told, ["{}"], until=f"file:{out}:1")
    assert "7~secret" not in out.read_text()


async def test_one_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = commanded(python(HANGS, str(out)), patience=3)
    await run(told, ["{}"], until="said:1")
    assert said == ["rules.command took more than 3 s and was killed"]
    pids = [int(word) for word in out.read_text().split()]
    async with asyncio.timeout(PATIENCE):
        await _until(lambda: not any(_lives(pid) for pid in pids))


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  another process does it, and sets no event of ours
        await asyncio.sleep(0.01)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


async def test_a_missing_or_failing_one_is_told_once() -> None:
    missing = commanded(["/nowhere/at/all"])
    await run(missing, ["{}", "{}"], until="said:1")
    assert said == ["rules.command cannot be run: /nowhere/at/all: No such file or directory"]
    said.clear()
    await run(commanded(python("raise SystemExit(3)")), ["{}", "{}"], until="said:1")
    assert said == ["rules.command failed (3)"]


async def test_what_is_too_much_is_skipped_and_counted() -> None:
    told = commanded(["true"])
    for _ in range(command.WAITING + 7):
        told.offer("{}")
    assert told.skipped == 7
    assert said == [f"rules.command some events are skipped ({command.WAITING} are waiting)"]
