"""Every payload of Canvas's documentation decodes to the event it describes."""

from __future__ import annotations

import json

import pytest

from tests.events.wire import event_of, payload, sighting_of
from tui.events.decode import decode
from tui.events.event import Change, Event, Feed, Flag, GradeState, Kind, Links
from tui.events.ids import CanvasId
from tui.events.times import parse_time

AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_3) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/73.0.3683.103 Safari/537.36"
)
UUID = "e2b76430-27a5-0131-3ca1-48e0eb13f29b"


def local(number: int) -> CanvasId:
    return CanvasId(0, number)


def foreign(number: int) -> CanvasId:
    return CanvasId(2107, number)


def test_the_grade_change_log_row_without_links_keeps_its_content_and_names_nobody() -> None:
    assert event_of(payload("grade_change_log")) == Event(
        key=f"audit:{UUID}",
        kind=Kind.GRADE,
        type="grade_change",
        at=parse_time("2012-07-19T21:00:00Z"),
        seen_by=(Feed.AUDIT,),
        before=GradeState(grade="8", excused=False),
        after=GradeState(grade="8", excused=True),
        flags=Flag.ANONYMOUS | Flag.EXCUSED | Flag.REGRADE,
        request_id=UUID,
        version=1,
    )


def test_the_grade_change_log_row_with_the_documented_links() -> None:
    row = payload("grade_change_log") | {"links": payload("grade_change_log_links")}
    event = event_of(row)
    parties = (event.course, event.assignment, event.student, event.grader)
    assert parties == (local(2319),) * 4
    assert event.page_view == UUID
    assert event.flags == Flag.ANONYMOUS | Flag.EXCUSED | Flag.REGRADE


def test_the_course_log_row() -> None:
    assert event_of(payload("course_log")) == Event(
        key=f"audit:{UUID}",
        kind=Kind.COURSE,
        type="updated",
        at=parse_time("2012-07-19T21:00:00Z"),
        seen_by=(Feed.AUDIT,),
        course=local(12345),
        actor=local(12345),
        changes={},
        page_view=UUID,
        event_source="manual|sis|api",
    )


def test_the_course_log_row_with_all_documented_links() -> None:
    event = event_of(payload("course_log") | {"links": payload("course_log_links")})
    assert event.links == Links(
        copied_from=local(12345), copied_to=local(12345), sis_batch=local(12345)
    )


@pytest.mark.parametrize("as_text", [False, True])
def test_the_course_log_row_with_the_documented_event_data(as_text: bool) -> None:
    created = payload("course_log_created_data")
    updated = payload("course_log_updated_data")
    row = payload("course_log")
    event = event_of(row | {"event_data": json.dumps(created) if as_text else created})
    assert event.changes == {
        "name": Change(None, "Course 1"),
        "start_at": Change(None, "2012-01-19T15:00:00-06:00"),
        "conclude_at": Change(None, "2012-01-19T15:00:00-08:00"),
        "is_public": Change(None, False),
        "created_source": Change(None, "manual|sis|api"),
    }
    event = event_of(row | {"event_data": json.dumps(updated) if as_text else updated})
    assert event.changes["name"] == Change("Course 1", "Course 2")
    assert event.changes["is_public"] == Change(True, False)
    assert len(event.changes) == 4


def test_the_live_grade_change() -> None:
    event = event_of(payload("live_grade_change"))
    assert event == Event(
        key=event.key,
        kind=Kind.GRADE,
        type="grade_change",
        at=parse_time("2019-11-01T19:11:05.222Z"),
        seen_by=(Feed.LIVE,),
        course=local(565),
        assignment=local(355),
        student=local(48),
        grader=local(987),
        actor=local(987),
        before=GradeState("4", 4.0, 1.0),
        after=GradeState("5", 5.0, 1.0, posted=True),
        flags=Flag.REGRADE | Flag.UNCONFIRMED,
        links=Links(submission=local(11086)),
        request_id="1dd9dc6f-2fb0-4c19-a6c5-7ee1bf3ed295",
        client_ip="93.184.216.34",
        user_agent=AGENT,
        url="https://oxana.instructure.com/api/v1/courses/565/assignments/355/submissions/48"
        "?include%5B%5D=visibility",
    )
    assert str(event.course) == "565"
    assert decode(payload("live_grade_change")).home_shard == 2107


