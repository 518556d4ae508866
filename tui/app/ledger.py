"""The order of the matching events: eight bytes for each of three columns, no objects kept."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.journal.records import Slot

_SCATTERED = 1
"""Runs up to which a merge is done in place; beyond it the columns are built anew in one pass."""


@dataclass(frozen=True, slots=True)
class Run:
    """Slots of a query's answer as columns, newest first; made where the answer is read."""

    at: array[int]
    place: array[int]
    id: array[int]
    group: array[int]
    """Of each the group it belongs to, 0 for none; empty where none belongs to any."""

    @classmethod
    def of(cls, slots: Sequence[Slot], groups: Sequence[int] = ()) -> Run:
        """``slots``, which are ordered newest first, and their groups."""
        return cls(
            array("q", [-slot.at for slot in slots]),
            array("q", [-slot.place for slot in slots]),
            array("q", [-slot.id for slot in slots]),
            array("q", groups if any(groups) else ()),
        )

    def among(self, ranks: Sequence[int]) -> Run:
        """Those at these ranks, in the same order."""
        return Run(
            array("q", [self.at[rank] for rank in ranks]),
            array("q", [self.place[rank] for rank in ranks]),
            array("q", [self.id[rank] for rank in ranks]),
            array("q", [self.group[rank] for rank in ranks] if self.group else ()),
        )

    def __len__(self) -> int:
        return len(self.id)

    def slot(self, rank: int) -> Slot:
        return Slot(-self.at[rank], -self.place[rank], -self.id[rank])

    def slots(self) -> list[Slot]:
        return [self.slot(rank) for rank in range(len(self))]


class Ledger:
    """Slots without repeats, ordered by time. A *rank* counts from the newest, which is 0."""

    def __init__(self, slots: Iterable[Slot] = ()) -> None:
        # Three parallel columns of negated numbers: ascending, as bisection wants them, and newest
        # first, so that the long tail of an answer is appended and not put in front.
        self._at = array("q")
        self._place = array("q")
        self._id = array("q")
        self.merge(slots)

    def __len__(self) -> int:
        return len(self._id)

    def __contains__(self, slot: Slot) -> bool:
        rank = self.rank(slot)
        return rank < len(self) and self.slot(rank) == slot

    def slot(self, rank: int) -> Slot:
        """The slot at ``rank``; ``IndexError`` outside."""
        if not 0 <= rank < len(self):
            raise IndexError(rank)
        return Slot(-self._at[rank], -self._place[rank], -self._id[rank])

    def slots(self, rank: int, count: int) -> list[Slot]:
        """Up to ``count`` slots from ``rank`` on towards the oldest."""
        stop = min(rank + count, len(self))
        return [self.slot(each) for each in range(max(rank, 0), stop)]

    def rank(self, slot: Slot) -> int:
        """How many slots are newer than ``slot``: its rank, where it is held."""
        low = bisect_left(self._at, -slot.at)
        high = bisect_right(self._at, -slot.at, low)
        low = bisect_left(self._place, -slot.place, low, high)
        high = bisect_right(self._place, -slot.place, low, high)
        return bisect_left(self._id, -slot.id, low, high)

    def nearest(self, slot: Slot) -> int:
        """The rank of ``slot``, else of the one nearest in time (of two as near, the newer).

        ``IndexError`` if there are none.
        """
        if not len(self):
            raise IndexError("nothing is near in an empty ledger")
        older = self.rank(slot)
        if older == len(self):
            return older - 1
        if older == 0 or self.slot(older) == slot:
            return older
        newer = older - 1
        return newer if self.slot(newer).at - slot.at <= slot.at - self.slot(older).at else older

    def precedes(self, run: Run) -> bool:
        """The run is older than all that is held."""
        return not len(self) or not len(run) or self.rank(run.slot(0)) == len(self)

    def append(self, run: Run) -> bool:
        """Put a run behind all that is held, if it is older than all of it; else False."""
        if not self.precedes(run):
            return False
        self._at.extend(run.at)
        self._place.extend(run.place)
        self._id.extend(run.id)
        return True

    def merge(self, slots: Iterable[Slot]) -> list[Slot]:
        """Put slots where they belong; those held already stay. Answers with the added ones.

        One run of neighbours (an arrival, a page of older ones) is one insertion; scattered slots
        cost one pass over the columns, not one each.
        """
        ordered = sorted(set(slots), key=_newest_first)
        if not ordered:
            return []
        if self.rank(ordered[0]) == self.rank(ordered[-1]) and ordered[-1] not in self:
            self._insert([(self.rank(ordered[0]), ordered)])
            return ordered
        runs: list[tuple[int, list[Slot]]] = []
        for slot in ordered:
            rank = self.rank(slot)
            if rank < len(self) and self.slot(rank) == slot:
                continue
            if runs and runs[-1][0] == rank:
                runs[-1][1].append(slot)
            else:
                runs.append((rank, [slot]))
        self._insert(runs)
        return [slot for _, run in runs for slot in run]

    def remove(self, slot: Slot) -> bool:
        """Take a slot out; False if it was not there."""
        rank = self.rank(slot)
        if rank == len(self) or self.slot(rank) != slot:
            return False
        self._delete([rank])
        return True

    def remove_all(self, slots: Iterable[Slot]) -> None:
        """Take out those of the slots that are there, in one pass over the columns."""
        found = {self.rank(slot) for slot in slots if slot in self}
        if found:
            self._delete(sorted(found))

    def _delete(self, ranks: Sequence[int]) -> None:
        self._at = without(self._at, ranks)
        self._place = without(self._place, ranks)
        self._id = without(self._id, ranks)

    def _insert(self, runs: Sequence[tuple[int, list[Slot]]]) -> None:
        ranks = [rank for rank, _ in runs]
        columns = [Run.of(run) for _, run in runs]
        self._at = with_runs(self._at, ranks, [run.at for run in columns])
        self._place = with_runs(self._place, ranks, [run.place for run in columns])
        self._id = with_runs(self._id, ranks, [run.id for run in columns])


def order_of(slot: Slot) -> tuple[int, int, int]:
    """What slots are compared by."""
    return slot.at, slot.place, slot.id


def _newest_first(slot: Slot) -> tuple[int, int, int]:
    return -slot.at, -slot.place, -slot.id


def with_runs(column: array[int], ranks: Sequence[int], runs: Sequence[array[int]]) -> array[int]:
    """The column with each run put in at its rank of before; ranks ascend."""
    if len(runs) <= _SCATTERED:
        for rank, run in zip(ranks, runs, strict=True):
            column[rank:rank] = run
        return column
    merged = array("q")
    start = 0
    for rank, run in zip(ranks, runs, strict=True):
        merged.extend(column[start:rank])
        merged.extend(run)
        start = rank
    merged.extend(column[start:])
    return merged


def without(column: array[int], ranks: Sequence[int]) -> array[int]:
    """The column without what is at these ranks, which ascend."""
    if len(ranks) <= _SCATTERED:
        for rank in ranks:
            del column[rank]
        return column
    left = array("q")
    start = 0
    for rank in ranks:
        left.extend(column[start:rank])
        start = rank + 1
    left.extend(column[start:])
    return left
