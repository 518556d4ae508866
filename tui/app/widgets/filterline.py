"""The filter as one expression: what is wrong with it stands under it, offers hang below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label

from tui.app.lines import Line, Tone, quiet, wrapped
from tui.app.offers import Offer
from tui.app.widgets.linelist import LineList
from tui.query.language import FilterError

LONGEST = 500
"""Characters of an expression: what a person types, and can be read while typing."""
_PROMPT = "/ "
_HINTS = (
    "enter keeps · esc takes back · ctrl+u empties · ↑ ↓ earlier filters",
    "tab completes · ctrl+s saves it under a name · f1 all fields and examples",
)
_SHOWN = 8
"""Offers shown at once."""


class FilterLine(Vertical):
    """The text goes out as :class:`Typed`; the filter itself is kept elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "earlier(1)", show=False),
        Binding("down", "earlier(-1)", show=False),
        # Before the field's own, which would leave what is right of the cursor.
        Binding("ctrl+u", "empty", show=False, priority=True),
        Binding("ctrl+s", "save", show=False, priority=True),
    ]

    @dataclass
    class Typed(Message):
        """The line holds another text now."""

        text: str
        cursor: int

    @dataclass
    class Save(Message):
        """The person wants to give the filter a name."""

        text: str

    def __init__(self, *, name: str) -> None:
        super().__init__(id=name)
        self.box = Input(
            placeholder="student:ann delta:<-20 -is:automatic since:-2h",
            compact=True,
            max_length=LONGEST,
            select_on_focus=False,
        )
        self.box.cursor_blink = False
        self._under = LineList(classes="under")
        self._offers = LineList(classes="offers")
        self._found: tuple[Offer, ...] = ()
        self._chosen = -1
        self._taken: tuple[str, int] | None = None  # the text before an offer was taken, its cursor
        self._earlier: tuple[str, ...] = ()
        self._at = -1
        self._draft = ""
        self._remark = ""
        self._opened = ""

    def compose(self) -> ComposeResult:
        with Horizontal(classes="fields"):
            yield Label(_PROMPT, markup=False)
            yield self.box
        yield self._under
        yield self._offers

    def open(self, text: str, *, remark: str = "") -> None:
        """Show this expression, with the cursor behind it; ``remark`` stands under it."""
        self._remark = remark
        self._earlier, self._at, self._draft = (), -1, ""
        self._put(text)
        self._opened = text
        self.complain(None)
        self.offer(())
        self.screen.set_focus(self.box)  # at once: the next key is for it

    @property
    def typing(self) -> bool:
        """The keys go into the line."""
        return self.display and self.screen.focused is self.box

    @property
    def typed(self) -> tuple[str, int]:
        """The text, and where the cursor stands in it."""
        return self.box.value, self.box.cursor_position

    @property
    def offering(self) -> bool:
        """Something is offered."""
        return bool(self._found)

    @property
    def changed(self) -> bool:
        """It does not hold what it was opened with."""
        return self.box.value != self._opened

    def remember(self, earlier: Sequence[str]) -> None:
        """Earlier filters, the newest first, for ↑ and ↓."""
        self._earlier = tuple(earlier)

    def complain(self, problem: FilterError | None) -> None:
        """Point at what is wrong, and say what was expected; else say what keys do here."""
        width = max(20, self.size.width or self.screen.size.width)
        if problem is None:
            lines = [quiet(self._remark or _HINTS[0]), quiet(_HINTS[1])]
        else:
            before = cell_len(self.box.value[: problem.column - 1])
            at = cell_len(_PROMPT) + before - round(self.box.scroll_offset.x)
            lines = pointing(problem, min(max(at, 0), width - 1), width)
        lines = wrapped(lines, width)
        self._under.styles.height = len(lines)  # no fewer than two: the table stays where it is
        self._under.set_lines(lines)

    # Offers

    def offer(self, offers: Sequence[Offer]) -> None:
        """Offer these for the text as it is; the same ones keep the choice made among them."""
        if self._taken is not None or tuple(offers) == self._found:
            return
        self._found, self._chosen = tuple(offers), -1
        self._show_offers()

    def go_on(self, step: int) -> None:
        """Take the next offer in place of the one taken before, or the one before that."""
        if not self._found:
            return
        text, cursor = self._taken or (self.box.value, self.box.cursor_position)
        first = 0 if step > 0 else len(self._found) - 1
        chosen = first if self._chosen < 0 else (self._chosen + step) % len(self._found)
        found = self._found[chosen]
        start = min(found.start, cursor)
        self._put(text[:start] + found.text + text[cursor:], start + len(found.text))
        if len(self._found) == 1:
            self._taken, self._found, self._chosen = None, (), -1
        else:
            self._taken, self._chosen = (text, cursor), chosen
        self._show_offers()
        self.post_message(self.Typed(self.box.value, self.box.cursor_position))

    def _show_offers(self) -> None:
        self._offers.display = bool(self._found)
        if not self._found:
            return
        first = min(max(0, self._chosen - _SHOWN + 1), max(0, len(self._found) - _SHOWN))
        shown = self._found[first : first + _SHOWN]
        lines = [
            Line(
                (">" if first + row == self._chosen else " ") + each.shown,
                Tone.HEAD if first + row == self._chosen else Tone.PLAIN,
            )
            for row, each in enumerate(shown)
        ]
        more = len(self._found) - len(shown)
        if more:
            lines.append(quiet(f" {more} more"))
        self._offers.styles.height = len(lines) + 2  # and its frame
        text = self._taken[0] if self._taken else self.box.value
        at = cell_len(_PROMPT) + cell_len(text[: self._found[0].start])
        self._offers.styles.offset = (max(0, at - round(self.box.scroll_offset.x) - 2), 0)
        self._offers.set_lines(lines, keep=False)

    # Keys

    def action_earlier(self, step: int) -> None:
        """An earlier filter, or a later one again; before all is the text as typed."""
        if self._at < 0:
            self._draft = self.box.value
        same = self._draft.strip()  # what stands there already is no other filter
        ways = [-1, *(at for at, each in enumerate(self._earlier) if each.strip() != same)]
        at = ways[min(max(ways.index(self._at) + step, 0), len(ways) - 1)]
        if at == self._at:
            return
        self._at = at
        self._put(self._draft if at < 0 else self._earlier[at])
        self._typed_anew()

    def action_empty(self) -> None:
        """Take all of the text away."""
        self._put("")
        self._typed_anew()

    def action_save(self) -> None:
        """Ask for a name to save it by."""
        self.post_message(self.Save(self.box.value))

    def _put(self, text: str, cursor: int | None = None) -> None:
        with self.box.prevent(Input.Changed):
            self.box.value = text
        self.box.cursor_position = len(text) if cursor is None else cursor

    def _typed_anew(self) -> None:
        self._taken, self._found, self._chosen = None, (), -1
        self._show_offers()
        self.post_message(self.Typed(self.box.value, self.box.cursor_position))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._taken, self._at = None, -1
        self.post_message(self.Typed(event.value, self.box.cursor_position))


def pointing(problem: FilterError, at: int, width: int) -> list[Line]:
    """A caret in the cell ``at`` with what is wrong beside it, and below it what was expected."""
    cells = cell_len(problem.wrong)
    expected = Line(f"expected: {problem.expected}", Tone.WARN)
    if at + 2 + cells <= width:
        return [Line(" " * at + "^ " + problem.wrong, Tone.WARN), expected]
    if cells + 1 <= at:
        return [Line(" " * (at - cells - 1) + problem.wrong + " ^", Tone.WARN), expected]
    return [Line(" " * at + "^", Tone.WARN), Line(problem.wrong, Tone.WARN), expected]
