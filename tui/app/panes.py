"""The panes and what keys do in them: the table and the detail pane."""

from __future__ import annotations

from tui.app.filtering import FilteredApp
from tui.app.filters import Pick
from tui.app.lines import Act, Ask, Investigate, Jump, Narrow
from tui.app.tabs import Tab
from tui.app.widgets.linelist import LineList
from tui.app.widgets.table import EventTable


class PanedApp(FilteredApp):
    """Moves the cursor, opens and closes panes, does what a line is for."""

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
        if self.go_on_typing(step):
            return
        if self.pane.display:
            here = self.focused is self.pane.body
            self.screen.set_focus(self.table if here else self.pane.body)

    async def action_back(self) -> None:
        if self.leave_typed():
            pass
        elif self.pane.display or not self.watching.close_group():
            self._close_pane()
        self.screen.set_focus(self.table)
        self.paint(wait_for_rows=True)

    def on_event_table_resized(self, message: EventTable.Resized) -> None:
        self.watching.view.resize(message.rows)
        self.paint(wait_for_rows=True)

    async def on_event_table_pointed(self, message: EventTable.Pointed) -> None:
        self.watching.view.point(message.row)
        self.paint()
        if message.again:
            await self.action_detail()

    def on_event_table_wheel(self, message: EventTable.Wheel) -> None:
        self.watching.view.move(message.rows)
        self.paint()

    # The detail pane

    async def action_detail(self) -> None:
        pane = self.pane
        await self.typed_so_far()
        if self.keep_typed():
            return
        if self.focused is pane.body and pane.display:
            self._follow_line()
            return
        if not pane.display and self.watching.open_group():
            self.paint(wait_for_rows=True)
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
        if found is not None and found.act is not None:
            self.do(found.act)

    def do(self, act: Act) -> None:
        """What enter does on a line of a pane or a screen."""
        match act:
            case Narrow(pick):
                self.watching.filter_by(self.watching.filter.wanted.with_pick(pick))
                self.screen.set_focus(self.table)
            case Jump(slot, kind):
                self.watching.go_to(slot, kind)
            case Ask(expression, instead):
                if instead:
                    self.watching.filter_by(self.watching.filter.wanted.of_time())
                self.ask(expression)
                self.note_filter(self.watching.filter.wanted.text)  # as one that was typed
                self.screen.set_focus(self.table)
            case Investigate(pick):
                self.investigate(pick)
        self.paint()

    def investigate(self, pick: Pick) -> None:
        """Open all that is known of somebody or something."""
        self.say(f"not yet: {pick}")

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
