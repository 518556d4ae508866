"""The main job in a real terminal at 80×24, typed as fast as fingers can."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.terminal import Terminal


def rows(text: str) -> list[str]:
    """The grades on screen, without those that names offered for completion cover in part."""
    found = re.findall(r"^[ >][ *][ !].{11} grade .*", text, re.MULTILINE)
    return [row for row in found if not re.search(r"[|+][- ]", row)]


def only_lima(text: str) -> bool:
    shown = rows(text)
    return bool(shown) and all("Ana Lima" in row for row in shown)


def test_watch_filter_look_follow_and_leave(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.app.program", "steady", str(tmp_path)]
    env = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    with Terminal(program, env=env) as terminal:
        first = rows(terminal.wait_for("following"))
        terminal.wait_for(lambda text: rows(text)[:1] != first[:1])

        terminal.type("f\tlima")
        text = terminal.wait_for(lambda text: "filter: student:lima" in text and only_lima(text))
        count = len(rows(text))
        terminal.wait_for(lambda text: only_lima(text) and rows(text)[0] != rows(text)[-1])
        newest = rows(terminal.text())[0]
        terminal.wait_for(lambda text: only_lima(text) and rows(text)[0] != newest)
        assert count

        terminal.type("\r")
        terminal.type("jj\r")
        terminal.wait_for(lambda text: "before         after" in text and "[1 change]" in text)
        terminal.wait_for("holding")
        terminal.type("2")
        terminal.wait_for("student         Ana Lima  #40")
        terminal.type("4")
        terminal.wait_for("tells no request")

        terminal.type("y")
        terminal.wait_for("sent to the terminal")
        assert b"\x1b]52;c;" in terminal.received
        terminal.type("o")
        terminal.wait_for("https://canvas.example/courses/565/gradebook/speed_grader")

        terminal.type("\x1b")
        terminal.wait_for(lambda text: "[4 request]" not in text)
        terminal.type("g")
        terminal.wait_for("following")
        terminal.type("F")
        terminal.wait_for(lambda text: "(off)" in text and not only_lima(text))
        terminal.type("\x03")
        terminal.wait_for("ctrl+c again, or q, quits")
        terminal.type("q")
        assert terminal.wait_for_end() == 0
