"""The changes of one request, folded into one row: which of them stands for the others.

Each group has a *leader* among its events that match; the leader is a row of the table and the
others are not. It is the first that was met, and stays so until it goes: rows do not wander.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tui.app.ledger import Ledger, Run, order_of, with_runs, without
from tui.journal.records import Slot

FEWEST = 2
"""Events of a group that match, from which on it is one row for them all."""


class Members(Ledger):
    """Matching events that belong to a group, in the order of time: one more column."""

    def __init__(self) -> None:
        self._group = array("q")
        self._joining: Mapping[Slot, int] = {}
        super().__init__()

    def group(self, slot: Slot) -> int | None:
        """The group of a member; None for any other event."""
        rank = self.rank(slot)
        return self._group[rank] if rank < len(self) and self.slot(rank) == slot else None

    def near(self, slot: Slot, group: int) -> Slot | None:
        """A member of ``group``: the newest that is no newer than ``slot``, else any newer one."""
        rank = self.rank(slot)
        for start, stop in ((rank, len(self)), (0, rank)):
            try:
                return self.slot(self._group.index(group, start, stop))
            except ValueError:
                continue
        return None

    def join(self, joined: Mapping[Slot, int]) -> None:
        """Put events where they belong, each with its group; none of them is a member yet."""
        self._joining = joined
        self.merge(joined)
        self._joining = {}

    def append(self, run: Run) -> bool:
        """Put a run, each of which has a group, behind all members; False if it is not older."""
        if not super().append(run):
            return False
        self._group.extend(run.group)
        return True

    def _insert(self, runs: Sequence[tuple[int, list[Slot]]]) -> None:
        super()._insert(runs)
        columns = [array("q", [self._joining[slot] for slot in run]) for _, run in runs]
        self._group = with_runs(self._group, [rank for rank, _ in runs], columns)

    def _delete(self, ranks: Sequence[int]) -> None:
        super()._delete(ranks)
        self._group = without(self._group, ranks)


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of rows. ``came``: rows now, whether they were or not."""

    came: tuple[Slot, ...]
    turned: Mapping[Slot, Slot | None]
    """Rows that are none any more: the row that shows them now; None where they are gone."""


class Folded:
    """Who is in which group, and who leads it.

    Invariants: a group with members has one leader, which is one of them; a group without has none.
    """

    def __init__(self) -> None:
        self._members = Members()
        self._leaders: dict[int, Slot] = {}
        self._counts: dict[int, int] = {}

    @property
    def hidden(self) -> int:
        """How many events are no rows, because another of their group is."""
        return len(self._members) - len(self._leaders)

    def group(self, slot: Slot) -> int | None:
        """The group of a matching event."""
        return self._members.group(slot)

    def known(self, slot: Slot) -> bool:
        return slot in self._members

    def row(self, slot: Slot) -> Slot:
        """The event whose row shows this one: the leader of its group, else itself."""
        group = self._members.group(slot)
        return slot if group is None else self._leaders[group]

    def standing_for(self, row: Slot) -> int | None:
        """The group that this row stands for; None for an ordinary row."""
        group = self._members.group(row)
        if group is None or self._leaders[group] != row or self._counts[group] < FEWEST:
            return None
        return group

    def count(self, group: int) -> int:
        """How many matching events of the group are known."""
        return self._counts.get(group, 0)

    def append(self, run: Run) -> Run | None:
        """Take in a run older than all members, and give what of it are rows; None if it is not."""
        if not self._members.precedes(run):
            return None
        if not run.group:
            return run
        rows: list[int] = []
        members: list[int] = []
        for rank, group in enumerate(run.group):
            if not group:
                rows.append(rank)
                continue
            members.append(rank)
            if group not in self._leaders:
                self._leaders[group] = run.slot(rank)
                rows.append(rank)
            self._counts[group] = self._counts.get(group, 0) + 1
        self._members.append(run.among(members))
        return run.among(rows)

    def take(
        self,
        came: Mapping[Slot, int | None],
        gone: Iterable[Slot],
        heirs: Mapping[Slot, Slot],
        is_row: Callable[[Slot], bool],
    ) -> Turned:
        """Events that match, with their groups, and events that do not (any more).

        ``heirs``: what some that are gone have become. ``is_row`` tells of before.
        """
        gone = set(gone)
        was = {slot: self._members.group(slot) for slot in (*came, *gone)}
        led = {slot for slot, group in was.items() if self._leads(slot, group)}
        changed = [slot for slot, group in was.items() if group != came.get(slot)]
        joined = {slot: group for slot in changed if (group := came.get(slot)) is not None}
        left = [slot for slot in changed if was[slot] is not None]
        self._members.remove_all(left)
        self._members.join(joined)
        self._count(-1, (was[slot] for slot in left))
        self._count(1, joined.values())
        new_leaders = self._lead(joined, {was[slot] for slot in led}, heirs, is_row)

        rows = [slot for slot, group in came.items() if self._leads(slot, group, loose=True)]
        turned: dict[Slot, Slot | None] = {}
        for slot, group in was.items():
            if (slot in gone or self.row(slot) != slot) and is_row(slot):
                follower = self._leaders.get(group) if slot in led and group is not None else None
                if follower is None and slot not in gone:
                    follower = self.row(slot)
                if follower is None and slot in heirs:
                    follower = self.row(heirs[slot])
                turned[slot] = follower
        return Turned(tuple(dict.fromkeys((*rows, *new_leaders))), turned)

    def _leads(self, slot: Slot, group: int | None, *, loose: bool = False) -> bool:
        return loose if group is None else self._leaders.get(group) == slot

    def _count(self, by: int, groups: Iterable[int | None]) -> None:
        for group in groups:
            if group is not None:
                self._counts[group] = self._counts.get(group, 0) + by

    def _lead(
        self,
        joined: Mapping[Slot, int],
        lost: Iterable[int | None],
        heirs: Mapping[Slot, Slot],
        is_row: Callable[[Slot], bool],
    ) -> list[Slot]:
        """Give each group without a leader one: what the old one became, else what is a row."""
        by_group: dict[int, list[Slot]] = {}
        for slot, group in joined.items():
            by_group.setdefault(group, []).append(slot)
        found: list[Slot] = []
        for group in dict.fromkeys((*filter(None, lost), *by_group)):
            leader = self._leaders.get(group)
            if leader is not None and self._members.group(leader) == group:
                continue
            self._leaders.pop(group, None)
            if not self._counts[group]:
                del self._counts[group]
                continue
            self._leaders[group] = heir = self._heir(
                group, leader, by_group.get(group, []), heirs, is_row
            )
            found.append(heir)
        return found

    def _heir(
        self,
        group: int,
        leader: Slot | None,
        joined: Sequence[Slot],
        heirs: Mapping[Slot, Slot],
        is_row: Callable[[Slot], bool],
    ) -> Slot:
        became = None if leader is None else heirs.get(leader)
        if became is not None and self._members.group(became) == group:
            return became
        if shown := [slot for slot in joined if is_row(slot)]:
            return max(shown, key=order_of)
        near = None if leader is None else self._members.near(leader, group)
        return near or max(joined, key=order_of)
