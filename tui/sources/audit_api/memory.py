"""What the source asks the journal for, beside recording."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tui.events.event import Feed, Thing
from tui.events.ids import CanvasId
from tui.journal.records import Stretch


class Memory(Protocol):
    """The part of the journal that decides what to read next; may be called from any thread."""

    def covered(self, feed: Feed, target: str) -> list[Stretch]: ...

    def unnamed(self, limit: int) -> list[tuple[Thing, CanvasId]]: ...

    def note_unnamed(self, things: Iterable[tuple[Thing, CanvasId]]) -> None: ...
