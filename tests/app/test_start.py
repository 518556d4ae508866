"""Before the app is on screen: a faulty journal, what Textual reads, where a browser can open."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.school import NOW, graded, journal_of, setup_of
from tui.app.run import ask_terminal, environment, open_or_offer
from tui.app.surroundings import display_at_hand, refusal


def broken(folder: Path) -> Path:
    path = folder / "journal.sqlite3"
    path.write_bytes(b"this is no journal" * 500)
    return path


def test_a_good_journal_is_opened_without_a_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = open_or_offer(tmp_path / "journal.sqlite3", now=lambda: NOW)
    assert opened is not None
    journal, notice = opened
    assert journal.path is not None
    assert notice == ""
    assert capsys.readouterr().err == ""
    journal.close()


def test_a_faulty_journal_is_told_and_memory_is_offered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = broken(tmp_path)
    opened = open_or_offer(path, now=lambda: NOW, ask=lambda _: True)
    assert opened is not None
    assert opened[0].path is None
    assert "in memory" in opened[1]
    opened[0].close()
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert str(path) in told
    assert open_or_offer(path, now=lambda: NOW, ask=lambda _: False) is None
    assert path.read_bytes().startswith(b"this is no journal")


def test_without_a_terminal_nobody_is_asked() -> None:
    assert not ask_terminal("Go on?", answers=io.StringIO("y\n"))


def test_textual_is_told_before_it_is_imported() -> None:
    journal = journal_of([graded(1)])
    told = environment({}, setup_of(journal, theme="ansi-light"))
    journal.close()
    assert told["TEXTUAL_THEME"] == "ansi-light"
    assert told["TEXTUAL_ANIMATIONS"] == "none"


def test_what_decides_is_free_of_textual() -> None:
    modules = "run setup view ledger reading watch tabs statusline cells keymap filters"
    imports = ", ".join(f"tui.app.{each}" for each in modules.split())
    program = f"import sys, {imports}; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_browser_opens_only_where_there_is_a_display() -> None:
    assert display_at_hand({"DISPLAY": ":0"})
    assert display_at_hand({"WAYLAND_DISPLAY": "wayland-0"})
    if os.uname().sysname == "Linux":
        assert not display_at_hand({"TERM": "xterm"})


def test_a_place_that_cannot_show_it_is_refused_with_the_way_out() -> None:
    for environ, terminal in (({"TERM": "dumb"}, True), ({}, True), ({"TERM": "xterm"}, False)):
        words = refusal(environ, terminal=terminal)
        assert words is not None
        assert "gradewatch tail" in words
    assert refusal({"TERM": "xterm"}, terminal=True) is None
