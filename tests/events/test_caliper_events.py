"""Live Events in Caliper form."""

from __future__ import annotations

import copy
import json
from typing import Any, cast

import pytest

from tests.events.wire import event_of, payload, sighting_of
from tui.events.decode import decode
from tui.events.event import Flag, Kind, Name, Thing
from tui.events.ids import CanvasId

Tree = dict[str, Any]


def envelope() -> Tree:
    return copy.deepcopy(payload("caliper_grade_event"))


def grade_event() -> Tree:
    return cast("Tree", envelope()["data"][0])


def test_an_envelope_holds_several_events_and_each_keeps_it() -> None:
    document = envelope()
    first, *others = (grade_event() | {"id": f"urn:uuid:{n}"} for n in range(3))
    document["data"] = [first, "broken", *others]
    decoded = decode(document)
    keys = [sighting.event.key for sighting in decoded.sightings]
    assert keys == ["caliper:urn:uuid:0", "caliper:urn:uuid:1", "caliper:urn:uuid:2"]
    assert [rejected.reason for rejected in decoded.rejected] == [
        "a Caliper event that is not an object"
    ]
    for sighting in decoded.sightings:
        raw = json.loads(sighting.raw)
        assert len(raw["data"]) == 1
        assert raw["sensor"] == "http://oxana.instructure.com/"
        assert sighting_of(raw) == sighting


def test_a_large_envelope_is_not_copied_whole_for_each_of_its_events() -> None:
    document = envelope()
    document |= cast("Tree", {"sensor": "x" * 100_000, "sendTime": [], "more": "y" * 100_000})
    document["data"] = [grade_event() | {"id": f"urn:uuid:{n}"} for n in range(50)]
    for sighting in decode(document).sightings:
        assert len(sighting.raw) < 10_000
        assert sighting_of(json.loads(sighting.raw)) == sighting


def test_a_bare_event_says_the_same() -> None:
    assert event_of(grade_event()) == event_of(envelope())


@pytest.mark.parametrize("scorer", [None, "", "urn:instructure:canvas:user:", {"type": "Person"}])
def test_no_scorer_means_automatic(scorer: object) -> None:
    event = grade_event()
    event["generated"]["scoredBy"] = scorer
    decoded = event_of(event)
    assert decoded.grader is None
    assert decoded.flags == Flag.AUTOMATIC | Flag.UNCONFIRMED


def test_a_scorer_may_be_an_entity() -> None:
    event = grade_event()
    event["generated"]["scoredBy"] = {"id": "urn:instructure:canvas:user:5", "type": "Person"}
    assert event_of(event).grader == CanvasId(0, 5)


def test_without_a_score_nothing_is_claimed_of_the_scorer() -> None:
    event = grade_event()
    del event["generated"]
    assert event_of(event).flags == Flag.UNCONFIRMED


def test_an_entity_of_another_kind_is_not_taken_for_the_course() -> None:
    event = grade_event()
    event["group"]["id"] = "urn:instructure:canvas:account:7"
    assert event_of(event).course is None


@pytest.mark.parametrize("entity", ["https://canvas.test/courses/7", "urn:else", 7, ["x"]])
def test_an_entity_without_a_urn_is_known_by_its_extension(entity: object) -> None:
    event = grade_event()
    event["group"]["id"] = entity
    assert event_of(event).course == CanvasId(0, 565)
    del event["group"]["extensions"]
    decoded = decode(event)
    assert decoded.sightings[0].event.course is None
    assert [rejected.reason for rejected in decoded.rejected] == [
        "group is no Canvas URN: the event is kept without it"
    ]


@pytest.mark.parametrize(
    ("action", "wire_type"), [("Created", "course_created"), ("Modified", "course_updated")]
)
def test_course_events_tell_the_name_only(action: str, wire_type: str) -> None:
    decoded = decode(
        {
            "id": "urn:uuid:1",
            "type": "Event",
            "action": action,
            "eventTime": "2026-03-02T10:00:00.000Z",
            "actor": {"id": "urn:instructure:canvas:user:9", "type": "Person"},
            "object": {"id": "urn:instructure:canvas:course:5", "name": "Biology", "type": "x"},
        }
    )
    event = decoded.sightings[0].event
    assert (event.kind, event.type, event.flags) == (Kind.COURSE, wire_type, Flag.UNCONFIRMED)
    assert (event.course, event.actor, event.changes) == (CanvasId(0, 5), CanvasId(0, 9), {})
    assert decoded.names == (Name(Thing.COURSE, CanvasId(0, 5), "Biology"),)


def test_any_other_event_keeps_its_type() -> None:
    event = event_of(grade_event() | {"type": "NavigationEvent", "action": "NavigatedTo"})
    assert (event.kind, event.type) == (Kind.OTHER, "NavigationEvent")
    assert event.course == CanvasId(0, 565)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "a Caliper event without an id"),
        (
            {"eventTime": None},
            "a Caliper event without a time that can be read (eventTime)",
        ),
    ],
)
def test_an_event_needs_an_id_and_a_time(change: Tree, reason: str) -> None:
    decoded = decode(grade_event() | change)
    assert decoded.sightings == ()
    assert [rejected.reason for rejected in decoded.rejected] == [reason]


def test_a_score_that_is_none_is_unknown() -> None:
    event = grade_event()
    event["generated"]["scoreGiven"] = float("inf")
    decoded = decode(event)
    assert decoded.sightings[0].event.after.score is None
    assert len(decoded.rejected) == 1
