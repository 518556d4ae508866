"""A real terminal for tests: a program in a pty, its bytes kept, its screen read by pyte."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte

READ_SIZE = 65536
TAKE_TERMINAL = """\
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Makes the pty the controlling terminal first, so that ctrl-c and hang-up reach the program."""


class Terminal:
    """A program running in a pty of ``columns`` × ``rows``.

    ``received`` holds every byte the program sent, ``lines()`` what a person would see of them.
    Leaving the ``with`` block kills the program if it still runs.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        patience: float = 45.0,
    ) -> None:
        self.received = bytearray()
        self.patience = patience
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._command = list(command)
        self._env = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            **(env or {}),
        }
        self._size = (rows, columns)
        self._fd = -1
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Terminal:
        self._fd, slave = pty.openpty()
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", *self._size, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-c", TAKE_TERMINAL, *self._command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=self._env,
            start_new_session=True,
        )
        os.close(slave)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        wrong: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.hang_up()

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the terminal is not open"
        return self._process

    def hang_up(self) -> None:
        """Close the terminal as a lost ssh connection does: the program gets SIGHUP."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def resize(self, *, columns: int, rows: int) -> None:
        """Change the window's size; the program gets SIGWINCH."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def lines(self) -> list[str]:
        """The screen as text, one string a row, without trailing blanks."""
        return [line.rstrip() for line in self._screen.display]

    def text(self) -> str:
        return "\n".join(self.lines())

    def type(self, keys: str) -> None:
        """Send keys as a keyboard would: ``\\r`` is enter, ``\\x1b`` escape, ``\\t`` tab."""
        os.write(self._fd, keys.encode())

    def pump(self, seconds: float) -> int:
        """Let the program run for ``seconds``; the number of bytes it sent meanwhile."""
        before, end = len(self.received), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not self._read(left):
                break
        return len(self.received) - before

    def wait_for(self, sight: str | Callable[[str], bool]) -> str:
        """The screen as text once it shows ``sight``; fails with the screen if it never does."""
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            text = self.text()
            if sight in text if isinstance(sight, str) else sight(text):
                return text
            if not self._read(0.05):
                break
        raise AssertionError(f"never on screen: {sight!r}\n{self.text()}")

    def wait_for_end(self) -> int:
        """The exit code, once the program has ended by itself and all it sent is read."""
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            ended = self.process.poll() is not None
            if not self._read(0.05) or (ended and not self._waiting()):
                return self.process.wait(max(0.1, end - time.monotonic()))
        raise AssertionError(f"still running\n{self.text()}")

    def _waiting(self) -> bool:
        return bool(select.select([self._fd], [], [], 0)[0])

    def _read(self, timeout: float) -> bool:
        """Take what there is; False once the program's end of the pty is closed."""
        if not select.select([self._fd], [], [], timeout)[0]:
            return True
        try:
            data = os.read(self._fd, READ_SIZE)
        except OSError:  # Linux reports a closed pty as EIO
            return False
        if not data:
            return False
        self.received += data
        self._stream.feed(data)
        return True
