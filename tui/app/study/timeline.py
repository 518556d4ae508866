"""The timeline: when things happened, and which times nobody has read."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.app.lines import Ask
from tui.app.study.scene import time_clause
from tui.app.study.timeline_view import TimelineView
from tui.query.span import SpanError


class TimelineScreen(TimelineView):
    """The keys of the timeline; it ends with the time that was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "along(-1)", show=False),
        Binding("right,l", "along(1)", show=False),
        Binding("shift+left", "stretch(-1)", show=False),
        Binding("shift+right", "stretch(1)", show=False),
        Binding("v,space", "brush", show=False),
        Binding("plus,equals_sign", "zoom(-1)", show=False),
        Binding("minus,underscore", "zoom(1)", show=False),
        Binding("left_square_bracket,pageup", "pan(-1)", show=False),
        Binding("right_square_bracket,pagedown", "pan(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(-1)", show=False),
        Binding("n", "flagged(-1)", show=False),
        Binding("N", "flagged(1)", show=False),
        Binding("0", "all", show=False),
        Binding("g", "jump", show=False),
    ]

    # Keys

    def action_along(self, by: int) -> None:
        if self._scene is not None:
            self._move(self._scene.moved(by))

    def action_stretch(self, by: int) -> None:
        if self._scene is not None:
            scene = self._scene if self._scene.anchor else self._scene.begun()
            self._move(scene.moved(by))

    def action_edge(self, column: int) -> None:
        """To the first or the last column in view."""
        if self._scene is not None:
            self.action_along(column % self._scene.count - self._scene.cursor)

    def action_flagged(self, direction: int) -> None:
        """To the next column in view with something that is flagged."""
        scene = self._scene
        if scene is None:
            return
        at = scene.cursor + direction
        while 0 <= at < scene.count:
            if self._counted.flagged.get((scene.edges[at], scene.edges[at + 1])):
                self.action_along(at - scene.cursor)
                return
            at += direction
        self._problem = f"nothing {'newer' if direction > 0 else 'older'} is flagged in view"
        self._paint()

    def action_brush(self) -> None:
        """Begin a selection here; one that is under way ends."""
        if self._scene is not None:
            ends = self._scene.anchor is not None
            self._move(self._scene.without_brush() if ends else self._scene.begun())

    def action_zoom(self, by: int) -> None:
        if self._scene is not None:
            self._move(self._scene.zoomed(by))

    def action_pan(self, direction: int) -> None:
        if self._scene is not None:
            self._move(self._scene.panned(direction))

    def action_all(self) -> None:
        self._problem = ""
        self._open()

    def action_last(self) -> None:
        self.action_all()

    def action_enter(self) -> None:
        """The time of the selection, or of the column, becomes the filter's."""
        if self._scene is not None:
            start, end = self._scene.chosen
            now = self._matches.now()
            self.dismiss(Ask(time_clause(start, end, now=now, zone=self._scene.zone)))

    def action_close(self) -> None:
        """Leave the question for a time, else the selection, else the screen."""
        if self.asking.display:
            self._asked()
        elif self._scene is not None and self._scene.anchor is not None:
            self._move(self._scene.without_brush())
        else:
            self.dismiss()

    # Going to a time

    def action_jump(self) -> None:
        if self._scene is None:
            return
        self.asking.display, self.asking.disabled = True, False
        self.asking.value = ""
        self.set_focus(self.asking)
        self._paint()

    def _asked(self) -> None:
        self.set_focus(None)
        self.asking.display, self.asking.disabled = False, True
        self._problem = ""
        self._paint()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._scene is None:
            return
        try:
            scene = self._scene.gone_to(event.value, now=self._matches.now())
        except SpanError as wrong:
            self._problem = str(wrong)
            self._paint()
            return
        self._asked()
        self._move(scene)
