"""What the command loads before it is asked for something."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.door.conftest import Canvas, Shell

_LOADED = """\
import sys
from tui.cli import run
try:
    run(sys.argv[1:])
except SystemExit:
    pass
print("textual" in sys.modules, file=sys.stderr)
"""
REPLAY = Path(__file__).parent.parent / "events" / "payloads" / "live_grade_change.json"


@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        ("--help",),
        ("tail", "--help"),
        ("tail", "--replay", str(REPLAY), "--once", "--format", "text"),
        ("tail", "--once"),
        ("export", "--journal", ":memory:"),
        ("config", "show"),
        ("journal", "info", "--journal", ":memory:"),
    ],
    ids=" ".join,
)
def test_without_a_screen_textual_is_never_loaded(shell: Shell, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *words],
        env=shell.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "False"


def test_the_version_is_said_on_stdout(shell: Shell) -> None:
    ended = shell.run("--version")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("gradewatch 0.")


@pytest.mark.parametrize(
    "command",
    [
        *((), ("watch",), ("tail",), ("export",), ("demo",), ("login",), ("doctor",)),
        *(("journal", "info"), ("journal", "import"), ("journal", "purge"), ("config", "show")),
    ],
    ids=" ".join,
)
def test_every_command_has_help(shell: Shell, command: tuple[str, ...]) -> None:
    ended = shell.run(*command, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert "Usage" in ended.out


def test_options_alone_mean_watch(admin: Shell, canvas: Canvas) -> None:
    alone = admin.run("--course", canvas.course)
    named = admin.run("watch", "--course", canvas.course)
    assert (alone.code, alone.out, alone.err) == (named.code, named.out, named.err)
