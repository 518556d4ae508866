"""Events for the tests of this room, and a journal's aliases without a journal."""

from collections.abc import Sequence
from dataclasses import replace

from tui.events.event import Event, Feed, GradeState, Kind, Thing
from tui.events.ids import CanvasId
from tui.journal.records import Labels, Stored

_GRADED = Event(
    key="audit:e2b76430-27a5-0131-3ca1-48e0eb13f29b",
    kind=Kind.GRADE,
    type="grade_change",
    at=1_342_731_600_000,
    seen_by=(Feed.AUDIT,),
    course=CanvasId.of(565),
    assignment=CanvasId.of(355),
    student=CanvasId.of(48),
    grader=CanvasId.of(987),
    before=GradeState("4"),
    after=GradeState("5"),
)


def grade_event(**parts: object) -> Event:
    """A grade change of the year 2012, with whatever is given in place."""
    return replace(_GRADED, **parts)


def stored(event: Event, labels: Labels | None = None, *, row: int = 1) -> Stored:
    return Stored(row, row, row, event, labels or Labels())


class Counting:
    """Aliases numbered as they are asked for, one count for each thing; counts its calls."""

    def __init__(self) -> None:
        self.calls = 0
        self._given: dict[tuple[Thing, CanvasId], int] = {}

    def aliases(
        self, things: Sequence[tuple[Thing, CanvasId]]
    ) -> dict[tuple[Thing, CanvasId], int]:
        self.calls += 1
        for key in things:
            same = sum(1 for thing, _ in self._given if thing is key[0])
            self._given.setdefault(key, same + 1)
        return {key: self._given[key] for key in things}
