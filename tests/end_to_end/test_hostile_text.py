"""Text from Canvas never drives the terminal: the proof is in the bytes a pty receives."""

from __future__ import annotations

import subprocess

import pytest

from tests.end_to_end.conftest import GRADEWATCH, Desk
from tui.campus.hostile import hostile

ATTACKS = {
    "clipboard": "\x1b]52;c;aGFjaw==\x07",
    "title": "\x1b]0;pwned\x07",
    "c1 csi": "\x9b31mred",
    "c1 osc": "\x9d0;pwned\x9c",
    "dcs": "\x1bPq#0;2;0;0;0\x1b\\",
    "clear": "\x1b[2J\x1b[H",
    "bidi": "\u202egnp.exe\u2066x\u2069",
    "closing tag": "[/x]",
    "action tag": "[@click=app.quit]x[/]",
    "carriage return": "over\rwritten",
    "newline": "two\nlines",
    "bell and backspace": "\x07\x08\x08",
    "separators": "\u2028\u2029",
    "tags": "\U000e0041\U000e0042",
    "long": "W" * 8192,
}
FORBIDDEN = (
    b"\x1b]52",
    b"aGFjaw==\x07",
    b"]0;pwned\x07",
    b"\x1bP",
    "\x9b".encode(),
    "\x9d".encode(),
    "\u202e".encode(),
    "\u2066".encode(),
    "\u2028".encode(),
    "\U000e0041".encode(),
    b"over\rwritten",
    b"two\nlines",
)
EVERYTHING = "".join(ATTACKS.values())
TOGETHER = (
    ("clipboard", "title", "c1 csi"),
    ("c1 osc", "dcs", "clear", "bell and backspace"),
    ("bidi", "separators", "tags", "carriage return", "newline"),
    ("closing tag", "action tag"),
    ("long",),
    tuple(ATTACKS),
)
"""What is tried in one run: none of these would hide another."""
WAY = (
    *("\r", "2", "3", "4", "5", "f", "\x1b", "?", "\x1b", "x", "x", "j", "G", "/", "\x1b", "m"),
    *("\x1b", "s", "2", "3", "\x1b", "t", "\x1b", "d", "\x1b", "i", "j", "\x1b"),
)
"""Every screen, one after another."""


def poison(desk: Desk, text: str) -> None:
    """The text in every field, and one of each sort of row that carries it."""
    hostile(desk.campus, text)
    desk.hand.give(desk.work, desk.student(0), 5)
    desk.hand.give(desk.work, desk.student(0), 6)


@pytest.mark.parametrize("attacks", TOGETHER, ids=" ".join)
def test_no_attack_reaches_the_screen(desk: Desk, attacks: tuple[str, ...]) -> None:
    poison(desk, "".join(ATTACKS[each] for each in attacks))
    with desk.watch() as terminal:
        terminal.wait_for(lambda screen: "42 matching" in screen)
        for keys in WAY:
            terminal.type(keys)
            terminal.pump(0.2)
        terminal.type("\x1b")
        terminal.pump(0.5)
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        sent = bytes(terminal.received)
    for forbidden in FORBIDDEN:
        assert forbidden not in sent
    assert b"Traceback" not in sent


def test_no_attack_is_printed_as_text(desk: Desk) -> None:
    poison(desk, EVERYTHING)
    printed = subprocess.run(
        [GRADEWATCH, "tail", "--once", "--course", str(desk.course), "--format", "text"],
        env=desk.env,
        capture_output=True,
        timeout=60,
        check=True,
    )
    for forbidden in (*FORBIDDEN, b"\x1b", b"\r", b"\x07", b"\x08"):
        assert forbidden not in printed.stdout
        assert forbidden not in printed.stderr
    assert len(printed.stdout.splitlines()) == len(desk.campus.truth(course=desk.course)) + len(
        desk.campus.course_truth(course=desk.course)
    )
