"""Telling the wire formats apart, and what may be wrapped around a document."""

from __future__ import annotations

import json

import pytest

from tests.events.wire import course_row, document, event_of, grade_row, live, payload
from tui.events.decode import decode
from tui.events.event import Name, Thing
from tui.events.ids import CanvasId

LIVE = payload("live_grade_change")
TEXT = json.dumps(LIVE)


WRAPPED: list[object] = [
    [LIVE],
    [[LIVE]],
    {"Body": TEXT, "MessageId": "1"},
    {"Body": LIVE},
    {"body": TEXT, "attributes": {"ApproximateReceiveCount": "1"}},
    {"Messages": [{"Body": TEXT, "Attributes": {}}]},
    {"Records": [{"body": TEXT, "messageId": "1", "attributes": {"SentTimestamp": "1"}}]},
    {"Type": "Notification", "Message": TEXT, "TopicArn": "x"},
    {"Body": json.dumps({"Type": "Notification", "Message": TEXT})},
    TEXT,
    json.dumps(TEXT),
]


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_what_is_wrapped_is_found(wrapped: object) -> None:
    assert event_of(wrapped) == event_of(LIVE)


def test_a_list_of_all_forms_keeps_their_order() -> None:
    forms = [
        document(grade_row()),
        course_row(),
        LIVE,
        payload("caliper_grade_event"),
        7,
        grade_row(id="b"),
    ]
    decoded = decode(forms)
    prefixes = [sighting.event.key.split(":")[0] for sighting in decoded.sightings]
    assert prefixes == ["audit", "audit", "live", "caliper", "audit"]
    assert len(decoded.rejected) == 1
    assert decoded.home_shard == 2107


def test_an_exported_line_is_read_again_from_its_raw_document_with_its_names() -> None:
    line = {
        "key": "audit:x",
        "seen_by": ["audit"],
        "event_source": "manual",
        "course": {"id": "565", "name": "Biology"},
        "student": {"id": "48"},
        "grader": None,
        "raw": grade_row(),
    }
    decoded = decode(line)
    assert decoded.sightings == decode(grade_row()).sightings
    assert decoded.names == (Name(Thing.COURSE, CanvasId(0, 565), "Biology"),)


def test_an_exported_line_without_its_raw_document_says_what_to_do() -> None:
    (rejected,) = decode({"key": "audit:x", "seen_by": ["audit"]}).rejected
    assert rejected.reason == "an exported line without its raw document (export with --raw)"


def test_an_exported_pair_is_read_again_as_both_of_its_reports() -> None:
    line = {"key": "audit:x", "seen_by": ["audit", "live"], "raw": grade_row(), "live_raw": LIVE}
    decoded = decode(line)
    assert decoded.sightings == (*decode(grade_row()).sightings, *decode(LIVE).sightings)
    assert decoded.home_shard == 2107
    assert decode(line | {"raw": None}).sightings == decode(LIVE).sightings


def test_an_exported_line_of_a_hidden_student_says_that_its_document_is_withheld() -> None:
    line = {"key": "live:x", "seen_by": ["live"], "student": None, "flags": ["hidden_student"]}
    (rejected,) = decode(line).rejected
    assert rejected.reason == "an exported line of a hidden student: its raw document is withheld"


ELSE: list[tuple[object, str]] = [
    (None, "not a JSON object"),
    (5, "not a JSON object"),
    (True, "not a JSON object"),
    (float("nan"), "not a JSON object"),
    ("hello", "text that is not JSON"),
    ("[" * 100_000, "text that is nested too deeply"),
    ({}, "neither an audit document nor a live event"),
    ({"errors": [{"message": "no"}]}, "neither an audit document nor a live event"),
    ({"events": None, "linked": {}}, "an audit document whose events are not a list"),
    (json.loads("[" * 10 + "]" * 10), "a document wrapped too many times"),
]


@pytest.mark.parametrize(("document", "reason"), ELSE)
def test_anything_else_is_set_aside_with_its_reason(document: object, reason: str) -> None:
    decoded = decode(document)
    assert decoded.sightings == ()
    assert [rejected.reason for rejected in decoded.rejected] == [reason]


def test_an_empty_page_is_nothing_to_reject() -> None:
    decoded = decode(document())
    assert (decoded.sightings, decoded.rejected) == ((), ())


def test_an_excerpt_is_short_clean_and_without_tokens() -> None:
    (rejected,) = decode({"a": "\x1b[2J access_token=hunter2 \u202e", "b": "x" * 500}).rejected
    assert len(rejected.excerpt) == 120
    assert "hunter2" not in rejected.excerpt
    assert "\x1b" not in rejected.excerpt
    assert "\u202e" not in rejected.excerpt


def test_a_document_nested_too_deeply_is_set_aside() -> None:
    deep: object = {}
    for _ in range(50_000):
        deep = {"a": deep}
    caliper = {"sensor": "x", "data": [{"id": "urn:uuid:1", "actor": deep}]}
    for broken in (deep, live("x", deep), caliper):
        decoded = decode(broken)
        assert decoded.sightings == ()
        assert len(decoded.rejected) == 1
