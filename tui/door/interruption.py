"""Ctrl-c once ends a command in good order; whoever presses it again wants the prompt back."""

from __future__ import annotations

import os
import signal
from types import FrameType

from tui.door.exits import ExitCode


def second_ends_at_once() -> None:
    """From now on SIGINT ends the process where it stands: no clean-up, no words.

    A batch that is being written is rolled back, and read again the next time.
    """
    signal.signal(signal.SIGINT, _end)


def ends_by_itself() -> None:
    """Nothing is waited for any more: the exit code stands, and SIGINT does not take its place."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(number: int, frame: FrameType | None) -> None:
    del number, frame
    os._exit(ExitCode.INTERRUPTED)
