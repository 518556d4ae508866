"""Keys at the edges: what ends the app, what copies nothing, and how the help is moved about."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.app.sitting import EVENTS, session
from tui.app.filters import Field


@pytest.mark.parametrize("before", [(), ("f",), ("question_mark",), ("e",)])
async def test_ctrl_c_tells_how_to_quit_and_a_second_one_does(
    before: tuple[str, ...], tmp_path: Path
) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press(*before, "ctrl+c")
        assert running.app.is_running
        if not before:
            assert "ctrl+c again, or q, quits" in running.foot()
        await running.pilot.press("ctrl+c")
        await running.until(lambda: not running.app.is_running)
        assert running.app.return_code == 0


async def test_where_q_is_a_letter_only_ctrl_c_is_said_to_quit(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("slash", "ctrl+c")
        assert "ctrl+c again quits" in running.foot()


@pytest.mark.parametrize("key", ["s", "t", "i"])
async def test_over_a_study_ctrl_c_is_told_there_and_a_second_one_quits(
    key: str, tmp_path: Path
) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press(key, "ctrl+c")
        await running.until(lambda: "ctrl+c again quits" in running.front())
        await running.pilot.press("ctrl+c")
        await running.until(lambda: not running.app.is_running)


async def test_x_over_studies_redacts_at_once_in_the_table(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("s")
        await running.until(lambda: "Gil Ro" in running.front())
        await running.pilot.press("i")
        await running.until(lambda: "grader Gil Ro" in running.front())
        await running.pilot.press("x")
        await running.until(lambda: "Grader 0" in running.rows()[0])
        assert "redacted: open what you were at once more" in running.foot()


async def test_ctrl_c_is_first_again_once_something_else_was_said(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("ctrl+c", "F", "ctrl+c")
        assert running.app.is_running
        assert "ctrl+c again" in running.foot()


async def test_the_configured_key_is_named(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS, keys={"quit": ("Q",)}) as running:
        await running.pilot.press("ctrl+c")
        assert "ctrl+c again, or Q, quits" in running.foot()


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
        await running.until(lambda: "back to the table" in running.front())
        await running.pilot.press(first)
        await running.until(lambda: running.front() == beginning)


async def test_a_long_name_is_known_by_its_beginning_once_its_field_is_left(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS) as running:

        def field() -> str:
            box = running.app.query_one(f"#filter-{Field.COURSE}", Input)
            return box.render_line(0).text.strip()

        name = "Introduction to organic chemistry for nurses"
        await running.pilot.press("f", *name)
        await running.until(lambda: field().endswith("nurses"))
        await running.pilot.press("tab")
        await running.until(lambda: field().startswith("Intro"))
        await running.pilot.press("shift+tab", "end")
        await running.until(lambda: field().endswith("nurses"))
        await running.pilot.press("escape")
        await running.until(
            lambda: running.app.watching.filter.wanted.field_text(Field.COURSE) == name
        )
        await running.pilot.press("f", "tab")
        await running.until(lambda: field().startswith("Intro"))
