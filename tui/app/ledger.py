"""The order of the matching events: eight bytes for each of three columns, no objects kept."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from tui.journal.records import Slot

_SCATTERED = 1
"""Runs up to which a merge is done in place; beyond it the columns are built anew in one pass."""


class Ledger:
    """Slots without repeats, ordered by time. A *rank* counts from the newest, which is 0."""

    def __init__(self, slots: Iterable[Slot] = ()) -> None:
        self._at = array("q")  # three parallel columns, oldest first: arrivals append
        self._place = array("q")
        self._id = array("q")
        self.merge(slots)

    def __len__(self) -> int:
        return len(self._id)

    def __contains__(self, slot: Slot) -> bool:
        index = self._index(slot)
        return index < len(self) and self._slot(index) == slot

    def slot(self, rank: int) -> Slot:
        """The slot at ``rank``; ``IndexError`` outside."""
        if not 0 <= rank < len(self):
            raise IndexError(rank)
        return self._slot(len(self) - 1 - rank)

    def slots(self, rank: int, count: int) -> list[Slot]:
        """Up to ``count`` slots from ``rank`` on towards the oldest."""
        stop = min(rank + count, len(self))
        return [self._slot(len(self) - 1 - each) for each in range(max(rank, 0), stop)]

    def rank(self, slot: Slot) -> int:
        """How many slots are newer than ``slot``: its rank, where it is held."""
        return len(self) - self._index(slot) - (1 if slot in self else 0)

    def nearest(self, slot: Slot) -> int:
        """The rank of ``slot``, else of the one nearest in time (of two as near, the newer).

        ``IndexError`` if there are none.
        """
        if not len(self):
            raise IndexError("nothing is near in an empty ledger")
        index = self._index(slot)
        if index == len(self):
            return 0
        older = index - 1
        if self._slot(index) != slot and older >= 0:
            index = index if self._at[index] - slot.at <= slot.at - self._at[older] else older
        return len(self) - 1 - index

    def merge(self, slots: Iterable[Slot]) -> list[Slot]:
        """Put slots where they belong; those held already stay. Answers with the added ones.

        One run of neighbours (an arrival, a page of older ones) is one insertion; scattered slots
        cost one pass over the columns, not one each.
        """
        fresh = sorted({(slot.at, slot.place, slot.id): slot for slot in slots}.items())
        ordered = [slot for _, slot in fresh]
        if not ordered:
            return []
        low, high = self._index(ordered[0]), self._index(ordered[-1])
        if low == high and ordered[-1] not in self:
            self._insert([(low, ordered)])
            return ordered
        runs: list[tuple[int, list[Slot]]] = []
        for slot in ordered:
            index = self._index(slot)
            if index < len(self) and self._slot(index) == slot:
                continue
            if runs and runs[-1][0] == index:
                runs[-1][1].append(slot)
            else:
                runs.append((index, [slot]))
        self._insert(runs)
        return [slot for _, run in runs for slot in run]

    def remove(self, slot: Slot) -> bool:
        """Take a slot out; False if it was not there."""
        index = self._index(slot)
        if index == len(self) or self._slot(index) != slot:
            return False
        del self._at[index], self._place[index], self._id[index]
        return True

    def _slot(self, index: int) -> Slot:
        return Slot(self._at[index], self._place[index], self._id[index])

    def _index(self, slot: Slot) -> int:
        """Where ``slot`` is or would be in the columns."""
        low = bisect_left(self._at, slot.at)
        high = bisect_right(self._at, slot.at, low)
        low = bisect_left(self._place, slot.place, low, high)
        high = bisect_right(self._place, slot.place, low, high)
        return bisect_left(self._id, slot.id, low, high)

    def _insert(self, runs: Sequence[tuple[int, list[Slot]]]) -> None:
        columns = (
            (self._at, [[slot.at for slot in run] for _, run in runs]),
            (self._place, [[slot.place for slot in run] for _, run in runs]),
            (self._id, [[slot.id for slot in run] for _, run in runs]),
        )
        indexes = [index for index, _ in runs]
        self._at, self._place, self._id = (
            _with_runs(column, indexes, values) for column, values in columns
        )


def _with_runs(
    column: array[int], indexes: Sequence[int], runs: Sequence[Sequence[int]]
) -> array[int]:
    if len(runs) <= _SCATTERED:
        for index, run in zip(indexes, runs, strict=True):
            column[index:index] = array("q", run)
        return column
    merged = array("q")
    start = 0
    for index, run in zip(indexes, runs, strict=True):
        merged.extend(column[start:index])
        merged.extend(run)
        start = index
    merged.extend(column[start:])
    return merged
