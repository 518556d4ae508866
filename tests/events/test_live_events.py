"""Live Events in Canvas's own form."""

from __future__ import annotations

import json
from typing import cast

import pytest

from tests.events.wire import event_of, live, payload, sighting_of
from tui.events.decode import decode
from tui.events.event import NO_FLAGS, Change, Flag, GradeState, Kind, Links, Name, Thing
from tui.events.ids import CanvasId

GRADE: dict[str, object] = {
    "submission_id": "21070000000011086",
    "assignment_id": "21070000000000355",
    "assignment_name": "Essay\x9b1",
    "grade": "B",
    "old_grade": None,
    "score": 8.5,
    "old_score": None,
    "points_possible": 10,
    "old_points_possible": 10,
    "grader_id": None,
    "student_id": None,
    "user_id": "48",
    "muted": True,
}


def test_an_automatic_first_grade_that_is_not_posted() -> None:
    event = event_of(live("grade_change", GRADE, user_id="21070000000000048"))
    assert event.flags == Flag.AUTOMATIC | Flag.UNPOSTED | Flag.UNCONFIRMED
    assert (event.student, event.actor, event.grader) == (CanvasId(0, 48), CanvasId(0, 48), None)
    assert event.after == GradeState("B", 8.5, 10.0, posted=False)
    assert event.before == GradeState(points_possible=10.0)


@pytest.mark.parametrize(
    ("change", "unconfirmed"),
    [
        ({"old_grade": "B", "old_score": 8.5}, False),
        ({"old_grade": "B", "old_score": 8.5, "old_points_possible": 20}, False),
        ({"old_grade": "B", "old_score": 8.4}, True),
        ({"old_grade": "B-", "old_score": 8.5}, True),
        ({"old_grade": "B", "old_score": None, "score": None}, True),
        ({"grade": None, "score": None}, True),
    ],
)
def test_a_posting_or_an_edit_of_the_points_is_never_to_be_confirmed(
    change: dict[str, object], unconfirmed: bool
) -> None:
    event = event_of(live("grade_change", {**GRADE, **change}))
    assert (Flag.UNCONFIRMED in event.flags) is unconfirmed


@pytest.mark.parametrize(
    "document",
    [
        live("grade_change", {**GRADE, "score": []}),
        live("grade_change", GRADE, event_time="?"),
        live("grade_change", [GRADE]),
        {"metadata": {"event_time": "?"}, "body": GRADE},
        {"metadata": {"user_id": "48"}, "body": {**GRADE, "muted": 10**5000}},
    ],
)
def test_what_cannot_be_read_does_not_tell_the_student(document: object) -> None:
    rejected = decode(document).rejected
    assert rejected
    assert [one for one in rejected if "48" in one.excerpt] == []


def test_the_event_names_its_assignment() -> None:
    assert decode(live("grade_change", GRADE)).names == (
        Name(Thing.ASSIGNMENT, CanvasId(0, 355), "Essay\ufffd1"),
    )


def test_a_missing_key_is_null() -> None:
    compact = {key: value for key, value in GRADE.items() if value is not None}
    full, dropped = event_of(live("grade_change", GRADE)), event_of(live("grade_change", compact))
    assert dropped == full


@pytest.mark.parametrize("envelope", ["metadata/body", "attributes/body", "metadata/data"])
def test_all_envelopes_say_the_same(envelope: str) -> None:
    original = payload("live_grade_change")
    outer, inner = envelope.split("/")
    wrapped = {outer: original["metadata"], inner: original["body"]}
    assert event_of(wrapped) == event_of(original)


def test_a_body_left_as_text() -> None:
    original = payload("live_grade_change")
    wrapped = {**original, "body": json.dumps(original["body"])}
    assert event_of(wrapped) == event_of(original)


def test_scores_alone_make_a_regrade() -> None:
    event = event_of(live("grade_change", GRADE | {"old_score": 8}))
    assert event.flags & Flag.REGRADE


def test_masquerading_shows_who_it_was() -> None:
    event = event_of(live("grade_change", GRADE, real_user_id="21070000000000005"))
    assert (event.actor, event.real_actor) == (CanvasId(0, 987), CanvasId(0, 5))
    assert event.flags & Flag.MASQUERADE
    same = event_of(live("grade_change", GRADE, real_user_id="987"))
    assert same.real_actor is None
    assert not same.flags & Flag.MASQUERADE


@pytest.mark.parametrize("context", ["Account", None, "User"])
def test_a_context_that_is_no_course_names_none(context: str | None) -> None:
    assert event_of(live("grade_change", GRADE, context_type=context)).course is None


def test_local_and_global_ids_meet_on_the_home_shard_and_others_stay_global() -> None:
    body = GRADE | {"student_id": "48", "grader_id": "13000000000099"}
    event = event_of(live("grade_change", body))
    assert event.student == CanvasId(0, 48)
    assert str(event.grader) == "13000000000099"
    assert str(event.assignment) == "355"


def test_where_nothing_tells_the_home_shard_ids_stay_as_written() -> None:
    body = GRADE | {"assignment_id": "355", "submission_id": "21070000000011086"}
    decoded = decode(live("grade_change", body, root_account_id=None, context_id=None))
    assert decoded.home_shard == 0
    assert decoded.sightings[0].event.links.submission == CanvasId(2107, 11086)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("submission_created", "submission_created"),
        ("quizzes.Item-created:v2", "quizzes.Item-created:v2"),
        ("\x1b[2Jhello, world!", "2Jhello_world"),
        ("grade change", "grade_change"),
        ("x" * 9000, "x" * 64),
        ("日本", "unnamed"),
    ],
)
def test_the_name_of_an_event_is_printed_as_an_identifier(name: str, shown: str) -> None:
    assert event_of(live(name, {})).type == shown


