"""One line asked for over the table: a name, a note."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.app.lines import Line, Tone, head, quiet, wrapped
from tui.app.widgets.linelist import LineList

LONGEST = 500
"""Characters of what is asked for."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered; ``away``: what there was before is to go instead."""

    text: str
    away: bool = False


class PromptScreen(ModalScreen[Entered]):
    """Asks for one line. Enter answers with it, ``esc`` with nothing.

    ``accept`` says what is wrong with a line, or nothing: a refused one is there to be mended.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        # Before the field's own, which takes a character away.
        Binding("ctrl+d", "away", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        *,
        value: str = "",
        removable: bool = False,
        accept: Callable[[str], Awaitable[str]] | None = None,
    ) -> None:
        super().__init__()
        ways = "enter keeps · esc leaves"
        if removable:
            ways = "enter keeps · ctrl+d takes the mark away · esc leaves"
        self._removable = removable
        self._accept = accept
        self._value = value
        self._told = LineList(classes="asking")
        self._lines = [head(title), *lines, quiet(ways)]

    def compose(self) -> ComposeResult:
        with Vertical(classes="frame"):
            yield self._told
            box = Input(value=self._value, compact=True, max_length=LONGEST, select_on_focus=False)
            box.cursor_blink = False
            yield box

    def on_mount(self) -> None:
        self._tell(self._lines)

    def _tell(self, lines: Sequence[Line]) -> None:
        lines = wrapped(lines, max(20, self.screen.size.width - 4))
        self._told.set_lines(lines)
        self._told.styles.height = len(lines)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        refusal = await self._accept(text) if self._accept and text else ""
        if refusal:
            self._tell([*self._lines, Line(refusal, Tone.WARN)])
        elif self.is_current:
            self.dismiss(Entered(text))

    def action_away(self) -> None:
        if self._removable:
            self.dismiss(Entered("", away=True))

    def action_close(self) -> None:
        self.dismiss(None)
