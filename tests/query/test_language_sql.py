"""The journal's answer to a filter is what the filter says, read word for word."""

from __future__ import annotations

from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journal.making import NOW, names, seen
from tests.query.plain import Case, holds
from tests.query.trees import BERLIN, NOON, meetable, meeting
from tui.events.attention import Rule
from tui.events.event import Event, Name
from tui.journal.hits import Verdict
from tui.journal.journal import Journal
from tui.journal.records import Batch
from tui.query.ast import EVERYTHING, And, Filter, Not, Or
from tui.query.language import FilterError, parse

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
crowds = st.lists(meetable(), min_size=1, max_size=8, unique_by=lambda event: event.key)
few = st.lists(st.tuples(st.integers(0, 7), st.sampled_from([Rule.JUMP, Rule.BURST])), max_size=4)


@slow
@given(
    crowds,
    st.lists(names, max_size=8),
    few,
    st.sets(st.integers(0, 7), max_size=3),
    st.lists(meeting, min_size=1, max_size=6),
)
def test_sql_and_a_plain_reading_agree(
    crowd: list[Event],
    book: list[Name],
    flagged: list[tuple[int, Rule]],
    marked: set[int],
    trees: list[Filter],
) -> None:
    with closing(Journal.open(None, now=lambda: NOW)) as journal:
        journal.record(Batch(sightings=seen(*crowd), names=tuple(book)))
        reader = journal.reader()
        rows = list(reader.oldest_first(EVERYTHING))
        hits = {(rows[place % len(rows)].id, rule) for place, rule in flagged}
        marks = {rows[place % len(rows)].id for place in marked}
        ids = {row.id for row in rows}
        docket = journal.docket()
        docket.claim("a test", "its settings", take_over=True)
        docket.put(
            "a test",
            "its settings",
            [
                Verdict(rule, ids, {row: "so" for row, its in hits if its is rule})
                for rule in (Rule.JUMP, Rule.BURST)
            ],
        )
        for row in marks:
            journal.mark(row, "")
        known = {(name.thing, name.id): name.text for name in book}
        cases = {
            row.id: Case(
                row.event,
                known,
                frozenset(rule for hit, rule in hits if hit == row.id),
                row.id in marks,
            )
            for row in reader.oldest_first(EVERYTHING)
        }
        for tree in trees:
            for asked in (tree, Not(tree)):
                found = {slot.id for slot in reader.slots(asked, limit=-1)}
                assert found == {id_ for id_, case in cases.items() if holds(asked, case)}
                touched = reader.touched(0, asked).events
                assert {each.slot.id for each in touched if each.matches} == found


def test_the_largest_filters_can_be_answered() -> None:
    named = {f"f{step}": f"(x OR @f{step + 1})" for step in range(7)} | {"f7": "ada"}
    texts = [
        " ".join(f"w{number}" for number in range(200)),
        " OR ".join(f"-w{number}" for number in range(200)),
        "(x OR (y grader:z " * 6 + "ada" + "))" * 6,
        "-(x OR " * 6 + "ada" + ")" * 6,
        "-" * 12 + "ada",
        "@f2",
    ]
    with closing(Journal.open(None, now=lambda: NOW)) as journal:
        reader = journal.reader()
        for text in texts:
            tree = parse(text, now_ms=NOON, zone=BERLIN, named=named).tree
            assert reader.count(And((Or((tree, And((tree, tree)))), Not(tree)))) == 0
            assert reader.touched(-1, tree).events == ()
        with pytest.raises(FilterError, match="within one another"):
            parse("@f0", now_ms=NOON, zone=BERLIN, named=named)
