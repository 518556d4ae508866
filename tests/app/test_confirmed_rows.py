"""A row that the audit log confirms becomes another row: nobody who looks at it may notice."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.school import slot
from tui.app.answers import in_pieces
from tui.app.ledger import Run
from tui.app.view import View
from tui.journal.records import Slot, Touched

HEIGHT = 8


def view_of(*slots: Slot, top: bool = True) -> View:
    view = View(newest_on_top=top, height=HEIGHT)
    ordered = sorted(slots, key=lambda one: (one.at, one.place, one.id), reverse=True)
    view.chunk(view.ask(), Run.of(ordered), last=True)
    return view


def confirmed(was: Slot, now: Slot, *, matches: bool = True) -> list[Touched]:
    """What the journal tells when a row's place is taken by the audit log's."""
    return [
        Touched(now, matches=matches, new=True),
        Touched(was, matches=False, new=False, became=now),
    ]


def audit(was: Slot, number: int, earlier: int = 0) -> Slot:
    """The audit row of a live one: at the whole second, up to two seconds earlier."""
    return Slot((was.at - earlier) // 1000 * 1000, number, number)


@dataclass
class School:
    """Changes and the row that each has now; what is told of them."""

    random: Random
    now: dict[int, Slot] = field(default_factory=dict[int, Slot])
    unconfirmed: set[int] = field(default_factory=set[int])
    row: int = 1000

    def change_at(self, event: Slot | None) -> int | None:
        return next((change for change, each in self.now.items() if each == event), None)

    def fresh(self, at: int) -> Slot:
        self.row += 1
        return Slot(at, self.row, self.row)

    def happen(self, at: int) -> list[Touched]:
        """A new change, seen live; late ones too."""
        change = len(self.now)
        self.now[change] = self.fresh(at)
        self.unconfirmed.add(change)
        return [Touched(self.now[change], matches=True, new=True)]

    def confirm(self) -> list[Touched]:
        if not self.unconfirmed:
            return []
        change = self.random.choice(sorted(self.unconfirmed))
        self.unconfirmed.discard(change)
        was = self.now[change]
        earlier = self.random.randrange(1000)
        self.now[change] = self.fresh((was.at - earlier) // 1000 * 1000)
        return confirmed(was, self.now[change])

    def repeat(self) -> list[Touched]:
        """Told again: a duplicate, or a name that changed."""
        return [Touched(self.random.choice(list(self.now.values())), matches=True, new=False)]


@pytest.mark.parametrize("top", [True, False])
@given(
    seed=st.integers(0, 10**6),
    down=st.integers(1, 30),
    steps=st.lists(st.sampled_from(["new", "late", "confirm", "confirm", "again"]), max_size=60),
)
def test_held_the_selected_change_and_the_rows_above_and_below_stay_put(
    top: bool, seed: int, down: int, steps: list[str]
) -> None:
    school = School(Random(seed))  # noqa: S311  no secret depends on it
    for each in range(40):
        school.happen(slot(each).at + each * 37 % 1000)
    view = view_of(*school.now.values(), top=top)
    view.move(down if top else -down)

    def seen() -> tuple[object, ...]:
        changes = [school.change_at(each) for each in view.visible()]
        return changes, school.change_at(view.selected), view.cursor_row

    before = seen()
    came = 0
    for step in steps:
        match step:
            case "new":
                told, came = school.happen(slot(100 + school.row).at), came + 1
            case "late":
                told, came = school.happen(slot(school.random.randrange(40)).at + 1), came + 1
            case "confirm":
                told = school.confirm()
            case _:
                told = school.repeat()
        view.arrive(view.generation, school.random.sample(told, len(told)))
        assert seen() == before
        assert view.matching == len(school.now)
    assert view.new == came
    chosen = school.change_at(view.selected)
    view.move(0)
    assert school.change_at(view.selected) == chosen or view.following
    view.newest()
    assert set(view.ledger.slots(0, 999)) == set(school.now.values())


def test_followed_a_confirmed_row_goes_to_its_place_in_time() -> None:
    view = view_of(slot(1), slot(2), slot(3))
    now = Slot(slot(2).at - 500, 9, 9)
    view.arrive(view.generation, confirmed(slot(3), now))
    assert view.visible() == [slot(2), now, slot(1)]
    assert view.following
    assert view.selected == slot(2)


def test_a_confirmation_is_not_counted_as_new_and_one_never_seen_live_is() -> None:
    view = view_of(*(slot(each) for each in range(30)))
    view.move(20)
    view.arrive(view.generation, confirmed(slot(29), audit(slot(29), 90)))
    assert view.new == 0
    view.arrive(view.generation, confirmed(slot(40), audit(slot(40), 91)))
    assert view.new == 1


def test_the_row_goes_to_its_place_once_the_person_moves_and_stays_under_the_cursor() -> None:
    view = view_of(*(slot(each) for each in range(30)))
    view.move(4)
    was = slot(25)
    now = Slot(slot(23).at - 1, 90, 90)
    view.arrive(view.generation, confirmed(was, now))
    assert view.selected == now
    assert view.visible()[4] == now
    view.move(1)
    assert view.selected == slot(22)
    assert view.visible().index(slot(22)) == view.visible().index(now) + 1


def test_what_a_filter_does_not_match_once_it_is_confirmed_goes() -> None:
    view = view_of(*(slot(each) for each in range(30)))
    view.move(4)
    view.arrive(view.generation, confirmed(slot(25), audit(slot(25), 90), matches=False))
    assert view.selected == slot(26)
    assert view.matching == 29


def test_a_confirmed_row_that_goes_later_leaves_the_place_it_stood_in() -> None:
    view = view_of(*(slot(each) for each in range(30)))
    view.move(4)
    now = Slot(slot(23).at - 1, 90, 90)
    view.arrive(view.generation, confirmed(slot(27), now))
    view.arrive(view.generation, [Touched(now, matches=False, new=False)])
    assert now not in view.visible()
    assert view.matching == 29


def test_another_filter_finds_the_event_chosen_before_under_its_new_row() -> None:
    view = view_of(*(slot(each) for each in range(30)))
    view.move(4)
    now = Slot(slot(23).at - 1, 90, 90)
    view.arrive(view.generation, confirmed(slot(25), now))
    others = [slot(each) for each in range(29, -1, -1) if each != 25]
    rows = sorted([*others, now], key=lambda one: one.at, reverse=True)
    view.chunk(view.ask(), Run.of(rows), last=True)
    assert view.selected == now


def test_a_row_and_what_it_became_are_handed_over_together() -> None:
    told = [confirmed(slot(each), slot(100 + each)) for each in range(50)]
    events = (
        [now for now, _ in told[::2]] + [was for _, was in told] + [now for now, _ in told[1::2]]
    )
    pairs = [each for each in events if each.became is not None]
    pieces = in_pieces(events, 7)
    assert sorted(one.slot.id for piece in pieces for one in piece) == sorted(
        one.slot.id for one in events
    )
    assert all(len(piece) <= 7 for piece in pieces)
    for pair in pairs:
        [piece] = [piece for piece in pieces if pair in piece]
        assert any(one.slot == pair.became for one in piece)
