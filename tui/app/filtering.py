"""Putting filters in force: the line, the bar, the filter switched off and on, totals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from textual.driver import Driver
from textual.timer import Timer
from textual.widgets import Input

from tui.app.answers import Answer, Reply
from tui.app.lines import Line
from tui.app.offers import may_become_field, name_wanted, word_offers
from tui.app.prompt import PromptScreen
from tui.app.setup import WatchSetup
from tui.app.wanted import Wanted, terms_of
from tui.app.widgets.filterbar import FilterBar
from tui.app.widgets.filterline import FilterLine
from tui.app.wiring import WiredApp
from tui.journal.faults import JournalFault
from tui.journal.reader import Reader
from tui.query.language import FilterError, prepare

_TYPING = 0.1
"""Seconds after a keystroke until the filter applies, if no other follows."""
_TYPING_FIELD = 0.5
"""The same where the word that is typed may become a field: it would be looked for meanwhile."""
_FIELD_BUSY = 1.0
"""Seconds a field is waited for that has not taken all keys yet."""
_EARLIER = 100
"""Filters of the history that can be walked through."""


class FilteredApp(WiredApp):
    """Turns what is typed into filters."""

    def __init__(self, setup: WatchSetup, *, driver_class: type[Driver] | None = None) -> None:
        super().__init__(setup, driver_class=driver_class)
        self._typing: Timer | None = None
        self._pending: Callable[[], None] | None = None
        self._bar_typed: Wanted | None = None
        self._before = Wanted()
        """The filter when the line was opened."""
        self._taken_back = False
        """The line was left with ``esc``: what its keys still bring counts no more."""

    def on_mount(self) -> None:
        """The grammar takes a tenth of a second to load: not at the first keystroke."""
        self.run_worker(asyncio.to_thread(prepare), name="language")

    # The expression

    def action_filter_line(self) -> None:
        """Open the line in which the filter is an expression."""
        watching = self.watching
        self.filter_bar.display = False
        self.filter_line.display = True
        self._before, self._taken_back = watching.filter.wanted, False
        if watching.redacted and not watching.filter.wanted.empty:
            remark = "redacted: the filter in force is not shown; what you type takes its place"
            self.filter_line.open("", remark=remark)
        else:
            text = watching.filter.wanted.text
            self.filter_line.open(f"{text} " if text else "")  # the next term is a word of its own
        self._wish_earlier()
        self.paint()

    def _wish_earlier(self) -> None:
        """Earlier filters hold names: a redacted screen shows none."""
        if self.watching.redacted:
            return

        def work(reader: Reader) -> Sequence[Answer]:
            earlier = reader.past_filters(_EARLIER)
            return [Reply(lambda: self.filter_line.remember(earlier))]

        self.watching.reading.ask("earlier filters", work)

    def on_filter_line_typed(self, message: FilterLine.Typed) -> None:
        message.stop()
        if self._taken_back:
            return
        wanted = name_wanted(message.text, message.cursor)
        role, begun = (wanted.role, wanted.text) if wanted else (None, "")
        self.watching.wish_names(role, begun)
        delay = _TYPING_FIELD if may_become_field(message.text, message.cursor) else _TYPING
        self._apply_soon(lambda: self.watching.type_filter(message.text), delay)
        self.paint_filters()

    def _keep_line(self) -> None:
        """Close the line, and remember what it says; with a mistake in it stays open."""
        text = self.filter_line.box.value
        if self.filter_line.changed:
            self._apply_soon(lambda: self.watching.type_filter(text))
        self._apply_typed()
        if self.watching.filter.problem is not None:
            return
        self.filter_line.display = False
        if text.strip():
            self.note_filter(text.strip())

    def note_filter(self, text: str) -> None:
        """Remember this filter: it can be come back to."""
        self.run_worker(self._note(text), name="history")

    async def _note(self, text: str) -> None:
        try:
            await asyncio.to_thread(self.setup.journal.note_filter, text)
        except JournalFault as fault:
            self.say(f"this filter is not remembered: {fault}")

    def _take_back_line(self) -> None:
        self._taken_back = True
        self._forget_typed()
        self.watching.filter_by(self._before)
        self.filter_line.display = False

    def on_filter_line_save(self, message: FilterLine.Save) -> None:
        message.stop()
        text = message.text.strip()
        self._apply_typed()
        if not text:
            self.say("an empty filter cannot be saved")
        elif self.setup.save_filter is None:
            self.say("not saved: there is no configuration file to save to")
        elif self.watching.filter.problem is not None:
            self.say("not saved: there is a mistake in it")
        else:
            self.push_screen(
                PromptScreen(
                    "Save this filter: its name, for @name",
                    [Line(text)],
                    accept=partial(self._write_filter, self.setup.save_filter, text),
                ),
                lambda _: self.paint(),
            )

    async def _write_filter(self, save: Callable[[str, str], Path], text: str, name: str) -> str:
        """Why it is not saved, or nothing."""
        name = name.removeprefix("@")
        try:
            path = await asyncio.to_thread(save, name, text)
        except (OSError, ValueError) as wrong:
            return f"not saved: {wrong}"
        self.watching.filter.named[name] = text
        self.say(f"saved as @{name} in {path}")
        return ""

    # The bar

    def action_filter_bar(self) -> None:
        self.filter_line.display = False
        self.filter_bar.display = True
        self.filter_bar.open(self.watching.filter.wanted, redacted=self.watching.redacted)
        self.paint()

    def on_filter_bar_typed(self, message: FilterBar.Typed) -> None:
        message.stop()
        wanted = self._bar_typed or self.watching.filter.wanted
        self._bar_typed = wanted.with_text(message.field, message.text)
        self.watching.wish_completions(message.field, message.text)
        self._apply_soon(self._apply_bar)

    def _apply_bar(self) -> None:
        if self._bar_typed is not None:
            wanted, self._bar_typed = self._bar_typed, None
            self.watching.filter_by(wanted)

    # Both

    def go_on_typing(self, step: int) -> bool:
        """The next field or offer; False if no filter is being typed."""
        if self.filter_line.typing:
            if not self.filter_line.offering:
                saved = self.watching.filter.saved(redacted=self.watching.redacted)
                found = word_offers(*self.filter_line.typed, saved)
                self.filter_line.offer(found)
            self.filter_line.go_on(step)
        elif self.filter_bar.typing:
            self.filter_bar.go_on(step)
        else:
            return False
        return True

    async def typed_so_far(self) -> None:
        """Keys in front of this one are on their way into the field: it has them after this."""
        if isinstance(self.focused, Input):
            there = asyncio.Event()
            self.focused.call_later(there.set)
            with suppress(TimeoutError):
                await asyncio.wait_for(there.wait(), _FIELD_BUSY)

    def keep_typed(self) -> bool:
        """Enter: take an offer, or close with the filter in force; False if none is typed."""
        if self.filter_line.typing:
            self._keep_line()
            closed = not self.filter_line.display
        elif self.filter_bar.typing:
            closed = not self.filter_bar.complete()
            if closed:
                self._leave_bar()
        else:
            return False
        if closed:
            self.screen.set_focus(self.table)
        self.paint(wait_for_rows=True)
        return True

    def leave_typed(self) -> bool:
        """Esc: back from the bar as it is, from the line to what was before; False: neither."""
        if self.filter_line.display:
            self._take_back_line()
        elif self.filter_bar.typing:
            self._leave_bar()
        else:
            return False
        return True

    def close_filters(self) -> None:
        """Close the line and the bar, with what they say in force: their text must not be seen."""
        if self.filter_line.display or self.filter_bar.display:
            self._apply_typed()
            self.filter_line.display = self.filter_bar.display = False
            self.screen.set_focus(self.table)

    def _leave_bar(self) -> None:
        self._apply_typed()
        self.filter_bar.display = False

    def _apply_soon(self, apply: Callable[[], None], delay: float = _TYPING) -> None:
        self._pending = apply
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(delay, self._apply_typed)

    def _forget_typed(self) -> None:
        self._pending = self._bar_typed = None
        if self._typing is not None:
            self._typing.stop()
            self._typing = None

    def _apply_typed(self) -> None:
        apply = self._pending
        if apply is not None:
            apply()
        self._forget_typed()
        if apply is not None:
            self.paint(wait_for_rows=True)

    # Without typing

    def action_filter_toggle(self) -> None:
        if self.watching.filter.wanted.empty:
            self.say("there is no filter: / and f set one")
            return
        self.watching.filter_by(self.watching.filter.wanted.switched())
        self.paint(wait_for_rows=True)

    def action_totals(self) -> None:
        self.watching.toggle_totals()
        self.say(f"recalculated totals are {'shown' if self.watching.totals else 'not shown'}")
        self.paint(wait_for_rows=True)

    def action_groups(self) -> None:
        if self.watching.inside:
            self.say("each change of this request has its row: esc goes back")
            return
        self.watching.toggle_groups()
        words = "one row" if self.watching.groups else "one row each"
        self.say(f"the changes of one request: {words}")
        self.paint(wait_for_rows=True)

    def action_filter_clear(self) -> None:
        self.watching.filter_by(Wanted())
        self.paint(wait_for_rows=True)

    def ask(self, expression: str) -> None:
        """Add an expression of the filter language to the filter in force.

        Its terms take the place of those of the same field.
        """
        try:
            terms = terms_of(self.watching.filter.read(expression))
        except FilterError as wrong:
            self.say(f"not filtered: {wrong}")
            return
        self.watching.filter_by(self.watching.filter.wanted.with_terms(terms))
        self.paint(wait_for_rows=True)
