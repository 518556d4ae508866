"""The changes of one request, or of one act, belong together, in whatever order they come."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.both_feeds import X, Y, grade_report, grade_row
from tests.journal.grouped import all_of, crowds, groups_of, read_plainly
from tests.journal.making import NOW, READ_AT, batch_of, dear, local
from tui.events.event import Event, Flag, GradeState, Kind
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Batch
from tui.query.ast import EVERYTHING, InGroup, Is, Role


def by_hand(count: int, *, first: int = 0, at: int = NOW, gap: int = 0) -> list[Event]:
    """Rows of the log by one grader, each of another student, ``gap`` seconds apart."""
    return [grade_row(first + n, at + n * gap * 1000, student=first + n) for n in range(count)]


def live(count: int, *, request: str = X, first: int = 0) -> list[Event]:
    return [
        grade_report(first + n, NOW + 100 + n, student=first + n, request=request)
        for n in range(count)
    ]


def sizes(reader: Reader) -> list[int]:
    return sorted(len(keys) for keys in groups_of(reader).values())


@dear
@given(crowds, st.data())
def test_any_order_and_any_batches_give_the_same_groups(
    crowd: list[Event], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(crowd))
    cutoff = data.draw(st.integers(0, 9))
    with closing(Journal.open(None, now=lambda: READ_AT)) as journal:
        have: dict[int, int | None] = {}
        touch, reader = 0, journal.reader()
        while order:
            size = data.draw(st.integers(1, 9))
            journal.record(batch_of(*order[:size]))
            order = order[size:]
            touch = _replay(reader, touch, have)
            assert set(groups_of(reader).values()) == read_plainly(all_of(reader))
        assert have == {one.id: one.group for one in all_of(reader)}
        journal.purge(NOW + cutoff * 1000)
        assert set(groups_of(reader).values()) == read_plainly(all_of(reader))


def _replay(reader: Reader, touch: int, have: dict[int, int | None]) -> int:
    """What a screen knows that follows the touches."""
    touches = reader.touched(touch, EVERYTHING)
    for one in touches.events:
        have.pop(one.slot.id, None)
        if one.matches:
            have[one.slot.id] = one.group
    return touches.touch


@pytest.mark.parametrize(
    ("count", "gap", "groups"), [(4, 0, []), (5, 0, [5]), (5, 1, [5]), (9, 2, [])]
)
def test_an_act_is_five_rows_of_a_grader_a_second_apart_at_most(
    journal: Journal, reader: Reader, count: int, gap: int, groups: list[int]
) -> None:
    journal.record(batch_of(*by_hand(count, gap=gap)))
    assert sizes(reader) == groups


@pytest.mark.parametrize(("count", "groups"), [(2, []), (3, [3])])
def test_a_request_is_a_group_from_three_changes_on(
    journal: Journal, reader: Reader, count: int, groups: list[int]
) -> None:
    total = replace(
        grade_report(90, NOW, student=90, request=X),
        kind=Kind.COURSE_SCORE, assignment=None, after=GradeState(score=4.0),
    )  # fmt: skip
    journal.record(batch_of(total, *live(count)))
    assert sizes(reader) == [size + 1 for size in groups], "what else it did comes with it"


def test_what_the_log_confirms_keeps_its_group(journal: Journal, reader: Reader) -> None:
    journal.record(batch_of(*live(4)))
    (group,) = groups_of(reader)
    for number in range(4):
        touch = reader.touch()
        journal.record(batch_of(grade_row(number, NOW, student=number)))
        assert list(groups_of(reader)) == [group]
        came = [one for one in reader.touched(touch, EVERYTHING).events if one.matches]
        assert [one.group for one in came] == [group], "and the others are not touched"
    assert sizes(reader) == [4]


def test_rows_of_one_act_that_turn_out_to_be_of_several_requests_part(
    journal: Journal, reader: Reader
) -> None:
    journal.record(batch_of(*by_hand(9)))
    (first,) = groups_of(reader)
    journal.record(batch_of(*live(3, request=Y)))
    groups = groups_of(reader)
    assert sizes(reader) == [3, 6]
    assert len(groups[first]) == 6
    journal.record(batch_of(*live(2, request=X, first=3)))
    assert sizes(reader) == [3], "four are too few, and so are two of a request"


def test_two_acts_become_one_when_what_was_between_them_comes(
    journal: Journal, reader: Reader
) -> None:
    journal.record(batch_of(*by_hand(5)))
    journal.record(batch_of(*by_hand(5, first=10, at=NOW + 2000)))
    early, late = groups_of(reader)
    touch = reader.touch()
    journal.record(batch_of(*by_hand(1, first=20, at=NOW + 1000)))
    assert [(group, len(keys)) for group, keys in groups_of(reader).items()] == [(early, 11)]
    touched = reader.touched(touch, EVERYTHING).events
    assert {one.group for one in touched} == {early}
    assert len(touched) == 6, "the new one, and those whose number was another"
    assert reader.group_sums([late], EVERYTHING) == {}


def test_whom_the_log_hides_is_grouped_within_one_assignment_and_by_no_request(
    journal: Journal, reader: Reader
) -> None:
    hidden = [grade_row(n, NOW, assignment=2 + n // 6, student=None) for n in range(12)]
    shown = [grade_row(20 + n, NOW, student=n) for n in range(4)]
    reports = [grade_report(n, NOW + n, assignment=2, student=30 + n) for n in range(6)]
    journal.record(batch_of(*reports))
    assert sizes(reader) == [6], "as long as nobody has said that they are hidden"
    journal.record(batch_of(*hidden, *shown))
    assert sizes(reader) == [6, 6]
    for keys in groups_of(reader).values():
        assert len({key for key in keys if int(key.removeprefix("audit:")) < 6}) in {0, 6}
    assert {one.event.request_id for one in all_of(reader)} == {None}


def test_the_home_shard_makes_one_grader_of_two_numbers(journal: Journal, reader: Reader) -> None:
    far = [
        replace(row, grader=CanvasId(2107, 4), course=CanvasId(2107, 1))
        for row in by_hand(3, first=10)
    ]
    journal.record(batch_of(*by_hand(3), *far))
    assert sizes(reader) == []
    journal.record(Batch(home_shard=2107))
    assert sizes(reader) == [6]


def test_a_group_is_summed_up_and_opened_as_far_as_the_filter_shows_it(
    journal: Journal, reader: Reader
) -> None:
    moves = [("5", "8"), ("9", "7"), ("6", "6.5"), (None, "4"), ("B", "A"), ("1", "2")]
    rows = [
        replace(grade_row(n, NOW + n % 2 * 1000, before=old, after=new, student=5 + n // 2),
                assignment=local(1 + n % 2))
        for n, (old, new) in enumerate(moves)
    ]  # fmt: skip
    journal.record(batch_of(*rows))
    journal.mark(1, "")
    (group,) = groups_of(reader)
    whole = reader.group_sums([group, 99], EVERYTHING)[group]
    assert (whole.count, whole.students, whole.assignments) == (6, 3, 2)
    assert (whole.first_at, whole.last_at) == (NOW, NOW + 1000)
    assert (whole.raised, whole.lowered) == (3, 1)
    assert (whole.lowest, whole.highest, whole.mean) == (-2.0, 3.0, 0.625)
    assert whole.marked == 1
    part = Is(Role.STUDENT, (local(5),))
    assert reader.group_sums([group], part)[group].count == 2
    members = reader.members(group, part, limit=9)
    assert [one.event.key for one in members] == ["audit:0", "audit:1"]
    assert len(reader.members(group, EVERYTHING, limit=4)) == 4
    assert len(reader.slots(InGroup(group), limit=9)) == 6
    assert [number for _, number in reader.walk(EVERYTHING, limit=9)] == [group] * 6


def test_what_is_done_by_nobody_is_no_act(journal: Journal, reader: Reader) -> None:
    automatic = [
        replace(row, grader=None, flags=Flag.AUTOMATIC) for row in by_hand(9)
    ]  # fmt: skip
    journal.record(batch_of(*automatic))
    assert sizes(reader) == []
