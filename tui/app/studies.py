"""Which study screen a key opens, and what becomes of its answer."""

from __future__ import annotations

from tui.app.filters import Pick
from tui.app.lines import Act
from tui.app.marking import MarkedApp
from tui.app.study.screen import StudyScreen


class StudiedApp(MarkedApp):
    """Opens study screens over the table."""

    def action_summary(self) -> None:
        """Who graded how much, and what became of it, within the filter in force."""
        self.say("not yet")

    def action_timeline(self) -> None:
        """When things happened, within the filter in force."""
        self.say("not yet")

    def action_investigate(self) -> None:
        """All that is known of the student of this row, else of its assignment or course."""
        self.say("not yet")

    def investigate(self, pick: Pick) -> None:
        self.say(f"not yet: {pick}")

    def study(self, screen: StudyScreen) -> None:
        """Open a study screen; what it ends with is done."""
        self.push_screen(screen, self._studied)

    def _studied(self, act: Act | None) -> None:
        if act is not None:
            self.do(act)
        self.paint()
