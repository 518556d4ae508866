"""The app as a person uses it, over a real journal; few tests, since each wait costs time."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Input

from tests.app.school import NOON, batch, edited, graded
from tests.app.sitting import EVENTS, session
from tui.app.filters import Field
from tui.app.screens import ExportScreen, HelpScreen, PaletteScreen
from tui.app.tabs import Tab


async def test_rows_arrive_and_a_typed_name_narrows_them_and_those_that_come(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS) as running:
        assert "12:00:49" in running.rows()[0]
        running.journal.record(batch([graded(60)]))
        await running.until(lambda: "12:01:00" in running.rows()[0])
        await running.pilot.press("f", "tab", *"lima")
        await running.until(lambda: "filter: student:lima" in running.foot())
        await running.until(lambda: "Ana Lima" in running.rows()[0])
        running.journal.record(batch([graded(70), graded(71)]))
        await running.until(lambda: "12:01:10" in running.rows()[0])
        shown = [row for row in running.rows() if row]
        assert all("Ana Lima" in row for row in shown)
        await running.pilot.press("escape", "F")
        await running.until(lambda: "12:01:11" in running.rows()[0])
        assert "(off)" in running.foot()
        await running.pilot.press("F", "f")
        await running.until(lambda: "Ana Lima" in running.rows()[0])
        assert running.app.watching.filter.wanted.field_text(Field.STUDENT) == "lima"


async def test_held_rows_stay_and_a_badge_counts_what_came(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("j", "j")
        before = running.rows()
        running.journal.record(batch(graded(number) for number in range(100, 700)))
        await running.until(lambda: "+600 new" in running.foot())
        assert running.rows() == before
        await running.pilot.press("g")
        await running.until(lambda: "12:11:39" in running.rows()[0])
        assert running.foot().startswith("following")


async def test_a_filter_without_room_beside_the_counts_has_a_line_of_its_own(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS) as running:
        text = "grader:#980,#981,#982 since:2026-11-02T00:00Z -is:automatic"
        running.app.watching.type_filter(text)
        await running.pilot.press("j", "j")
        await running.until(lambda: "matching · received 0 · filter: grader:#980" in running.foot())
        running.journal.record(batch(graded(number) for number in range(100, 700)))
        await running.until(lambda: "+600 new" in running.foot())
        assert f"received 0\nfilter: {text}\n" in running.foot()


async def test_enter_shows_before_and_after_and_links_lead_on(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("j", "enter")
        await running.until(lambda: "before" in running.pane())
        await running.pilot.press("2", "down", "down", "enter")
        await running.until(lambda: "filter: assignment:" in running.foot())
        assert running.app.focused is running.app.table
        await running.pilot.press("escape")
        assert not running.app.pane.display


async def test_history_leads_to_the_event_and_switches_a_filter_off_that_hides_it(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("f", "tab", "tab", "tab", *"12:00:40..", "enter")
        await running.until(lambda: "of 10 matching" in running.foot())
        await running.pilot.press("enter", "3")
        await running.until(lambda: "changes known here" in running.pane())
        await running.pilot.press("down", "enter")
        await running.until(lambda: "of 50 matching" in running.foot())
        selected = running.app.watching.view.selected
        assert selected is not None
        assert selected.at < NOON + 40_000


async def test_a_time_nobody_can_read_is_told_and_the_last_good_filter_stays(
    tmp_path: Path,
) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("f", "tab", "tab", "tab", *"12:00:45..")
        await running.until(lambda: "of 5 matching" in running.foot())
        await running.pilot.press(*"x")
        await running.until(lambda: running.app.watching.filter.problem is not None)
        assert "of 5 matching" in running.foot()
        await running.pilot.press("escape")
        await running.until(lambda: "no time" in running.foot())
        assert "last good filter: at:12:00:45.." in running.foot()


async def test_names_are_offered_and_taken(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("f", "tab", "tab", "h")
        await running.until(lambda: running.app.watching.completions is not None)
        await running.pilot.pause()
        await running.pilot.press("down", "enter")
        await running.until(lambda: "Hana Sato" in running.foot())
        await running.pilot.press("enter")
        assert running.app.focused is running.app.table


async def test_sideways_scrolling_survives_arrivals(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS, one_course=True) as running:
        await running.pilot.press("right", "right", "right")
        assert "Biolo" in running.rows()[0]
        running.journal.record(batch([graded(90)]))
        await running.until(lambda: "51 matching" in running.foot())
        await running.until(lambda: "Biolo" in running.rows()[0])
        assert "12:01" not in running.rows()[0]


async def test_redaction_hides_everybody_at_once_and_shows_them_again(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS, edited(60)) as running:
        await running.pilot.press("enter")
        await running.until(lambda: "Biolog" in running.pane())
        await running.pilot.press("x")
        shown = "\n".join((*running.rows(), running.pane(), running.foot()))
        for secret in ("Lima", "Biology", "Sato", "565"):
            assert secret not in shown
        await running.until(lambda: "Student 0" in "\n".join(running.rows()))
        await running.pilot.press("o")
        await running.until(lambda: "redacted" in running.foot())
        await running.pilot.press("x")
        await running.until(lambda: "Lima" in "\n".join(running.rows()))


async def test_help_and_palette_open_and_a_command_runs(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("question_mark")
        assert isinstance(running.app.screen, HelpScreen)
        await running.pilot.press("escape", "p")
        assert isinstance(running.app.screen, PaletteScreen)
        await running.pilot.press(*"oldest", "enter")
        await running.until(lambda: running.foot().startswith("holding"))
        names = {each.action for each in running.app.commands_now()}
        assert "filter_toggle" not in names
        assert {"open", "export", "tab_raw"} <= names


async def test_export_writes_what_the_view_shows(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("f", "tab", *"lima", "enter")
        await running.until(lambda: "of 8 matching" in running.foot())
        await running.pilot.press("e")
        assert isinstance(running.app.screen, ExportScreen)
        target = tmp_path / "lima.csv"
        await running.pilot.press("ctrl+u")
        running.app.screen.query_one(Input).post_message(Paste(str(target)))
        await running.pilot.press("enter")
        await running.until(lambda: "8 events written" in running.foot())
        assert target.read_text().count("Ana Lima") == 8


@pytest.mark.parametrize(("size", "beside"), [((80, 24), False), ((160, 40), True)])
async def test_the_pane_is_beside_the_table_where_there_is_room(
    size: tuple[int, int], beside: bool, tmp_path: Path
) -> None:
    async with session(tmp_path, *EVENTS, size=size) as running:
        await running.pilot.press("5")
        await running.until(lambda: "audit:00000049" in running.pane())
        assert running.app.pane.tab is Tab.RAW
        assert (running.app.pane.region.y == running.app.table.region.y) is beside


async def test_other_keys_and_the_newest_below(tmp_path: Path) -> None:
    keys = {"hold": ("h",), "quit": ("Q",)}
    async with session(tmp_path, *EVENTS, newest="bottom", keys=keys) as running:
        assert "12:00:49" in running.rows()[-1]
        await running.pilot.press("h")
        await running.until(lambda: running.foot().startswith("holding"))
        await running.pilot.press("q")
        assert running.app.is_running
        await running.pilot.press("Q")
        await running.until(lambda: not running.app.is_running)


async def test_a_click_selects_and_the_wheel_moves(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.click("#table", offset=(5, 4))
        await running.until(lambda: running.rows()[3].startswith(">"))
        assert not running.app.watching.view.following
