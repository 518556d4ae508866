"""One complete reading of a window: whatever the pages are like, each row is there once."""

from __future__ import annotations

import asyncio

import pytest

from tests.sources.setting import (
    DAY,
    NOON,
    CampusServer,
    Desk,
    Time,
    edit_course,
    first_course,
    grade_many,
    grades_of,
    school,
    true_keys,
)
from tests.sources.wire import Answer, Request, Wire, json_answer, page, row
from tui.campus.warts import Fault, Faults, Warts
from tui.events.event import Kind
from tui.events.times import iso_second
from tui.sources.source import SourceFailed
from tui.sources.targets import Targets

SIZES = (1, 3, 10, 50, 100)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("old", [False, True])
async def test_every_row_is_read_whatever_the_page_size(size: int, old: bool) -> None:
    desk = Desk()
    campus = school(desk.time, history=150)
    async with CampusServer(campus, warts=Warts(max_per_page=size, old_bookmarks=old)) as server:
        await desk.once(desk.audit(server.url, campus.token, grades_of(campus)))
    assert sorted(desk.found()) == sorted(true_keys(campus))


@pytest.mark.parametrize("size", [10, 50, 100])
async def test_hundreds_of_rows_in_one_second_are_read(size: int) -> None:
    desk = Desk()
    campus = school(desk.time, history=50)
    grade_many(campus, 700, at=NOON - DAY)
    grade_many(campus, 30, at=NOON - DAY + 1000)
    async with CampusServer(campus, warts=Warts(max_per_page=size)) as server:
        await desk.once(desk.audit(server.url, campus.token, grades_of(campus)))
    assert sorted(desk.found()) == sorted(true_keys(campus))


@pytest.mark.parametrize("size", [10, 100])
async def test_an_old_server_that_forgets_the_rest_of_a_second_loses_nothing(size: int) -> None:
    desk = Desk()
    campus = school(desk.time, history=50)
    grade_many(campus, 300, at=NOON - DAY)
    warts = Warts(max_per_page=size, old_bookmarks=True)
    async with CampusServer(campus, warts=warts) as server:
        await desk.once(desk.audit(server.url, campus.token, grades_of(campus)))
    assert sorted(desk.found()) == sorted(true_keys(campus))


async def test_a_second_that_no_query_can_show_whole_is_said_and_left_out() -> None:
    desk = Desk()
    campus = school(desk.time)
    grade_many(campus, 40, at=NOON - DAY, hidden=True)
    grade_many(campus, 40, at=NOON - DAY - 1000)
    warts = Warts(max_per_page=10, old_bookmarks=True)
    async with CampusServer(campus, warts=warts) as server:
        source = desk.audit(server.url, campus.token, grades_of(campus), since=NOON - 2 * DAY)
        with pytest.raises(SourceFailed, match=r"1 second of grades of .* cannot be read"):
            await desk.once(source)
    assert set(desk.found()) < true_keys(campus)
    older = {event.key for event in desk.events() if event.at < NOON - DAY}
    assert older == true_keys(campus, end=NOON - DAY - 1000)
    stretches = [(one.start, one.end) for one in desk.journal.reader().coverage()]
    assert stretches == [(NOON - 2 * DAY, NOON - DAY), (NOON - DAY + 1000, NOON)]


@pytest.mark.parametrize("fault", [Fault.RESTART, Fault.EMPTY_PAGE, Fault.FOREIGN_LINK])
async def test_a_pager_that_misbehaves_on_every_page_loses_nothing(fault: Fault) -> None:
    desk = Desk()
    campus = school(desk.time, history=200)
    plan = Faults(script=dict.fromkeys(range(1, 400, 3), fault))
    async with CampusServer(campus, warts=Warts(max_per_page=10, faults=plan)) as server:
        await desk.once(desk.audit(server.url, campus.token, grades_of(campus)))
        assert server.fired[fault.value] > 1
        assert all(request.authorized for request in server.requests)
    assert sorted(desk.found()) == sorted(true_keys(campus))


async def test_a_pager_that_always_begins_again_is_read_by_time() -> None:
    desk = Desk()
    campus = school(desk.time, history=100)
    grade_many(campus, 130, at=NOON - DAY)
    plan = Faults(chances={Fault.RESTART: 1.0})
    async with CampusServer(campus, warts=Warts(max_per_page=20, faults=plan)) as server:
        await desk.once(desk.audit(server.url, campus.token, grades_of(campus)))
    assert sorted(desk.found()) == sorted(true_keys(campus))


async def test_rows_that_come_during_the_reading_are_read_too() -> None:
    desk = Desk()
    campus = school(desk.time, history=120)
    wanted = true_keys(campus)
    late: list[int] = []

    def come_late() -> None:
        if not late and desk.watch.records:
            late.append(1)
            grade_many(campus, 5, at=desk.time.ms - 60_000)
            wanted.update(true_keys(campus))

    desk.watch.when = come_late
    async with CampusServer(campus, warts=Warts(max_per_page=10)) as server:
        await desk.once(desk.audit(server.url, campus.token, grades_of(campus)))
    assert late
    assert sorted(desk.found()) == sorted(wanted)


