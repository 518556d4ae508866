"""The terminal as the app drives it: one that may vanish at any moment."""

from __future__ import annotations

import select
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
