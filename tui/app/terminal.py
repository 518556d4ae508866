"""The terminal as the app drives it: one that may vanish at any moment."""

from __future__ import annotations

import os
import select
from collections.abc import Mapping
from typing import IO, cast

from textual.drivers.linux_driver import LinuxDriver


class _Screen:
    """Takes what is written to the terminal; once that is gone, takes it and lets it go.

    Without it the thread that writes would end with a traceback, and the app's own thread would
    wait for ever for room in the queue between them.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.gone = False

    def write(self, text: str) -> int:
        if not self.gone:
            try:
                self._file.write(text)
            except (OSError, ValueError):
                self.gone = True
        return len(text)

    def flush(self) -> None:
        if not self.gone:
            try:
                self._file.flush()
            except (OSError, ValueError):
                self.gone = True

    def fileno(self) -> int:
        return self._file.fileno()


class TerminalDriver(LinuxDriver):
    """Textual's driver for a terminal, which survives the terminal's end."""

    _screen: _Screen | None = None

    def start_application_mode(self) -> None:
        if self._screen is None:
            self._screen = _Screen(self._file)
            self._file = cast("IO[str]", self._screen)
        super().start_application_mode()

    @property
    def gone(self) -> bool:
        """Nobody is at the other end any more."""
        written = self._screen is not None and self._screen.gone
        return written or _hung_up(self.fileno)


def _hung_up(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLHUP | select.POLLERR)
    return any(
        event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0)
    )


def refusal(environ: Mapping[str, str], *, terminal: bool) -> str | None:
    """Why there can be no app here, in one line that names the way out; None if there can."""
    tail = "use `gradewatch tail`, which prints one line for each change"
    if not terminal:
        return f"gradewatch: standard input and output are not a terminal: {tail}"
    if environ.get("TERM", "") in ("", "dumb"):
        kind = environ.get("TERM") or "not set"
        return f"gradewatch: this terminal (TERM {kind}) cannot show the app: {tail}"
    return None


def display_at_hand(environ: Mapping[str, str]) -> bool:
    """A browser can open a window here."""
    over_ssh = bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
    shown = bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    return shown or (os.uname().sysname == "Darwin" and not over_ssh)
