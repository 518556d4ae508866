"""How the app ends, in a real terminal: clean, quiet, and without anybody's data."""

from __future__ import annotations

import os
import re
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.app.program import SECRET
from tests.terminal import Terminal

LEFT_ALTERNATE_SCREEN = b"\x1b[?1049l"
CURSOR_SHOWN = b"\x1b[?25h"
MOUSE_OFF = b"\x1b[?1000l"


def program(mode: str, folder: Path) -> Sequence[str]:
    return [sys.executable, "-m", "tests.app.program", mode, str(folder)]


def test_q_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    with Terminal(program("watch", tmp_path)) as terminal:
        terminal.wait_for("50 matching")
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        for sequence in (LEFT_ALTERNATE_SCREEN, CURSOR_SHOWN, MOUSE_OFF):
            assert sequence in terminal.received
        after = bytes(terminal.received).rsplit(LEFT_ALTERNATE_SCREEN, 1)[1]
        assert b"Traceback" not in after


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(ending: signal.Signals, tmp_path: Path) -> None:
    with Terminal(program("watch", tmp_path)) as terminal:
        terminal.wait_for("50 matching")
        terminal.process.send_signal(ending)
        assert terminal.wait_for_end() == 0
        assert LEFT_ALTERNATE_SCREEN in terminal.received


def test_a_vanished_terminal_ends_it_though_the_signal_is_ignored(tmp_path: Path) -> None:
    ignoring = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *program("watch", tmp_path)]
    with Terminal(ignoring) as terminal:
        terminal.wait_for("50 matching")
        terminal.hang_up()
        assert terminal.process.wait(20) in (0, -signal.SIGHUP)


def test_a_crash_names_a_private_log_and_shows_nobodys_data(tmp_path: Path) -> None:
    with Terminal(program("crash", tmp_path)) as terminal:
        assert terminal.wait_for_end() == 1
        received = terminal.received.decode()
        text = terminal.text()
    log = tmp_path / "crash.log"
    assert "KeyError" in text
    assert "crash.log" in text.replace("\n", "")
    assert "Traceback" not in received
    assert LEFT_ALTERNATE_SCREEN in received.encode()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    for told in (received, log.read_text()):
        assert SECRET not in told
        assert SECRET.split()[1] not in told
    assert "program.py" in log.read_text()


@pytest.mark.parametrize("kind", ["dumb", ""])
def test_a_terminal_that_cannot_show_it_is_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    with Terminal(program("watch", tmp_path), env={"TERM": kind}) as terminal:
        assert terminal.wait_for_end() == 2
        assert b"gradewatch tail" in terminal.received.replace(b"\r\n", b"")
        assert b"\x1b" not in terminal.received


def test_without_a_terminal_it_points_to_tail(tmp_path: Path) -> None:
    run = subprocess.run(
        program("watch", tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, "TERM": "xterm"},
        timeout=60,
        check=False,
    )
    assert run.returncode == 2
    assert run.stdout == b""
    assert b"gradewatch tail" in run.stderr
    assert run.stderr.count(b"\n") == 1


@pytest.mark.parametrize("theme", ["ansi-dark", "textual-dark"])
def test_no_color_means_none(theme: str, tmp_path: Path) -> None:
    env = {"NO_COLOR": "1", "TEXTUAL_THEME": theme}
    with Terminal(program("watch", tmp_path), env=env) as terminal:
        terminal.wait_for("50 matching")
        terminal.type("f")
        terminal.wait_for("name or id")
        terminal.type("\x1b")
        terminal.pump(0.5)
        terminal.type("\r")
        terminal.wait_for("1 change")
        codes = {
            code
            for part in bytes(terminal.received).split(b"\x1b[")[1:]
            if (codes := part.split(b"m", 1)[0]) != part and codes.replace(b";", b"").isdigit()
            for code in codes.split(b";")
        }
    coloured = {b"%d" % code for code in (*range(30, 39), *range(40, 49), *range(90, 108))}
    assert codes.isdisjoint(coloured), codes & coloured


def test_a_terminal_without_utf_8_is_sent_no_signs_but_ascii(tmp_path: Path) -> None:
    env = {"LC_ALL": "C", "PYTHONUTF8": "1"}
    with Terminal(program("watch", tmp_path), env=env, columns=120, rows=40) as terminal:
        terminal.wait_for("50 matching")
        for keys in (
            "3",
            "j",
            "s",
            "2",
            "3",
            "\x1b",
            "t",
            "\x1b",
            "i",
            "\x1b",
            "m",
            "\r",
            "j",
            "d",
        ):
            terminal.type(keys)
            terminal.pump(0.2)
        signs = {each for each in terminal.received.decode() if not each.isascii()}
    assert not {each for each in signs if not each.isalpha()}


def test_hostile_text_never_reaches_the_terminal(tmp_path: Path) -> None:
    with Terminal(program("hostile", tmp_path), columns=120, rows=40) as terminal:
        terminal.wait_for("20 matching")
        for _ in range(20):
            for tab in "12345":
                terminal.type(tab)
                terminal.pump(0.02)
            terminal.type("j")
            terminal.pump(0.05)
        terminal.wait_for("20 of 20 matching")
        received = bytes(terminal.received)
        terminal.type("q")
        assert terminal.wait_for_end() == 0
    text = received.decode("utf-8", "replace")
    for forbidden in ("\x1b]52", "\x1b]0;", "\x9b", "\x1bP", "\u202e", "\u2066"):
        assert forbidden not in text
    assert set(re.findall("\x1b].{3}", text)) <= {"\x1b]22;"}  # Textual's own: the pointer's shape


def test_a_terminal_that_stands_still_keeps_nobody_waiting(tmp_path: Path) -> None:
    with Terminal(program("flood", tmp_path)) as terminal:
        terminal.wait_for("matching")
        # Nothing is read from here on, as when an ssh connection stalls; each key repaints it all.
        for _ in range(60):
            terminal.type("Gg")
            select.select([], [], [], 0.02)
        terminal.type("q")
        assert terminal.process.wait(30) == 0
