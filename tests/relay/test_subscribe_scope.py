"""Which events leave: kinds, courses by any of their ids, and what a token may see."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events.wire import Json, live
from tests.relay.serving import arrival, change
from tui.events.event import Kind
from tui.events.ids import IDS_PER_SHARD, CanvasId
from tui.events.relay_wire import Cursor, Refusal
from tui.relay.event_log import Arrival
from tui.relay.filters import Asked, Sieve
from tui.relay.refusals import Refused
from tui.relay.scope import EVERYTHING, Scope, names_of

shards = st.integers(min_value=1, max_value=9)
locals_ = st.integers(min_value=1, max_value=9) | st.integers(1, IDS_PER_SHARD - 1)


def is_course(asked: CanvasId, course: CanvasId, home_shard: int) -> bool:
    return asked in names_of(course, home_shard)


def plain(course: CanvasId | None, home_shard: int, kind: Kind = Kind.GRADE) -> Arrival:
    return Arrival("live:0", kind, course, home_shard, 0, "{}")


def scope(*courses: str) -> Scope:
    return Scope.of(CanvasId.parse(each) for each in courses)


@given(shards, locals_, shards)
def test_a_course_at_home_is_met_by_its_local_and_its_global_id_alone(
    home: int, local: int, other: int
) -> None:
    course = CanvasId(0, local)
    assert is_course(CanvasId(0, local), course, home)
    assert is_course(CanvasId(home, local), course, home)
    assert is_course(CanvasId(other, local), course, home) == (other == home)


@given(shards, shards, locals_)
def test_a_course_of_another_shard_is_met_by_its_global_id_alone(
    home: int, shard: int, local: int
) -> None:
    course = CanvasId(shard, local).seen_from(home)
    assert is_course(CanvasId(shard, local), course, home)
    assert is_course(CanvasId(0, local), course, home) == (shard == home)


@given(shards, locals_)
def test_an_event_that_does_not_tell_its_shard_is_no_course_of_a_named_one(
    shard: int, local: int
) -> None:
    assert is_course(CanvasId(0, local), CanvasId(0, local), 0)
    assert not is_course(CanvasId(shard, local), CanvasId(0, local), 0)
    assert is_course(CanvasId(shard, local), CanvasId(shard, local), 0)
    assert not is_course(CanvasId(0, local), CanvasId(shard, local), 0)


@given(st.integers(0, 9), locals_, st.integers(0, 9), locals_, st.integers(0, 9), locals_, shards)
def test_only_what_may_be_one_course_is_ever_met_by_both_ids(
    shard: int, local: int, other: int, other_local: int, third: int, third_local: int, home: int
) -> None:
    one, two = CanvasId(shard, local), CanvasId(other, other_local)
    course = CanvasId(third, third_local).seen_from(home)
    if is_course(one, course, home) and is_course(two, course, home):
        assert one.may_be(two)


@given(st.integers(0, 9), locals_, st.sets(locals_, min_size=1), shards)
def test_a_scope_lets_exactly_its_courses_pass(
    shard: int, local: int, courses: set[int], home: int
) -> None:
    limited = Scope.of(CanvasId(0, each) for each in courses)
    course = CanvasId(shard, local).seen_from(home)
    assert limited.lets(plain(course, home)) == (course.shard == 0 and local in courses)
    assert EVERYTHING.lets(plain(course, home))


def test_an_event_whose_course_cannot_be_told_leaves_no_limited_scope() -> None:
    unknown = arrival(change(1, context_type="Account"))
    assert unknown.course is None
    assert not scope("565").lets(unknown)
    assert not Asked.parse("course=565").wants(unknown)
    assert EVERYTHING.lets(unknown)


@pytest.mark.parametrize(
    "body",
    [
        {"course_id": "12", "user_id": "48"},
        {"course_id": "21070000000000012", "user_id": "48"},
        {"course": {"id": "12", "name": "Secret"}, "user": {"id": "48"}},
        {"context_type": "Course", "context_id": "21070000000000012"},
    ],
)
@pytest.mark.parametrize("name", ["enrollment_created", "course_progress", "grade_override"])
def test_an_event_that_tells_two_courses_leaves_only_who_may_see_both(
    name: str, body: Json
) -> None:
    of_both = arrival(live(name, body))
    assert not scope("565").lets(of_both)
    assert not scope("12").lets(of_both)
    assert scope("565", "2107~12").lets(of_both)


def test_both_courses_are_told_in_a_queue_s_form_too() -> None:
    document = live("enrollment_created", {"course_id": "12"})
    document["attributes"] = document.pop("metadata")
    assert not scope("565").lets(arrival(document))


def test_the_course_of_which_a_copy_was_made_is_part_of_the_copy_s_event() -> None:
    copied = arrival(live("content_migration_completed", {"source_course_id": "12"}))
    assert scope("565").lets(copied)


@pytest.mark.parametrize("course", ["565", "2107~565", "21070000000000565"])
def test_a_scope_is_the_same_in_any_form(course: str) -> None:
    assert scope(course).lets(arrival(change(1)))
    assert not scope(course).lets(arrival(change(1, course=566)))


def test_a_global_scope_sees_no_course_of_another_school_with_the_same_number() -> None:
    foreign = change(1, root_account_id="99990000000000001", context_id="99990000000000565")
    assert scope("565").lets(arrival(foreign))
    assert not scope("2107~565").lets(arrival(foreign))


@given(
    st.sets(st.sampled_from(sorted(Kind))),
    st.lists(st.integers(1, 50), max_size=5),
    st.integers(1, 50),
    st.sampled_from(sorted(Kind)),
)
def test_kinds_and_courses_are_each_joined_by_or_and_with_each_other_by_and(
    kinds: set[Kind], courses: list[int], course: int, kind: Kind
) -> None:
    query = "&".join([*(f"kind={each}" for each in kinds), *(f"course={each}" for each in courses)])
    wanted = (not kinds or kind in kinds) and (not courses or course in courses)
    assert Asked.parse(query).wants(plain(CanvasId(0, course), 2107, kind)) == wanted


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=blue", "colour"),
        ("Kind=grade", "Kind"),
        ("kind=grades", "grades"),
        ("kind=", "kind"),
        ("course=BIO101", "BIO101"),
        ("course=", "course"),
        ("course=-1", "-1"),
        ("course=0", "0"),
        ("course=2107~0", "2107~0"),
        ("course=12345678901234567890123", "12345678901234567890123"),
        ("course=9223372036854775808", "9223372036854775808"),
        ("course=565.5", "565.5"),
        ("cursor=5", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=e.-1", "e.-1"),
        ("cursor=e.1&cursor=e.1", "twice"),
        ("kind", "name=value"),
        ("kind=grade&&course=1", "name=value"),
        ("course=%FF", "name=value"),
        ("access_token=abc", "access_token"),
    ],
)
def test_what_is_not_understood_is_refused_and_named(query: str, named: str) -> None:
    with pytest.raises(Refused) as refused:
        Asked.parse(query)
    assert refused.value.refusal is Refusal.INVALID_PARAMETER
    assert named in str(refused.value)
    assert refused.value.response.status_code == 400


def test_a_cursor_is_read() -> None:
    assert Asked.parse("cursor=abc-1.42").cursor == Cursor("abc-1", 42)
    assert Asked.parse("").cursor is None


def test_nobody_asks_with_thousands_of_parameters() -> None:
    with pytest.raises(Refused):
        Asked.parse("&".join(["course=1"] * 5000))


def test_a_course_outside_the_scope_is_forbidden_and_one_inside_is_not() -> None:
    for inside in ("course=565", "course=2107~565", ""):
        assert Sieve(scope("565"), Asked.parse(inside), 2107).passes(arrival(change(1)))
    with pytest.raises(Refused) as refused:
        Sieve(scope("565"), Asked.parse("course=565&course=12"))
    assert refused.value.refusal is Refusal.FORBIDDEN
    assert refused.value.response.status_code == 403
    assert json.loads(bytes(refused.value.response.body))["error"] == "Forbidden"


@pytest.mark.parametrize(
    ("allowed", "asked", "home", "may"),
    [
        ("565", "565", 0, True),
        ("565", "565", 2107, True),
        ("565", "2107~565", 2107, True),
        ("565", "21070000000000565", 2107, True),
        ("565", "3~565", 2107, False),
        ("565", "2107~565", 0, False),
        ("2107~565", "565", 2107, True),
        ("2107~565", "565", 3, False),
        ("2107~565", "565", 0, True),
        ("2107~565", "2107~565", 3, True),
        ("2107~565", "3~565", 3, False),
        ("565", "566", 2107, False),
    ],
)
def test_a_course_that_cannot_be_the_scope_s_is_forbidden(
    allowed: str, asked: str, home: int, may: bool
) -> None:
    question = Asked.parse(f"course={asked}")
    if may:
        Sieve(scope(allowed), question, home)
    else:
        with pytest.raises(Refused) as refused:
            Sieve(scope(allowed), question, home)
        assert refused.value.refusal is Refusal.FORBIDDEN


def test_a_course_that_may_be_inside_is_still_held_against_the_scope() -> None:
    sieve = Sieve(scope("2107~565"), Asked.parse("course=565"))
    assert sieve.passes(arrival(change(1)))
    foreign = change(1, root_account_id="99990000000000001", context_id="99990000000000565")
    assert not sieve.passes(arrival(foreign))
