"""A live event makes the audit log be asked: at once, only what could show it, and once more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sources.scripted_relay import change
from tests.sources.setting import CampusServer, Desk, Time, first_course, grade_many, school
from tui.events.decode import decode
from tui.events.event import Event, Kind
from tui.events.ids import CanvasId
from tui.sources.audit_api.queries import Log, Query
from tui.sources.health import State
from tui.sources.targets import Targets


def told() -> Event:
    """Course 565, assignment 12, student 101, grader 8, as its own school sees it."""
    return decode(change(1)).sightings[0].event


@pytest.mark.parametrize(
    ("query", "event", "may"),
    [
        (Query(course="565"), told(), True),
        (Query(course="566"), told(), False),
        (Query(course="21070000000000565"), told(), True),
        (Query(course="565"), replace(told(), course=None), True),
        (Query(assignment="12", student="101"), told(), True),
        (Query(assignment="12", student="102"), told(), False),
        (Query(grader="8"), told(), True),
        (Query(grader="9"), told(), False),
        (Query(grader="9"), replace(told(), grader=None), True),
        (Query(course="565", assignment="override"), told(), False),
        (Query(course="565", assignment="override"), replace(told(), kind=Kind.OVERRIDE), True),
        (Query(course="565", assignment="12"), replace(told(), kind=Kind.OVERRIDE), False),
        (Query(log=Log.COURSES, course="565"), told(), False),
        (Query(log=Log.COURSES, course="565"), replace(told(), kind=Kind.COURSE), True),
        (
            Query(log=Log.COURSES, account="2"),
            replace(told(), kind=Kind.COURSE, account=CanvasId.of(1)),
            False,
        ),
    ],
)
def test_only_what_could_show_the_row_is_asked(query: Query, event: Event, may: bool) -> None:
    assert query.may_confirm(event) is may


def of_course(number: int) -> Event:
    return replace(told(), course=CanvasId.of(number))


async def polled(*, hinted: bool, mine: bool = True) -> list[float]:
    """How long the source rested, with a row that comes two seconds after its live event."""
    time = Time()
    campus = school(time)
    course = first_course(campus).id
    desk = Desk(time)
    with CampusServer(campus) as server:
        source = desk.audit(
            server.url,
            campus.token,
            Targets(courses=(str(course),), course_events=False),
            since=time.ms - 1000,
            interval=600.0,
        )
        begun = False

        def look() -> bool:
            nonlocal begun
            live = [one for one in desk.watch.healths if one.state is State.LIVE]
            if live and not begun:
                begun = True
                grade_many(campus, 1, at=time.ms, visible=time.ms + 2000)
                if hinted:
                    source.hint(of_course(course if mine else course + 1))
            return bool(desk.found())

        await desk.follow(source, until=look)
    return time.slept


async def test_a_late_row_is_found_by_the_second_look() -> None:
    slept = await polled(hinted=True)
    assert sum(slept) <= 3 + 3
    assert max(slept) <= 3


async def test_without_a_hint_or_with_one_for_others_it_is_found_at_the_next_poll() -> None:
    assert max(await polled(hinted=False)) > 100
    assert max(await polled(hinted=True, mine=False)) > 100


async def test_a_canvas_that_refuses_is_not_pressed_by_hints() -> None:
    time = Time()
    campus = school(time)
    course = first_course(campus).id
    desk = Desk(time)
    with CampusServer(campus) as server:
        source = desk.audit(
            server.url, "no-such-token", Targets(courses=(str(course),), course_events=False)
        )

        def look() -> bool:
            source.hint(of_course(course))
            return len(time.slept) >= 3

        await desk.follow(source, until=look)
    assert min(time.slept[1:]) >= 300
