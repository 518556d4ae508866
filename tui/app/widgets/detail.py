"""The pane that shows one event whole: five tabs over a list of lines."""

from __future__ import annotations

from datetime import tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.app.details import Detail
from tui.app.lines import Line, Tone
from tui.app.tabs import Tab, tab_lines
from tui.app.widgets.linelist import LineList


class DetailPane(Vertical):
    """Shows a :class:`Detail`; which tab is open stays so from event to event."""

    def __init__(self, *, zone: tzinfo | None, canvas: str | None, name: str) -> None:
        super().__init__(id=name)
        self._zone = zone
        self._canvas = canvas
        self._detail: Detail | None = None
        self._read_past = False
        self._tab = Tab.CHANGE
        self._heading = LineList(classes="tabs")
        self.body = LineList(cursor=True, classes="body")

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self.body

    @property
    def tab(self) -> Tab:
        return self._tab

    @property
    def line(self) -> Line | None:
        """The line under the cursor; None while no event is shown."""
        return None if self._detail is None else self.body.line

    def open_tab(self, tab: Tab) -> None:
        """Show this tab, from its beginning."""
        fresh = tab is not self._tab
        self._tab = tab
        self._show(keep=not fresh)

    def show(self, detail: Detail | None, *, read_past: bool = False) -> None:
        """Show this event; None: nothing to show yet. ``read_past``: see :func:`tab_lines`."""
        before = self._detail
        self._detail, self._read_past = detail, read_past
        self._show(keep=before is not None and detail is not None and _same(before, detail))

    def _show(self, *, keep: bool) -> None:
        names = [
            f"[{number} {tab}]" if tab is self._tab else f" {number} {tab} "
            for number, tab in enumerate(Tab, 1)
        ]
        self._heading.set_lines([Line("".join(names), Tone.HEAD)])
        if self._detail is None:
            self.body.set_lines([Line("no event is selected", Tone.QUIET)], keep=False)
            return
        lines = tab_lines(
            self._tab,
            self._detail,
            zone=self._zone,
            canvas=self._canvas,
            read_past=self._read_past,
        )
        self.body.set_lines(lines, keep=keep)


def _same(before: Detail, now: Detail) -> bool:
    """The same event, or the row by which the audit log has confirmed it."""
    return before.stored.id == now.stored.id or before.stored.event.key == now.stored.live_key
