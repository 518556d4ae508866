"""Processes are started, killed and started again, and each life is told apart."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.campaign.programs import Program, cleared, home_env

COUNTS = (
    "import sys, time; sys.stderr.write('words\\n'); print('ready', flush=True); time.sleep(600)"
)


def program(folder: Path, code: str = COUNTS) -> Program:
    return Program(
        "counter",
        [sys.executable, "-c", code],
        folder,
        env=home_env(folder),
        ready=lambda said: "ready" in said,
    )


async def test_a_killed_program_lives_again_with_files_of_its_own(tmp_path: Path) -> None:
    counter = program(tmp_path)
    with cleared(counter):
        await counter.start()
        first = counter.pid
        counter.kill()
        assert not counter.running
        await counter.start()
        assert counter.pid != first
        assert (counter.lives, counter.kills) == (2, 1)
    assert not counter.running
    assert said_in(tmp_path) == {
        "counter.1.err": "words\n",
        "counter.1.out": "ready\n",
        "counter.2.err": "words\n",
        "counter.2.out": "ready\n",
    }


def said_in(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


async def test_one_that_ends_before_it_is_ready_fails_with_its_words(tmp_path: Path) -> None:
    counter = program(tmp_path, "import sys; sys.exit('no such thing')")
    with cleared(counter), pytest.raises(AssertionError, match="no such thing"):
        await counter.start()
    with pytest.raises(AssertionError, match="ended by itself"):
        counter.kill()
