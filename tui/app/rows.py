"""The rows at hand: what was read of the events on screen and around it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, tzinfo

from tui.app.cells import RowText, row_text
from tui.app.columns import Layout
from tui.journal.records import Slot, Stored

AT_MOST = 2_000
"""Rows kept; the oldest read go first."""


class Rows:
    """Stored events by id, and their texts for the layout last asked for."""

    def __init__(self) -> None:
        self._stored: dict[int, Stored] = {}
        self._stale: set[int] = set()
        self._absent: set[int] = set()  # asked for and not there: asking again would never end
        self._texts: dict[int, RowText] = {}
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
            gone.discard(row.id)
            self._stale.discard(row.id)
        self._absent |= gone
        while len(self._stored) > AT_MOST:
            oldest = next(iter(self._stored))
            del self._stored[oldest]
            self._texts.pop(oldest, None)

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
        self._absent.clear()

    def forget(self) -> None:
        """Keep nothing: what was read must not be shown any more."""
        for kept in (self._stored, self._stale, self._absent, self._texts):
            kept.clear()

    def text(self, slot: Slot, layout: Layout, zone: tzinfo | None, today: date) -> RowText | None:
        """The texts of a row; None while it is not read."""
        stored = self._stored.get(slot.id)
        if stored is None:
            return None
        if self._made_for != (layout, zone, today):
            self._made_for = (layout, zone, today)
            self._texts.clear()
        made = self._texts.get(slot.id)
        if made is None:
            made = self._texts[slot.id] = row_text(stored, layout, zone, today)
        return made
