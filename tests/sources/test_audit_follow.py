"""Following: late rows, changed rows, holes, throttling, and what happens between polls."""

from __future__ import annotations

from itertools import pairwise

from tests.sources.setting import (
    DAY,
    NOON,
    CampusServer,
    Desk,
    first_course,
    grade_many,
    grades_of,
    school,
    true_keys,
)
from tests.sources.wire import Answer, Request, Wire, json_answer, page, row
from tui.campus.warts import Fault, Faults, Warts
from tui.events.event import Feed, Flag
from tui.events.times import iso_second
from tui.journal.records import Batch, Stretch
from tui.sources.health import State
from tui.sources.targets import Targets

COURSE = Targets(courses=("5",), course_events=False)
NAME = "grades of course 5"


async def test_rows_that_become_visible_late_are_picked_up_by_the_next_poll() -> None:
    desk = Desk()
    campus = school(desk.time, history=30)
    grade_many(campus, 20, at=NOON - 60_000, visible=NOON + 100_000)
    late = 20
    async with CampusServer(campus) as server:
        source = desk.audit(server.url, campus.token, grades_of(campus))
        await desk.follow(source, until=lambda: len(desk.found()) == 30 + late)
    assert set(desk.found()) == true_keys(campus)


async def test_rows_later_than_the_overlap_are_found_by_the_deep_scan() -> None:
    desk = Desk()
    campus = school(desk.time, history=30)
    grade_many(campus, 5, at=NOON - 60_000, visible=NOON + 1_200_000)
    async with CampusServer(campus) as server:
        source = desk.audit(server.url, campus.token, grades_of(campus), interval=60)
        await desk.follow(source, until=lambda: len(desk.found()) == 35)
    assert 3_600_000 <= desk.time.ms - NOON < 4_000_000


async def test_a_poll_asks_for_the_overlap_only() -> None:
    desk = Desk()
    async with Wire(lambda _: json_answer(page())) as canvas:
        source = desk.audit(canvas.url, "token", COURSE, since=NOON - DAY)
        await desk.follow(source, until=lambda: len(canvas.requests) > 3)
        starts = [request.params["start_time"] for request in canvas.requests]
    assert starts[0] == "2026-09-20T14:13:20Z"
    assert starts[1] == "2026-09-21T14:08:20Z"
    assert all("end_time" not in request.params for request in canvas.requests)


async def test_a_student_who_is_revealed_changes_the_row() -> None:
    desk = Desk()
    student: list[int | None] = [None]

    def answer(_: Request) -> Answer:
        return json_answer(page(row(1, NOON - 1000, student=student[0])))

    async with Wire(answer) as canvas:
        source = desk.audit(canvas.url, "token", COURSE)

        def revealed() -> bool:
            student[0] = 7 if desk.watch.records else None
            return any(record.changed for record in desk.watch.records)

        await desk.follow(source, until=revealed)
    (event,) = desk.events()
    assert str(event.student) == "7"
    assert Flag.HIDDEN_STUDENT not in event.flags


async def test_throttling_is_waited_out_and_shown() -> None:
    for status in (403, 429):
        desk = Desk()
        campus = school(desk.time, history=100)
        plan = Faults(script={1: Fault.THROTTLE, 2: Fault.THROTTLE, 4: Fault.THROTTLE})
        warts = Warts(max_per_page=10, throttle_status=status, faults=plan)
        async with CampusServer(campus, warts=warts) as server:
            await desk.once(desk.audit(server.url, campus.token, grades_of(campus)))
            assert server.fired[Fault.THROTTLE.value] == 3
        assert set(desk.found()) == true_keys(campus)
        name = f"grades of course {first_course(campus).id}"
        assert State.WAITING in desk.watch.states(name)
        waiting = next(one for one in desk.watch.healths if one.state is State.WAITING)
        assert waiting.retry_at is not None
        assert waiting.quota == 0.0


