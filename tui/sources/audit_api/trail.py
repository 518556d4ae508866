"""What the walks of one query leave behind for each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.events.event import Rejected


@dataclass(frozen=True)
class Parted:
    """A second that was read by parts: when (server seconds), and whether all of it was."""

    at: int
    whole: bool


@dataclass
class Trail:
    """What the walks of one query leave behind."""

    unread: set[int] = field(default_factory=set[int])
    """Seconds that this server cannot show whole."""
    parted: dict[int, Parted] = field(default_factory=dict[int, Parted])
    """By second. It costs hundreds of requests, so it is done when the second is first met and
    once more when rows that come late have come."""
    rejected: set[Rejected] = field(default_factory=set[Rejected])
    """What was set aside already: the overlap brings it again at each poll."""
    remarks: list[str] = field(default_factory=list[str])
    """What went wrong without stopping a walk, in words."""
    server_end: int = 0
    """The server's time (seconds) when the latest walk began: what came before is read."""

    def unread_spans(self) -> list[tuple[int, int]]:
        """``unread`` as (start, end), ends excluded."""
        return [(second, second + 1) for second in sorted(self.unread)]
