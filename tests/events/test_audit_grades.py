"""Grade rows of the audit log."""

from __future__ import annotations

import json
from typing import cast

import pytest

from tests.events.wire import document, event_of, grade_row, override_row
from tui.events.decode import decode
from tui.events.event import NO_FLAGS, Event, Flag, GradeState, Kind, Name, Thing
from tui.events.ids import CanvasId


def test_a_row_of_todays_server() -> None:
    event = event_of(document(grade_row()))
    assert event.key == "audit:11111111-2222-4333-8444-555555555555"
    assert event.before == GradeState("7", points_possible=10.0, excused=False)
    assert event.after == GradeState("8", points_possible=10.0, excused=False)
    assert (event.course, event.assignment) == (CanvasId(0, 565), CanvasId(0, 355))
    assert (event.student, event.grader) == (CanvasId(0, 48), CanvasId(0, 987))
    assert (event.flags, event.version, event.kind) == (Flag.REGRADE, 3, Kind.GRADE)
    assert event.current_grade is None


@pytest.mark.parametrize(
    "written", [21070000000000048, "21070000000000048", "2107~48", " 21070000000000048 "]
)
def test_an_id_is_one_however_it_is_written(written: object) -> None:
    assert event_of(grade_row({"student": written})).student == CanvasId(2107, 48)


@pytest.mark.parametrize("written", [2.0, True, "two", [2], {"id": 2}, 10**40, "9" * 40])
def test_what_is_no_id_costs_the_field_and_not_the_event(written: object) -> None:
    decoded = decode(document(grade_row({"student": written}), grade_row(id="other")))
    (first, second) = (sighting.event for sighting in decoded.sightings)
    assert first.student is None
    assert not first.flags & Flag.HIDDEN_STUDENT
    assert second.student == CanvasId(0, 48)
    (rejected,) = decoded.rejected
    assert rejected.reason == "links.student is not an id: the event is kept without it"
    assert len(rejected.excerpt) == 120


def test_a_null_student_is_hidden() -> None:
    event = event_of(document(grade_row({"student": None})))
    assert event.student is None
    assert event.flags & Flag.HIDDEN_STUDENT


def test_a_student_who_is_not_linked_is_hidden() -> None:
    row = grade_row()
    del cast("dict[str, object]", row["links"])["student"]
    assert event_of(row).flags & Flag.HIDDEN_STUDENT


@pytest.mark.parametrize("grader", [None, -3, "-3", 0])
def test_no_grader_means_automatic(grader: object) -> None:
    event = event_of(grade_row({"grader": grader}))
    assert event.grader is None
    assert event.flags == Flag.REGRADE | Flag.AUTOMATIC


def test_without_links_nobody_is_known_and_nothing_is_claimed() -> None:
    event = event_of(grade_row() | {"links": None})
    assert (event.course, event.student, event.grader, event.assignment) == (None,) * 4
    assert event.flags == Flag.REGRADE


def test_an_override() -> None:
    event = event_of(document(override_row()))
    assert (event.kind, event.type) == (Kind.OVERRIDE, "grade_change")
    assert event.flags == Flag.OVERRIDE | Flag.REGRADE
    assert (event.assignment, event.version) == (None, 0)
    assert (event.before.grade, event.after.grade) == ("70%", "75%")


def test_an_override_without_a_grader_is_not_automatic() -> None:
    links = {"course": 565, "student": "48", "grader": None, "page_view": None}
    assert event_of(override_row(links=links)).flags == Flag.OVERRIDE | Flag.REGRADE


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        ({"graded_anonymously": True}, Flag.REGRADE | Flag.ANONYMOUS),
        ({"graded_anonymously": None}, Flag.REGRADE),
        ({"excused_after": True}, Flag.REGRADE | Flag.EXCUSED),
        ({"excused_before": True}, Flag.REGRADE),
        ({"grade_before": None}, NO_FLAGS),
        ({"grade_after": None}, NO_FLAGS),
        ({"grade_before": "8"}, Flag.REGRADE),
    ],
)
def test_flags_say_what_the_row_says(fields: dict[str, object], flag: Flag) -> None:
    assert event_of(grade_row() | fields).flags == flag


@pytest.mark.parametrize(
    ("written", "read"), [(3, 3), ("3", 3), (0, 0), (None, None), ("10000000000", 10**10)]
)
def test_a_version_is_a_number_or_text(written: object, read: int | None) -> None:
    assert event_of(grade_row(version_number=written)).version == read


def test_the_current_grade_where_it_was_asked_for() -> None:
    assert event_of(grade_row(grade_current="A-")).current_grade == "A-"


def test_the_rows_of_old_servers_lack_fields() -> None:
    row = {
        "id": "x",
        "created_at": "2012-07-19T15:00:00-06:00",
        "event_type": "grade_change",
        "grade_before": None,
        "grade_after": "8",
        "links": {"course": 1, "assignment": 2, "student": 3, "grader": 4},
    }
    event = event_of({"events": [row]})
    assert event.after == GradeState("8")
    assert event.student == CanvasId(0, 3)


