"""Lines of plain text with an optional cursor; only lines that changed are painted again."""

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

from tui.app.columns import fit
from tui.app.lines import Act, Line, Tone, wrapped

STYLES: dict[Tone, Style | None] = {
    Tone.PLAIN: None,  # no style at all: no bytes for it
    Tone.HEAD: Style(bold=True),
    Tone.QUIET: Style(dim=True),
    Tone.WARN: Style(color="yellow"),
    Tone.BAD: Style(color="red", bold=True),
}
CURSOR = Style(reverse=True)


class LineList(Widget):
    """Shows lines, wrapped to its width and scrolled to its cursor.

    With ``cursor`` one line is marked; else it stands at the first line. Lines hold plain strings
    and become segments: nothing in them is ever parsed as markup.
    """

    @dataclass
    class Pointed(Message):
        """A line was clicked."""

        list: LineList
        line: Line

    def __init__(
        self,
        *,
        cursor: bool = False,
        name: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=name, classes=classes, markup=False)
        self.can_focus = cursor
        self._with_cursor = cursor
        self._source: tuple[Line, ...] = ()
        self._lines: list[Line] = []
        self._width = 0
        self._top = 0
        self._cursor = 0
        self._painted: list[tuple[Line, bool]] = []

    @property
    def count(self) -> int:
        """Lines after wrapping."""
        return len(self._lines)

    @property
    def line(self) -> Line | None:
        """The line under the cursor."""
        return self._lines[self._cursor] if self._cursor < len(self._lines) else None

    @property
    def at(self) -> int:
        """The number of the line under the cursor, from 0, after wrapping."""
        return self._cursor

    def set_lines(self, lines: Sequence[Line], *, keep: bool = True) -> None:
        """Show these; with ``keep`` the cursor and the scrolling stay where they are."""
        source = tuple(lines)
        if source == self._source and keep:
            return
        self._source = source
        if not keep:
            self._top = self._cursor = 0
        self._wrap()

    def move(self, lines: int) -> None:
        """Move the cursor, or scroll where there is none."""
        if self._with_cursor:
            self._cursor = min(max(self._cursor + lines, 0), max(0, len(self._lines) - 1))
        else:
            self._top += lines
        self._show()

    def page(self, direction: int) -> None:
        """Move by a screen."""
        self.move(direction * max(1, self.size.height - 1))

    def go_first(self) -> None:
        """Move to the first line."""
        self.move(-len(self._lines))

    def go_last(self) -> None:
        """Move to the last line."""
        self.move(len(self._lines))

    def go_to(self, act: Act) -> None:
        """Move to the first line on which enter does this, if there is one."""
        for index, line in enumerate(self._lines):
            if line.act == act:
                self.move(index - self._cursor)
                return

    def _wrap(self) -> None:
        room = self._width - (1 if self._with_cursor else 0)
        self._lines = wrapped(self._source, room) if self._width else list(self._source)
        self._cursor = min(self._cursor, max(0, len(self._lines) - 1))
        self._show()

    def _show(self) -> None:
        height = max(1, self.size.height)
        if self._with_cursor:
            self._top = min(self._top, self._cursor)
            self._top = max(self._top, self._cursor - height + 1)
        self._top = min(max(self._top, 0), max(0, len(self._lines) - height))
        shown = [
            (line, self._marks(self._top + row))
            for row, line in enumerate(self._lines[self._top : self._top + height])
        ]
        before, self._painted = self._painted, shown
        for row in range(max(len(before), len(shown))):
            if before[row : row + 1] != shown[row : row + 1]:
                self.refresh(Region(0, row, self.size.width, 1))

    def _marks(self, index: int) -> bool:
        return self._with_cursor and index == self._cursor

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._painted):
            return Strip([Segment(" " * width)], width)
        line, marked = self._painted[y]
        if not self._with_cursor:
            return Strip([Segment(fit(line.text, width), STYLES[line.tone])], width)
        text = (">" if marked else " ") + fit(line.text, width - 1)
        return Strip([Segment(text, CURSOR if marked else STYLES[line.tone])], width)

    def on_resize(self, event: events.Resize) -> None:
        if event.size.width != self._width:
            self._width = event.size.width
            self._wrap()
        self._show()

    def on_mouse_scroll_down(self) -> None:
        self.move(3)

    def on_mouse_scroll_up(self) -> None:
        self.move(-3)

    def on_click(self, event: events.Click) -> None:
        row = self._top + event.y
        if self._with_cursor and row < len(self._lines):
            self._cursor = row
            self._show()
            self.post_message(self.Pointed(self, self._lines[row]))
