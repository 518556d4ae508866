"""How the program ends."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes other programs may rely on."""

    DONE = 0
    FAULT = 1
    """A fault of ours."""
    USAGE = 2
    """Usage or configuration."""
    REFUSED = 3
    """The token or its rights."""
    UNREACHABLE = 4
    """Unreachable, or failed after retries."""
    INTERRUPTED = 130


class Stop(Exception):
    """The command cannot be done; ``str()`` is the one line the person reads."""

    def __init__(self, words: str, code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(words)
        self.code = code
