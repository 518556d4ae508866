"""The rows at hand: what was read of the events on screen and around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, tzinfo

from tui.app.cells import RowText, row_text
from tui.app.columns import Layout
from tui.app.folding import FEWEST
from tui.app.grouprow import Glyphs, group_text
from tui.journal.records import GroupSum, Slot, Stored

AT_MOST = 2_000
"""Rows kept; the oldest read go first."""


class Rows:
    """Stored events by id, sums of groups, and their texts for the layout last asked for."""

    def __init__(self) -> None:
        self._stored: dict[int, Stored] = {}
        self._stale: set[int] = set()
        self._absent: set[int] = set()  # asked for and not there: asking again would never end
        self._sums: dict[int, GroupSum] = {}
        self._stale_sums: set[int] = set()
        self._no_sums: set[int] = set()
        self._texts: dict[int, RowText] = {}
        self._group_texts: dict[tuple[int, int], RowText] = {}
        self._made_for: object = None

    def get(self, id: int) -> Stored | None:  # noqa: A002 - an id is what it is
        """The row, perhaps of before its last change; None if it was not read yet."""
        return self._stored.get(id)

    def missing(self, slots: Iterable[Slot]) -> tuple[int, ...]:
        """The ids of those to read, again or at all."""
        return tuple(
            slot.id
            for slot in slots
            if (slot.id not in self._stored or slot.id in self._stale)
            and slot.id not in self._absent
        )

    def put(self, asked: Iterable[int], stored: Iterable[Stored]) -> None:
        """Keep what was read; ``asked`` and not in ``stored`` is gone from the journal."""
        gone = set(asked)
        for row in stored:
            self._stored.pop(row.id, None)
            self._stored[row.id] = row
            self._texts.pop(row.id, None)
            self._group_texts.clear()
            gone.discard(row.id)
            self._stale.discard(row.id)
        self._absent |= gone
        while len(self._stored) > AT_MOST:
            oldest = next(iter(self._stored))
            del self._stored[oldest]
            self._texts.pop(oldest, None)

    def sum(self, group: int) -> GroupSum | None:
        """What was read of a group, perhaps of before its last change."""
        return self._sums.get(group)

    def missing_sums(self, groups: Iterable[int]) -> tuple[int, ...]:
        """Of these groups those to sum up, again or at all."""
        return tuple(
            group
            for group in groups
            if (group not in self._sums or group in self._stale_sums) and group not in self._no_sums
        )

    def put_sums(self, asked: Iterable[int], sums: Mapping[int, GroupSum]) -> None:
        """Keep these; of what was asked for and is not among them nothing matches."""
        self._no_sums.update(group for group in asked if group not in sums)
        self._sums.update(sums)
        self._stale_sums.difference_update(sums)
        self._group_texts.clear()
        if len(self._sums) > AT_MOST:
            self._sums = dict(sums)

    def changed_groups(self, groups: Iterable[int]) -> None:
        """These are to be summed up anew."""
        groups = set(groups)
        self._stale_sums.update(groups)
        self._no_sums.difference_update(groups)

    def forget_sums(self) -> None:
        """Another query is in force: the sums were of the one before."""
        self._sums.clear()
        self._stale_sums.clear()
        self._no_sums.clear()
        self._group_texts.clear()

    def changed(self, ids: Iterable[int]) -> None:
        """These rows read otherwise now."""
        self._stale.update(each for each in ids if each in self._stored)

    def drop(self, ids: Iterable[int]) -> None:
        """These rows are gone for good."""
        for each in ids:
            self._stored.pop(each, None)
            self._texts.pop(each, None)
            self._stale.discard(each)

    def all_changed(self) -> None:
        """Any row may read otherwise now: a name was learnt, or rows were deleted."""
        self._stale.update(self._stored)
        self.changed_groups(self._sums)
        self._absent.clear()

    def forget(self) -> None:
        """Keep nothing: what was read must not be shown any more."""
        for kept in (self._stored, self._stale, self._absent, self._texts, self._group_texts):
            kept.clear()

    def text(
        self,
        slot: Slot,
        group: int | None,
        layout: Layout,
        zone: tzinfo | None,
        today: date,
        glyphs: Glyphs,
    ) -> RowText | None:
        """The texts of the row of an event, or of the group it stands for; None while not read."""
        stored = self._stored.get(slot.id)
        summed = None if group is None else self._sums.get(group)
        if stored is None or (group is not None and summed is None):
            return None
        if self._made_for != (layout, zone, today):
            self._made_for = (layout, zone, today)
            self._texts.clear()
            self._group_texts.clear()
        if summed is not None and summed.count >= FEWEST:
            made = self._group_texts.get((slot.id, summed.group))
            if made is None:
                made = group_text(stored, summed, layout, zone, today, glyphs)
                self._group_texts[slot.id, summed.group] = made
            return made
        made = self._texts.get(slot.id)
        if made is None:
            made = self._texts[slot.id] = row_text(stored, layout, zone, today)
        return made
