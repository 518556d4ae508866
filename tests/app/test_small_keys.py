"""Keys at the edges: what ends the app, what copies nothing, and how the help is moved about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.sitting import EVENTS, session


async def test_nothing_is_copied_where_no_event_is_selected(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("f", "tab", *"nobody", "enter")
        await running.until(lambda: "0 matching" in running.foot())
        await running.pilot.press("y")
        assert "no event is selected" in running.foot()
        await running.pilot.press("enter")
        await running.until(lambda: "no event is selected" in running.pane())
        assert running.app.focused is running.app.pane.body
        await running.pilot.press("y")
        assert "sent" not in running.foot()
        assert "no event is selected" in running.foot()


@pytest.mark.parametrize(("last", "first"), [("G", "g"), ("end", "home")])
async def test_the_help_has_an_end_and_a_beginning(last: str, first: str, tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("question_mark")
        beginning = running.front()
        await running.pilot.press(last)
        await running.until(lambda: "came while" in running.front())
        await running.pilot.press(first)
        await running.until(lambda: running.front() == beginning)
