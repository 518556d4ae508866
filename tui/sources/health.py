"""How a source is, in words a person can act on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui.events.event import Feed


class State(StrEnum):
    """A source's state machine."""

    CONNECTING = "connecting"
    READING = "reading"
    """Catching up: a walk through the log is under way."""
    LIVE = "live"
    """The last poll was good, or the stream is open and alive."""
    WAITING = "waiting"
    """Throttled: waiting before the next request."""
    RETRYING = "retrying"
    REFUSED = "refused"
    """Canvas says no; retrying alone will not help."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Health:
    """What a source says about itself now; times are UTC ms.

    ``words`` is one clear line: what is the matter and what to do. Empty when nothing is.
    """

    source: str
    """``grades of course 565``, ``course events of account 1``, ``replay``: unique."""
    state: State
    words: str = ""
    last_good: int | None = None
    """When it last read to the end without a fault."""
    verified_from: int | None = None
    verified_to: int | None = None
    quota: float | None = None
    """``X-Rate-Limit-Remaining``; None where the server does not say."""
    skew_ms: int | None = None
    """The server's clock minus ours."""
    retry_at: int | None = None
    behind: int | None = None
    """Events of a relay's log that are still to come; None: not told, or none."""
    feed: Feed | None = None
    """Which feed it reads; None: neither."""
    target: str = ""
    """The words under which its coverage is kept, where these are not ``source``."""
