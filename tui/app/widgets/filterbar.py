"""The filter bar: four fields side by side, completed from the names the journal has seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label

from tui.app.answers import Completions
from tui.app.filters import ROLES, Field
from tui.app.inforce import problem_words
from tui.app.lines import Line, Tone
from tui.app.wanted import Wanted
from tui.app.widgets.linelist import LineList
from tui.query.language import FilterError


class FilterBar(Vertical):
    """Texts go out as :class:`Typed`; the filter itself is kept elsewhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "choose(1)", show=False),
        Binding("up", "choose(-1)", show=False),
    ]

    @dataclass
    class Typed(Message):
        """A field holds another text now."""

        field: Field
        text: str

    def __init__(self, *, name: str) -> None:
        super().__init__(id=name)
        self._inputs = {
            field: Input(placeholder=_PLACEHOLDERS[field], id=f"filter-{field}", compact=True)
            for field in Field
        }
        self._offers = LineList(classes="offers")
        self._problem = LineList(classes="problem")
        self._names: list[str] = []
        self._chosen = -1

    def compose(self) -> ComposeResult:
        with Horizontal(classes="fields"):
            for field, box in self._inputs.items():
                box.cursor_blink = False
                yield Label(f"{field} ", markup=False)
                yield box
        yield self._problem
        yield self._offers

    def open(self, wanted: Wanted, *, redacted: bool = False) -> None:
        """Show the filter in force, with the cursor in the first field.

        What a field cannot show, and what a redacted screen must not, is said in its place.
        """
        for field, box in self._inputs.items():
            text = wanted.field_text(field)
            hidden = redacted and bool(text) and field is not Field.TIME
            with box.prevent(Input.Changed):
                box.value = "" if hidden else text
            box.placeholder = (
                "(redacted)"
                if hidden
                else _ELSEWHERE
                if wanted.says_more(field)
                else _PLACEHOLDERS[field]
            )
        self._names = []
        self._show_offers()
        self.screen.set_focus(self._inputs[Field.COURSE])  # at once: the next key is for it

    @property
    def typing(self) -> bool:
        """The keys go into one of the fields."""
        focused = self.screen.focused
        return self.display and any(box is focused for box in self._inputs.values())

    def complain(self, problem: FilterError | None) -> None:
        """Say what is wrong with the filter as typed."""
        words = "" if problem is None else problem_words(problem)
        self._problem.display = bool(words)
        self._problem.set_lines([Line(words, Tone.WARN)] if words else [])
        self._problem.styles.height = max(1, self._problem.count)

    def offer(self, completions: Completions | None) -> None:
        """Offer names for the field the cursor is in."""
        field = self.field
        wanted = completions is not None and ROLES.get(field) is completions.role
        fitting = completions if wanted else None
        text = self._inputs[field].value
        found = () if fitting is None or fitting.text != text else fitting.suggestions
        names = [each.name for each in found if each.name != text.strip()]
        if names != self._names:  # the same offers keep the choice made among them
            self._names = names
            self._chosen = -1
            self._show_offers()

    @property
    def field(self) -> Field:
        """The field the cursor is in."""
        focused = self.screen.focused
        return next((each for each, box in self._inputs.items() if box is focused), Field.COURSE)

    def _show_offers(self) -> None:
        self._offers.display = bool(self._names)
        if not self._names:
            return
        lines = [
            Line((">" if row == self._chosen else " ") + name, _tone(row == self._chosen))
            for row, name in enumerate(self._names)
        ]
        self._offers.styles.height = len(lines) + 2  # and its frame
        box = self._inputs[self.field]
        self._offers.styles.offset = (max(0, box.region.x - self.region.x - 1), 0)
        self._offers.set_lines(lines)

    def action_choose(self, step: int) -> None:
        """Go through the offers; above the first one is the text as typed."""
        if self._names:
            self._chosen = min(max(self._chosen + step, -1), len(self._names) - 1)
            self._show_offers()

    def go_on(self, step: int) -> None:
        """Take the chosen offer, if there is one, and go to the next field or the one before."""
        self.complete()
        fields = list(Field)
        following = fields[(fields.index(self.field) + step) % len(fields)]
        self.screen.set_focus(self._inputs[following])
        self._names = []
        self._show_offers()

    def complete(self) -> bool:
        """Take the chosen offer; False if none is chosen."""
        if not 0 <= self._chosen < len(self._names):
            return False
        name = self._names[self._chosen]
        self._names = []
        self._chosen = -1
        box = self._inputs[self.field]
        box.value = name
        box.cursor_position = len(name)
        self._show_offers()
        return True

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """A name too long for its field is known by its beginning."""
        event.stop()
        event.input.scroll_to(x=0, animate=False, force=True, immediate=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        field = next(each for each, box in self._inputs.items() if box is event.input)
        self.post_message(self.Typed(field, event.value))


_PLACEHOLDERS = {
    Field.COURSE: "name or id",
    Field.STUDENT: "name or id",
    Field.GRADER: "name or id",
    Field.TIME: "-2h, today",
}
_ELSEWHERE = "see /"


def _tone(chosen: bool) -> Tone:
    return Tone.HEAD if chosen else Tone.PLAIN
