"""Lines of the commands that are no stream: what was asked for on stdout, words on stderr."""

from __future__ import annotations

import os
import sys

from tui.door.exits import ExitCode


def show(line: str) -> None:
    """A line of what was asked for; characters that the locale does not have become ``?``.

    Once nobody reads any more the program ends, quietly.
    """
    encoding = sys.stdout.encoding
    try:
        sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(ExitCode.DONE) from None


def say(line: str) -> None:
    """A line for the person."""
    sys.stderr.write(f"gradewatch: {line}\n")
    sys.stderr.flush()