def test_the_live_override_under_its_wrong_name() -> None:
    event = event_of(payload("live_grade_override"))
    assert event == Event(
        key=event.key,
        kind=Kind.OVERRIDE,
        type="grade_change",
        at=parse_time("2019-11-15T07:46:18.697Z"),
        seen_by=(Feed.LIVE,),
        course=local(46),
        student=local(45),
        actor=local(3541),
        before=GradeState(score=85.0),
        after=GradeState(score=90.0),
        flags=Flag.OVERRIDE | Flag.REGRADE | Flag.UNCONFIRMED,
        links=Links(grading_period=local(47)),
        request_id="392c325f-cba1-423f-ad2c-d213cabce732",
        client_ip="93.184.216.34",
        user_agent=AGENT,
        url="https://oxana.instructure.com/courses/46/gradebook/update_submission",
    )


def test_the_live_course_score_names_a_root_account_of_another_shard_than_its_users() -> None:
    event = event_of(payload("live_course_grade_change"))
    assert event == Event(
        key=event.key,
        kind=Kind.COURSE_SCORE,
        type="course_grade_change",
        at=parse_time("2019-12-11T16:26:34.552Z"),
        seen_by=(Feed.LIVE,),
        course=local(2),
        student=local(2),
        actor=foreign(1),
        before=GradeState(score=13.46),
        after=GradeState(score=17.31),
        changes={
            "current_score": Change(13.46, 17.31),
            "final_score": Change(9.72, 12.5),
            "unposted_current_score": Change(13.46, 17.31),
            "unposted_final_score": Change(9.72, 12.5),
        },
        request_id="98e1b771-fe22-4481-8264-d523dadb16b1",
        client_ip="93.184.216.34",
        user_agent=AGENT,
        url="http://oxana.instructure.com/courses/2/gradebook/update_submission",
    )


def test_the_caliper_grade_event_has_no_old_grade() -> None:
    assert event_of(payload("caliper_grade_event")) == Event(
        key="caliper:urn:uuid:319f0132-0584-4efd-9489-4959b7101731",
        kind=Kind.GRADE,
        type="GradeEvent",
        at=parse_time("2019-11-01T19:11:05.222Z"),
        seen_by=(Feed.LIVE,),
        course=local(565),
        assignment=local(355),
        student=local(48),
        grader=local(987),
        actor=local(987),
        after=GradeState("5", 5.0, 1.0),
        flags=Flag.UNCONFIRMED,
        links=Links(submission=local(11086)),
        request_id="1dd9dc6f-2fb0-4c19-a6c5-7ee1bf3ed295",
        client_ip="93.184.216.34",
        user_agent=AGENT,
        url="https://oxana.instructure.com/api/v1/courses/565/assignments/355/submissions/48"
        "?include%5B%5D=visibility",
    )


def test_the_keys_of_live_events_stay_what_they_are() -> None:
    """Journals hold these keys: another way to compute them would show every event twice."""
    keys = [event_of(payload(f"live_{name}")).key for name in ("grade_change", "grade_override")]
    assert keys == [
        "live:6df866f3d6f368c3dd062278030ac83bd83f614f5c4a2cdf3e6733a506bd17a9",
        "live:df7e665ad3cf96da6569d920c1c7111f264a8b865f2d4bada9783f654cb01ec2",
    ]


EVENTS = (
    "grade_change_log",
    "course_log",
    "caliper_grade_event",
    "live_grade_change",
    "live_grade_override",
    "live_course_grade_change",
)


@pytest.mark.parametrize("name", EVENTS)
def test_the_raw_form_is_the_document_and_decodes_to_the_same_event(name: str) -> None:
    sighting = sighting_of(payload(name))
    assert json.loads(sighting.raw) == payload(name)
    assert sighting_of(json.loads(sighting.raw)) == sighting


@pytest.mark.parametrize(
    "name",
    [
        "grade_change_log_links",
        "course_log_links",
        "course_log_created_data",
        "course_log_updated_data",
    ],
)
def test_a_part_of_an_event_is_no_event(name: str) -> None:
    decoded = decode(payload(name))
    assert decoded.sightings == ()
    assert [rejected.reason for rejected in decoded.rejected] == [
        "neither an audit document nor a live event"
    ]