async def test_a_tight_bucket_is_respected() -> None:
    desk = Desk()
    campus = school(desk.time, history=200)
    warts = Warts(max_per_page=10, high_water=120, cost=40.0)
    async with CampusServer(campus, warts=warts) as server:
        await desk.once(desk.audit(server.url, campus.token, grades_of(campus)))
        assert all(request.status == 200 for request in server.requests)
    assert set(desk.found()) == true_keys(campus)
    assert desk.watch.healths[-1].quota is not None


async def test_retry_after_is_obeyed() -> None:
    def answer(_: Request) -> Answer:
        if len(canvas.requests) == 1:
            return Answer(429, b"slow down", {"Content-Type": "text/plain", "Retry-After": "77"})
        return json_answer(page(row(1, NOON - 1000)))

    desk = Desk()
    async with Wire(answer) as canvas:
        await desk.once(desk.audit(canvas.url, "token", COURSE))
    assert 77 <= desk.time.slept[0] < 79
    assert desk.found() == ["audit:row-1"]


async def test_holes_in_the_journal_are_filled_after_the_newest_rows() -> None:
    desk = Desk()
    campus = school(desk.time)
    for hour in range(1, 11):
        grade_many(campus, 3, at=NOON - hour * 3_600_000)
    since = NOON - 12 * 3_600_000
    name = f"grades of course {first_course(campus).id}"
    known = [
        Stretch(Feed.AUDIT, name, since, NOON - 8 * 3_600_000, since),
        Stretch(Feed.AUDIT, name, NOON - 5 * 3_600_000, NOON - 3_600_000, since),
    ]
    desk.journal.record(Batch(covered=tuple(known)))
    async with CampusServer(campus) as server:
        source = desk.audit(server.url, campus.token, grades_of(campus), since=since)
        await desk.follow(source, until=lambda: State.LIVE in desk.watch.states(name))
        asked = [dict(request.params) for request in server.requests]
    assert asked[0]["start_time"] == "2026-09-21T13:08:20Z"
    assert "end_time" not in asked[0]
    assert asked[1]["start_time"] == "2026-09-21T06:08:20Z"
    assert asked[1]["end_time"] == "2026-09-21T09:13:19Z"
    assert [(one.start, one.end) for one in desk.journal.covered(Feed.AUDIT, name)] == [
        (since, NOON)
    ]


async def test_history_gives_way_to_newer_rows_and_goes_on_after_them() -> None:
    desk = Desk()
    campus = school(desk.time, history=300)
    name = f"grades of course {first_course(campus).id}"
    came: list[int] = []

    def later() -> bool:
        desk.time.ms += 2_000  # reading takes its time
        if len(desk.found()) > 50 and not came:
            came.append(len(desk.found()))
            grade_many(campus, 1, at=desk.time.ms - 1000)
        if came and len(came) == 1 and any(event.at > NOON for event in desk.events()):
            came.append(len(desk.found()))
        return State.LIVE in desk.watch.states(name)

    async with CampusServer(campus, warts=Warts(max_per_page=10)) as server:
        source = desk.audit(server.url, campus.token, grades_of(campus), interval=20)
        await desk.follow(source, until=later)
    assert len(came) == 2
    assert came[1] < 290
    assert set(desk.found()) == true_keys(campus)


async def test_a_server_that_vanishes_in_the_middle_is_read_on_from_there() -> None:
    desk = Desk()
    campus = school(desk.time, history=150)
    vanishing = Faults(script=dict.fromkeys(range(4, 30), Fault.VANISH))
    name = f"grades of course {first_course(campus).id}"
    warts = Warts(max_per_page=10, faults=vanishing)
    async with CampusServer(campus, warts=warts) as server:
        source = desk.audit(server.url, campus.token, grades_of(campus))
        await desk.follow(source, until=lambda: State.LIVE in desk.watch.states(name))
        assert server.fired[Fault.VANISH.value] == 26
        firsts = [one for one in server.requests if "page" not in dict(one.params)]
        assert any("end_time" in dict(one.params) for one in firsts)
    assert set(desk.found()) == true_keys(campus)
    assert State.RETRYING in desk.watch.states(name)


