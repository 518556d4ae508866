"""What the log said of a change before it said what it says now."""

from __future__ import annotations

from tui.events.event import Event, Flag, GradeState
from tui.events.ids import CanvasId
from tui.report.words import NOTHING, flag_letters

_FIELDS = ("student", "grader", "assignment", "before", "after", "flags", "at", "version")


def older_words(older: Event, now: Event) -> str:
    """What was different: every field of the event that reads otherwise now."""
    parts: list[str] = []
    for name in _FIELDS:
        old, new = getattr(older, name), getattr(now, name)
        if old != new:
            parts.append(f"{name} {_field_words(old)}, now {_field_words(new)}")
    return "; ".join(parts) or "the same in all that is shown"


def _field_words(value: object) -> str:
    match value:
        case None:
            return NOTHING
        case GradeState():
            return value.grade or NOTHING
        case Flag():
            return flag_letters(value) or "none"
        case CanvasId():
            return f"#{value}"
        case _:
            return str(value)
