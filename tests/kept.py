"""What a test opens for all of its length: closed when it ends, whichever way."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import Protocol, TypeVar


class Closes(Protocol):
    def close(self) -> None: ...


T = TypeVar("T", bound=Closes)
open_now = ExitStack()
"""Emptied after each test (``conftest.py``)."""


def kept(opened: T) -> T:
    """Close this when the test ends; what was opened last is closed first."""
    return open_now.enter_context(closing(opened))
