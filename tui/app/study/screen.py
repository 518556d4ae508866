"""What all study screens share: a title, lines with a cursor, a foot, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from tui.app.lines import Act, Line, head, quiet, wrapped
from tui.app.scrolled import ScrolledScreen
from tui.app.widgets.linelist import LineList

WAYS = "↑ ↓ scroll · enter opens · esc back"
"""What every study screen's keys do."""


_REMARK_SECONDS = 8.0


@dataclass
class RedactionWanted(Message):
    """People are to be hidden at once, or shown again: the study ends, whatever it is over."""


class StudyScreen(ScrolledScreen[Act]):
    """Lines over the table. Enter on a line with an act ends the screen with that act.

    Subclasses give their own bindings beside these, and call :meth:`show` whenever they know more.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", show=False),
        Binding("x", "redact", show=False),
        Binding("question_mark,f1", "app.help", show=False),
    ]

    def __init__(self, title: str, *, cursor: bool = True) -> None:
        super().__init__(classes="study")
        self.heading = LineList(classes="heading")
        self.body = LineList(cursor=cursor, classes="body")
        self.foot = LineList(classes="foot")
        self._remark = ""
        self._remarking: Timer | None = None
        self.entitle(title)
        self.tell("")

    def compose(self) -> ComposeResult:
        with Vertical(classes="page"):
            yield from self.parts()

    def parts(self) -> Iterable[Widget]:
        """What the screen is made of, from the top down."""
        return self.heading, self.body, self.foot

    def on_mount(self) -> None:
        if self.body.can_focus:
            self.set_focus(self.body)

    # What subclasses say

    def entitle(self, title: str) -> None:
        """The line at the top: what is studied."""
        self.heading.set_lines([head(title)])

    def tell(self, words: str, *, ways: str = WAYS) -> None:
        """The lines at the foot: how far the reading is, or what went wrong; then the keys."""
        self._told = words, ways
        words = self._remark or words
        lines = wrapped([*([Line(words)] if words else []), quiet(ways)], self._width)
        self.foot.styles.height = len(lines)
        self.foot.set_lines(lines)

    def remark(self, words: str) -> None:
        """Say something for a while: what became of what was asked for here."""
        if self._remarking is not None:
            self._remarking.stop()
        self._remarking = self.set_timer(_REMARK_SECONDS, lambda: self._put_remark(""))
        self._put_remark(words)

    def _put_remark(self, words: str) -> None:
        self._remark = words
        told, ways = self._told
        self.tell(told, ways=ways)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these; the cursor stays where it is."""
        self.body.set_lines(lines)

    @property
    def _width(self) -> int:
        return self.size.width or 80

    # Keys

    @property
    def scrolled(self) -> LineList:
        return self.body

    def action_enter(self) -> None:
        line = self.body.line
        if line is not None and line.act is not None:
            self.dismiss(line.act)

    def action_redact(self) -> None:
        self.post_message(RedactionWanted())

    def on_line_list_pointed(self, message: LineList.Pointed) -> None:
        """A click is the cursor and enter in one, as in the pane of one event."""
        message.stop()
        if message.list is self.body:
            self.action_enter()
