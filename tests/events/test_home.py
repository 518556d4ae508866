"""The home shard of events that do not name their root account."""

from __future__ import annotations

import pytest

from tests.events.wire import Json, live, payload
from tui.events.decode import decode
from tui.events.ids import CanvasId

HERE, AWAY = 2107 * 10**13, 13 * 10**13
GRADE: Json = {
    "assignment_id": str(HERE + 355),
    "submission_id": str(HERE + 11086),
    "user_id": str(HERE + 48),
    "grader_id": str(AWAY + 99),
    "grade": "8",
}


@pytest.mark.parametrize("root", [None, "1", "0", str(HERE + 1)])
def test_an_assignment_tells_the_shard_where_no_root_account_does(root: str | None) -> None:
    decoded = decode(live("grade_change", GRADE, root_account_id=root, context_id="565"))
    assert decoded.home_shard == 2107
    event = decoded.sightings[0].event
    assert (event.student, event.grader) == (CanvasId(0, 48), CanvasId(13, 99))
    assert (event.course, event.assignment) == (CanvasId(0, 565), CanvasId(0, 355))


@pytest.mark.parametrize(
    ("body", "metadata"),
    [
        ({"course_id": str(HERE + 565)}, {"context_id": None}),
        ({"course_id": "565"}, {"context_id": str(HERE + 565)}),
        ({"assignment_id": "355"}, {"context_id": str(HERE + 565)}),
    ],
)
def test_without_an_assignment_the_course_does(body: Json, metadata: Json) -> None:
    decoded = decode(live("anything", body, root_account_id=None, **metadata))
    assert decoded.home_shard == 2107
    assert decoded.sightings[0].event.course == CanvasId(0, 565)


def test_a_root_account_that_tells_its_shard_is_believed_first() -> None:
    decoded = decode(live("grade_change", GRADE, root_account_id=str(AWAY + 1)))
    assert decoded.home_shard == 13


@pytest.mark.parametrize("context", ["User", "Account", None])
def test_a_person_tells_nothing(context: str | None) -> None:
    """Whoever studies at two institutions has an id of another shard at one of them."""
    body: Json = {"user_id": str(AWAY + 48), "assignment_id": "355", "grader_id": str(AWAY + 1)}
    said: Json = {"root_account_id": "1", "context_type": context, "context_id": str(AWAY + 48)}
    decoded = decode(live("grade_change", body, **said))
    assert decoded.home_shard == 0
    assert decoded.sightings[0].event.student == CanvasId(13, 48)


def test_what_cannot_be_read_is_told_once() -> None:
    body = GRADE | {"assignment_id": "x"}
    decoded = decode(live("grade_change", body, root_account_id=None))
    assert [one.reason for one in decoded.rejected] == [
        "body.assignment_id is not an id: the event is kept without it"
    ]


def caliper(**parts: object) -> Json:
    urn = "urn:instructure:canvas"
    return {
        "id": "urn:uuid:1",
        "type": "GradeEvent",
        "eventTime": "2026-03-02T10:00:00.250Z",
        "actor": {"id": f"{urn}:user:{AWAY + 4}"},
        "object": {
            "id": f"{urn}:submission:{HERE + 9}",
            "assignee": {"id": f"{urn}:user:{HERE + 48}"},
            "assignable": {"id": f"{urn}:assignment:{HERE + 355}"},
        },
        "generated": {"scoreGiven": 8.0, "scoredBy": f"{urn}:user:{AWAY + 4}"},
        "group": {"id": f"{urn}:course:{HERE + 565}"},
        **parts,
    }


def test_a_caliper_grade_is_at_home_where_its_assignment_is() -> None:
    decoded = decode(caliper())
    event = decoded.sightings[0].event
    assert decoded.home_shard == 2107
    assert (event.course, event.assignment, event.student) == (
        CanvasId(0, 565),
        CanvasId(0, 355),
        CanvasId(0, 48),
    )
    assert (event.actor, event.grader) == (CanvasId(13, 4), CanvasId(13, 4))
    assert event.links.submission == CanvasId(0, 9)


def test_any_other_caliper_event_where_its_course_is() -> None:
    group = {"id": f"urn:instructure:canvas:course:{HERE + 565}"}
    person = {"id": f"urn:instructure:canvas:user:{AWAY + 4}"}
    decoded = decode(caliper(type="Event", object=person, group=group))
    assert decoded.home_shard == 2107
    assert decode(caliper(type="Event", object=person, group=person)).home_shard == 0


def test_a_course_event_in_caliper_form_names_its_course_as_the_audit_log_does() -> None:
    group = {"id": f"urn:instructure:canvas:course:{HERE + 565}", "name": "Biology"}
    decoded = decode(caliper(type="Event", action="Modified", object=group, group=None))
    assert decoded.home_shard == 2107
    assert decoded.names[0].id == CanvasId(0, 565)


def test_the_documentations_own_caliper_event_is_at_home() -> None:
    decoded = decode(payload("caliper_grade_event"))
    assert decoded.sightings[0].event.assignment is not None
    assert decoded.sightings[0].event.assignment.shard == 0
