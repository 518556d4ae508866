"""Where the app is started: whether a terminal can show it, whether a browser can open."""

from __future__ import annotations

import os
from collections.abc import Mapping


def refusal(environ: Mapping[str, str], *, terminal: bool) -> str | None:
    """Why there can be no app here, in one line that names the way out; None if there can."""
    tail = "use `gradewatch tail`, which prints one line for each change"
    if not terminal:
        return f"gradewatch: standard input and output are not a terminal: {tail}"
    if environ.get("TERM", "") in ("", "dumb"):
        kind = environ.get("TERM") or "not set"
        return f"gradewatch: this terminal (TERM {kind}) cannot show the app: {tail}"
    return None


def draws_plainly(environ: Mapping[str, str]) -> bool:
    """The locale says that the terminal takes no UTF-8.

    Python itself sets ``LC_CTYPE`` to a UTF-8 one where no locale is chosen (PEP 538).
    """
    names = (environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next(filter(None, names), "C.UTF-8")
    return "utf8" not in locale.casefold().replace("-", "")


def display_at_hand(environ: Mapping[str, str]) -> bool:
    """A browser can open a window here."""
    over_ssh = bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
    shown = bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    return shown or (os.uname().sysname == "Darwin" and not over_ssh)
