"""Each failure says in one line what is the matter and what to do, and ends with its own code."""

from __future__ import annotations

import socket

import pytest

from tests.sources.setting import (
    CampusServer,
    Desk,
    first_course,
    grades_of,
    school,
    true_keys,
)
from tests.sources.wire import Answer, Request, Wire, json_answer, page
from tui.campus.warts import Fault, Faults, Warts
from tui.sources.health import State
from tui.sources.source import Outcome, SourceFailed
from tui.sources.targets import Targets

TOKEN = "1~verySecretToken0123456789"
COURSE = Targets(courses=("5",), course_events=False)

LATER = ": it may pass, so try again later; if it stays, ask who runs this Canvas"


def one_line(failed: pytest.ExceptionInfo[SourceFailed], outcome: Outcome) -> str:
    words = str(failed.value)
    assert failed.value.outcome is outcome
    assert "\n" not in words
    assert TOKEN not in words
    return words


async def test_a_wrong_token() -> None:
    desk = Desk()
    campus = school(desk.time)
    async with CampusServer(campus) as server:
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(server.url, TOKEN, grades_of(campus)))
    assert one_line(failed, Outcome.REFUSED) == (
        "Canvas does not accept this token (401): create a new one in Account → Settings and run "
        "gradewatch login, or renew GRADEWATCH_CANVAS_TOKEN"
    )


@pytest.mark.parametrize("status", [401, 403])
async def test_a_teachers_token_on_an_admin_query(status: int) -> None:
    desk = Desk()
    campus = school(desk.time, history=20)
    student = first_course(campus).students[0]
    async with CampusServer(campus, warts=Warts(not_allowed_status=status)) as server:
        source = desk.audit(server.url, campus.teacher_token, Targets(students=(str(student),)))
        with pytest.raises(SourceFailed) as failed:
            await desk.once(source)
    assert one_line(failed, Outcome.REFUSED) == (
        f"Canvas refuses: this token may not read the grade log of student {student} across the "
        "account; a teacher's token needs --course"
    )


@pytest.mark.parametrize("status", [401, 403])
async def test_a_course_that_the_token_may_not_see(status: int) -> None:
    desk = Desk()
    campus = school(desk.time)
    async with CampusServer(campus, warts=Warts(not_allowed_status=status)) as server:
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(server.url, campus.teacher_token, Targets(courses=("99",))))
    words = one_line(failed, Outcome.REFUSED)
    assert words.startswith("Canvas refuses: this token may not read the grade log of course 99")


@pytest.mark.parametrize(
    "targets",
    [
        Targets(courses=("99",)),
        Targets(assignments=("99",)),
        Targets(students=("99999",)),
        Targets(graders=("99999",)),
        Targets(students=("99999",), graders=("99998",)),
        Targets(accounts=("4711",)),
    ],
)
async def test_ids_that_are_not_there(targets: Targets) -> None:
    desk = Desk()
    campus = school(desk.time)
    async with CampusServer(campus) as server:
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(server.url, campus.token, targets))
    words = one_line(failed, Outcome.USAGE)
    assert "in this Canvas" in words
    assert "99" in words or "4711" in words


async def test_no_server() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        desk = Desk()
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(f"http://127.0.0.1:{port}", TOKEN, COURSE))
    assert one_line(failed, Outcome.UNREACHABLE) == (
        f"cannot reach http://127.0.0.1:{port}: connection refused; is the address right?"
    )
    assert len(desk.time.slept) == 4
    assert 5 < sum(desk.time.slept) < 60
    assert State.RETRYING in desk.watch.states("grades of course 5")


async def test_a_host_that_does_not_exist() -> None:
    desk = Desk()
    with pytest.raises(SourceFailed) as failed:
        await desk.once(desk.audit("https://canvas.invalid", TOKEN, COURSE))
    assert "cannot reach https://canvas.invalid: " in one_line(failed, Outcome.UNREACHABLE)


async def test_a_server_without_tls() -> None:
    desk = Desk()
    async with Wire(lambda _: json_answer({})) as plain:
        address = plain.url.replace("http:", "https:")
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(address, TOKEN, COURSE))
    assert "no TLS connection" in one_line(failed, Outcome.UNREACHABLE)


async def test_a_complaint_that_repeats_the_token() -> None:
    answer = json_answer({"message": f"cannot use {TOKEN}, sorry"}, status=422)
    desk = Desk()
    async with Wire(lambda _: answer) as canvas:
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(canvas.url, TOKEN, COURSE))
    assert "cannot use [redacted], sorry" in one_line(failed, Outcome.USAGE)


