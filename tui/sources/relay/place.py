"""Where the next connection to a relay begins, and what is known to be missing; pure."""

from __future__ import annotations

from dataclasses import dataclass

from tui.events.relay_wire import Cursor, Refusal
from tui.journal.records import Batch, RelayCursor
from tui.sources.relay.answers import CursorRefused
from tui.sources.relay.catch import Lost

_LOST = {
    Refusal.CURSOR_TOO_OLD: "the relay keeps its events no longer than this",
    Refusal.EPOCH_CHANGED: "the relay's log was begun anew",
    Refusal.CURSOR_IN_FUTURE: "the relay's log has lost its end",
}
_BARE = "disconnected from a relay that sends bare events"
_PATIENCE = 2
"""Times that a cursor may be said to lie in the future: of several relays with one log, one may be
a moment behind."""


@dataclass(slots=True)
class Place:
    """``committed`` is in the journal; ``from_floor``: without a cursor, begin with the oldest
    that the relay has, not with what comes from now on."""

    committed: RelayCursor | None
    from_floor: bool
    listened: int | None = None
    """Up to when (UTC ms) the stream was surely listened to: a gap begins here."""
    lost: Lost | None = None
    _wanted: Cursor | None = None
    """To begin here, though nothing has been committed yet."""
    _oversized: int = 0
    _in_future: int = 0

    def __post_init__(self) -> None:
        if self.committed is not None:
            self.listened = self.committed.at

    @property
    def asks(self) -> Cursor | None:
        """The cursor to come with."""
        if self._wanted is not None:
            return self._wanted
        return None if self.committed is None else self.committed.cursor

    def begin_at(self, cursor: Cursor) -> None:
        """The first time: with the oldest that there is."""
        self._wanted = cursor

    def lost_before_bare(self) -> Lost | None:
        """What a connection that cannot be resumed finds missing."""
        if self.lost is None and self.listened is not None:
            self.lost = Lost(self.listened, _BARE)
        return self.lost

    def refused(self, refused: CursorRefused) -> bool:
        """The cursor means nothing any more; False: it is worth another try."""
        asked = self.asks
        if refused.refusal is Refusal.CURSOR_IN_FUTURE and self._in_future < _PATIENCE:
            self._in_future += 1
            return False
        self._in_future = 0
        self._lose(_LOST[refused.refusal])
        floor = refused.floor
        if refused.refusal is Refusal.CURSOR_TOO_OLD and floor is not None and asked is not None:
            self._wanted = Cursor(asked.epoch, floor)
        return True

    def pass_over(self, epoch: str, position: int, reason: str) -> None:
        """What comes at ``position`` or after cannot be received: go on behind it.

        Where it stands exactly is not known (a filter leaves holes): the second time, all that the
        relay has is passed over.
        """
        self._oversized += 1
        self._lose(reason)
        if self._oversized == 1:
            self._wanted = Cursor(epoch, position + 1)
        else:
            self.from_floor = False

    def _lose(self, reason: str) -> None:
        """The stream does not go on where it was: the hole ends with what comes next."""
        if self.lost is None and self.listened is not None:
            self.lost = Lost(self.listened, reason)
        self.committed = self._wanted = self.listened = None
        self.from_floor = True

    def took(self, batch: Batch, listened: int | None) -> None:
        """A batch is in the journal."""
        if batch.cursor is not None:
            self.committed, self._wanted, self._in_future = batch.cursor, None, 0
        if batch.sightings:
            self._oversized = 0
        if batch.gaps:
            self.lost = None
        self.listened = listened
