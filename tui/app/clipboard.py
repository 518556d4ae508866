"""Copying through the terminal (OSC 52), which works over ssh where the terminal allows it."""

from __future__ import annotations

import base64
from collections.abc import Mapping

AT_MOST = 74_994
"""Bytes of text that terminals commonly take (100,000 bytes of base64 and its frame)."""
_SCREEN_PART = 253
"""GNU screen passes device control strings through only in short parts."""


def osc52(text: str, environ: Mapping[str, str]) -> str | None:
    """The bytes that ask the terminal to keep ``text``; None if there is too much of it.

    Within tmux and GNU screen the request is wrapped, so that it reaches the outer terminal.
    """
    data = text.encode("utf-8", "replace")
    if len(data) > AT_MOST:
        return None
    request = f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\x07"
    return wrapped_request(request, environ)


def wrapped_request(request: str, environ: Mapping[str, str]) -> str:
    """A request to the outer terminal, wrapped where tmux or GNU screen is in between."""
    if environ.get("TMUX"):
        inner = request.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{inner}\x1b\\"
    if environ.get("TERM", "").startswith("screen") or environ.get("STY"):
        parts = [request[at : at + _SCREEN_PART] for at in range(0, len(request), _SCREEN_PART)]
        return "".join(f"\x1bP{part}\x1b\\" for part in parts)
    return request
