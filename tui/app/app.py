"""The app: what keys do."""

from __future__ import annotations

import asyncio
import os
import webbrowser
from collections.abc import Sequence

from textual._callback import invoke
from textual.driver import Driver
from textual.widgets import Input

from tui.app.clipboard import osc52
from tui.app.exporting import ExportedApp
from tui.app.help import help_pages
from tui.app.keymap import Command, hints, is_typed, key_name, key_words, with_keys
from tui.app.places import event_url
from tui.app.screens import HelpScreen, PaletteScreen
from tui.app.setup import WatchSetup
from tui.app.study.screen import RedactionWanted, StudyScreen
from tui.app.surroundings import display_at_hand
from tui.app.tabs import Tab
from tui.report.text import line

_AGAIN = "ctrl+c again"
_WHILE_TYPING = frozenset(
    {"next_pane", "previous_pane", "back", "detail", "palette", "quit", "help"}
)


class GradewatchApp(ExportedApp):
    """Watches a journal and the sources that fill it. See :mod:`tui.app.keymap` for its keys."""

    def __init__(self, setup: WatchSetup, *, driver_class: type[Driver] | None = None) -> None:
        super().__init__(setup, driver_class=driver_class)
        self._commands = with_keys(setup.keys)
        self.hints = hints(self._commands, roomy=False)
        self.wide_hints = hints(self._commands, roomy=True)
        by_action = {each.action: key_words(each) for each in self._commands}
        self.totals_key = by_action["totals"].partition(" ")[0]
        for command in self._commands:
            for key in command.keys:
                # Priority: else Textual would give a key to what had the focus before the key in
                # front of it was handled, and fast fingers type into the wrong place.
                action = f"command({command.action!r}, {is_typed(key)})"
                self._bindings.bind(key_name(key), action, show=False, priority=True)
        # Last, so that a command of the configuration goes before it; priority, because a field
        # would copy its marked text and say nothing.
        self._bindings.bind("ctrl+c", "help_quit", show=False, priority=True)

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
        if selected is None:
            self.say("no event is selected")
        elif found is None:
            self._copy(line(selected, self.setup.zone), "the row")
        elif text := found.text.strip():
            self._copy(text, "the line")
        else:
            self.say("the line is empty")

    def _copy(self, text: str, what: str) -> None:
        request = osc52(text, os.environ)
        if request is None:
            self.say(f"{what}: too long to copy through the terminal")
            return
        if self._driver is not None:
            self._driver.write(request)
        self.say(f"{what} · sent to the terminal's clipboard, which may refuse it")

    def action_redact(self) -> None:
        self.close_filters()
        self.watching.toggle_redaction()
        self._shown_detail = None
        self.pane.show(None)
        self.paint()

    def on_redaction_wanted(self, message: RedactionWanted) -> None:
        """Asked for where names are on screen: they go at once, and all that was opened with them.

        What was read the other way is nowhere else than in the table.
        """
        message.stop()
        while isinstance(self.screen, StudyScreen):
            self.pop_screen()
        self.action_redact()
        now = "redacted" if self.watching.redacted else "people are shown again"
        self.say(f"{now}: open what you were at once more")

    # Help and the palette

    def action_help(self) -> None:
        at = "filter" if self.filter_line.display or self.filter_bar.display else "keys"
        self.push_screen(HelpScreen(help_pages(self._commands), at=at), lambda _: self.paint())

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
            "filter_toggle": watching.filter.wanted.empty,
            "filter_clear": watching.filter.wanted.empty,
            "open": not selected or self.setup.canvas_url is None or watching.redacted,
            "copy": not selected,
            "mark": not selected,
            "export": not watching.view.matching,
            "oldest": not selected,
            "detail": not selected,
            **dict.fromkeys((f"tab_{tab}" for tab in Tab), not selected),
        }
        return [each for each in self._commands if each.palette and not idle.get(each.action)]

    def action_help_quit(self) -> None:
        """Ctrl+C: many a finger expects it to end things. It does while this is still said."""
        if self._notice.startswith(_AGAIN):
            self.exit(return_code=0)
            return
        keys = next(each.keys for each in self._commands if each.action == "quit")
        typing = self.covered or isinstance(self.focused, Input)  # such a key means another thing
        words = f"{_AGAIN}, or {keys[0]}, quits" if keys and not typing else f"{_AGAIN} quits"
        self.say(words)
        if isinstance(self.screen, StudyScreen):
            self.screen.remark(words)

    async def action_quit(self) -> None:
        self.exit(return_code=0)
