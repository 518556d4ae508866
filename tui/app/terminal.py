"""The terminal as the app drives it: one that may vanish at any moment."""

from __future__ import annotations

import select
from threading import Condition
from typing import IO, cast

from textual.drivers.linux_driver import LinuxDriver

_PATIENCE_S = 1.0
"""Seconds a terminal that stands still is waited for at the end."""


class _Screen:
    """Takes what is written to the terminal; once that is gone, takes it and lets it go.

    Without it the thread that writes would end with a traceback, and the app's own thread would
    wait for ever for room in the queue between them.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.gone = False
        self.offered = 0
        """Characters that were to be sent."""
        self.sent = 0
        """Characters that the terminal has taken."""
        self._written = 0
        self._progress = Condition()

    def write(self, text: str) -> int:
        if not self.gone:
            try:
                self._file.write(text)
            except (OSError, ValueError):
                self.gone = True
        self._written += len(text)
        return len(text)

    def flush(self) -> None:
        if not self.gone:
            try:
                self._file.flush()
            except (OSError, ValueError):
                self.gone = True

        with self._progress:
            self.sent = self._written
            self._progress.notify_all()

    def wait_until_sent(self, seconds: float) -> bool:
        """Whether the terminal takes all that was offered within that time."""
        with self._progress:
            return self._progress.wait_for(lambda: self.sent >= self.offered, seconds)

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

    def write(self, data: str) -> None:
        if self._screen is not None:
            self._screen.offered += len(data)
        super().write(data)

    def close(self) -> None:
        """Wait for the terminal to take the last of it, but not for one that takes nothing."""
        if self._screen is None or self._screen.wait_until_sent(_PATIENCE_S):
            super().close()

    @property
    def behind(self) -> bool:
        """The terminal has not yet taken what was sent: what more is sent would come late.

        Textual queues some frames and then waits, and keys with it; better to send the next frame
        when this one has arrived, and leave out what was in between.
        """
        return self._screen is not None and self._screen.sent < self._screen.offered

    @property
    def gone(self) -> bool:
        """Nobody is at the other end any more."""
        written = self._screen is not None and self._screen.gone
        return written or _hung_up(self.fileno)


_ASCII = str.maketrans(
    {
        **dict.fromkeys("→▸", ">"),
        **dict.fromkeys("←◂", "<"),
        **dict.fromkeys("↑", "^"),
        **dict.fromkeys("↓", "v"),
        **dict.fromkeys("–−—", "-"),
        **dict.fromkeys("·│▏", "|"),
        **dict.fromkeys("≈…", "~"),
        **dict.fromkeys("●█■", "*"),
        "○": "o",
        "≠": "!",
        "×": "x",
        "Δ": "d",
        "≤": "<",
        "≥": ">",
    }
)
"""What stands for a sign where the terminal takes no UTF-8; each is one cell, as the sign is."""


class PlainTerminalDriver(TerminalDriver):
    """Writes our signs with ASCII; letters of names go out as they are."""

    def write(self, data: str) -> None:
        super().write(data.translate(_ASCII))


def _hung_up(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLHUP | select.POLLERR)
    return any(
        event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0)
    )
