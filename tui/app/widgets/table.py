"""The stream of events: a line-API widget that holds the rows on screen and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.app.cells import RowText
from tui.app.columns import GAP, MARKER, Column, Layout, fit, lay_out
from tui.app.lines import Line
from tui.app.widgets.linelist import CURSOR, STYLES

HEADING = Style(bold=True, underline=True)
_RISEN = Style(color="green")
_FALLEN = Style(color="red")
SIDEWAYS = 8
"""Cells of one step to the left or right."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row on screen; ``text`` is None while it is being read."""

    text: RowText | None
    selected: bool


class EventTable(Widget, can_focus=True):
    """Paints rows it is given; which ones is decided elsewhere (see :mod:`tui.app.view`).

    The line API, and not Textual's DataTable, because that one's cost grows with its rows.
    """

    @dataclass
    class Resized(Message):
        """The table has room for so many rows and cells."""

        rows: int
        width: int

    @dataclass
    class Pointed(Message):
        """A row of the screen was clicked; ``again`` if it was clicked twice."""

        row: int
        again: bool

    @dataclass
    class Wheel(Message):
        """The wheel was turned: rows down, or up where negative."""

        rows: int

    def __init__(self, *, name: str) -> None:
        super().__init__(id=name, markup=False)
        self.layout_now: Layout = lay_out(80, one_course=False)
        self._rows: list[TableRow] = []
        self._instead: tuple[Line, ...] = ()
        self._left = 0

    def take_layout(self, layout: Layout) -> None:
        """Take other columns or widths."""
        if layout != self.layout_now:
            self.layout_now = layout
            self._left = min(self._left, self._rightmost)
            self.refresh()

    def show_rows(self, rows: Sequence[TableRow], instead: Sequence[Line]) -> None:
        """Paint these; ``instead`` stands there while there are none."""
        before, self._rows = self._rows, list(rows)
        if tuple(instead) != self._instead or bool(before) != bool(rows):
            self._instead = tuple(instead)
            if not rows or not before:
                self.refresh()
                return
        for row in range(max(len(before), len(rows))):
            if before[row : row + 1] != self._rows[row : row + 1]:
                self.refresh(Region(0, row + 1, self.size.width, 1))

    def sideways(self, steps: int) -> None:
        """Scroll to the right, or to the left where negative."""
        left = min(max(self._left + steps * SIDEWAYS, 0), self._rightmost)
        if left != self._left:
            self._left = left
            self.refresh()

    @property
    def _rightmost(self) -> int:
        return max(0, self.layout_now.width - self.size.width)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return self._cut(self._heading())
        if not self._rows:
            line = self._instead[y - 2] if 2 <= y < len(self._instead) + 2 else Line()
            return Strip([Segment(fit("  " + line.text, width), STYLES[line.tone])], width)
        if y > len(self._rows):
            return Strip([Segment(" " * width)], width)
        return self._cut(self._row(self._rows[y - 1]))

    def _cut(self, segments: list[Segment]) -> Strip:
        strip = Strip(segments)
        if self._left:
            strip = strip.crop(self._left)
        missing = self.size.width - strip.cell_length
        if missing < 0:
            return strip.crop(0, self.size.width)
        if not missing:
            return strip
        last = list(strip)[-1:] or [Segment("")]
        style = last[0].style if last[0].style in (CURSOR, HEADING) else None
        return Strip([*strip, Segment(" " * missing, style)], self.size.width)

    def _heading(self) -> list[Segment]:
        text = " " * MARKER
        for placed in self.layout_now.placed:
            right = placed.column is Column.DELTA
            # One cell more than its column has: what follows stands at the right of its own.
            room = placed.width + GAP if placed.column is Column.CHANGE else placed.width
            text += fit(placed.column.value, room, right=right)
            text += " " * (placed.width + GAP - room)
        return [Segment(text, HEADING)]

    def _row(self, row: TableRow) -> list[Segment]:
        marker = ">" if row.selected else " "
        text = row.text
        if text is None:
            return [Segment(fit(marker, MARKER) + "…", CURSOR if row.selected else None)]
        marker += text.signs
        if row.selected:
            return [Segment(marker + text.left + text.delta + text.right, CURSOR)]
        style = _FALLEN if "-" in text.delta else _RISEN if "+" in text.delta else None
        if style is None:
            return [Segment(marker + text.left + text.delta + text.right)]
        return [Segment(marker + text.left), Segment(text.delta, style), Segment(text.right)]

    def on_resize(self, event: events.Resize) -> None:
        self._left = min(self._left, self._rightmost)
        self.post_message(self.Resized(max(1, event.size.height - 1), event.size.width))

    def on_click(self, event: events.Click) -> None:
        if event.y > 0:
            self.post_message(self.Pointed(event.y - 1, event.chain > 1))

    def on_mouse_scroll_down(self) -> None:
        self.post_message(self.Wheel(3))

    def on_mouse_scroll_up(self) -> None:
        self.post_message(self.Wheel(-3))
