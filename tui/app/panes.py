"""The panes and what keys do in them: the table, the detail pane, the filter bar."""

from __future__ import annotations

from textual.driver import Driver
from textual.timer import Timer
from textual.widgets import Input

from tui.app.filters import Bar
from tui.app.lines import Jump, Narrow
from tui.app.setup import WatchSetup
from tui.app.tabs import Tab
from tui.app.widgets.filterbar import FilterBar
from tui.app.widgets.linelist import LineList
from tui.app.widgets.table import EventTable
from tui.app.wiring import WiredApp

_TYPING = 0.1
"""Seconds after a keystroke until the filter applies, if no other follows."""


class PanedApp(WiredApp):
    """Moves the cursor, opens and closes panes, puts filters in force."""

    def __init__(self, setup: WatchSetup, *, driver_class: type[Driver] | None = None) -> None:
        super().__init__(setup, driver_class=driver_class)
        self._typing: Timer | None = None
        self._bar_typed: Bar | None = None

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
            self._close_pane()
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
        """Arrivals must not take away what is being read: a view that follows waits meanwhile."""
        if not self.pane.display:
            self.pane.display = True
            self._shown_detail = None
            view = self.watching.view
            self.watching.waits_for = view.selected if view.following else None
            if self.watching.waits_for is not None:
                view.hold()
        self.paint()

    def _close_pane(self) -> None:
        self.pane.display = False
        watching = self.watching
        if watching.waits_for is not None and watching.waits_for == watching.view.selected:
            watching.view.newest()
        watching.waits_for = None

    def _follow_line(self) -> None:
        found = self.pane.line
        match None if found is None else found.act:
            case Narrow(pick):
                self.watching.filter_by(self.watching.bar.with_pick(pick))
                self.screen.set_focus(self.table)
            case Jump(slot, kind):
                self.watching.go_to(slot, kind)
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

    def action_totals(self) -> None:
        self.watching.toggle_totals()
        self.say(f"recalculated totals are {'shown' if self.watching.totals else 'not shown'}")
        self.paint(wait_for_rows=True)

    def action_filter_clear(self) -> None:
        self.watching.filter_by(Bar())
        self.paint(wait_for_rows=True)
