"""The changes of one request are one row: which one, and that nothing held moves for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.app.school import slot
from tui.app.ledger import Run, order_of
from tui.app.view import View
from tui.journal.records import Slot, Touched

HEIGHT = 8


def folded(groups: Mapping[int, int | None], *, page: int = 10_000, top: bool = True) -> View:
    """A view of the events of those numbers and their groups, read in pages."""
    view = View(newest_on_top=top, height=HEIGHT)
    answer(view, {slot(number): group for number, group in groups.items()}, page=page)
    return view


def answer(view: View, groups: Mapping[Slot, int | None], *, page: int = 7) -> None:
    slots = sorted(groups, key=order_of, reverse=True)
    generation = view.ask(fold=True)
    parts = [slots[at : at + page] for at in range(0, len(slots), page)] or [[]]
    for number, part in enumerate(parts, 1):
        run = Run.of(part, [groups[each] or 0 for each in part])
        view.chunk(generation, run, last=number == len(parts))


def touch(view: View, groups: Mapping[int, int | None], *, new: bool = True) -> None:
    touched = [Touched(slot(n), True, new, None, group) for n, group in groups.items()]
    view.arrive(view.generation, touched)


def gone(view: View, *numbers: int) -> None:
    view.arrive(view.generation, [Touched(slot(each), False, new=False) for each in numbers])


def rows(view: View) -> list[Slot]:
    return view.rows(0, 1_000)


def test_a_group_is_one_row_and_every_event_is_counted() -> None:
    view = folded({9: None, 8: 4, 7: 4, 6: None, 5: 4, 4: None}, page=2)
    assert rows(view) == [slot(9), slot(8), slot(6), slot(4)]
    assert [view.group(each) for each in rows(view)] == [None, 4, None, None]
    assert (view.matching, view.listed) == (6, 4)
    assert view.row_of(slot(5)) == slot(8)


def test_one_event_of_a_group_is_shown_as_itself() -> None:
    view = folded({9: None, 8: 4, 7: None})
    assert view.group(slot(8)) is None
    touch(view, {3: 4})
    assert view.group(slot(8)) == 4
    gone(view, 8)
    assert rows(view) == [slot(9), slot(7), slot(3)]
    assert view.group(slot(3)) is None


def test_a_later_member_changes_its_groups_row_and_becomes_none() -> None:
    view = folded({9: 4, 8: 4, 7: None})
    touch(view, {10: 4, 11: 4})
    assert rows(view) == [slot(9), slot(7)]
    assert view.matching == 5
    assert view.following
    assert view.new == 0
    view.move(1)
    touch(view, {12: 4})
    assert view.new == 1


def test_a_leader_that_goes_gives_way_to_another_of_its_group() -> None:
    view = folded({number: 4 if number % 2 else None for number in range(20)})
    assert slot(19) in rows(view)
    gone(view, 19)
    assert slot(17) in rows(view)
    assert view.group(slot(17)) == 4
    gone(view, *range(1, 18, 2))
    assert rows(view) == [slot(each) for each in range(18, -1, -2)]


@pytest.mark.parametrize("top", [True, False])
def test_held_a_leader_that_goes_is_followed_in_its_place(top: bool) -> None:
    view = folded({number: 4 if number in (10, 15) else None for number in range(30)}, top=top)
    view.go_to(slot(15))
    before = view.visible()
    gone(view, 15)
    assert view.visible() == [slot(10) if each == slot(15) else each for each in before]
    assert view.selected == slot(10)
    assert (view.matching, view.listed) == (29, 29)
    view.move(1)
    assert rows(view)[:: 1 if top else -1] == [slot(n) for n in range(29, -1, -1) if n != 15]


@pytest.mark.parametrize("top", [True, False])
def test_held_rows_that_turn_out_to_be_of_one_request_stay_until_the_person_moves(
    top: bool,
) -> None:
    view = folded(dict.fromkeys(range(30)), top=top)
    view.go_to(slot(15))
    before = view.visible()
    touch(view, {15: 4, 16: 4, 17: 4}, new=False)
    assert view.visible() == before
    assert (view.matching, view.listed) == (30, 30)
    view.move(0)
    assert view.selected == slot(17)
    assert (view.matching, view.listed) == (30, 28)
    assert view.group(slot(17)) == 4


def test_held_a_row_to_be_folded_shows_what_the_log_made_of_it() -> None:
    view = folded(dict.fromkeys(range(30)))
    view.go_to(slot(15))
    touch(view, {15: 4, 16: 4, 17: 4}, new=False)
    confirmed = Slot(slot(16).at - 900, 5, 900)
    view.arrive(
        view.generation,
        [
            Touched(slot(16), matches=False, new=False, became=confirmed, group=4),
            Touched(confirmed, matches=True, new=True, group=4),
        ],
    )
    assert confirmed in view.visible()
    assert slot(16) not in view.visible()
    assert (view.matching, view.new) == (30, 0)
    view.newest()
    assert (view.matching, view.listed) == (30, 28)


def test_a_selection_that_is_folded_away_is_the_row_of_its_request_and_comes_back() -> None:
    groups = {slot(number): 4 if number < 20 else None for number in range(40)}
    view = View(height=HEIGHT)
    answer(view, dict.fromkeys(groups))
    view.go_to(slot(7))
    answer(view, groups)
    assert view.selected == slot(19)
    answer(view, dict.fromkeys(groups))
    assert view.selected == slot(7)


def test_going_to_a_folded_event_selects_its_row() -> None:
    view = folded({number: 4 if number < 20 else None for number in range(40)})
    assert view.go_to(slot(3))
    assert view.selected == slot(19)


@dataclass(frozen=True)
class Came:
    groups: dict[int, int | None]


@dataclass(frozen=True)
class Gone:
    numbers: set[int]


@dataclass(frozen=True)
class Became:
    was: int
    now: int
    group: int | None


@dataclass(frozen=True)
class Moved:
    rows: int


@dataclass(frozen=True)
class Asked:
    page: int


@dataclass(frozen=True)
class Held:
    """Space was pressed."""


_NUMBERS = st.integers(0, 40)
_GROUPS = st.one_of(st.none(), st.integers(1, 4))
_STEPS = st.lists(
    st.one_of(
        st.builds(Came, st.dictionaries(_NUMBERS, _GROUPS, max_size=8)),
        st.builds(Gone, st.sets(_NUMBERS, max_size=6)),
        st.builds(Became, _NUMBERS, st.integers(100, 140), _GROUPS),
        st.builds(Moved, st.integers(-9, 9)),
        st.builds(Asked, st.integers(1, 9)),
        st.just(Held()),
    ),
    max_size=14,
)


@settings(max_examples=150)
@given(st.dictionaries(_NUMBERS, _GROUPS, max_size=30), _STEPS, st.booleans())
def test_whatever_comes_the_rows_are_those_of_a_plain_reading(
    first: dict[int, int | None],
    steps: list[Came | Gone | Became | Moved | Asked | Held],
    top: bool,
) -> None:
    view = folded(first, page=5, top=top)
    model: dict[Slot, int | None] = {slot(number): group for number, group in first.items()}
    for step in steps:
        before, held = view.visible(), not view.following
        match step:
            case Came(groups):
                touch(view, groups)
                model.update({slot(number): group for number, group in groups.items()})
                assert not held or _still(view, before)
            case Gone(numbers):
                gone(view, *numbers)
                for each in numbers:
                    model.pop(slot(each), None)
            case Became(was, now, group):
                became(view, slot(was), slot(now), group)
                model.pop(slot(was), None)
                model[slot(now)] = group
            case Moved(by):
                view.move(by)
            case Asked(page):
                answer(view, model, page=page)
            case Held():
                view.toggle_hold()
        check(view, model)
    view.newest()
    check(view, model)
    assert sorted(map(order_of, rows(view))) == sorted(map(order_of, set(rows(view))))
    assert view.listed == len(rows(view)) == _rows_wanted(model)
    assert {view.row_of(each) for each in model} == set(rows(view))


def became(view: View, was: Slot, now: Slot, group: int | None) -> None:
    view.arrive(
        view.generation,
        [
            Touched(was, matches=False, new=False, became=now),
            Touched(now, matches=True, new=True, group=group),
        ],
    )


def check(view: View, model: Mapping[Slot, int | None]) -> None:
    assert view.matching == len(model)
    assert view.listed >= _rows_wanted(model)
    shown = view.visible()
    assert len(shown) == len(set(shown))
    assert set(shown) <= set(model)
    assert view.selected in shown if shown else view.selected is None
    for each in shown:
        group = model[each]
        alike = sum(other == group for other in model.values())
        if (stands_for := view.group(each)) is not None:
            assert stands_for == group
            assert alike > 1
        leads = view.row_of(each) == each
        assert stands_for is not None or group is None or alike == 1 or not leads


def _still(view: View, before: Sequence[Slot]) -> bool:
    """Each row is where it was, or in its place another that took its group over."""
    now = view.visible()[: len(before)]
    return len(now) == len(before) and all(
        one == other or view.row_of(one) != one for one, other in zip(before, now, strict=True)
    )


def _rows_wanted(model: Mapping[Slot, int | None]) -> int:
    grouped = {group for group in model.values() if group is not None}
    return len(grouped) + sum(group is None for group in model.values())
