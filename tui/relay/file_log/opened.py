"""A log on disk that this process has for itself, as long as it is where it was opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tui.relay.event_log import Entry, LogUnavailable
from tui.relay.file_log.folder import (
    EPOCH_FILE,
    drop_set_aside,
    identity,
    open_epoch,
    set_aside,
    still_there,
    take_folder,
)
from tui.relay.file_log.segments import OLD_MS, Forgotten, Outgoing, Segments

PARTS = 36
"""Segments that the retention is made of, at least: events stay for a part longer at most."""
SHORTEST_MS = 1000


def segment_ms(retention_s: float) -> int:
    """How long a segment is written to: an hour, or a part of the retention."""
    return min(OLD_MS, max(SHORTEST_MS, round(retention_s * 1000 / PARTS)))


@dataclass(slots=True)
class OpenedLog:
    """All methods block on the disk.

    Invariant: nothing is written, told to be written, or removed, once the folder is not the one
    that was opened (removed, exchanged, restored from a copy): another relay may have its place.
    """

    folder: Path
    lock: int
    """The descriptor that keeps the folder from other processes."""
    epoch: str
    segments: Segments
    oldest: Callable[[], int]
    """Events received before it, UTC ms, are to be forgotten."""
    epoch_file: tuple[int, int]
    aside: frozenset[str] = field(default=frozenset())
    """Other epochs that were there when the log was opened."""

    @classmethod
    def open(
        cls, folder: Path, retention_s: float, clock: Callable[[], int], epoch: Callable[[], str]
    ) -> OpenedLog:
        """Raises ``OSError``, :class:`LogUnavailable`, :class:`tui.relay.file_log.folder.Unfit`."""

        def oldest() -> int:
            return clock() - round(retention_s * 1000)

        lock = take_folder(folder)
        try:
            make = partial(Segments, clock=clock, old_ms=segment_ms(retention_s))
            name, segments = open_epoch(folder, make, epoch, oldest())
            epoch_file = identity(os.stat(folder / EPOCH_FILE))
            aside = set_aside(lock, name)
            opened = cls(folder, lock, name, segments, oldest, epoch_file, aside)
            opened.forget_old()
        except BaseException:
            os.close(lock)
            raise
        return opened

    def check(self) -> None:
        """Raises :class:`LogUnavailable` if what is written would be lost."""
        if not (
            still_there(self.folder, self.lock, self.epoch_file) and self.segments.still_there()
        ):
            raise LogUnavailable(
                f"the log in {self.folder} is no longer there, or is another one: "
                "restart the relay, which then begins anew"
            )

    def write(self, outgoing: Sequence[Outgoing]) -> list[Entry]:
        """See :meth:`Segments.write`; raises :class:`LogUnavailable` too."""
        self.check()
        return self.segments.write(outgoing)

    def forget_old(self) -> Forgotten:
        """Remove what is older than the retention; raises :class:`LogUnavailable` too."""
        self.check()
        self.aside -= drop_set_aside(self.lock, self.aside, self.oldest())
        return self.segments.forget_before(self.oldest())

    def close(self) -> None:
        self.segments.close()
        os.close(self.lock)
