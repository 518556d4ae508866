"""Two events side by side: the selected one, and any that carry a mark."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path

from tests.app.school import GRADERS, STUDENTS, edited, graded, journal_of
from tests.app.sitting import session
from tui.app.comparison import comparison_lines, rows_of
from tui.app.study.compare import Choice, nearest
from tui.events.event import Change, GradeState
from tui.journal.journal import Journal
from tui.journal.records import Stored
from tui.query.ast import EVERYTHING


def stored(journal: Journal) -> list[Stored]:
    return list(journal.reader().oldest_first(EVERYTHING))


def test_what_differs_stands_apart_from_what_is_the_same() -> None:
    before, after = GradeState("4"), GradeState("9")
    one, other = stored(journal_of([graded(1), graded(8, before=before, after=after)]))
    lines = [line.text for line in comparison_lines(one, other, rows_of(one, other, UTC), width=78)]
    differs, same = lines.index("differs"), lines.index("the same")
    told = "\n".join(lines[differs:same])
    assert "≠ time            2026-11-02 12:00:01           2026-11-02 12:00:08" in told
    assert "after: grade" in told
    assert "  course          Biology 101" in lines[same:]
    assert any("B is 7 s later" in line for line in lines)


def test_texts_as_long_as_books_are_cut_and_still_differ() -> None:
    old, new = "a" * 500_000, "a" * 500_000 + "b"
    edits = [edited(each, changes={"syllabus": Change(old, new)}) for each in (1, 2)]
    one, other = stored(
        journal_of([edits[0], replace(edits[1], changes={"syllabus": Change(new, old)})])
    )
    rows = {row.label: row for row in rows_of(one, other, UTC)}
    told = rows["syllabus: old"]
    assert told.first != told.second
    assert max(len(words) for row in rows.values() for words in (row.first, row.second)) < 30_000


def test_the_sides_go_round_all_candidates_and_never_meet() -> None:
    choice = Choice((10, 20, 30), 0, 1)
    assert choice.other(0, 1) == Choice((10, 20, 30), 0, 2)
    assert choice.other(0, 1).other(0, 1) == choice
    assert choice.other(0, -1) == Choice((10, 20, 30), 0, 2)
    assert choice.other(1, 0) == Choice((10, 20, 30), 2, 1)
    assert choice.swapped() == Choice((10, 20, 30), 1, 0)


def test_the_selected_event_stands_beside_the_marked_one_nearest_to_it() -> None:
    journal = journal_of([graded(number) for number in range(1, 6)])
    rows = [each.id for each in stored(journal)]
    journal.mark(rows[0], "first")
    assert nearest(journal.reader(), rows[0]) is None
    journal.mark(rows[3], "")
    assert nearest(journal.reader(), rows[2]) == Choice((rows[0], rows[2], rows[3]), 1, 2)


async def test_d_compares_with_any_marked_event_and_esc_leads_back(tmp_path: Path) -> None:
    async with session(tmp_path, *(graded(number) for number in range(1, 6))) as running:
        await running.pilot.press("down", "d")
        await running.until(lambda: "put a mark on one of them" in running.front())
        await running.pilot.press("escape")
        rows = [each.id for each in stored(running.journal)]
        running.journal.mark(rows[0], "a first look")
        running.journal.mark(rows[4], "")
        await running.pilot.press("d")
        await running.until(lambda: "B is 1 s later" in running.front())
        await running.pilot.press("right")
        await running.until(lambda: "A is 3 s later" in running.front())
        assert "a first look" in running.front()
        await running.pilot.press("tab")
        await running.until(lambda: "B is 3 s later" in running.front())
        await running.pilot.press("escape")
        await running.until(lambda: running.app.screen is running.app.table.screen)


async def test_a_redacted_screen_compares_pseudonyms(tmp_path: Path) -> None:
    events = [graded(number) for number in range(1, 3)]
    async with session(tmp_path, *events, redact=True) as running:
        for row in stored(running.journal):
            running.journal.mark(row.id, "Ana asked for it")
        await running.pilot.press("d")
        await running.until(lambda: "B is" in running.front() or "A is" in running.front())
        assert not any(name.split()[0] in running.front() for name in (*STUDENTS, *GRADERS))


async def test_the_help_opens_over_a_study_and_esc_leads_back_to_it(tmp_path: Path) -> None:
    async with session(tmp_path, *(graded(number) for number in range(1, 6))) as running:
        await running.pilot.press("s")
        await running.until(lambda: "Summary of" in running.front())
        await running.pilot.press("question_mark")
        await running.until(lambda: "keys" in running.front() and "next row" in running.front())
        await running.pilot.press("escape")
        await running.until(lambda: "Summary of" in running.front())
