"""What the timeline shows: columns of time, counted while they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from time import monotonic

from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.app.coverage import Coverage
from tui.app.lines import quiet
from tui.app.strip import BLOCKS as STRIP_BLOCKS
from tui.app.strip import PLAIN as STRIP_PLAIN
from tui.app.study.matches import Matches
from tui.app.study.pictures import BLOCKS, PLAIN
from tui.app.study.scene import Scene
from tui.app.study.screen import StudyScreen
from tui.app.study.steps import in_steps
from tui.app.study.timeline_lines import Counted, events_words, in_view, timeline_lines
from tui.app.study.timeline_reading import Ends, Heights, ends_of, heights_of
from tui.journal.faults import JournalFault

_EVERY = 3.0
"""Seconds between two readings at least."""
_REST = 10
"""Times as long as a reading took nothing is read again."""
_AROUND = 300_000
"""Half of what is in view where all happened in one moment, in ms."""
_WAYS = (
    "← → move · v or space selects from here (shift+← →) · enter filters by it · + − zoom"
    " · [ ] pan · 0 all · g go to a time · n N flagged · home end · esc back"
)
_ASKING = "a time: 14:30, today, -2h, 2026-11-03, or a range a..b · enter goes there · esc leaves"


class TimelineView(StudyScreen):
    """Columns of what the filter in force matches, read anew when something came; no keys."""

    AUTO_FOCUS = ""

    @dataclass
    class Found(Message):
        """From when to when there is anything."""

        ends: Ends

    @dataclass
    class Read(Message):
        """Some columns were counted; ``last`` when these are the last that were wished for."""

        heights: Heights | None
        took: float | None = None
        """Seconds since the reading began, where it is at its end."""

    @dataclass
    class Failed(Message):
        """The journal cannot be read now."""

        words: str

    def __init__(self, matches: Matches, coverage: Callable[[], Coverage | None]) -> None:
        self._matches = matches
        self._coverage = coverage
        self._plain = matches.plain_glyphs
        self._scene: Scene | None = None
        self._ends: Ends | None = None
        self._counted = Counted()
        self._whole = True
        self._took = 0.0
        self._problem = ""
        self.asking = Input(compact=True)
        self.asking.cursor_blink = False
        self.asking.display = False
        self.asking.disabled = True
        super().__init__(f"Timeline of {matches.words}", cursor=False)

    def parts(self) -> Iterable[Widget]:
        return self.heading, self.body, self.asking, self.foot

    def on_mount(self) -> None:
        super().on_mount()
        self._tell()
        self.run_worker(self._follow(), name="timeline")

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        if self._scene is None or (self._whole and self._scene.at_rest):
            self._open()
        elif self.size.width:
            self._go(self._scene.wide(self.size.width))

    # Reading

    async def _follow(self) -> None:
        """Find from when to when there is anything, again whenever something came."""
        matches = self._matches
        while True:
            touch = None
            try:
                async with aclosing(in_steps(matches.journal, ends_of(matches.where))) as found:
                    async for ends in found:
                        touch = ends.touch
                        self.post_message(self.Found(ends))
            except JournalFault as fault:
                self.post_message(self.Failed(str(fault)))
            await matches.until_touched(touch, pause=max(_EVERY, _REST * self._took), every=_EVERY)

    async def _count(self, scene: Scene, wanted: frozenset[int]) -> None:
        matches, begun = self._matches, monotonic()
        steps = heights_of(matches.where, scene.edges, wanted)
        try:
            async with aclosing(in_steps(matches.journal, steps)) as found:
                async for heights in found:
                    self.post_message(self.Read(heights))
            self.post_message(self.Read(None, monotonic() - begun))
        except JournalFault as fault:
            self.post_message(self.Failed(str(fault)))

    def on_timeline_view_found(self, message: Found) -> None:
        message.stop()
        self._ends, scene = message.ends, self._scene
        newest = message.ends.extent and message.ends.extent[1]
        if scene is None or newest is None:
            self._open()
        elif self._whole and scene.at_rest and newest >= scene.edges[-1]:
            self._open()  # it showed all there was, and does again
        else:
            self._wish(anew=True)

    def on_timeline_view_read(self, message: Read) -> None:
        message.stop()
        if (heights := message.heights) is not None:
            into = self._counted.flagged if heights.flagged else self._counted.counts
            into.update(zip(heights.columns, heights.counts, strict=True))
        if message.took is not None:
            self._took = message.took
        self._paint()

    def on_timeline_view_failed(self, message: Failed) -> None:
        message.stop()
        self._problem = message.words
        self._tell()

    def _open(self) -> None:
        """All there is from side to side."""
        ends, width = self._ends, self.size.width
        if ends is None or not width:
            return
        if ends.extent is None:
            self._scene = None
            self.show([quiet("nothing happened here: the filter, or the time, leaves nothing")])
            self._tell()
            return
        start, end = ends.extent[0], ends.extent[1] + 1
        if end - start < _AROUND:
            start, end = start - _AROUND, end + _AROUND
        self._whole = True
        self._go(Scene.over(start, end, width, self._matches.zone), anew=True)

    def _go(self, scene: Scene, *, anew: bool = False) -> None:
        """Show this; what of it is not counted yet is read."""
        before, self._scene = self._scene, scene
        if before is not None and before.unit != scene.unit:
            self._counted = Counted()
        self._wish(anew=anew)
        self._paint()

    def _wish(self, *, anew: bool) -> None:
        scene = self._scene
        if scene is None:
            return
        edges, counted = scene.edges, self._counted
        wanted = frozenset(
            at
            for at in range(scene.count)
            if anew
            or (edges[at], edges[at + 1]) not in counted.counts
            or (edges[at], edges[at + 1]) not in counted.flagged
        )
        if wanted:
            count = partial(self._count, scene, wanted)
            self.run_worker(count, name="columns", group="columns", exclusive=True)

    # Painting

    def _paint(self) -> None:
        scene = self._scene
        if scene is None:
            return
        self._tell()
        rows = self.size.height - 1 - self.foot.count - self.asking.display
        lines = timeline_lines(
            scene,
            self._counted,
            self._coverage(),
            now=self._matches.now(),
            rows=rows,
            inks=PLAIN if self._plain else BLOCKS,
            glyphs=STRIP_PLAIN if self._plain else STRIP_BLOCKS,
        )
        self.show(lines)

    def _tell(self) -> None:
        words = self._problem
        if not words and self._scene is not None:
            count, missing = in_view(self._scene, self._counted.counts)
            words = f"{events_words(count)} in view"
            if missing:
                done = self._scene.count - missing
                words += f" so far: {done} of {self._scene.count} columns counted"
        elif not words and self._ends is None:
            words = "reading…"
        self.tell(words, ways=_ASKING if self.asking.display else _WAYS)

    # Moving

    def _move(self, scene: Scene) -> None:
        self._problem = ""
        if self._scene is not None and scene.edges != self._scene.edges:
            self._whole = False
        self._go(scene)
