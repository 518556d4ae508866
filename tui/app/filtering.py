"""Putting filters in force: the filter bar, the filter switched off and on, totals."""

from __future__ import annotations

from textual.driver import Driver
from textual.timer import Timer
from textual.widgets import Input

from tui.app.filters import Bar
from tui.app.setup import WatchSetup
from tui.app.widgets.filterbar import FilterBar
from tui.app.wiring import WiredApp

_TYPING = 0.1
"""Seconds after a keystroke until the filter applies, if no other follows."""


class FilteredApp(WiredApp):
    """Turns what is typed into filters."""

    def __init__(self, setup: WatchSetup, *, driver_class: type[Driver] | None = None) -> None:
        super().__init__(setup, driver_class=driver_class)
        self._typing: Timer | None = None
        self._bar_typed: Bar | None = None

    def action_filter_line(self) -> None:
        """Open the line in which the filter is an expression."""
        self.say("not yet")

    def action_filter_bar(self) -> None:
        self.filter_bar.display = True
        self.filter_bar.open(self.watching.bar)
        self.paint()

    @property
    def in_filter_bar(self) -> bool:
        return isinstance(self.focused, Input) and self.filter_bar.display

    def leave_filter_bar(self) -> None:
        self._apply_typed()
        self.filter_bar.display = False

    def on_filter_bar_typed(self, message: FilterBar.Typed) -> None:
        message.stop()
        bar = self._bar_typed or self.watching.bar
        self._bar_typed = bar.with_text(message.field, message.text)
        self.watching.wish_completions(message.field, message.text)
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(_TYPING, self._apply_typed)

    def _apply_typed(self) -> None:
        if self._typing is not None:
            self._typing.stop()
            self._typing = None
        if self._bar_typed is not None:
            bar, self._bar_typed = self._bar_typed, None
            self.watching.filter_by(bar)
            self.paint(wait_for_rows=True)

    def action_filter_toggle(self) -> None:
        if self.watching.bar.empty:
            self.say("there is no filter: f sets one")
            return
        self.watching.filter_by(self.watching.bar.switched())
        self.paint(wait_for_rows=True)

    def action_totals(self) -> None:
        self.watching.toggle_totals()
        self.say(f"recalculated totals are {'shown' if self.watching.totals else 'not shown'}")
        self.paint(wait_for_rows=True)

    def action_filter_clear(self) -> None:
        self.watching.filter_by(Bar())
        self.paint(wait_for_rows=True)

    def ask(self, expression: str) -> None:
        """Add an expression of the filter language to the filter in force."""
        self.say(f"not yet: {expression}")
