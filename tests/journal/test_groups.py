"""The changes of one request, or of one act, belong together, in whatever order they come."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journal.both_feeds import X, Y, grade_report, grade_row
from tests.journal.grouped import crowds, groups_of, read_plainly
from tests.journal.making import NOW, READ_AT, batch_of
from tui.events.event import Event
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Stored
from tui.query.ast import EVERYTHING

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def an_act(first: int, count: int, *, gap: int = 0, start: int = 0, grader: int = 4) -> list[Event]:
    """Rows of the log by one grader, each of another student."""
    return [
        grade_row(first + n, NOW + (start + n * gap) * 1000, student=first + n, grader=grader)
        for n in range(count)
    ]


@settings(slow)
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


def all_of(reader: Reader) -> list[Stored]:
    return list(reader.oldest_first(EVERYTHING))


def _replay(reader: Reader, touch: int, have: dict[int, int | None]) -> int:
    touches = reader.touched(touch, EVERYTHING)
    for one in touches.events:
        have.pop(one.slot.id, None)
        if one.matches:
            have[one.slot.id] = one.group
    return touches.touch
