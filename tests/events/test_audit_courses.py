"""Rows of the course audit log."""

from __future__ import annotations

import json

import pytest

from tests.events.wire import course_row, document, event_of
from tui.events.decode import decode
from tui.events.event import Change, Kind, Links, Name, Thing
from tui.events.ids import CanvasId

EMPTY = ("concluded", "unconcluded", "published", "unpublished", "claimed", "deleted", "restored")


@pytest.mark.parametrize("wire_type", EMPTY)
def test_events_without_data_keep_the_wires_type(wire_type: str) -> None:
    event = event_of(document(course_row(event_type=wire_type, event_data={})))
    assert (event.kind, event.type, event.changes) == (Kind.COURSE, wire_type, {})
    assert (event.course, event.actor) == (CanvasId(0, 565), CanvasId(0, 987))


@pytest.mark.parametrize("wire_type", ["copied_from", "copied_to", "reset_from", "reset_to"])
def test_copies_and_resets_link_the_other_course(wire_type: str) -> None:
    event = event_of(course_row({wire_type: 12}, event_type=wire_type, event_data={}))
    assert event.links == Links(**{wire_type: CanvasId(0, 12)})


@pytest.mark.parametrize("source", ["manual", "sis", "api", None])
def test_the_source_and_its_batch(source: str | None) -> None:
    event = event_of(course_row({"sis_batch": "31"}, event_source=source))
    assert event.event_source == source
    assert event.links.sis_batch == CanvasId(0, 31)


def test_a_system_change_has_no_actor() -> None:
    assert event_of(course_row({"user": None})).actor is None


DATA: dict[str, object] = {
    "name": ["Course 1", "Course\x1b 2"],
    "workflow_state": [None, "created"],
    "is_public": [True, False],
    "settings": [{"a\x1b": ["x\u202e"]}, None],
    "created_source": "sis",
    "odd": [1, 2, 3],
}
CHANGES = {
    "name": Change("Course 1", "Course␛ 2"),
    "workflow_state": Change(None, "created"),
    "is_public": Change(True, False),
    "settings": Change({"a␛": ["x\ufffd"]}, None),
    "created_source": Change(None, "sis"),
    "odd": Change(None, [1, 2, 3]),
}


@pytest.mark.parametrize("data", [DATA, json.dumps(DATA)])
def test_event_data_is_pairs_of_old_and_new(data: object) -> None:
    assert event_of(course_row(event_data=data)).changes == CHANGES


@pytest.mark.parametrize("data", [None, {}, "{}", ""])
def test_no_data_is_no_changes(data: object) -> None:
    assert event_of(course_row(event_data=data)).changes == {}


@pytest.mark.parametrize("data", ["{broken\x07", "[1]", "5", "[" * 5000 + "]" * 5000])
def test_text_that_is_no_object_is_shown_as_it_stands(data: str) -> None:
    event = event_of(course_row(event_data=data))
    assert event.changes == {"event_data": Change(None, data.replace("\x07", "␇"))}


def test_a_row_is_told_by_its_shape_without_an_envelope() -> None:
    row = course_row(event_type="frobnicated")
    assert event_of(row).type == "frobnicated"
    del row["event_type"]
    assert event_of(row).type == "unknown"
    bare = {"id": "x", "created_at": "2026-01-01T00:00:00Z", "event_type": "published"}
    assert event_of(bare).kind is Kind.COURSE


def test_both_sides_of_a_copy_are_named() -> None:
    reply = document(
        course_row({"copied_from": 12}, event_type="copied_from", event_data={}),
        courses=[{"id": 565, "name": "Biology"}, {"id": 12, "name": "Template"}],
    )
    assert decode(reply).names == (
        Name(Thing.COURSE, CanvasId(0, 565), "Biology"),
        Name(Thing.COURSE, CanvasId(0, 12), "Template"),
    )