async def test_order_inside_a_second_is_the_servers() -> None:
    desk = Desk()
    campus = school(desk.time)
    grade_many(campus, 250, at=NOON - DAY)
    async with CampusServer(campus) as server:
        await desk.once(desk.audit(server.url, campus.token, grades_of(campus)))
    newest_first = [f"audit:{one.id}" for one in campus.truth(course=first_course(campus).id)]
    assert desk.found() == newest_first[::-1]


async def test_a_window_is_read_to_its_bounds_and_no_further() -> None:
    desk = Desk()
    campus = school(desk.time)
    for offset in range(10):
        grade_many(campus, 3, at=NOON - DAY + offset * 1000)
    since, until = NOON - DAY + 2_500, NOON - DAY + 6_000
    async with CampusServer(campus) as server:
        source = desk.audit(server.url, campus.token, grades_of(campus), since=since, until=until)
        await desk.once(source)
        bounds = {
            (dict(one.params)["start_time"], dict(one.params)["end_time"])
            for one in server.requests
        }
    assert {event.at - NOON + DAY for event in desk.events()} == {2000, 3000, 4000, 5000}
    assert bounds == {(iso_second(NOON - DAY + 2000), iso_second(NOON - DAY + 5000))}


async def test_it_asks_as_agreed() -> None:
    desk = Desk()
    campus = school(desk.time, history=250)
    course = str(first_course(campus).id)
    async with CampusServer(campus) as server:
        await desk.once(desk.audit(server.url, campus.token, Targets(courses=(course,))))
        requests = list(server.requests)
    grades = [one for one in requests if "grade_change" in one.path]
    assert {one.path for one in grades} == {f"/api/v1/audit/grade_change/courses/{course}"}
    assert "end_time" not in dict(grades[0].params)
    assert dict(grades[0].params)["per_page"] == "100"
    for one in grades:
        params = dict(one.params)
        assert "start_time" in params
        assert params["include[]"] == "current_grade"
        assert one.user_agent.startswith("gradewatch/")


async def test_course_events_come_with_a_course_and_with_an_account() -> None:
    desk = Desk()
    campus = school(desk.time, history=30)
    course = first_course(campus)
    edit_course(campus, 3, at=NOON - DAY)
    targets = Targets(courses=(str(course.id),), accounts=(str(course.account),))
    async with CampusServer(campus) as server:
        await desk.once(desk.audit(server.url, campus.token, targets))
    true = {f"audit:{one.id}" for one in campus.course_truth(course=course.id)}
    true |= {f"audit:{one.id}" for one in campus.course_truth(account=course.account)}
    assert true
    found = {event.key: event for event in desk.events() if event.kind is Kind.COURSE}
    assert set(found) == true
    assert {str(event.account) for event in found.values()} == {str(course.account)}


async def test_without_the_course_log_the_grade_log_is_enough() -> None:
    desk = Desk()
    campus = school(desk.time, history=60)
    edit_course(campus, 3, at=NOON - DAY)
    course = str(first_course(campus).id)
    async with CampusServer(campus) as server:
        source = desk.audit(server.url, campus.teacher_token, Targets(courses=(course,)))
        await desk.once(source)
    assert set(desk.found()) == true_keys(campus)
    assert any("may not read the course log" in words for words in desk.watch.words())


async def test_coverage_is_claimed_for_what_was_read_and_not_for_the_present_second() -> None:
    desk = Desk(Time(NOON + 700))
    campus = school(desk.time, history=150)
    async with CampusServer(campus, warts=Warts(max_per_page=10)) as server:
        source = desk.audit(server.url, campus.token, grades_of(campus), since=NOON - 30 * DAY)
        await desk.once(source)
    (stretch,) = desk.journal.reader().coverage()
    assert (stretch.start, stretch.end) == (NOON - 30 * DAY, NOON)
    assert stretch.target == f"grades of course {first_course(campus).id}"


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("size", [3, 10])
async def test_rows_filtered_out_after_paging_cost_no_others(size: int, old: bool) -> None:
    desk = Desk()
    campus = school(desk.time, history=150)
    grade_many(campus, 9, at=NOON - DAY)
    course = first_course(campus).id
    async with CampusServer(campus, warts=Warts(max_per_page=size, old_bookmarks=old)) as server:
        await desk.once(desk.audit(server.url, campus.ta_token, grades_of(campus)))
    true = campus.truth(course=course, token=campus.ta_token)
    assert len(true) < len(campus.truth(course=course))
    assert sorted(desk.found()) == sorted(f"audit:{one.id}" for one in true)


async def test_all_queries_together_have_one_request_in_flight() -> None:
    desk = Desk()

    async def answer(_: Request) -> Answer:
        await asyncio.sleep(0.002)
        return json_answer(page(row(1, NOON - 1000)))

    targets = Targets(courses=("5", "6", "7"), accounts=("1",))
    async with Wire(answer) as canvas:
        await desk.once(desk.audit(canvas.url, "token", targets))
        logs = {request.path for request in canvas.requests if "audit" in request.path}
        assert len(logs) == 7
        assert canvas.open_at_once == 1
