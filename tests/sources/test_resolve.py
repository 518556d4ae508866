"""Ids as people type them become the numbers that rows hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sources.setting import CampusServer, Desk, first_course, school, true_keys
from tests.sources.wire import Answer, Request, Wire, json_answer, page, row
from tui.sources.source import Outcome, SourceFailed
from tui.sources.targets import Targets


async def test_sis_forms_global_and_short_ids_are_looked_up() -> None:
    desk = Desk()
    campus = school(desk.time, history=30)
    course = first_course(campus)
    student = campus.school.people[course.students[0]]
    work = campus.school.assignments[course.assignments[0]]
    shard = campus.school.shard
    typed = Targets(
        courses=(f"sis_course_id:{course.sis_id}", f"{shard}~{course.id}"),
        assignments=("override", str(shard * 10**13 + work.id)),
        students=(f"sis_login_id:{student.login}", "self"),
        graders=(f"sis_user_id:{student.sis_id}",),
        accounts=(str(shard * 10**13 + course.account),),
    )
    async with CampusServer(campus) as server:
        source = desk.audit(server.url, campus.token, typed)
        found = await source.resolve()
        asked = len(server.requests)
        assert await source.resolve() == found
        assert len(server.requests) == asked
    admin = campus.tokens[campus.token].user
    assert found == Targets(
        courses=(str(course.id), str(course.id)),
        assignments=("override", str(work.id)),
        students=(str(student.id), str(admin)),
        graders=(str(student.id),),
        accounts=(str(course.account),),
    )


async def test_plain_numbers_need_no_server() -> None:
    targets = Targets(courses=("5",), assignments=("override",))
    assert await Desk().audit("http://127.0.0.1:9", "t", targets).resolve() == targets


async def test_a_course_by_its_sis_id_is_read() -> None:
    desk = Desk()
    campus = school(desk.time, history=30)
    course = first_course(campus)
    targets = Targets(courses=(f"sis_course_id:{course.sis_id}",), course_events=False)
    async with CampusServer(campus) as server:
        await desk.once(desk.audit(server.url, campus.teacher_token, targets))
    assert set(desk.found()) == true_keys(campus)


async def test_an_assignment_without_its_course_is_known_from_its_log() -> None:
    def answer(request: Request) -> Answer:
        assert request.path.endswith("assignments/sis_assignment_id:A%201")
        return json_answer(page(row(1, 0)))

    async with Wire(answer) as canvas:
        typed = Targets(assignments=("sis_assignment_id:A 1",))
        found = await Desk().audit(canvas.url, "token", typed).resolve()
    assert found == replace(typed, assignments=("11",))


@pytest.mark.parametrize("kind", ["courses", "students", "graders", "accounts"])
async def test_what_is_not_there_is_said(kind: str) -> None:
    desk = Desk()
    campus = school(desk.time)
    typed = replace(Targets(), **{kind: ("sis_x_id:nobody",)})
    async with CampusServer(campus) as server:
        with pytest.raises(SourceFailed, match=r"no .* sis_x_id:nobody in this Canvas") as failed:
            await desk.audit(server.url, campus.token, typed).resolve()
    assert failed.value.outcome is Outcome.USAGE


async def test_a_wrong_token_is_said() -> None:
    desk = Desk()
    campus = school(desk.time)
    async with CampusServer(campus) as server:
        with pytest.raises(SourceFailed, match="gradewatch login") as failed:
            await desk.audit(server.url, "wrong", Targets(courses=("sis_x:1",))).resolve()
    assert failed.value.outcome is Outcome.REFUSED


async def test_following_waits_for_a_canvas_that_is_away() -> None:
    desk = Desk()

    def answer(request: Request) -> Answer:
        if len(canvas.requests) < 9:
            return json_answer({}, status=503)
        if "sis_course_id" in request.path:
            return json_answer({"id": 5})
        return json_answer(page(row(1, desk.time.ms - 1000)))

    async with Wire(answer) as canvas:
        typed = Targets(courses=("sis_course_id:X",), course_events=False)
        source = desk.audit(canvas.url, "token", typed)
        await desk.follow(source, until=lambda: bool(desk.found()))
    assert any("fault (503)" in words for words in desk.watch.words())