@pytest.mark.parametrize("status", [200, 404])
async def test_a_web_page_instead_of_the_api(status: int) -> None:
    web = Answer(status, b"<!DOCTYPE html><h1>Welcome</h1>", {"Content-Type": "text/html"})
    desk = Desk()
    async with Wire(lambda _: web) as somewhere:
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(somewhere.url, TOKEN, COURSE))
        assert one_line(failed, Outcome.UNREACHABLE) == (
            f"{somewhere.url} answers with a web page, not with the API: check --canvas-url"
        )


async def test_json_that_is_no_audit_log() -> None:
    desk = Desk()
    async with Wire(lambda _: json_answer({"hello": "world"})) as somewhere:
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(somewhere.url, TOKEN, COURSE))
    assert "no audit log: check --canvas-url" in one_line(failed, Outcome.UNREACHABLE)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault.ERROR_500, "Canvas has a fault (500): An error occurred." + LATER),
        (Fault.HTML, "Canvas has a fault (502)" + LATER),
    ],
)
async def test_a_canvas_with_a_fault(fault: Fault, says: str) -> None:
    desk = Desk()
    campus = school(desk.time)
    warts = Warts(faults=Faults(chances={fault: 1.0}))
    async with CampusServer(campus, warts=warts) as server:
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(server.url, campus.token, grades_of(campus)))
        assert server.fired[fault.value] == 5
    assert one_line(failed, Outcome.UNREACHABLE) == says


async def test_a_canvas_that_breaks_off() -> None:
    desk = Desk()
    campus = school(desk.time, history=20)
    warts = Warts(faults=Faults(chances={Fault.DISCONNECT: 1.0}))
    async with CampusServer(campus, warts=warts) as server:
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(server.url, campus.token, grades_of(campus)))
    assert "broke in the middle of an answer" in one_line(failed, Outcome.UNREACHABLE)


async def test_a_request_canvas_cannot_answer() -> None:
    answer = json_answer({"message": "Must specify \x1b[31m at least access_token=abc"}, status=400)
    desk = Desk()
    async with Wire(lambda _: answer) as canvas:
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(canvas.url, TOKEN, COURSE))
    words = one_line(failed, Outcome.USAGE)
    assert words == (
        "Canvas cannot answer this query (400): Must specify ␛[31m at least access_token=[redacted]"
    )


async def test_nothing_to_ask() -> None:
    desk = Desk()
    with pytest.raises(SourceFailed, match="name a course") as failed:
        await desk.once(desk.audit("http://127.0.0.1:9", TOKEN, Targets()))
    assert failed.value.outcome is Outcome.USAGE


@pytest.mark.parametrize("known", [True, False])
async def test_a_401_that_explains_nothing_is_looked_into(known: bool) -> None:
    def answer(request: Request) -> Answer:
        if known and request.path.endswith("users/self"):
            return json_answer({"id": 1})
        return json_answer({"errors": [{"message": "nein"}]}, status=401)

    desk = Desk()
    async with Wire(answer) as canvas:
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(canvas.url, TOKEN, Targets(students=("7",))))
    words = one_line(failed, Outcome.REFUSED)
    assert ("needs --course" in words) is known
    assert ("gradewatch login" in words) is not known


async def test_some_targets_may_fail_while_the_others_are_read() -> None:
    desk = Desk()
    campus = school(desk.time, history=30)
    course = str(first_course(campus).id)
    targets = Targets(courses=("99", course), course_events=False)
    async with CampusServer(campus) as server:
        with pytest.raises(SourceFailed, match="no course 99"):
            await desk.once(desk.audit(server.url, campus.token, targets))
    assert set(desk.found()) == true_keys(campus)


async def test_a_screen_keeps_a_refusal_and_asks_again_slowly_or_when_told() -> None:
    desk = Desk()
    allowed: list[bool] = []

    def answer(_: Request) -> Answer:
        body = {"status": "unauthorized"}
        return json_answer(page()) if allowed else json_answer(body, status=403)

    async with Wire(answer) as canvas:
        source = desk.audit(canvas.url, TOKEN, COURSE)

        def enough() -> bool:
            states = desk.watch.states("grades of course 5")
            if states.count(State.REFUSED) == 3:
                allowed.append(True)
            return states[-1] is State.LIVE

        await desk.follow(source, until=enough)
    refused = [health for health in desk.watch.healths if health.state is State.REFUSED]
    assert refused[0].retry_at is not None
    assert refused[1].retry_at is not None
    assert refused[1].retry_at - refused[0].retry_at >= 300_000


async def test_without_a_screen_a_refusal_of_everything_ends_it() -> None:
    desk = Desk()
    campus = school(desk.time, history=30)
    async with CampusServer(campus) as server:
        source = desk.audit(
            server.url, campus.teacher_token, Targets(students=("7", "8")), patient=False
        )
        with pytest.raises(SourceFailed, match="needs --course"):
            await desk.run(source)
