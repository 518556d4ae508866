"""Servers that lack a route, refuse a parameter, or never stop talking."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sources.setting import NOON, CampusServer, Desk, first_course, school, true_keys
from tests.sources.wire import Answer, Request, Wire, json_answer, page, row
from tui.campus.warts import Warts
from tui.sources.source import SourceFailed
from tui.sources.targets import Targets

COURSE = Targets(courses=("5",), course_events=False)


async def test_a_server_that_refuses_the_current_grade_is_asked_without_it() -> None:
    for status in (400, 401, 403):
        desk = Desk()
        seen: list[bool] = []

        def answer(request: Request, status: int = status, seen: list[bool] = seen) -> Answer:
            included = "include[]" in request.params
            seen.append(included)
            body = {"status": "unauthorized", "errors": [{"message": "insufficient scopes"}]}
            return json_answer(body, status=status) if included else json_answer(page())

        async with Wire(answer) as canvas:
            await desk.once(desk.audit(canvas.url, "token", COURSE))
        assert seen == [True, False, False]


async def test_old_servers_without_some_routes_are_asked_by_others() -> None:
    desk = Desk()
    campus = school(desk.time, history=100)
    course = first_course(campus)
    student = campus.truth(course=course.id)[0].student or course.students[0]
    for warts in (Warts(undocumented=False), Warts(advanced_query=False)):
        desk = Desk(replace(desk.time))
        targets = Targets(courses=(str(course.id),), students=(str(student),))
        async with CampusServer(campus, warts=warts) as server:
            await desk.once(desk.audit(server.url, campus.teacher_token, targets))
        assert set(desk.found()) == true_keys(campus, student=student)


async def test_without_the_advanced_query_a_broader_one_is_sifted() -> None:
    desk = Desk()
    campus = school(desk.time, history=100)
    some = campus.truth(course=first_course(campus).id)
    change = next(one for one in some if one.student and one.grader)
    targets = Targets(students=(str(change.student),), graders=(str(change.grader),))
    async with CampusServer(campus, warts=Warts(advanced_query=False)) as server:
        await desk.once(desk.audit(server.url, campus.token, targets))
    true = campus.truth(student=change.student, grader=change.grader)
    assert set(desk.found()) == {f"audit:{one.id}" for one in true}


async def test_an_answer_without_end_does_not_eat_the_memory() -> None:
    def answer(_: Request) -> Answer:
        return Answer(200, b"[" + b" " * 60_000_000 + b"]")

    desk = Desk()
    async with Wire(answer) as canvas:
        source = desk.audit(canvas.url, "token", COURSE)
        await desk.follow(
            source, until=lambda: any("exceeds 48 MiB" in one for one in desk.watch.words())
        )


async def test_a_server_that_heeds_no_end_time_is_found_out() -> None:
    desk = Desk()

    def answer(request: Request) -> Answer:
        if "page" in request.params:
            return json_answer(page(row(9, NOON - 9 * 60_000)))
        link = f'<{canvas.url}{request.path}?page=bookmark:2>; rel="next"'
        rows = [row(number, NOON - number * 60_000) for number in range(3)]
        return replace(json_answer(page(*rows)), headers={"Link": link})

    async with Wire(answer) as canvas:
        with pytest.raises(SourceFailed, match="does not heed end_time"):
            await desk.once(desk.audit(canvas.url, "token", COURSE))
    assert len(desk.found()) == 3
