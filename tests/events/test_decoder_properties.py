"""What holds of the decoders whatever they are given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from tests.events.wire import course_row, document, grade_row, live, override_row, payload
from tui.events.decode import decode
from tui.events.event import Decoded, Event, Feed, Flag
from tui.events.fields import as_list, as_object
from tui.events.ids import SHARDS, CanvasId
from tui.events.text import clean

UGLY = "\x1b]52;c;x\x07\x9b\u202e\u2028\U000e0041\ud800[/x]"
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**60), 10**60)
    | st.floats()
    | st.text()
    | st.text(st.sampled_from(UGLY))
    | st.sampled_from(["2107~48", "2026-01-01T00:00:00Z", "{}", "[1]", '{"a":[1,2]}', "-1", "0"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)
KEYS = (
    *("Body", "Messages", "Message", "Records", "attributes", "body", "created_at", "data"),
    *("events", "event_data", "event_name", "event_time", "event_type", "eventTime", "grade_after"),
    *("id", "key", "linked", "links", "metadata", "object", "raw", "seen_by", "sensor", "type"),
)
LIKELY = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=20,
)
GOOD: list[Any] = [
    document(
        grade_row({"page_view": "v"}),
        override_row(id="o"),
        course_row({"copied_from": 3}),
        assignments=[{"id": 355, "name": "Essay", "muted": True}],
        courses=[{"id": 565, "name": "Biology"}],
        users=[{"id": 48, "name": "Ada"}],
        page_views=[{"id": "v", "url": "https://x.test/?token=t", "links": {"user": 1}}],
    ),
    payload("grade_change_log"),
    payload("course_log"),
    payload("live_grade_change"),
    payload("live_grade_override"),
    payload("live_course_grade_change"),
    live("course_created", {"course_id": "5", "account_id": "1", "name": "Biology"}),
    payload("caliper_grade_event"),
    {"Messages": [{"Body": json.dumps(payload("live_grade_change"))}]},
]


def children(value: object) -> Iterator[tuple[str | int, object]]:
    yield from (as_object(value) or {}).items()
    yield from enumerate(as_list(value) or ())


def paths(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, inner in children(value):
        yield from paths(inner, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


HOLDERS = {"events", "data", "Messages", "Body"}
"""Where a document keeps its events: an empty list there is a document that has none."""
PLACES = [(document, path) for document in GOOD for path in paths(document)]


def texts(value: object) -> Iterator[str]:
    """Every text inside an event, a name or a rejection."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts(getattr(value, each.name))
    elif isinstance(value, tuple):
        yield from texts(list(cast("tuple[object, ...]", value)))
    for key, inner in children(cast("object", value)):
        yield from (key,) if isinstance(key, str) else ()
        yield from texts(inner)


def check(decoded: Decoded) -> None:
    """The promises of every decoded document."""
    for text in texts([decoded.names, decoded.rejected, [s.event for s in decoded.sightings]]):
        assert clean(text) == text
    for rejected in decoded.rejected:
        assert rejected.reason
        assert len(rejected.excerpt) <= 120
    assert all(name.text.strip() for name in decoded.names)
    for sighting in decoded.sightings:
        assert clean(sighting.raw) == sighting.raw
        raw = json.loads(sighting.raw, parse_constant=_no_constant)
        (again,) = decode(raw).sightings
        assert again.raw == sighting.raw
        assert own_words(again.event) == own_words(sighting.event)


def own_words(event: Event) -> Event:
    """The event without what an audit document tells beside its row."""
    if Feed.AUDIT not in event.seen_by:
        return event
    return replace(
        event,
        after=replace(event.after, posted=None),
        flags=event.flags & ~(Flag.UNPOSTED | Flag.MASQUERADE),
        real_actor=None,
        client_ip=None,
        user_agent=None,
        url=None,
    )


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


@given(JSON | LIKELY)
def test_any_value_is_decoded_or_set_aside(value: object) -> None:
    check(decode(value))


@given(st.sampled_from(PLACES), JSON)
def test_a_good_document_with_one_strange_value_keeps_all_promises(
    place: tuple[Any, tuple[Any, ...]], new: object
) -> None:
    original, path = place
    decoded = decode(replaced(original, path, new))
    check(decoded)
    if path and path[-1] not in HOLDERS and path[0] != "Messages":
        assert decoded.sightings or decoded.rejected


@given(st.sampled_from(PLACES))
def test_a_good_document_without_one_of_its_values_is_not_lost(
    place: tuple[Any, tuple[Any, ...]],
) -> None:
    original, path = place
    if path and isinstance(path[-1], str):
        parent = original
        for key in path[:-1]:
            parent = parent[key]
        without = {key: value for key, value in parent.items() if key != path[-1]}
        decoded = decode(replaced(original, path[:-1], without))
        check(decoded)
        assert decoded.sightings or decoded.rejected


@given(st.sampled_from(GOOD), st.text(min_size=1) | st.text(st.sampled_from(UGLY), min_size=1))
def test_a_text_anywhere_comes_out_clean(original: Any, text: str) -> None:
    for path in paths(original):
        if path:
            check(decode(replaced(original, path, text)))


IDS = st.builds(CanvasId, st.integers(0, SHARDS - 1), st.integers(1, 10**13 - 1))


@given(IDS, IDS, st.booleans())
def test_ids_of_any_size_survive_in_every_form(
    student: CanvasId, other: CanvasId, text: bool
) -> None:
    def written(id_: CanvasId) -> object:
        return str(id_) if text else id_.number

    (audit,) = decode(grade_row({"student": written(student)})).sightings
    assert audit.event.student == student
    root = CanvasId(other.shard, 1)
    body = {"student_id": written(student), "assignment_id": written(other)}
    decoded = decode(live("grade_change", body, root_account_id=written(root), context_id=None))
    event = decoded.sightings[0].event
    assert decoded.home_shard == other.shard
    assert event.student == student.seen_from(other.shard)
    assert event.assignment == CanvasId(0, other.local)


def shuffled(value: object, random: Random) -> object:
    pairs = as_object(value)
    if pairs is None:
        return value
    order = list(pairs)
    random.shuffle(order)
    return {key: shuffled(pairs[key], random) for key in order}


@given(
    st.sampled_from([document for document in GOOD if "metadata" in document]),
    st.randoms(use_true_random=False),
)
def test_the_key_of_a_live_event_does_not_depend_on_the_order_of_its_keys(
    original: Any, random: Random
) -> None:
    turned = decode(shuffled(original, random)).sightings[0].event
    assert turned == decode(original).sightings[0].event
