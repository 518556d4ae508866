"""The app: what keys do."""

from __future__ import annotations

import asyncio
import os
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from textual._callback import invoke
from textual.driver import Driver
from textual.timer import Timer
from textual.widgets import Input

from tui.app.clipboard import osc52
from tui.app.filters import Bar
from tui.app.keymap import Command, is_typed, key_name, with_keys
from tui.app.lines import Jump, Narrow
from tui.app.places import event_url
from tui.app.screens import ExportScreen, HelpScreen, PaletteScreen
from tui.app.setup import WatchSetup
from tui.app.tabs import Tab
from tui.app.terminal import display_at_hand
from tui.app.widgets.filterbar import FilterBar
from tui.app.widgets.linelist import LineList
from tui.app.widgets.table import EventTable
from tui.app.wiring import WiredApp
from tui.events.times import to_datetime
from tui.journal.faults import JournalFault
from tui.report.export import export_view
from tui.report.formats import Format
from tui.report.text import line

_WHILE_TYPING = frozenset(
    {"next_pane", "previous_pane", "back", "detail", "palette", "quit", "help"}
)
_TYPING = 0.1
"""Seconds after a keystroke until the filter applies, if no other follows."""


class GradewatchApp(WiredApp):
    """Watches a journal and the sources that fill it. See :mod:`tui.app.keymap` for its keys."""

    def __init__(self, setup: WatchSetup, *, driver_class: type[Driver] | None = None) -> None:
        super().__init__(setup, driver_class=driver_class)
        self._commands = with_keys(setup.keys)
        self._typing: Timer | None = None
        self._bar_typed: Bar | None = None
        for command in self._commands:
            for key in command.keys:
                # Priority: else Textual would give a key to what had the focus before the key in
                # front of it was handled, and fast fingers type into the wrong place.
                action = f"command({command.action!r}, {is_typed(key)})"
                self._bindings.bind(key_name(key), action, show=False, priority=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys belong to what is in front; while a text is typed only some lead out of it."""
        if action != "command":
            return super().check_action(action, parameters)
        name, typed = parameters
        if self.covered:
            return name == "quit" and not typed
        return not isinstance(self.focused, Input) or (name in _WHILE_TYPING and not typed)

    async def action_command(self, name: str, typed: bool) -> None:
        """Do what the command of that name does."""
        del typed
        await invoke(getattr(self, f"action_{name}"))

    # Moving about

    def _list_in_focus(self) -> LineList | None:
        """The list that has the keys, where it is not the table that has them."""
        return self.focused if isinstance(self.focused, LineList) else None

    def _move(self, rows: int) -> None:
        if (other := self._list_in_focus()) is not None:
            other.move(rows)
            return
        self.watching.view.move(rows)
        self.paint()

    def action_down(self) -> None:
        self._move(1)

    def action_up(self) -> None:
        self._move(-1)

    def _page(self, direction: int) -> None:
        if (other := self._list_in_focus()) is not None:
            other.page(direction)
            return
        self.watching.view.page(direction)
        self.paint()

    def action_page_down(self) -> None:
        self._page(1)

    def action_page_up(self) -> None:
        self._page(-1)

    def action_left(self) -> None:
        self.table.sideways(-1)

    def action_right(self) -> None:
        self.table.sideways(1)

    def action_newest(self) -> None:
        if (other := self._list_in_focus()) is not None:
            other.go_first()
            return
        self.watching.view.newest()
        self.paint()

    def action_oldest(self) -> None:
        if (other := self._list_in_focus()) is not None:
            other.go_last()
            return
        self.watching.view.oldest()
        self.paint()

    def action_hold(self) -> None:
        self.watching.view.toggle_hold()
        self.paint()

    def action_next_pane(self) -> None:
        self._next_pane(1)

    def action_previous_pane(self) -> None:
        self._next_pane(-1)

    def _next_pane(self, step: int) -> None:
        if self._in_filter_bar:
            self.filter_bar.go_on(step)
        elif self.pane.display:
            here = self.focused is self.pane.body
            self.screen.set_focus(self.table if here else self.pane.body)

    async def action_back(self) -> None:
        if self._in_filter_bar:
            self._leave_filter_bar()
        else:
            self.pane.display = False
        self.screen.set_focus(self.table)
        self.paint(wait_for_rows=True)

    def on_event_table_resized(self, message: EventTable.Resized) -> None:
        self.watching.view.resize(message.rows)
        self.paint(wait_for_rows=True)

    def on_event_table_pointed(self, message: EventTable.Pointed) -> None:
        self.watching.view.point(message.row)
        self.paint()
        if message.again:
            self.action_detail()

    def on_event_table_wheel(self, message: EventTable.Wheel) -> None:
        self.watching.view.move(message.rows)
        self.paint()

    # The detail pane

    def action_detail(self) -> None:
        pane = self.pane
        if self._in_filter_bar:
            if not self.filter_bar.complete():
                self._leave_filter_bar()
                self.screen.set_focus(self.table)
            return
        if self.focused is pane.body and pane.display:
            self._follow_line()
            return
        self._open_pane()
        self.screen.set_focus(pane.body)

    def _open_pane(self) -> None:
        if not self.pane.display:
            self.pane.display = True
            self._shown_detail = None
        self.paint()

    def _follow_line(self) -> None:
        found = self.pane.line
        match None if found is None else found.act:
            case Narrow(pick):
                self.watching.filter_by(self.watching.bar.with_pick(pick))
                self.screen.set_focus(self.table)
            case Jump(slot):
                self.watching.go_to(slot)
            case None:
                return
        self.paint()

    def on_line_list_pointed(self, message: LineList.Pointed) -> None:
        if message.list is self.pane.body:
            self._follow_line()

    def _open_tab(self, tab: Tab) -> None:
        self._open_pane()
        self.pane.open_tab(tab)

    def action_tab_change(self) -> None:
        self._open_tab(Tab.CHANGE)

    def action_tab_links(self) -> None:
        self._open_tab(Tab.LINKS)

    def action_tab_history(self) -> None:
        self._open_tab(Tab.HISTORY)

    def action_tab_request(self) -> None:
        self._open_tab(Tab.REQUEST)

    def action_tab_raw(self) -> None:
        self._open_tab(Tab.RAW)

    # The filter

    def action_filter_bar(self) -> None:
        self.filter_bar.display = True
        self.filter_bar.open(self.watching.bar)
        self.paint()

    @property
    def _in_filter_bar(self) -> bool:
        return isinstance(self.focused, Input) and self.filter_bar.display

    def _leave_filter_bar(self) -> None:
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

    def action_filter_clear(self) -> None:
        self.watching.filter_by(Bar())
        self.paint(wait_for_rows=True)

    # What leaves the app

    def action_open(self) -> None:
        canvas, selected = self.setup.canvas_url, self.watching.selected
        if self.watching.redacted:
            self.say("redacted: addresses in Canvas hold ids (x shows them)")
            return
        if canvas is None or selected is None:
            self.say("there is no Canvas to open" if canvas is None else "no event is selected")
            return
        found = self.pane.line if self.focused is self.pane.body else None
        url = (None if found is None else found.url) or event_url(canvas, selected.event)
        if url is None:
            self.say("nothing in Canvas belongs to this event")
        elif display_at_hand(os.environ):
            self.run_worker(asyncio.to_thread(webbrowser.open, url), name="browser")
            self.say(f"opened {url}")
        else:
            self._copy(url, f"no browser here: {url}")

    def action_copy(self) -> None:
        found = self.pane.line if self.focused is self.pane.body else None
        selected = self.watching.selected
        if found is not None:
            self._copy(found.text.strip(), "the line")
        elif selected is not None:
            self._copy(line(selected, self.setup.zone), "the row")

    def _copy(self, text: str, what: str) -> None:
        request = osc52(text, os.environ)
        if request is None:
            self.say(f"{what}: too long to copy through the terminal")
            return
        if self._driver is not None:
            self._driver.write(request)
        self.say(f"{what} · sent to the terminal's clipboard, which may refuse it")

    def action_export(self) -> None:
        now = to_datetime(self.setup.now()).astimezone(self.setup.zone)
        counts = self.watching.counts()
        more = "" if counts.complete else " so far"
        people = (
            "names and ids as pseudonyms" if self.watching.redacted else "names and ids in clear"
        )
        self.push_screen(
            ExportScreen(
                f"gradewatch-{now:%Y%m%d-%H%M%S}.csv",
                f"{counts.matching:,} events{more}, oldest first, {people}",
            ),
            self._export_to,
        )

    def _export_to(self, answer: tuple[Path, Format] | None) -> None:
        self.paint()
        if answer is not None:
            self.run_worker(self._export(*answer), name="export")

    async def _export(self, path: Path, fmt: Format) -> None:
        where, redactor = self.watching.where, self.watching.redactor
        zone, journal = self.setup.zone, self.setup.journal

        def write() -> int:
            reader = journal.reader()  # of its own: a long export must not keep the screen waiting
            try:
                return export_view(reader, where, fmt, path, redactor=redactor, zone=zone)
            finally:
                reader.close()

        try:
            count = await asyncio.to_thread(write)
        except (OSError, JournalFault) as wrong:
            self.say(f"not exported: {wrong}")
        else:
            self.say(f"{count:,} events written to {path}")

    def action_redact(self) -> None:
        self.watching.toggle_redaction()
        self._shown_detail = None
        self.pane.show(None)
        self.paint()

    # Help and the palette

    def action_help(self) -> None:
        self.push_screen(HelpScreen(self._commands), lambda _: self.paint())

    def action_palette(self) -> None:
        self.push_screen(PaletteScreen(self.commands_now()), self._run_command)

    async def _run_command(self, action: str | None) -> None:
        self.paint()
        if action is not None:
            await self.run_action(action)

    def commands_now(self) -> Sequence[Command]:
        """The commands that would do something now."""
        watching = self.watching
        selected = watching.view.selected is not None
        idle = {
            "filter_toggle": watching.bar.empty,
            "filter_clear": watching.bar.empty,
            "open": not selected or self.setup.canvas_url is None or watching.redacted,
            "copy": not selected,
            "export": not watching.view.matching,
            "oldest": not selected,
            "detail": not selected,
            **dict.fromkeys((f"tab_{tab}" for tab in Tab), not selected),
        }
        return [each for each in self._commands if each.palette and not idle.get(each.action)]

    def action_help_quit(self) -> None:
        """Ctrl+C: many a finger expects it to end things."""
        quit_keys = next(each.keys for each in self._commands if each.action == "quit")
        self.say(f"{' or '.join(quit_keys) or 'the palette'} quits")

    async def action_quit(self) -> None:
        self.exit(return_code=0)
