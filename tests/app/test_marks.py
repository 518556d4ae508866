"""Marks with a note, and going along the events that attention rules point at."""

from __future__ import annotations

from pathlib import Path

from tests.app.flagged import flag
from tests.app.sitting import EVENTS, session
from tui.events.attention import Rule


async def test_a_mark_is_put_found_changed_and_taken_away(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS, size=(80, 30)) as running:

        def note() -> str | None:
            selected = running.app.watching.selected
            return None if selected is None else selected.mark

        await running.pilot.press("j", "m", *"ask", "escape")
        assert running.journal.reader().stored([49])[0].mark is None
        await running.pilot.press("m", *"ask her", "enter")
        await running.until(lambda: note() == "ask her")
        await running.pilot.press("slash", *"is:marked", "enter")
        await running.until(lambda: "1–1 of 1 matching" in running.foot())
        await running.pilot.press("enter")
        await running.until(lambda: "ask her" in running.pane())
        await running.pilot.press("x")
        await running.until(lambda: note() not in (None, "ask her"))
        await running.pilot.press("m")
        assert "redacted" in running.foot()
        await running.pilot.press("x", "escape")
        await running.until(lambda: note() == "ask her")
        await running.pilot.press("m")
        assert "ask her" in running.front()
        await running.pilot.press(*"!", "enter")
        await running.until(lambda: note() == "ask her!")
        await running.pilot.press("m", "ctrl+d")
        await running.until(lambda: "0 matching" in running.foot())
        assert "the mark is taken away" in running.foot()


async def test_n_goes_to_older_flagged_events_and_says_why(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("n")
        await running.until(lambda: "no flagged event" in running.foot())
        flag(running.journal, Rule.JUMP, {40: "4 → 9 of 10", 5: "0 → 10 of 10"})
        await running.pilot.press("n")
        await running.until(lambda: "flagged: jump: 4 → 9 of 10" in running.foot())
        selected = running.app.watching.view.selected
        assert selected is not None
        assert selected.id == 40
        await running.pilot.press("n")
        await running.until(lambda: "0 → 10 of 10" in running.foot())
        await running.pilot.press("n")
        await running.until(lambda: "no older flagged event" in running.foot())
        await running.pilot.press("N")
        await running.until(lambda: "4 → 9 of 10" in running.foot())
        await running.pilot.press("j")
        assert "4 → 9 of 10" not in running.foot(), "it is of another event"
        await running.pilot.press("k", "N")
        await running.until(lambda: "no newer flagged event; this one" in running.foot())
        assert "4 → 9 of 10" in running.foot()
        await running.pilot.press("slash", *"-is:flagged", "enter", "n")
        await running.until(lambda: "no flagged event within the filter" in running.foot())


async def test_the_first_n_says_why_the_row_it_starts_at_is_flagged(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        flag(running.journal, Rule.JUMP, {40: "4 → 9 of 10", 5: "0 → 10 of 10"})
        await running.pilot.press("slash", *"is:flagged", "enter")
        await running.until(lambda: "1–2 of 2 matching" in running.foot())
        await running.pilot.press("n")
        await running.until(lambda: "flagged: jump: 4 → 9 of 10" in running.foot())
        await running.pilot.press("n")
        await running.until(lambda: "flagged: jump: 0 → 10 of 10" in running.foot())
