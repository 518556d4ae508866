"""One live event has one key, however a queue or a forwarder has written it down again."""

from __future__ import annotations

import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.wire import Json, event_of, live

AT = "2026-03-02T10:00:00.250Z"
BODY: Json = {"grade": "8", "old_grade": None, "score": 8, "old_score": None, "big": 2**53 + 1}

_leaves = (
    st.none()
    | st.booleans()
    | st.text(max_size=5)
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
)
_values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
_bodies = st.dictionaries(st.text(min_size=1, max_size=5), _values, max_size=5)


@st.composite
def rewritten(draw: st.DrawFn, value: object) -> object:
    """The same JSON, as another program might write it."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**53:
        return float(value) if draw(st.booleans()) else value
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        return int(value) if draw(st.booleans()) else value
    if isinstance(value, list):
        return [draw(rewritten(item)) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        pairs = list(cast("Json", value).items())
        kept = [pair for pair in pairs if pair[1] is not None or draw(st.booleans())]
        kept += [(f"null{number}", None) for number in range(draw(st.integers(0, 2)))]
        return {key: draw(rewritten(item)) for key, item in draw(st.permutations(kept))}
    return value


@given(_bodies, st.data())
def test_writing_an_event_again_in_another_way_does_not_change_its_key(
    body: Json, data: st.DataObject
) -> None:
    body = {key: item for key, item in body.items() if not key.startswith("null")}
    again = data.draw(rewritten(body))
    assert event_of(live("anything", again)).key == event_of(live("anything", body)).key


@pytest.mark.parametrize(
    "at",
    [
        "2026-03-02T10:00:00.250+00:00",
        "2026-03-02T10:00:00.250000Z",
        "2026-03-02T12:00:00.25+02:00",
        "2026-03-02 10:00:00.250 UTC",
    ],
)
def test_a_time_is_the_same_however_it_is_written(at: str) -> None:
    assert event_of(live("x", BODY, event_time=at)).key == event_of(live("x", BODY)).key


@pytest.mark.parametrize(
    "body",
    [
        BODY | {"score": 8.5},
        BODY | {"score": "8"},
        BODY | {"score": True},
        BODY | {"score": None},
        BODY | {"old_score": 0},
        BODY | {"old_grade": ""},
        BODY | {"big": 2**53},
        BODY | {"big": 2**53 + 2},
        BODY | {"big": float(2**53)},
        BODY | {"more": [None]},
    ],
)
def test_what_says_something_else_has_another_key(body: Json) -> None:
    assert event_of(live("x", body)).key != event_of(live("x", BODY)).key


@given(st.integers(2**53 + 1, 2**70), st.integers(1, 3))
def test_numbers_that_no_double_can_tell_apart_are_told_apart(big: int, more: int) -> None:
    keys = {event_of(live("x", {"id": number})).key for number in (big, big + more)}
    assert len(keys) == 2


@given(_bodies)
def test_the_kept_document_has_the_key_of_the_one_that_came(body: Json) -> None:
    document = json.loads(json.dumps(live("anything", body)))
    assert event_of(json.loads(json.dumps(document))).key == event_of(document).key


def test_an_event_of_another_millisecond_request_or_school_has_another_key() -> None:
    others = (
        live("x", BODY, event_time="2026-03-02T10:00:00.251Z"),
        live("x", BODY, request_id="request-2"),
        live("x", BODY, root_account_uuid="another-school"),
        live("y", BODY),
        live("x", BODY, event_time=AT),
    )
    assert len({event_of(each).key for each in others}) == 5
