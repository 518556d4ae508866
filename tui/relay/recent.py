"""The newest entries of a log in memory, so that those who follow it cost no reading."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from tui.relay.event_log import Entry

ENTRIES = 10_000
CHARACTERS = 32 << 20
"""Of event text; the frames made of it take about as much again."""


class Recent:
    """All entries with ``seq >= since``, ascending, as many as fit: at least the newest one."""

    def __init__(self, since: int, *, entries: int = ENTRIES, characters: int = CHARACTERS) -> None:
        self.since = since
        """Entries below are not here, though the log may have them."""
        self._kept: list[Entry] = []
        self._dropped = 0
        """How many at the front of the list are no longer kept: the list is cut now and then."""
        self._size = 0
        self._entries = entries
        self._characters = characters

    def add(self, entries: Sequence[Entry]) -> None:
        """Take entries that follow those that are here."""
        self._kept.extend(entries)
        self._size += sum(len(entry.arrival.event) for entry in entries)
        count = len(self._kept) - self._dropped
        while count > 1 and (count > self._entries or self._size > self._characters):
            self._drop_first()
            count -= 1
        self._tidy()

    def forget_before(self, floor: int) -> None:
        """Keep nothing with ``seq < floor``."""
        while self._dropped < len(self._kept) and self._kept[self._dropped].seq < floor:
            self._drop_first()
        self.since = max(self.since, floor)
        self._tidy()

    def read(self, start: int, limit: int) -> Sequence[Entry]:
        """At most ``limit`` entries with ``seq >= start``; ``start`` is at least :attr:`since`."""
        first = bisect_left(self._kept, start, lo=self._dropped, key=_seq)
        return self._kept[first : first + limit]

    def _drop_first(self) -> None:
        gone = self._kept[self._dropped]
        self._size -= len(gone.arrival.event)
        self.since = gone.seq + 1
        self._dropped += 1

    def _tidy(self) -> None:
        if self._dropped > len(self._kept) // 2:
            del self._kept[: self._dropped]
            self._dropped = 0


def _seq(entry: Entry) -> int:
    return entry.seq
