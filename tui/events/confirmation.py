"""Whether the audit log, which is the record, knows of an event."""

from __future__ import annotations

from enum import StrEnum

from tui.events.event import Event, Feed, Flag


class Confirmation(StrEnum):
    """How an event stands to the audit log."""

    CONFIRMED = "confirmed"
    """The audit log has it."""
    UNCONFIRMED = "unconfirmed"
    """Seen live; the audit log should have it and has not been seen to."""
    NEVER = "never"
    """Seen live; the audit log keeps no row of such a change: a posting, an edit of the points
    possible, a recalculated total."""


def confirmation(event: Event) -> Confirmation:
    """Told by ``seen_by`` and the flag ``unconfirmed`` alone, so that ndjson tells it too."""
    if Feed.AUDIT in event.seen_by:
        return Confirmation.CONFIRMED
    unconfirmed = Flag.UNCONFIRMED in event.flags
    return Confirmation.UNCONFIRMED if unconfirmed else Confirmation.NEVER
