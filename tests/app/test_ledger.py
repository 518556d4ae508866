"""The ledger keeps slots in the order of time, however they come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.school import slot
from tui.app.ledger import Ledger
from tui.journal.records import Slot

_slots = st.builds(Slot, st.integers(0, 9), st.integers(0, 3), st.integers(0, 40))
_batches = st.lists(st.lists(_slots, max_size=12), max_size=6)


def _key(each: Slot) -> tuple[int, int, int]:
    return each.at, each.place, each.id


@given(_batches)
def test_merging_is_the_sorted_union(batches: list[list[Slot]]) -> None:
    ledger = Ledger()
    held: set[Slot] = set()
    for batch in batches:
        added = ledger.merge(batch)
        assert set(added) == set(batch) - held
        assert len(added) == len(set(added))
        held.update(batch)
    expected = sorted(held, key=_key, reverse=True)
    assert ledger.slots(0, len(held)) == expected
    assert [ledger.rank(each) for each in expected] == list(range(len(expected)))


@given(st.lists(_slots, unique=True), st.lists(_slots))
def test_removing_leaves_the_others_in_place(held: list[Slot], gone: list[Slot]) -> None:
    ledger = Ledger(held)
    left = set(held)
    for each in gone:
        assert ledger.remove(each) is (each in left)
        left.discard(each)
    assert ledger.slots(0, 99) == sorted(left, key=_key, reverse=True)


@given(st.lists(_slots, min_size=1, unique=True), _slots)
def test_the_nearest_is_the_slot_itself_or_one_no_other_is_nearer_than(
    held: list[Slot], wanted: Slot
) -> None:
    ledger = Ledger(held)
    found = ledger.slot(ledger.nearest(wanted))
    if wanted in held:
        assert found == wanted
    else:
        assert abs(found.at - wanted.at) == min(abs(each.at - wanted.at) for each in held)


def test_ranks_beyond_the_ends_are_errors() -> None:
    ledger = Ledger([slot(1), slot(2)])
    for rank in (-1, 2):
        with pytest.raises(IndexError):
            ledger.slot(rank)
    with pytest.raises(IndexError):
        Ledger().nearest(slot(1))
