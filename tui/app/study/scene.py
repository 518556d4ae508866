"""What of time is in view, where the cursor is, and what is selected; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo

from tui.app.study.timescale import UNITS, Unit, back, columns, fitting
from tui.events.times import to_datetime
from tui.query.ast import During
from tui.query.span import SpanError, parse_span


@dataclass(frozen=True, slots=True)
class Scene:
    """Columns of time in a zone; all changes give another scene of as many columns.

    Invariant: ``edges`` ascend, and ``cursor`` is a column between two of them.
    """

    unit: Unit
    edges: tuple[int, ...]
    cursor: int
    zone: tzinfo
    anchor: tuple[int, int] | None = None
    """The column in which a selection was begun, UTC ms."""

    @classmethod
    def over(cls, start: int, end: int, count: int, zone: tzinfo) -> Scene:
        """All of ``start <= t < end``, the newest column at the right, and the cursor there."""
        unit = fitting(start, end, count, zone)
        first = back(unit, end - 1, count - 1, zone)
        return cls(unit, columns(unit, first, count, zone), count - 1, zone)

    @property
    def count(self) -> int:
        """How many columns there are."""
        return len(self.edges) - 1

    @property
    def column(self) -> tuple[int, int]:
        """The time of the column under the cursor."""
        return self.edges[self.cursor], self.edges[self.cursor + 1]

    @property
    def chosen(self) -> tuple[int, int]:
        """The selection from where it was begun to the cursor; without one, the cursor's column."""
        start, end = self.column
        if self.anchor is None:
            return start, end
        return min(start, self.anchor[0]), max(end, self.anchor[1])

    @property
    def at_rest(self) -> bool:
        """Nobody has moved the cursor from the newest column, or selects."""
        return self.anchor is None and self.cursor == self.count - 1

    def brushed(self, column: int) -> bool:
        """The column is in the selection."""
        start, end = self.chosen
        return self.anchor is not None and start <= self.edges[column] < end

    # Moving

    def moved(self, by: int) -> Scene:
        """The cursor ``by`` columns further; the view goes along where it must."""
        at = self.cursor + by
        if 0 <= at < self.count:
            return replace(self, cursor=at)
        if at < 0:
            return self._from(back(self.unit, self.edges[0], -at, self.zone), 0)
        far = columns(self.unit, self.edges[-1], at - self.count + 1, self.zone)[-2]
        return self._from(back(self.unit, far, self.count - 1, self.zone), self.count - 1)

    def panned(self, direction: int) -> Scene:
        """Half a view further; the cursor stays at its place of the screen."""
        half = max(1, self.count // 2)
        if direction < 0:
            return self._from(back(self.unit, self.edges[0], half, self.zone), self.cursor)
        return self._from(self.edges[half], self.cursor)

    def zoomed(self, by: int) -> Scene:
        """Columns of the next shorter (−1) or longer (1) unit, what is under the cursor stays."""
        place = min(max(UNITS.index(self.unit) + by, 0), len(UNITS) - 1)
        if UNITS[place] == self.unit:
            return self
        start, end = self.column
        return replace(self, unit=UNITS[place]).at((start + end) // 2, self.cursor)

    def at(self, moment: int, column: int | None = None) -> Scene:
        """The cursor at this moment, which stands at ``column`` (the middle) of the screen."""
        place = self.count // 2 if column is None else column
        return self._from(back(self.unit, moment, place, self.zone), place)

    def _from(self, first: int, cursor: int) -> Scene:
        edges = columns(self.unit, first, self.count, self.zone)
        return replace(self, edges=edges, cursor=cursor)

    def wide(self, count: int) -> Scene:
        """With so many columns, because the screen is as wide now."""
        if count == self.count:
            return self
        first = self.edges[0]
        if count < self.count:
            first = back(self.unit, self.edges[self.cursor], min(self.cursor, count - 1), self.zone)
        edges = columns(self.unit, first, count, self.zone)
        return replace(self, edges=edges, cursor=min(self.cursor, count - 1))

    # Selecting

    def begun(self) -> Scene:
        """A selection begins at the cursor."""
        return replace(self, anchor=self.column)

    def without_brush(self) -> Scene:
        return replace(self, anchor=None)

    # Going to a time

    def gone_to(self, text: str, *, now: int) -> Scene:
        """Where a typed time is: a moment under the cursor, a range from side to side.

        Raises :class:`SpanError` for a time that nobody can read.
        """
        span = parse_span(text, now_ms=now, zone=self.zone)
        if span == During():
            raise SpanError("no time is typed")
        start = span.start if span.start is not None else (span.end or now) - 1
        if ".." in text and span.start is not None:
            end = max(start + 1, now if span.end is None else span.end)
            return replace(Scene.over(start, end, self.count, self.zone), anchor=self.anchor)
        return self.at(start)


def time_clause(start: int, end: int, *, now: int, zone: tzinfo) -> str:
    """``at:2026-11-03T14:30..2026-11-03T15:00``: exactly this time, in the filter language.

    By the clock of ``zone`` where that reads back as the same, else by UTC: a clock put back shows
    an hour twice.
    """
    text = f"{_typed(start, zone)}..{_typed(end, zone)}"
    try:
        same = parse_span(text, now_ms=now, zone=zone) == During(start, end)
    except SpanError:
        same = False
    return f"at:{text}" if same else f"at:{_utc(start)}..{_utc(end)}"


def _typed(ms: int, zone: tzinfo) -> str:
    moment = to_datetime(ms).astimezone(zone)
    if ms % 1000:
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}"
    return f"{moment:%Y-%m-%dT%H:%M:%S}" if ms % 60_000 else f"{moment:%Y-%m-%dT%H:%M}"


def _utc(ms: int) -> str:
    moment = to_datetime(ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
