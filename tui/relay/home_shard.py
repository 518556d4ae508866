"""Whose local ids are meant by an event that does not tell its root account."""

from __future__ import annotations

from tui.events.ids import CanvasId
from tui.relay.event_log import EventLog

LOOKED_AT = 2000
"""Of the newest events in the log, when the relay begins."""
_AT_ONCE = 500


class HomeShard:
    """The shard of the one school that posts here.

    It is learned from any event that names its root account (canvas-facts §6). Events in Caliper
    form, and those of some servers, name none: they are taken to be of the same school. Invariant:
    once events of two shards were seen, none is home.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()

    @property
    def known(self) -> int:
        """0: not known yet, or several."""
        return next(iter(self._seen)) if len(self._seen) == 1 else 0

    def learn(self, shard: int) -> None:
        """An event named the root account of this shard; 0: it named none."""
        if shard and len(self._seen) < 2:
            self._seen.add(shard)

    async def learn_from(self, log: EventLog) -> None:
        """What the newest events tell; raises :class:`~tui.relay.event_log.LogUnavailable`."""
        start = max(log.floor, log.head - LOOKED_AT)
        while entries := await log.read(start, _AT_ONCE):
            for entry in entries:
                self.learn(entry.arrival.home_shard)
            start = entries[-1].seq + 1

    def seen(self, course: CanvasId | None) -> CanvasId | None:
        """The id of a course of an event without a root account, as this school sees it."""
        return course if course is None or not self.known else course.seen_from(self.known)
