"""What users of live tables ask for again and again (terminal facts §1), without a terminal."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.school import slot
from tui.app.ledger import Run
from tui.app.view import View
from tui.app.window import Mode
from tui.journal.records import Slot, Touched

HEIGHT = 10


def view_of(numbers: Iterable[int], *, top: bool = True, height: int = HEIGHT) -> View:
    view = View(newest_on_top=top, height=height)
    slots = sorted((slot(each) for each in numbers), key=lambda each: each.at, reverse=True)
    view.chunk(view.ask(), Run.of(slots), last=True)
    return view


def arrive(view: View, *slots: Slot) -> None:
    view.arrive(view.generation, [Touched(each, matches=True, new=True) for each in slots])


def requery(view: View, numbers: Iterable[int], *, chunk: int = 10_000) -> None:
    """The answer to another filter: those of ``numbers``."""
    slots = [slot(each) for each in sorted(numbers, reverse=True)]
    generation = view.ask()
    parts = [slots[at : at + chunk] for at in range(0, len(slots), chunk)] or [[]]
    for number, part in enumerate(parts, 1):
        view.chunk(generation, Run.of(part), last=number == len(parts))


@pytest.mark.parametrize("top", [True, False])
def test_it_follows_the_newest_until_moved_away_and_again_when_moved_back(top: bool) -> None:
    away, back = (1, -1) if top else (-1, 1)
    view = view_of(range(100), top=top)
    arrive(view, slot(100))
    assert view.following
    assert view.selected == slot(100)
    view.move(away)
    assert view.mode is Mode.HOLD
    arrive(view, slot(101), slot(102))
    assert view.selected == slot(99)
    assert view.new == 2
    for _ in range(3):
        view.move(back)
    assert view.selected == slot(102)
    assert view.following
    assert view.new == 0


def test_following_shows_the_newest_at_the_top_or_at_the_bottom() -> None:
    assert view_of(range(100)).visible()[0] == slot(99)
    assert view_of(range(100), top=False).visible()[-1] == slot(99)
    assert view_of(range(3), top=False).visible() == [slot(0), slot(1), slot(2)]


def test_space_holds_at_the_newest_row_and_follows_again() -> None:
    view = view_of(range(100))
    view.toggle_hold()
    arrive(view, slot(100))
    assert (view.selected, view.new, view.visible()[0]) == (slot(99), 1, slot(99))
    view.toggle_hold()
    assert (view.selected, view.new, view.following) == (slot(100), 0, True)


_late = st.lists(st.integers(-50, 5_000), min_size=1, max_size=60)


@pytest.mark.parametrize("top", [True, False])
@given(numbers=st.sets(st.integers(0, 300), min_size=3), steps=st.integers(1, 40), late=_late)
def test_held_nothing_on_screen_moves_whatever_comes(
    top: bool, numbers: set[int], steps: int, late: list[int]
) -> None:
    view = view_of(numbers, top=top)
    view.move(steps if top else -steps)
    view.move(-1 if top else 1)
    view.toggle_hold() if view.following else None
    before = (view.selected, view.cursor_row, view.visible()[0])
    shown = view.visible()
    for batch in (late[::2], late[1::2]):
        arrive(view, *(Slot(each * 1000, 7, 1_000 + at) for at, each in enumerate(batch)))
        assert (view.selected, view.cursor_row, view.visible()[0]) == before
        assert view.visible()[: len(shown)] == shown


def test_held_ten_thousand_arrivals_move_neither_the_cursor_nor_the_top_row() -> None:
    view = view_of(range(500))
    view.page(1)
    view.move(3)
    before = (view.selected, view.cursor_row, view.visible())
    for first in range(0, 10_000, 100):
        newer = [slot(1_000 + first + each) for each in range(90)]
        late = [Slot(slot(480).at + 1, first + each, 50_000 + first + each) for each in range(10)]
        arrive(view, *newer, *late)
    assert (view.selected, view.cursor_row, view.visible()) == before
    assert view.new == 10_000
    assert view.matching == 10_500


def test_what_waited_takes_its_place_in_time_once_the_person_moves() -> None:
    view = view_of(range(0, 100, 2))
    view.move(3)
    late = slot(97)
    arrive(view, late)
    assert late not in view.visible()
    view.move(1)
    assert late in view.visible()
    newest_first = view.ledger.slots(0, 99)
    assert newest_first == sorted(newest_first, key=lambda each: each.at, reverse=True)


def test_the_selection_is_an_event_that_late_arrivals_and_deletions_leave_alone() -> None:
    view = view_of(range(100))
    view.move(20)
    chosen = view.selected
    arrive(view, slot(500), Slot(slot(10).at, 0, 999))
    gone = [Touched(slot(each), matches=False, new=False) for each in (99, 90, 3)]
    view.arrive(view.generation, gone)
    assert view.selected == chosen


def test_a_selection_that_is_filtered_out_goes_to_the_nearest_in_time_and_comes_back() -> None:
    view = view_of(range(100))
    view.move(39)
    assert view.selected == slot(60)
    requery(view, [10, 58, 70])
    assert view.selected == slot(58)
    assert not view.following
    requery(view, range(100))
    assert view.selected == slot(60)


def test_a_selection_that_does_not_match_any_more_goes_to_the_nearest_in_its_row() -> None:
    view = view_of(range(100))
    view.move(39)
    row = view.cursor_row
    view.arrive(view.generation, [Touched(slot(60), matches=False, new=False)])
    assert view.selected == slot(61)
    assert view.cursor_row == row


def test_a_filter_off_and_on_again_keeps_the_place_on_screen() -> None:
    view = view_of(range(1000))
    view.page(1)
    view.page(1)
    view.move(-4)
    place = (view.selected, view.cursor_row, view.visible())
    requery(view, range(500))
    requery(view, range(1000), chunk=7)
    assert (view.selected, view.cursor_row, view.visible()) == place


def test_a_deep_selection_is_found_again_though_its_chunk_is_read_last() -> None:
    view = view_of(range(1000))
    view.oldest()
    view.move(-5)
    chosen = view.selected
    requery(view, range(1000), chunk=100)
    assert view.selected == chosen


def test_a_filter_while_following_goes_on_following() -> None:
    view = view_of(range(100))
    requery(view, range(0, 100, 10))
    assert view.selected == slot(90)
    assert view.following
    requery(view, [])
    assert view.selected is None
    assert view.visible() == []
    arrive(view, slot(200))
    assert view.selected == slot(200)


def test_what_an_abandoned_query_answers_is_ignored() -> None:
    view = view_of(range(10))
    old = view.ask()
    new = view.ask()
    view.chunk(old, Run.of([slot(99)]), last=True)
    assert view.matching == 10
    view.chunk(new, Run.of([slot(5)]), last=False)
    view.chunk(old, Run.of([slot(98)]), last=True)
    view.arrive(old, [Touched(slot(97), matches=True, new=True)])
    assert view.visible() == [slot(5)]
    assert not view.complete


def test_the_old_answer_stays_on_screen_until_the_first_of_the_new_one() -> None:
    view = view_of(range(10))
    generation = view.ask()
    assert len(view.visible()) == 10
    view.chunk(generation, Run.of([]), last=True)
    assert view.visible() == []
    assert view.complete


def test_chunks_and_arrivals_that_overlap_are_counted_once() -> None:
    view = View(height=HEIGHT)
    generation = view.ask()
    view.chunk(generation, Run.of([slot(each) for each in range(99, 49, -1)]), last=False)
    arrive(view, slot(20), slot(100))
    view.chunk(generation, Run.of([slot(each) for each in range(49, -1, -1)]), last=True)
    assert view.matching == 101


def test_going_to_an_event_that_is_not_there_selects_the_nearest() -> None:
    view = view_of(range(0, 100, 10))
    assert view.go_to(slot(40))
    assert not view.go_to(slot(58))
    assert view.selected == slot(60)


def test_pages_and_ends_stay_within_the_list() -> None:
    view = view_of(range(25))
    for _ in range(9):
        view.page(1)
    assert view.selected == slot(0)
    assert view.visible()[-1] == slot(0)
    view.page(-1)
    view.oldest()
    assert view.selected == slot(0)
    view.newest()
    assert view.following
    view.point(3)
    assert view.selected == slot(21)
    view.point(99)
    assert view.selected == slot(21)


def test_a_smaller_window_keeps_the_selection_on_screen() -> None:
    view = view_of(range(100))
    view.move(8)
    view.resize(4)
    assert view.selected in view.visible()
    assert view.selected == slot(91)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("arrive"), st.integers(0, 400)),
            st.tuples(st.just("gone"), st.integers(0, 400)),
            st.tuples(st.just("move"), st.integers(-15, 15)),
            st.tuples(st.just("hold"), st.just(0)),
            st.tuples(st.just("resize"), st.integers(1, 12)),
            st.tuples(st.just("filter"), st.integers(1, 5)),
        ),
        max_size=40,
    ),
    st.booleans(),
)
def test_the_selection_is_always_an_event_on_screen(
    steps: list[tuple[str, int]], top: bool
) -> None:
    view = view_of(range(0, 60, 3), top=top)
    for name, number in steps:
        match name:
            case "arrive":
                arrive(view, slot(number))
            case "gone":
                view.arrive(view.generation, [Touched(slot(number), matches=False, new=False)])
            case "move":
                view.move(number)
            case "hold":
                view.toggle_hold()
            case "resize":
                view.resize(number)
            case _:
                requery(view, range(0, 400, number), chunk=30)
        if len(view.ledger):
            assert view.selected in view.visible()
            assert not view.following or view.selected == view.ledger.slot(0)
        else:
            assert view.selected is None