async def test_another_process_goes_on_where_one_was_stopped() -> None:
    desk = Desk()
    campus = school(desk.time, history=200)
    name = f"grades of course {first_course(campus).id}"
    async with CampusServer(campus, warts=Warts(max_per_page=10)) as server:
        first = desk.audit(server.url, campus.token, grades_of(campus))
        await desk.follow(first, until=lambda: len(desk.found()) >= 100)
        assert len(desk.found()) < 150
        before = len(server.requests)
        (done,) = desk.journal.covered(Feed.AUDIT, name)
        desk.watch.healths.clear()
        second = desk.audit(server.url, campus.token, grades_of(campus))
        await desk.follow(second, until=lambda: desk.watch.states(name)[-1] is State.LIVE)
        asked = [dict(one.params) for one in server.requests[before:]]
    assert set(desk.found()) == true_keys(campus)
    assert asked[0]["start_time"] == iso_second(done.end - 300_000)
    holes = [one for one in asked if one.get("end_time") == iso_second(done.start - 1000)]
    assert holes[0]["start_time"] == iso_second(0)


async def test_a_row_that_cannot_be_read_is_counted_once() -> None:
    desk = Desk()
    broken = {**row(1, NOON - 1000), "created_at": "yesterday"}
    async with Wire(lambda _: json_answer(page(broken, row(2, NOON - 1000)))) as canvas:
        source = desk.audit(canvas.url, "token", COURSE)
        await desk.follow(source, until=lambda: len(canvas.requests) > 5)
    assert desk.found() == ["audit:row-2"]
    assert desk.journal.reader().info().rejected == 1


async def test_a_busy_overlap_does_not_keep_history_from_being_read() -> None:
    desk = Desk()
    campus = school(desk.time, history=150)
    for second in range(100):
        grade_many(campus, 2, at=NOON - 120_000 + second * 1000)
    name = f"grades of course {first_course(campus).id}"

    def slow() -> bool:
        desk.time.ms += 1_500
        return State.LIVE in desk.watch.states(name)

    async with CampusServer(campus, warts=Warts(max_per_page=10)) as server:
        source = desk.audit(server.url, campus.token, grades_of(campus), interval=5)
        await desk.follow(source, until=slow)
    assert set(desk.found()) == true_keys(campus)


async def test_poll_now_is_heard_and_keeps_a_distance() -> None:
    desk = Desk()
    slept: list[float] = []

    async with Wire(lambda _: json_answer(page())) as canvas:
        source = desk.audit(canvas.url, "token", COURSE, interval=86_400)

        def ask() -> bool:
            if desk.watch.states(NAME)[-1] is State.LIVE:
                slept.append(desk.time.ms)
                source.poll_now()
            return len(slept) >= 4

        await desk.follow(source, until=ask)
    gaps = [after - before for before, after in pairwise(slept)]
    assert all(gap >= 3_000 for gap in gaps)


async def test_health_says_quota_skew_and_what_is_verified() -> None:
    desk = Desk()
    campus = school(desk.time, history=50)
    name = f"grades of course {first_course(campus).id}"
    async with CampusServer(campus, warts=Warts(skew_ms=-90_000)) as server:
        source = desk.audit(server.url, campus.token, grades_of(campus), since=NOON - DAY)
        await desk.follow(source, until=lambda: State.LIVE in desk.watch.states(name))
    health = next(one for one in desk.watch.healths if one.state is State.LIVE)
    assert health.skew_ms is not None
    assert -90_000 <= health.skew_ms <= -89_000
    assert health.quota is not None
    assert 500 < health.quota <= 600
    assert (health.verified_from, health.verified_to) == (NOON - DAY, NOON - 90_000)
    assert health.last_good is not None