def test_a_muted_assignment_means_the_grade_is_not_posted() -> None:
    reply = document(
        grade_row(),
        grade_row({"assignment": 356}, id="other"),
        assignments=[{"id": "355", "name": "Essay", "muted": True}, {"id": 356, "muted": False}],
    )
    muted, other = (sighting.event for sighting in decode(reply).sightings)
    assert (muted.before.posted, muted.after.posted) == (None, False)
    assert muted.flags & Flag.UNPOSTED
    assert other.after.posted is None
    assert not other.flags & Flag.UNPOSTED


def test_names_come_from_what_is_linked() -> None:
    reply = document(
        grade_row(),
        assignments=[{"id": 355, "name": " Essay 1\n"}, None, {"id": 356, "name": None}],
        courses=[{"id": "565", "name": "", "course_code": "BIO101"}, {"name": "no id"}],
        users=[
            {"id": 48, "name": None, "short_name": "", "sortable_name": "Nguyen, Ada"},
            {"id": "987", "name": "Grace\x1b[2J", "display_name": "G"},
            {"id": 988, "name": ["no text"], "display_name": "Third"},
            {"id": 48, "name": None, "short_name": "", "sortable_name": "Nguyen, Ada"},
            {"id": 3.5, "name": "no id"},
            "not a user",
        ],
    )
    assert decode(reply).names == (
        Name(Thing.ASSIGNMENT, CanvasId(0, 355), "Essay 1␊"),
        Name(Thing.COURSE, CanvasId(0, 565), "BIO101"),
        Name(Thing.USER, CanvasId(0, 48), "Nguyen, Ada"),
        Name(Thing.USER, CanvasId(0, 987), "Grace␛[2J"),
        Name(Thing.USER, CanvasId(0, 988), "Third"),
    )


@pytest.mark.parametrize(
    "linked", [None, [], {}, {"users": None, "courses": {}, "assignments": "x"}, 7]
)
def test_linked_may_be_anything(linked: object) -> None:
    decoded = decode({"events": [grade_row()], "linked": linked})
    assert (len(decoded.sightings), decoded.names, decoded.rejected) == (1, (), ())


def test_a_page_view_tells_of_the_request() -> None:
    view = {
        "id": "view-1",
        "url": "https://canvas.test/x?access_token=secret1&a=1",
        "remote_ip": "10.0.0.1",
        "user_agent": "Firefox",
        "links": {"user": 987, "real_user": 5},
    }
    reply = document(grade_row({"page_view": "view-1"}), page_views=[view, None, {"id": None}])
    event = event_of(reply)
    assert (event.page_view, event.client_ip, event.user_agent) == (
        "view-1",
        "10.0.0.1",
        "Firefox",
    )
    assert event.url == "https://canvas.test/x?access_token=[redacted]&a=1"
    assert event.real_actor == CanvasId(0, 5)
    assert event.flags == Flag.REGRADE | Flag.MASQUERADE


BROKEN: list[tuple[object, str]] = [
    (None, "an audit row that is not an object"),
    ("row", "an audit row that is not an object"),
    (grade_row(id=None), "an audit row without an id"),
    (grade_row(id=2.5), "an audit row without an id"),
    (
        grade_row(created_at="soon"),
        "an audit row without a time that can be read (created_at)",
    ),
    (grade_row(created_at=5), "an audit row without a time that can be read (created_at)"),
    (
        {"id": "x", "created_at": "2026-01-01T00:00:00Z", "event_type": "login"},
        "an audit row of neither the grade log nor the course log",
    ),
]


@pytest.mark.parametrize(("row", "reason"), BROKEN)
def test_a_broken_row_does_not_cost_its_siblings(row: object, reason: str) -> None:
    decoded = decode(document(grade_row(id="a"), row, grade_row(id="b")))
    assert [sighting.event.key for sighting in decoded.sightings] == ["audit:a", "audit:b"]
    assert [rejected.reason for rejected in decoded.rejected] == [reason]


def test_a_row_nested_too_deeply_does_not_cost_its_siblings() -> None:
    deep: object = 1
    for _ in range(5000):
        deep = [deep]
    decoded = decode(document(grade_row(extra=deep), grade_row(extra=10**5000), grade_row(id="b")))
    assert [sighting.event.key for sighting in decoded.sightings] == ["audit:b"]
    assert [rejected.reason for rejected in decoded.rejected] == [
        "an audit row that cannot be read: nested more than 100 levels deep",
        "an audit row that cannot be read: a number with thousands of digits",
    ]


def test_rows_keep_the_order_of_the_wire() -> None:
    keys = [sighting.event.key for sighting in decode(document(*map(_with_id, "cab"))).sightings]
    assert keys == ["audit:c", "audit:a", "audit:b"]


def _with_id(row_id: str) -> dict[str, object]:
    return grade_row(id=row_id)


def test_a_bare_row_and_its_raw_form_give_the_same_event() -> None:
    decoded = decode(document(grade_row(), override_row()))
    again = [decode(json.loads(sighting.raw)).sightings[0] for sighting in decoded.sightings]
    assert tuple(again) == decoded.sightings
    assert all(isinstance(sighting.event, Event) for sighting in again)


def test_numbers_that_are_none_read_as_unknown() -> None:
    decoded = decode(grade_row(points_possible_after=float("nan"), points_possible_before="1e999"))
    (sighting,) = decoded.sightings
    assert sighting.event.after.points_possible is None
    assert sighting.event.before.points_possible is None
    assert json.loads(sighting.raw)["points_possible_after"] == "nan"
    assert len(decoded.rejected) == 2