@pytest.mark.parametrize("name", ["grade_change", "grade_override", "anything"])
def test_an_override_is_told_by_its_body(name: str) -> None:
    body = {"course_id": "46", "user_id": "45", "override_score": None, "old_override_score": 85}
    event = event_of(live(name, body))
    assert (event.kind, event.type) == (Kind.OVERRIDE, name)
    assert event.flags == Flag.OVERRIDE | Flag.UNCONFIRMED
    assert (event.before.score, event.after.score) == (85.0, None)


def test_a_removed_override_from_a_server_that_drops_nulls() -> None:
    body = {"course_id": "46", "user_id": "45", "old_override_score": 85}
    assert event_of(live("grade_change", body)).kind is Kind.OVERRIDE


def test_a_custom_status_is_no_override() -> None:
    body = {"score_id": "1", "course_id": "46", "user_id": "45", "override_status": "x"}
    assert event_of(live("final_grade_custom_status", body)).kind is Kind.OTHER


def test_a_course_score_from_a_job_has_the_four_scores_and_no_flags() -> None:
    event = event_of(
        live("course_grade_change", {"user_id": "2", "course_id": "3", "final_score": 5})
    )
    assert event.changes == {
        "current_score": Change(None, None),
        "final_score": Change(None, 5.0),
        "unposted_current_score": Change(None, None),
        "unposted_final_score": Change(None, None),
    }
    assert event.flags == NO_FLAGS


COURSE: dict[str, object] = {
    "course_id": "21070000000000565",
    "uuid": "abc",
    "account_id": "21070000000000079",
    "account_uuid": "def",
    "name": "Biology\u2028",
    "created_at": "2026-03-02T10:00:00Z",
    "updated_at": "2026-03-02T10:00:00Z",
    "workflow_state": "claimed",
}


def test_a_created_course_had_nothing_before() -> None:
    decoded = decode(live("course_created", COURSE, context_type="Account"))
    event = decoded.sightings[0].event
    assert event.changes == {
        "name": Change(None, "Biology\ufffd"),
        "workflow_state": Change(None, "claimed"),
    }
    assert (event.course, event.account) == (CanvasId(0, 565), CanvasId(0, 79))
    assert event.flags == Flag.UNCONFIRMED
    assert decoded.names == (Name(Thing.COURSE, CanvasId(0, 565), "Biology\ufffd"),)


def test_an_updated_course_does_not_tell_what_changed() -> None:
    decoded = decode(live("course_updated", COURSE))
    assert decoded.sightings[0].event.changes == {}
    assert decoded.names == (Name(Thing.COURSE, CanvasId(0, 565), "Biology\ufffd"),)


def test_any_other_event_tells_who_when_and_in_which_course() -> None:
    event = event_of(live("submission_created", {"submission_id": "7", "assignment_id": "8"}))
    assert (event.kind, event.type, event.flags) == (Kind.OTHER, "submission_created", NO_FLAGS)
    assert (event.course, event.actor) == (CanvasId(0, 565), CanvasId(0, 987))
    assert (event.assignment, event.links) == (CanvasId(0, 8), Links(submission=CanvasId(0, 7)))


@pytest.mark.parametrize("body", [None, {}])
def test_an_event_may_have_no_body(body: object) -> None:
    assert event_of(live("logged_out", body)).kind is Kind.OTHER


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (live("", {}), "a live event without a name (event_name)"),
        (
            live("grade_change", {}, event_time="later"),
            "a live event without a time that can be read (event_time)",
        ),
        (live("grade_change", [1]), "a live event whose body is not an object"),
        (live("grade_change", "{"), "a live event whose body is not an object"),
    ],
)
def test_what_is_no_event_is_set_aside(document: object, reason: str) -> None:
    decoded = decode(document)
    assert decoded.sightings == ()
    assert [rejected.reason for rejected in decoded.rejected] == [reason]


def test_tokens_in_addresses_are_in_neither_the_event_nor_its_raw_form() -> None:
    url = "https://user:pa55@canvas.test/x?a=1&access_token=hunter2hunter2#top"
    sighting = sighting_of(
        live("grade_change", GRADE | {"body_url": "/y?verifier=hunter2"}, url=url, token="hunter2")
    )
    assert "hunter2" not in sighting.raw
    assert "pa55" not in sighting.raw
    assert sighting.event.url == (
        "https://[redacted]@canvas.test/x?a=1&access_token=[redacted]#top"
    )
    assert sighting_of(json.loads(sighting.raw)) == sighting


def test_the_key_depends_on_the_content_and_not_on_the_order_or_the_envelope() -> None:
    original = live("grade_change", GRADE)
    turned = {
        key: dict(reversed(list(cast("dict[str, object]", part).items())))
        for key, part in reversed(list(original.items()))
    }
    assert event_of(turned).key == event_of(original).key
    moved = live("grade_change", GRADE, hostname="elsewhere", session_id="x")
    assert event_of(moved).key == event_of(original).key
    keys = {
        event_of(other).key
        for other in (
            original,
            live("grade_change", GRADE | {"score": 9}),
            live("grade_change", GRADE, request_id="request-2"),
            live("grade_change", GRADE, request_id=None, job_id="7"),
            live("grade_change", GRADE, event_time="2026-03-02T10:00:01.250Z"),
            live("grade_change", GRADE, root_account_uuid="another-school"),
        )
    }
    assert len(keys) == 6
