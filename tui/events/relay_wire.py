"""The words of the relay's wire, which the relay and those who listen to it share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum

SUBPROTOCOL = "gradewatch.v1.json"
SUBSCRIBE_PATH = "/v1/subscribe"
EVENTS_PATH = "/v1/events"
PING_S = 30
"""Seconds between the relay's pings: a connection that is silent for longer than two is dead."""

_CURSOR = re.compile(r"([A-Za-z0-9_-]{1,64})\.([0-9]{1,18})", re.ASCII)


class Refusal(StrEnum):
    """Why the relay does not serve a subscription, by the name on the wire."""

    CURSOR_TOO_OLD = "CursorTooOld"
    """Older than what the log still holds: what lies between is lost to this stream."""
    EPOCH_CHANGED = "EpochChanged"
    """The log was begun anew: a sequence number of the old one means nothing."""
    CURSOR_IN_FUTURE = "CursorInFuture"
    INVALID_PARAMETER = "InvalidParameter"
    UNAUTHORIZED = "Unauthorized"
    FORBIDDEN = "Forbidden"
    """A course outside the token's scope."""
    CONSUMER_TOO_SLOW = "ConsumerTooSlow"
    """Far behind and hardly moving; told in a frame before the close."""
    LOG_UNAVAILABLE = "LogUnavailable"
    """The log cannot be read now: 503 before the upgrade, or told in a frame before the close."""


class Close(IntEnum):
    """Codes with which the relay closes a websocket."""

    SHUTDOWN = 1001
    SERVER_PUSH_ONLY = 1008
    """A client sent a data frame."""
    TOO_SLOW = 4008
    LOG_UNAVAILABLE = 4010
    """Come back, to this relay or another one of the same log."""
    CURSOR_TOO_OLD = 4011
    """Retention overtook a slow subscriber: what it had not read is gone."""
    EPOCH_CHANGED = 4012
    RIGHTS_CHANGED = 4013
    """The token now allows something else: come back, and be told by the refusal if it is less."""
    TOKEN_REVOKED = 4501
    """The token was taken away: do not come back with it."""


def stays_closed(code: int) -> bool:
    """Whether a close code asks the client not to come back (4500–4999)."""
    return 4500 <= code <= 4999


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a relay's log: events with ``seq`` and above follow it.

    A sequence number counts within its ``epoch`` only. ``seq`` is at least 0.
    """

    epoch: str
    """Letters, digits, ``_`` and ``-``; at most 64."""
    seq: int

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read ``<epoch>.<seq>``; ``ValueError`` for all else."""
        if (parts := _CURSOR.fullmatch(text)) is None:
            raise ValueError(f"no cursor: {text[:90]!r} (expected <epoch>.<seq>)")
        return cls(parts[1], int(parts[2]))

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}"
