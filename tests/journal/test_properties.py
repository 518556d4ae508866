"""What holds for any events, any filter and any order of recording."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journal.making import NOW, events, filters, folder, holds, names, reports, seen
from tui.events.event import Event, Name
from tui.journal.journal import Journal
from tui.journal.record import identity, merge
from tui.journal.records import Batch, Slot
from tui.query.ast import EVERYTHING, And, Filter

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
crowd = st.lists(
    reports(st.sampled_from("abcdefghijkl"), 9),
    max_size=12,
    unique_by=lambda event: event.key,
)
books = st.lists(names, max_size=12)
rounds_of_few = st.lists(
    st.lists(reports(st.sampled_from("abc"), 3), min_size=1, max_size=6), max_size=4
)


def in_memory() -> closing[Journal]:
    return closing(Journal.open(None, now=lambda: NOW))


@slow
@given(st.lists(events(), max_size=5, unique_by=lambda event: event.key))
def test_every_field_of_an_event_survives_the_file(given_events: list[Event]) -> None:
    with folder() as name:
        path = Path(name) / "journal.sqlite3"
        with closing(Journal.open(path, now=lambda: NOW)) as journal:
            journal.record(Batch(sightings=seen(*given_events)))
        with (
            closing(Journal.open(path, now=lambda: NOW)) as journal,
            closing(journal.reader()) as reader,
        ):
            kept = {one.event.key: one for one in reader.oldest_first(EVERYTHING, chunk=2)}
            assert {key: one.event for key, one in kept.items()} == {
                event.key: event for event in given_events
            }
            for sighting in seen(*given_events):
                assert reader.raw(kept[sighting.event.key].id) == sighting.raw


@settings(slow)
@given(crowd, books, filters, st.integers(1, 5))
def test_sql_answers_as_a_plain_reading_of_the_filter_does(
    crowd: list[Event], book: list[Name], tree: Filter, chunk: int
) -> None:
    with in_memory() as journal:
        journal.record(Batch(sightings=seen(*crowd), names=tuple(book), place=7, step=-1))
        reader = journal.reader()
        known = {(name.thing, name.id): name.text for name in book}
        expected = {event.key for event in crowd if holds(tree, event, known)}
        slots = _pages(journal, tree, chunk)
        assert slots == sorted(slots, key=_standing, reverse=True)
        stored = reader.stored([slot.id for slot in slots])
        assert [one.slot for one in stored] == slots
        assert [one.event.key for one in stored if one.event.key not in expected] == []
        assert len(stored) == len(expected)
        assert reader.count(tree) == len(expected)
        forward = [one.slot for one in reader.oldest_first(tree, chunk=chunk)]
        assert forward == slots[::-1]
        judged = {one.slot for one in reader.touched(0, tree).events if one.matches}
        assert judged == set(slots)


@slow
@given(crowd, filters, filters)
def test_both_in_force_is_what_either_lets_through(
    crowd: list[Event], one: Filter, other: Filter
) -> None:
    with in_memory() as journal:
        journal.record(Batch(sightings=seen(*crowd)))
        both = set(_pages(journal, And((one, other)), 3))
        assert both == set(_pages(journal, one, 3)) & set(_pages(journal, other, 3))


@slow
@given(crowd)
def test_recording_again_changes_nothing(crowd: list[Event]) -> None:
    with in_memory() as journal:
        batch = Batch(sightings=seen(*crowd), place=5)
        first = journal.record(batch)
        reader = journal.reader()
        before = list(reader.oldest_first(EVERYTHING))
        again = journal.record(replace(batch, place=1000))
        assert (first.new, again.new, again.changed, again.known) == (
            len(crowd), 0, 0, len(crowd),
        )  # fmt: skip
        assert again.touch == first.touch
        assert list(reader.oldest_first(EVERYTHING)) == before


@settings(slow)
@given(rounds_of_few, books, filters, st.data())
def test_what_was_touched_since_rebuilds_what_a_fresh_question_answers(
    rounds: list[list[Event]], book: list[Name], tree: Filter, data: st.DataObject
) -> None:
    with in_memory() as journal:
        reader = journal.reader()
        journal.record(Batch(names=tuple(book)))
        have: dict[int, Slot] = {}
        touch = 0
        for round_ in rounds:
            before = reader.touch()
            recorded = journal.record(Batch(sightings=seen(*round_), place=3))
            assert recorded.new + recorded.changed + recorded.known == len(round_)
            touches = reader.touched(before, tree)
            assert len([one for one in touches.events if one.new]) == recorded.new
            if data.draw(st.booleans()):
                touch = _replay(journal, touch, tree, have)
        _replay(journal, touch, tree, have)
        assert set(have.values()) == set(reader.slots(tree, limit=1000))


@settings(slow)
@given(rounds_of_few)
def test_the_newest_report_is_the_content_and_older_ones_are_its_past(
    rounds: list[list[Event]],
) -> None:
    with in_memory() as journal:
        expected: dict[tuple[str, bool], Event] = {}
        first_ids: dict[tuple[str, bool], int] = {}
        for number, round_ in enumerate(rounds):
            journal.record(Batch(sightings=seen(*round_), place=number * 100))
            for event in round_:
                known = expected.get(identity(event))
                expected[identity(event)] = event if known is None else merge(known, event)
            for one in journal.reader().oldest_first(EVERYTHING):
                assert one.id == first_ids.setdefault(identity(one.event), one.id)
        reader = journal.reader()
        stored = list(reader.oldest_first(EVERYTHING))
        assert {identity(one.event): one.event for one in stored} == expected
        for one in stored:
            assert len(reader.revisions(one.id)) == one.revisions


def _pages(journal: Journal, tree: Filter, chunk: int) -> list[Slot]:
    reader, slots = journal.reader(), list[Slot]()
    while page := reader.slots(tree, before=slots[-1] if slots else None, limit=chunk):
        assert len(page) <= chunk
        slots.extend(page)
    assert len(set(slots)) == len(slots)
    return slots


def _replay(journal: Journal, touch: int, tree: Filter, have: dict[int, Slot]) -> int:
    touches = journal.reader().touched(touch, tree)
    for one in touches.events:
        have.pop(one.slot.id, None)
        if one.matches:
            have[one.slot.id] = one.slot
    return touches.touch


def _standing(slot: Slot) -> tuple[int, int, int]:
    return (slot.at, slot.place, slot.id)
