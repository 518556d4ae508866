"""Copying through the terminal: bounded, and wrapped where something stands between."""

from __future__ import annotations

import base64

from tui.app.clipboard import AT_MOST, osc52

PLAIN = {"TERM": "xterm-256color"}


def test_the_text_travels_as_base64() -> None:
    expected = base64.b64encode("Ana → 5".encode()).decode()
    assert osc52("Ana → 5", PLAIN) == f"\x1b]52;c;{expected}\x07"


def test_tmux_gets_it_wrapped_with_its_escapes_doubled() -> None:
    inside = osc52("x", {**PLAIN, "TMUX": "/run/tmux-0/default,1,0"})
    assert inside == "\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\"


def test_screen_gets_it_in_short_parts() -> None:
    text = "x" * 1000
    inside = osc52(text, {"TERM": "screen.xterm-256color"})
    assert inside is not None
    parts = inside.split("\x1b\\")[:-1]
    assert all(part.startswith("\x1bP") and len(part) < 260 for part in parts)
    assert "".join(part[2:] for part in parts) == osc52(text, PLAIN)


def test_too_much_is_refused() -> None:
    assert osc52("x" * AT_MOST, PLAIN) is not None
    assert osc52("x" * (AT_MOST + 1), PLAIN) is None
