"""What the doctor finds: one line each, and the exit code it asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tui.door.exits import ExitCode
from tui.events.text import clean


class Level(StrEnum):
    """How good it is; the values begin the printed lines."""

    OK = "ok  "
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """Words say what was tried, what came of it, and what to do about it."""

    level: Level
    words: str
    code: ExitCode = ExitCode.DONE
    """Not ``DONE`` exactly if it is a failure."""

    def __str__(self) -> str:
        return f"{self.level.value} {clean(self.words)}"


Tell = Callable[[Finding], None]


def ok(words: str) -> Finding:
    return Finding(Level.OK, words)


def warn(words: str) -> Finding:
    return Finding(Level.WARN, words)


def fail(words: str, code: ExitCode) -> Finding:
    return Finding(Level.FAIL, words, code)
