"""What targets mean over stored events: the same for a view as for the queries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kept import kept
from tests.sources.setting import NOON
from tui.events.event import Event, Feed, Kind, Sighting
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.records import Batch
from tui.query.ast import EVERYTHING
from tui.sources.scope import scope
from tui.sources.targets import Targets


def local(number: int) -> CanvasId:
    return CanvasId(0, number)


def event(key: str, kind: Kind = Kind.GRADE, **fields: Any) -> Event:
    at = fields.pop("at", NOON)
    return Event(key=key, kind=kind, type=kind.value, at=at, seen_by=(Feed.AUDIT,), **fields)


EVENTS = (
    event("a", course=local(1), assignment=local(11), student=local(7), grader=local(3)),
    event("b", course=local(1), assignment=local(12), student=local(8), grader=local(4)),
    event("c", course=local(2), assignment=local(21), student=local(7), grader=local(3)),
    event("o", Kind.OVERRIDE, course=local(1), student=local(7), grader=local(3)),
    event("p", Kind.COURSE, course=local(1)),
    event("q", Kind.COURSE, course=local(9), account=local(5)),
    event("old", course=local(1), assignment=local(11), student=local(7), at=NOON - 10_000),
)


@pytest.mark.parametrize(
    ("targets", "keys"),
    [
        (Targets(), "a b c o p q"),
        (Targets(course_events=False), "a b c o"),
        (Targets(courses=("1",)), "a b o p"),
        (Targets(courses=("1",), course_events=False), "a b o"),
        (Targets(courses=("1", "2")), "a b c o p"),
        (Targets(courses=("1",), students=("7",)), "a o"),
        (Targets(students=("7", "8"), graders=("3",)), "a c o"),
        (Targets(assignments=("override",)), "o"),
        (Targets(assignments=("override", "12")), "b o"),
        (Targets(accounts=("5",)), "q"),
        (Targets(courses=("2",), accounts=("5",)), "c q"),
        (Targets(accounts=("5",), course_events=False), ""),
        (Targets(courses=("21070000000000001",), course_events=False), "a b o"),
    ],
)
def test_targets_choose_events(targets: Targets, keys: str) -> None:
    journal = kept(Journal.open(None, now=lambda: NOON))
    journal.record(Batch(sightings=tuple(Sighting(one, "{}") for one in EVENTS)))
    chosen = scope(targets, NOON - 5000, None, home_shard=2107)
    found = journal.reader().oldest_first(chosen)
    assert sorted(one.event.key for one in found) == keys.split()


def test_no_targets_and_no_time_is_everything() -> None:
    assert scope(Targets(), None, None) == EVERYTHING


def test_ids_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="sis_course_id"):
        scope(Targets(courses=("sis_course_id:X",)), None, None)
