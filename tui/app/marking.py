"""Marks that a person puts on events, and going from one flagged event to the next."""

from __future__ import annotations

from tui.app.panes import PanedApp


class MarkedApp(PanedApp):
    """Marks events, and walks along those that a person or a rule has pointed at."""

    def action_mark(self) -> None:
        """Put a mark on the selected event, or take it away."""
        self.say("not yet")

    def action_next_flagged(self) -> None:
        """Select the next older event that an attention rule points at."""
        self.say("not yet")

    def action_previous_flagged(self) -> None:
        """Select the next newer event that an attention rule points at."""
        self.say("not yet")
