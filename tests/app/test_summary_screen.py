"""The summary on screen: sections, sorting, where a line leads, what is not shown of people."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.app.school import GRADERS, NOON, NOW, STUDENTS, batch, graded, journal_of
from tests.app.sitting import Session, session
from tui.app.lines import Ask, Jump
from tui.app.study.investigate import InvestigateScreen
from tui.app.study.matches import Matches
from tui.app.study.pictures import BLOCKS, PLAIN
from tui.app.study.summary_lines import (
    AT_MOST,
    By,
    Order,
    assignments,
    graders,
    short_number,
)
from tui.app.study.summary_pictures import HEIGHT, of_assignment, of_grader, rate_lines
from tui.app.study.summary_reading import Step, Tables, reading
from tui.events.event import Event, Flag, GradeState, Name, Thing
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.records import Batch, place_of
from tui.query.ast import EVERYTHING
from tui.report.redact import Redactor
from tui.report.summary.sums import AssignmentSum

EVENTS = [
    *(graded(number) for number in range(40)),
    graded(41, grader=None, flags=Flag.AUTOMATIC),
    graded(42, student=None, flags=Flag.HIDDEN_STUDENT | Flag.ANONYMOUS),
]


def steps(journal: Journal, redactor: Redactor | None = None) -> Iterator[Step]:
    return reading(EVERYTHING, now=NOW, redactor=redactor)(journal.reader())


def tables(events: list[Event], *, redacted: bool = False) -> Tables:
    journal = journal_of(events)
    last = list(steps(journal, Redactor(journal) if redacted else None))[-1]
    assert last.whole
    assert last.tables is not None
    return last.tables


@pytest.fixture(scope="module")
def found() -> Tables:
    return tables(EVENTS)


def test_each_grader_has_a_row_and_automatic_grading_stands_last(found: Tables) -> None:
    listing = graders(found, Order(), 79, BLOCKS)
    names = [row.line.text[:9].strip() for row in listing.rows]
    assert sorted(names[:3]) == sorted(GRADERS)
    assert names[3] == "(automati"
    assert [row.line.act for row in listing.rows][3] == Ask("is:automatic")
    assert all(isinstance(row.line.act, Ask) for row in listing.rows)


@settings(max_examples=30)
@given(st.sampled_from(By), st.booleans(), st.integers(60, 200), st.booleans())
def test_rows_are_as_wide_as_the_screen_and_sorted(
    by: By, reverse: bool, width: int, plain: bool
) -> None:
    found = _TABLES
    inks = PLAIN if plain else BLOCKS
    for make in (graders, assignments):
        listing = make(found, Order(by, reverse), width, inks)
        assert {cell_len(row.line.text) for row in listing.rows} == {width}
        assert cell_len(listing.header) == width
    rows = assignments(found, Order(By.COUNT, reverse), width, inks).rows
    counts = [row.subject.graded for row in rows if isinstance(row.subject, AssignmentSum)]
    assert counts == sorted(counts, reverse=not reverse)


_TABLES = tables(EVENTS)


def test_the_same_key_again_turns_the_order_round() -> None:
    order = Order().then(By.NAME)
    assert order.words == "by name, A first"
    assert order.then(By.NAME).words == "by name, Z first"
    assert order.then(By.NAME).then(By.NAME) == order
    assert order.then(By.NAME).then(By.MEAN) == Order(By.MEAN)


def test_of_very_many_rows_the_first_are_shown_and_the_others_counted() -> None:
    many = tables([graded(each, grader=graded(0).course, assignment=None) for each in range(3)])
    assert len(graders(many, Order(), 79, BLOCKS).rows) == 1 <= AT_MOST


def test_pictures_are_as_high_as_there_is_room(found: Tables) -> None:
    for one in found.graders:
        lines = of_grader(one, found, UTC, 80, BLOCKS)
        assert len(lines) == HEIGHT
        assert all(cell_len(line.text) <= 80 for line in lines)
    for each in found.assignments:
        lines = of_assignment(each, found, 80, BLOCKS)
        assert len(lines) <= HEIGHT
        assert all(cell_len(line.text) <= 80 for line in lines)
    assert all(cell_len(line.text) <= 79 for line in rate_lines(found, UTC, 79, BLOCKS))


def test_redacted_nobody_is_named_anywhere() -> None:
    found = tables(EVENTS, redacted=True)
    lines = [
        *(row.line for row in graders(found, Order(), 120, BLOCKS).rows),
        *(row.line for row in assignments(found, Order(), 120, BLOCKS).rows),
        *(line for one in found.graders for line in of_grader(one, found, UTC, 120, BLOCKS)),
        *(line for one in found.assignments for line in of_assignment(one, found, 120, BLOCKS)),
    ]
    said = "\n".join(line.text for line in lines)
    assert "Grader 0" in said
    for name in (*STUDENTS, *GRADERS, "Essay", "Biology", "980", "565"):
        assert name not in said


def test_a_hidden_student_is_a_number_of_rows_and_nothing_else(found: Tables) -> None:
    (one,) = (each for each in found.assignments if each.hidden)
    words = of_assignment(one, found, 120, BLOCKS)[0].text
    assert "11 gradings of hidden students, not in the picture" in words
    assert (one.graded, one.grades) == (0, None)
    rows = assignments(found, Order(), 79, BLOCKS).rows
    assert any("11 hidden" in row.line.text for row in rows)


def test_sums_so_far_come_before_the_sums_of_all() -> None:
    journal = journal_of(graded(number, at=NOON + number) for number in range(2_500))
    found = list(steps(journal))
    assert [each.whole for each in found] == [False, True]
    assert found[0].tables is not None
    assert found[0].read == 2_000
    assert found[0].back_to == NOON + 500


def test_two_graders_of_one_name_are_told_apart() -> None:
    journal = journal_of([graded(0), graded(1)])
    same = Name(Thing.USER, CanvasId.of(981), GRADERS[0])
    journal.record(Batch(names=(same,), place=place_of(NOW + 1)))
    found = list(steps(journal))[-1].tables
    assert found is not None
    rows = graders(found, Order(By.NAME), 79, BLOCKS).rows
    assert [row.line.text.split("  ")[0] for row in rows] == ["Gil Ro #980", "Gil Ro #981"]


def test_numbers_are_short() -> None:
    assert [short_number(each) for each in (None, 7.0, 7.256, 0.001)] == ["–", "7", "7.26", "0.001"]


def shows(running: Session, *words: str) -> bool:
    front = running.front()
    return all(each in front for each in words)


async def test_a_study_waits_until_something_came(tmp_path: Path) -> None:
    journal = journal_of(EVENTS, tmp_path / "journal.sqlite3")
    matches = Matches(
        journal=journal,
        where=EVERYTHING,
        words="all events",
        about=0,
        now=lambda: NOW,
        zone=UTC,
        redactor=None,
        plain_glyphs=False,
    )
    touch = await matches.touch()
    waiting = asyncio.create_task(matches.until_touched(touch, pause=0, every=0.01))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    journal.record(batch([graded(60)]))
    await asyncio.wait_for(waiting, 10)
    assert await matches.touch() > touch
    journal.close()


async def test_sections_and_sorting(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("s")
        await running.until(lambda: shows(running, "[1:graders]", "Gil Ro", "42 gradings, summed"))
        assert shows(running, "3 graders, by graded, largest first")
        await running.pilot.press("n", "n")
        await running.until(lambda: shows(running, "by name, Z first", ">Iris Vane"))
        await running.pilot.press("tab")
        await running.until(lambda: shows(running, "[2:assignments]", ">Essay 1", "half of them"))
        await running.pilot.press("3")
        await running.until(lambda: shows(running, "[3:rate]", "by the hour of the day"))
        await running.pilot.press("escape")
        await running.until(lambda: not running.app.covered)


async def test_enter_and_a_click_filter_by_the_line(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        for way in ("enter", "click"):
            await running.pilot.press("ctrl+u", "s")
            await running.until(lambda: shows(running, "Gil Ro", "42 gradings, summed"))
            await running.pilot.press("n")
            if way == "enter":
                await running.pilot.press("enter")
            else:
                await running.pilot.click(".body", offset=(4, 0))
            await running.until(lambda: "15 matching" in running.foot())
            assert not running.app.covered


async def test_all_that_the_graders_of_some_changes_did_and_what_others_did(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        running.app.ask("since:2026-11-02T11:00Z grader:gil after:9")
        await running.pilot.press("s")
        await running.until(lambda: shows(running, "Gil Ro", "\n2 gradings, summed"))
        await running.pilot.press("w")
        await running.until(lambda: "15 matching" in running.foot())
        assert running.app.watching.filter.wanted.text == "since:2026-11-02T11:00Z grader:#980"
        await running.pilot.press("s")
        await running.until(lambda: shows(running, "Gil Ro", "15 gradings, summed"))
        await running.pilot.press("W")
        await running.until(lambda: "27 matching" in running.foot())
        await running.pilot.press("slash", "up", "up")
        assert running.app.filter_line.box.value == "since:2026-11-02T11:00Z grader:#980"


async def test_from_an_investigation_esc_leads_back_to_the_sums(tmp_path: Path) -> None:
    async with session(tmp_path, *EVENTS) as running:
        await running.pilot.press("s")
        await running.until(lambda: shows(running, "[1:graders]", "Gil Ro", "42 gradings, summed"))
        await running.pilot.press("n", "j", "i")
        await running.until(lambda: shows(running, "investigate · grader Hana Sato"))
        await running.pilot.press("escape")
        await running.until(lambda: shows(running, "[1:graders]", ">Hana Sato"))
        await running.pilot.press("i")
        await running.until(lambda: shows(running, "investigate · grader Hana Sato", "Verified"))
        one = running.app.screen
        assert isinstance(one, InvestigateScreen)
        while one.body.line is None or not isinstance(one.body.line.act, Jump):
            await running.pilot.press("j")
        await running.pilot.press("enter")
        await running.until(lambda: not running.app.covered)
        assert "holding" in running.foot()


async def test_a_filter_that_leaves_nothing_is_said(tmp_path: Path) -> None:
    changed = graded(1, before=GradeState("3"), after=GradeState("4"))
    async with session(tmp_path, changed) as running:
        running.app.ask("student:nobody")
        await running.pilot.press("s")
        await running.until(lambda: shows(running, "nothing was graded here"))
        await running.pilot.press("escape", "t")
        await running.until(lambda: shows(running, "nothing happened here"))
