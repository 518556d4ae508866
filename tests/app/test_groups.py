"""The changes of one request on screen: one row, opened and left again, and the signs of rows."""

from __future__ import annotations

from pathlib import Path

from tests.app.flagged import flag
from tests.app.school import STUDENTS, batch, graded
from tests.app.sitting import Session, session
from tui.events.attention import Rule
from tui.events.event import Event, GradeState
from tui.journal.records import Slot

REQUEST = "5f0e1a7c-22d4"
IMPORT = [
    graded(
        200 + each,
        request_id=REQUEST,
        page_view=REQUEST,
        assignment=graded(1).assignment,
        grader=graded(1).grader,
        before=GradeState("4", 4.0, 10.0),
        after=GradeState(str(5 + each), 5.0 + each, 10.0),
    )
    for each in range(5)
]
BEFORE = [graded(number) for number in range(0, 180, 9)]
AFTER = [graded(number) for number in range(210, 240, 3)]
ALL = [*BEFORE, *IMPORT, *AFTER]


def groups(running: Session) -> list[str]:
    return [row for row in running.rows() if "▸" in row]


async def select_group(running: Session) -> None:
    view = running.app.watching.view
    await running.until(lambda: bool(groups(running)))
    await running.pilot.press("down")
    while view.group(view.selected or view.visible()[0]) is None:
        await running.pilot.press("down")


async def test_a_request_is_one_row_that_opens_and_closes_where_one_was(tmp_path: Path) -> None:
    async with session(tmp_path, *ALL) as running:
        pilot, view = running.pilot, running.app.watching.view
        await running.until(lambda: "1–20 of 31 rows, 35 matching" in running.foot())
        await select_group(running)
        [row] = groups(running)
        assert "▸ 5×" in row
        assert "5 students" in row
        assert "+1 … +5" in row
        assert "+3" in row
        place = (view.selected, running.rows())

        await pilot.press("enter")
        await running.until(lambda: "1–5 of 5 matching" in running.foot())
        await running.until(lambda: "5 changes of one request · by Hana Sato" in running.foot())
        assert "esc back" in running.foot()
        assert not groups(running)
        running.journal.record(batch([graded(500)]))
        await pilot.press("enter")
        assert running.app.pane.display
        await pilot.press("escape", "escape")
        assert running.app.watching.view is view
        await running.until(lambda: "+1 new" in running.foot())
        await running.until(lambda: (view.selected, running.rows()) == place)
        assert "36 matching" in running.foot()


async def test_a_filter_that_leaves_one_of_a_request_shows_that_one_as_itself(
    tmp_path: Path,
) -> None:
    student = IMPORT[2].student
    assert student is not None
    async with session(tmp_path, *ALL) as running:
        running.app.watching.type_filter(f"student:#{student} after:7")
        await running.until(lambda: "7 matching" not in running.foot())
        name = STUDENTS[student.number - 40]
        await running.until(lambda: any("4 → 7" in row for row in running.rows()))
        assert not groups(running)
        assert any(name[:6] in row for row in running.rows())


async def test_a_filter_that_leaves_some_of_a_request_says_of_how_many(tmp_path: Path) -> None:
    async with session(tmp_path, *ALL, size=(120, 24)) as running:
        running.app.watching.type_filter("delta:>=3")
        await running.until(lambda: any("3/5×" in row for row in groups(running)))
        await select_group(running)
        await running.pilot.press("enter")
        await running.until(lambda: "3 of 5 changes of one request" in running.foot())


async def test_each_of_a_request_is_a_row_and_one_again(tmp_path: Path) -> None:
    async with session(tmp_path, *ALL) as running:
        await select_group(running)
        view = running.app.watching.view
        chosen = view.selected
        await running.pilot.press("c")
        await running.until(lambda: "of 35 matching" in running.foot())
        assert view.selected == chosen
        await running.pilot.press("down", "c")
        await running.until(lambda: "31 rows" in running.foot())
        assert view.selected == chosen


async def test_a_marked_row_has_a_sign_and_so_has_its_request(tmp_path: Path) -> None:
    async with session(tmp_path, *ALL) as running:
        await select_group(running)
        group = groups(running)[0]
        assert group.startswith(">  ")
        marked = running.app.watching.view.selected
        assert marked is not None
        running.journal.mark(marked.id - 1, "look")
        running.app.watching.reading.look()
        await running.until(lambda: groups(running)[0].startswith(">* "))


async def test_a_redacted_request_names_nobody(tmp_path: Path) -> None:
    async with session(tmp_path, *ALL, size=(160, 40)) as running:
        await select_group(running)
        await running.pilot.press("x", "enter")
        await running.until(lambda: "by Grader" in running.foot())
        shown = "\n".join((*running.rows(), running.foot()))
        assert not any(name.split()[0] in shown for name in (*STUDENTS, "Hana"))


async def test_a_change_among_those_of_a_request_is_shown_among_them(tmp_path: Path) -> None:
    async with session(tmp_path, *ALL) as running:
        await select_group(running)
        watching = running.app.watching
        last = next(each for each in _slots(running, IMPORT) if watching.view.row_of(each) != each)
        watching.go_to(last, IMPORT[0].kind)
        await running.until(lambda: watching.inside and watching.view.selected == last)


def _slots(running: Session, events: list[Event]) -> list[Slot]:
    reader = running.journal.reader()
    wanted = {event.key for event in events}
    return [stored.slot for stored in reader.stored(range(1, 40)) if stored.event.key in wanted]


async def test_a_mark_on_a_request_is_one_on_each_of_its_changes(tmp_path: Path) -> None:
    async with session(tmp_path, *ALL) as running:
        await select_group(running)
        await running.until(lambda: "5 students" in groups(running)[0])
        await running.pilot.press("m")
        assert "5 changes of one request · by Hana Sato" in running.front()
        await running.pilot.press(*"why", "enter")
        await running.until(lambda: "5 changes are marked" in running.foot())
        members = [each for each in running.journal.reader().stored(range(1, 40)) if each.mark]
        assert {each.event.request_id for each in members} == {REQUEST}
        assert [each.mark for each in members] == ["why"] * 5
        await running.until(lambda: groups(running)[0].lstrip(">").lstrip().startswith("*"))
        await running.pilot.press("m")
        assert "5 of them are marked already" in running.front()
        await running.pilot.press("ctrl+d")
        await running.until(lambda: "5 marks are taken away" in running.foot())
        assert not any(each.mark for each in running.journal.reader().stored(range(1, 40)))


async def test_n_says_why_a_request_is_flagged_that_is_the_only_one(tmp_path: Path) -> None:
    async with session(tmp_path, *ALL) as running:
        await select_group(running)
        oldest = _slots(running, IMPORT)[0]
        flag(running.journal, Rule.JUMP, {oldest.id: "4 → 9 of 10"})
        await running.pilot.press("n")
        await running.until(lambda: "flagged: jump: 4 → 9 of 10" in running.foot())
        await running.pilot.press("n")
        await running.until(lambda: "no older flagged event; this one: jump" in running.foot())
