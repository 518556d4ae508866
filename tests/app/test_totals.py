"""Recalculated totals: kept, counted, and on screen only where they are wished for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.school import batch, graded, total
from tests.app.sitting import EVENTS, Session, session
from tests.app.test_reading import watching
from tests.app.test_statusline import COUNTS, LIVE, empty
from tui.app import filters
from tui.app.filters import Field
from tui.app.statusline import view_line
from tui.app.wanted import Wanted
from tui.events.event import Kind

TOTALS = [total(number) for number in range(100, 107)]


def totals_on_screen(running: Session) -> int:
    return sum(" total " in row for row in running.rows())


async def test_they_are_counted_and_not_shown_until_their_key_is_pressed(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        assert "total" not in running.foot()
        running.journal.record(batch(TOTALS))
        await running.until(lambda: "7 totals not shown (T)" in running.foot())
        assert totals_on_screen(running) == 0
        assert "50 matching" in running.foot()
        await running.pilot.press("T")
        await running.until(lambda: "57 matching" in running.foot())
        await running.until(lambda: totals_on_screen(running) == 7)
        assert "not shown (T)" not in running.foot()
        await running.pilot.press("T")
        await running.until(lambda: "7 totals not shown (T)" in running.foot())
        assert totals_on_screen(running) == 0


async def test_a_total_is_no_change_that_was_missed(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("down")
        running.journal.record(batch([*TOTALS, graded(110)]))
        await running.until(lambda: "7 totals" in running.foot())
        assert "+1 new" in running.foot()


async def test_the_number_is_of_the_filter_in_force(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS, size=(120, 24)) as running:
        running.journal.record(batch(TOTALS))
        await running.until(lambda: "7 totals not shown" in running.foot())
        running.app.watching.filter_by(Wanted().with_text(Field.STUDENT, "lima"))
        await running.until(lambda: "1 totals not shown" in running.foot())
        running.app.watching.filter_by(Wanted())
        await running.until(lambda: "7 totals not shown" in running.foot())


async def test_a_setting_shows_them_from_the_start_and_another_key_may_hide_them(
    tmp_path: Path,
) -> None:
    keys = {"totals": ("w",)}
    async with session(tmp_path, *EVENTS, *TOTALS, totals=True, keys=keys) as running:
        await running.until(lambda: totals_on_screen(running) == 7)
        await running.pilot.press("w")
        await running.until(lambda: "7 totals not shown (w)" in running.foot())


async def test_an_empty_table_says_that_there_are_totals_alone(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS, *TOTALS, totals=True) as running:
        running.app.watching.filter_by(Wanted().with_text(Field.TIME, "12:01:40..12:02"))
        await running.until(lambda: "7 matching" in running.foot())
        await running.pilot.press("T")
        await running.until(lambda: "only recalculated totals, 7 of them" in running.rows()[2])


@pytest.mark.parametrize("filtered", [True, False])
def test_an_empty_table_of_totals_does_not_say_that_nothing_changed(filtered: bool) -> None:
    words = empty(LIVE, filtered=filtered, totals=3)
    assert "only recalculated totals, 3 of them, which are not shown: T shows them" in words
    assert "nothing has changed" not in words


async def test_going_to_a_total_shows_them(tmp_path: Path) -> None:
    async with watching(tmp_path, 20) as one:
        one.journal.record(batch(TOTALS))
        one.watch.filter_by(Wanted().with_text(Field.STUDENT, "chen"))
        await one.whole()
        chosen = one.journal.reader().slots(filters.TOTALS, limit=1)[0]
        one.watch.go_to(chosen, Kind.COURSE_SCORE)
        assert one.watch.totals
        assert await one.whole() == 27
        assert one.watch.view.selected == chosen
        one.watch.toggle_totals()
        assert await one.whole() == 20
        one.watch.go_to(one.journal.reader().slots(one.watch.where, limit=3)[2], Kind.GRADE)
        assert not one.watch.totals


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (120, "following · 1–20 of 12,300+ matching · received 1,204 · 123 totals not shown (T)"),
        (78, "following · 1–20 of 12,300+ matching · received 1,204 · 123 totals hidden (T)"),
        (72, "following · 1–20 of 12,300+ matching · received 1,204 · 123 totals (T)"),
    ],
)
def test_the_line_says_it_in_the_room_there_is(width: int, said: str) -> None:
    counts = replace(COUNTS, totals=123)
    assert view_line(counts, following=True, width=width).text == said


def test_where_no_key_shows_them_none_is_named() -> None:
    words = view_line(replace(COUNTS, totals=5), following=True, totals_key="").text
    assert words.endswith("5 totals not shown")
