"""Reading back what the audit log has of one thing: as far as rights reach, and what is not."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from pydantic import SecretStr

from tests.sources.setting import DAY, NOON, CampusServer, Desk
from tui.campus.build import build
from tui.campus.campus import Campus
from tui.campus.hand import Hand
from tui.campus.school import Course
from tui.campus.warts import Fault, Faults, Warts
from tui.events.event import Feed
from tui.sources.audit_api.backfill import KEPT_MS, Archive, Backfill, Plan, Progress, in_courses
from tui.sources.audit_api.client import Turn
from tui.sources.audit_api.source import AuditSource
from tui.sources.health import State
from tui.sources.source import Outcome, Source, SourceFailed
from tui.sources.targets import Targets


class Reading:
    """A desk with an archive, and what its readings told."""

    def __init__(self, url: str, token: str, desk: Desk) -> None:
        self.desk = desk
        self.asked: list[Targets] = []
        self.told: list[Progress] = []
        self.turn = Turn()
        self._url, self._token = url, token

    def make(self, targets: Targets, since: int, until: int | None) -> Source:
        self.asked.append(targets)
        return AuditSource(
            self._url,
            SecretStr(self._token),
            targets,
            since=since,
            until=until,
            poll_interval=30.0,
            journal=self.desk.journal,
            clock=self.desk.time.now,
            sleep=self.desk.time.sleep,
            turn=self.turn,
        )

    def of(
        self, first: Targets, *instead: Targets, again: bool = False, since: int | None = None
    ) -> Backfill:
        archive = Archive(self.make, self.desk.journal)
        begin = archive.since(NOON) if since is None else since
        return archive.reading(Plan(first, instead, begin, again), self.told.append)


def three_courses(desk: Desk) -> Campus:
    """The first student of the first course has grades in all three."""
    campus = build("ordinary", seed=1, history=0, now=desk.time.now, courses=3, students=30)
    for number, course in enumerate(courses_of(campus)):
        for work in course.assignments[:4]:
            for place in range(15):
                grade(campus, course, work, NOON - DAY * (1 + number * 30 + place), str(place))
    return campus


def courses_of(campus: Campus) -> list[Course]:
    return [campus.school.courses[number] for number, _ in campus.courses]


def student_of(campus: Campus) -> int:
    return courses_of(campus)[0].students[0]


def grade(campus: Campus, course: Course, work: int, at: int, text: str) -> None:
    with campus.lock:
        campus.registrar.grade(
            campus.school.assignments[work],
            student_of(campus),
            course.teachers[0],
            at=at,
            request=campus.registrar.request(),
            grade=text,
            score=float(text),
        )


def about(student: int) -> Targets:
    return Targets(students=(str(student),), course_events=False)


def in_all(campus: Campus) -> tuple[Targets, ...]:
    numbers = [str(course.id) for course in courses_of(campus)]
    return in_courses(about(student_of(campus)), numbers)


def keys(campus: Campus, **parts: object) -> set[str]:
    return {f"audit:{row.id}" for row in campus.truth(**parts)}  # pyright: ignore[reportArgumentType]  its own names


async def test_an_admin_is_told_of_all_courses_at_once() -> None:
    desk = Desk()
    campus = three_courses(desk)
    student = student_of(campus)
    async with CampusServer(campus, warts=Warts(max_per_page=50)) as server:
        reading = Reading(server.url, campus.token, desk)
        backfill = reading.of(about(student), *in_all(campus))
        await desk.once(backfill)
    assert set(desk.found()) == keys(campus, student=student)
    assert backfill.unseen == ()
    assert reading.asked == [about(student)]
    covered = desk.journal.covered(Feed.AUDIT, f"grades of student {student}")
    assert [(one.start, one.end) for one in covered] == [(NOON - KEPT_MS, NOON)]
    last = reading.told[-1]
    assert (last.events, last.reached) == (len(desk.found()), NOON - KEPT_MS)
    assert last.pages >= last.events // 50


async def test_a_teacher_is_refused_that_and_asks_course_by_course() -> None:
    desk = Desk()
    campus = three_courses(desk)
    student, first = student_of(campus), courses_of(campus)[0]
    async with CampusServer(campus) as server:
        reading = Reading(server.url, campus.teacher_token, desk)
        backfill = reading.of(about(student), *in_all(campus))
        await desk.once(backfill)
    own = keys(campus, student=student, course=first.id)
    assert set(desk.found()) == own
    assert own < keys(campus, student=student)
    refused = {each.asked: each.why for each in backfill.unseen}
    others = {f"grades of course {one.id}, student {student}" for one in courses_of(campus)[1:]}
    assert set(refused) == {f"grades of student {student}", *others}
    assert all("may not" in why for why in refused.values())
    assert [(each.number, each.of) for each in reading.told][-1] == (3, 3)


async def test_what_was_read_already_is_not_asked_for_again_unless_it_is_wished() -> None:
    desk = Desk()
    campus = three_courses(desk)
    student = student_of(campus)
    async with CampusServer(campus, warts=Warts(max_per_page=10)) as server:
        reading = Reading(server.url, campus.token, desk)
        await desk.once(reading.of(about(student)))
        once = len(server.requests)
        await desk.once(reading.of(about(student)))
        twice = len(server.requests) - once
        await desk.once(reading.of(about(student), again=True))
        thrice = len(server.requests) - once - twice
    assert twice < once
    assert thrice >= once - 10  # names are known by then
    assert set(desk.found()) == keys(campus, student=student)


async def test_a_reading_that_is_cut_short_keeps_what_it_read_and_says_no_more_than_that() -> None:
    desk = Desk()
    campus = three_courses(desk)
    student = student_of(campus)
    async with CampusServer(campus, warts=Warts(max_per_page=10)) as server:
        reading = Reading(server.url, campus.token, desk)
        task = asyncio.create_task(desk.once(reading.of(about(student))))

        def cut() -> None:
            if len(desk.watch.records) >= 4:
                task.cancel()

        desk.watch.when = cut
        with suppress(asyncio.CancelledError):
            await task
        desk.watch.when = lambda: None
        truth = {f"audit:{row.id}": row for row in campus.truth(student=student)}
        found = set(desk.found())
        assert set() < found < set(truth)
        (stretch,) = desk.journal.covered(Feed.AUDIT, f"grades of student {student}")
        within = {key for key, row in truth.items() if stretch.start <= row.at < stretch.end}
        assert within <= found
        assert stretch.start > NOON - KEPT_MS
        await desk.once(reading.of(about(student)))  # and it goes on from there
    assert set(desk.found()) == set(truth)


async def test_throttling_is_waited_out() -> None:
    desk = Desk()
    campus = three_courses(desk)
    student = student_of(campus)
    faults = Faults(script={1: Fault.THROTTLE, 3: Fault.THROTTLE})
    async with CampusServer(campus, warts=Warts(max_per_page=50, faults=faults)) as server:
        reading = Reading(server.url, campus.token, desk)
        await desk.once(reading.of(about(student)))
        assert server.fired[Fault.THROTTLE.value] == 2
    assert set(desk.found()) == keys(campus, student=student)
    assert State.WAITING in desk.watch.states(f"grades of student {student}")


async def test_of_a_user_who_was_deleted_the_courses_still_tell() -> None:
    desk = Desk()
    campus = three_courses(desk)
    student = student_of(campus)
    everything = keys(campus, student=student)
    Hand(campus).delete_user(student)
    async with CampusServer(campus, warts=Warts(advanced_query=False)) as server:
        reading = Reading(server.url, campus.token, desk)
        backfill = reading.of(about(student), *in_all(campus))
        await desk.once(backfill)
    assert set(desk.found()) == everything
    assert [each.asked for each in backfill.unseen] == [f"grades of student {student}"]


async def test_a_token_that_is_no_good_is_not_tried_on_every_course() -> None:
    desk = Desk()
    campus = three_courses(desk)
    async with CampusServer(campus) as server:
        reading = Reading(server.url, campus.revoked_token, desk)
        with pytest.raises(SourceFailed, match="does not accept this token"):
            await desk.once(reading.of(about(student_of(campus)), *in_all(campus)))
    assert len(reading.asked) == 2


async def test_without_a_token_nothing_is_asked() -> None:
    desk = Desk()

    def make(targets: Targets, since: int, until: int | None) -> Source:
        del targets, since, until
        raise SourceFailed("no token: run gradewatch login", Outcome.USAGE)

    plan = Plan(about(7), in_courses(about(7), ["1", "2"]), 0)
    with pytest.raises(SourceFailed, match="no token"):
        await desk.once(Archive(make, desk.journal).reading(plan, lambda _: None))


async def test_no_request_is_made_while_another_of_the_same_token_is_under_way() -> None:
    desk = Desk()
    campus = three_courses(desk)
    async with CampusServer(campus) as server:
        reading = Reading(server.url, campus.token, desk)
        async with reading.turn.lock:
            task = asyncio.create_task(desk.once(reading.of(about(student_of(campus)))))
            await asyncio.sleep(0.05)
            assert not server.requests
        await task
        assert server.requests
