"""How an event stands to the audit log, and why a student is not shown: in words; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from tui.app.lines import Line, Tone, quiet, said
from tui.events.confirmation import Confirmation, confirmation
from tui.events.event import Event, Feed, Flag, Kind
from tui.report.words import TimeStyle, time_words

WITHHELD = "withheld while Canvas hides the student"
"""In place of what would tell who it is."""


def standing_lines(event: Event, zone: tzinfo | None, *, read_past: bool) -> Iterator[Line]:
    """Who reported it, and whether the audit log, which is the record, knows of it.

    ``read_past``: the log was read beyond the time at which its row could still come.
    """
    match confirmation(event):
        case Confirmation.CONFIRMED if Feed.LIVE in event.seen_by:
            yield said("seen by", "audit log and live: confirmed")
        case Confirmation.CONFIRMED:
            yield said("seen by", "audit log")
        case Confirmation.UNCONFIRMED:
            since = time_words(event.at, zone, TimeStyle.CLOCK)
            yield said("seen by", f"live, unconfirmed since {since}: a hint, not the record")
            if read_past:
                yield Line("the audit log was read past this time and has no such row", Tone.WARN)
            else:
                yield quiet("the audit log, which is the record, has not shown it yet")
        case Confirmation.NEVER:
            yield said("seen by", "live only, never to be confirmed")
            yield quiet(f"{_unlogged(event)}: the audit log keeps no row of it")


def _unlogged(event: Event) -> str:
    """What sort of change the audit log does not know (canvas-facts §7.5)."""
    before, after = event.before, event.after
    match event.kind:
        case Kind.COURSE_SCORE:
            return "a total recalculated by Canvas"
        case Kind.GRADE if before.points_possible != after.points_possible:
            return "an edit of the points possible, with the score as it was"
        case Kind.GRADE:
            return "grades posted or hidden, with the grade as it was"
        case _:
            return "an event of another kind"


def hidden_words(event: Event) -> str:
    """Why the student is not shown."""
    presumed = Flag.UNPOSTED in event.flags and Feed.AUDIT not in event.seen_by
    if presumed:
        return (
            "withheld: unposted, and the audit log has not said yet whether Canvas hides the"
            " student"
        )
    return "hidden by Canvas: the assignment is anonymous and muted"


def is_hidden(event: Event) -> bool:
    return event.student is None and Flag.HIDDEN_STUDENT in event.flags
