"""A watch in which the changes of one request are one row, which can be opened and left again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from tui.app.answers import Answer, Changes, Chunk
from tui.app.answers import Rows as ReadRows
from tui.app.filters import shown
from tui.app.grouprow import Glyphs, group_words
from tui.app.reading import Bookmark
from tui.app.setup import WatchSetup
from tui.app.view import View
from tui.app.watch import Watch
from tui.events.event import Kind
from tui.events.times import to_datetime
from tui.journal.records import GroupSum, Slot
from tui.query.ast import EVERYTHING, And, Filter, InGroup


@dataclass(frozen=True, slots=True)
class Left:
    """What one comes back to from an opened group: the view as it was, and where reading was."""

    view: View
    bookmark: Bookmark | None
    group: int
    row: Slot
    """The event that stood for the group."""


class GroupedWatch(Watch):
    """Folds the changes of one request; inside an opened group each is a row of its own."""

    def __init__(self, setup: WatchSetup, answer: Callable[[Answer], None]) -> None:
        super().__init__(setup, answer)
        self._generations = count(1)
        self.view = self._new_view()
        self.groups = setup.groups
        """The changes of one request are one row."""
        self._left: Left | None = None

    def _new_view(self) -> View:
        setup = self._setup
        return View(newest_on_top=setup.newest == "top", generations=self._generations)

    @property
    def where(self) -> Filter:
        """The query in force, inside an opened group of its events only."""
        where = super().where
        return where if self._left is None else And((where, InGroup(self._left.group)))

    @property
    def inside(self) -> bool:
        """A group is opened."""
        return self._left is not None

    @property
    def folding(self) -> bool:
        return self.groups and self._left is None

    @property
    def selected_sum(self) -> GroupSum | None:
        """The sum of the changes that the row under the cursor stands for; None: it is one."""
        row = self.view.selected
        group = None if row is None else self.view.group(row)
        return None if group is None else self.rows.sum(group)

    def toggle_groups(self) -> None:
        """One row for the changes of one request, or one for each."""
        self.groups = not self.groups
        if self._left is None:
            self.begin()

    # In and out

    def open_group(self) -> bool:
        """Show only the events of the group under the cursor; False if none is there."""
        row = self.view.selected
        group = None if row is None else self.view.group(row)
        if row is None or group is None:
            return False
        self._enter(group, row)
        return True

    def _enter(self, group: int, row: Slot) -> None:
        bookmark = self.reading.leave()
        self._left = Left(self.view, bookmark, group, row)
        height = self.view.height
        self.view = self._new_view()
        self.view.resize(height)
        self.begin()

    def close_group(self) -> bool:
        """Back to where the group was opened; False if none is."""
        left, self._left = self._left, None
        if left is None:
            return False
        left.view.resize(self.view.height)
        self.view = left.view
        self.rows.forget_sums()
        bookmark = left.bookmark
        if bookmark is None or bookmark.where != self.where or bookmark.fold != self.folding:
            self.begin()
        else:
            self.reading.resume(self.view.generation, bookmark)
            self._count_totals = not self.totals
        return True

    def go_to(self, slot: Slot, kind: Kind) -> None:
        """Select this event; one among the changes of a request is shown among them."""
        if self._left is not None and not self.view.holds(slot):
            self.close_group()
        super().go_to(slot, kind)
        row = self.view.row_of(slot)
        if row != slot and self.open_group():
            self.view.go_to(slot)

    # Wishes

    def wish_rows(self) -> bool:
        """Ask for the rows on screen and around it, sums of groups too."""
        height = self.view.height
        around = self.view.rows(self.view.first_row - height, 3 * height)
        shown = self.view.visible()
        if self._left is not None:
            around.append(self._left.row)
        missing, groups = self.rows.missing(around), self.rows.missing_sums(self._groups_of(around))
        if missing or groups:
            self.reading.rows(missing, self._redactor, groups, self._beyond)
        unread = {slot.id for slot in shown if self.rows.get(slot.id) is None}
        unsummed = {group for group in self._groups_of(shown) if self.rows.sum(group) is None}
        return not unread.isdisjoint(missing) or not unsummed.isdisjoint(groups)

    @property
    def _beyond(self) -> Filter | None:
        """What there is without the filter; None where no filter leaves anything out."""
        return shown(self.scope, totals=self.totals) if self.filter.tree != EVERYTHING else None

    def _groups_of(self, rows: Sequence[Slot]) -> list[int]:
        """The groups that rows stand for, and the opened one."""
        found = [group for row in rows if (group := self.view.group(row)) is not None]
        return found if self._left is None else [self._left.group]

    def group_parts(self, glyphs: Glyphs) -> list[str]:
        """What is said of the opened group; nothing until it is read, or if none is opened."""
        left = self._left
        stored = None if left is None else self.rows.get(left.row.id)
        summed = None if left is None else self.rows.sum(left.group)
        if stored is None or summed is None:
            return []
        today = to_datetime(self._setup.now()).astimezone(self._setup.zone).date()
        return group_words(stored, summed, self._setup.zone, today, glyphs)

    # What comes in

    def take(self, answer: Answer) -> bool:
        """Merge what was read; what was under way for the view left behind goes there."""
        left = self._left
        match answer:
            case Chunk(generation, run, last) if left and generation == left.view.generation:
                left.view.chunk(generation, run, last=last)
                return False
            case Changes(generation, events) if left and generation == left.view.generation:
                left.view.arrive(generation, events)
            case ReadRows() if answer.redacted == self.redacted:
                if answer.generation == self.view.generation:
                    self.rows.put_sums(answer.groups, answer.sums)
            case _:
                pass
        return super().take(answer)

    def _take_chunk(self, chunk: Chunk) -> bool:
        if chunk.generation == self.view.generation and self.view.replacing:
            self.rows.forget_sums()
        return super()._take_chunk(chunk)

    def _take_changes(self, changes: Changes) -> None:
        was = (self.view.member_of(each.slot) for each in changes.events)
        now = (each.group for each in changes.events)
        self.rows.changed_groups(group for group in (*was, *now) if group is not None)
        if self._left is not None:
            heirs = {each.slot: each.became for each in changes.events}
            self._left_row_became(heirs.get(self._left.row))
        super()._take_changes(changes)

    def _left_row_became(self, row: Slot | None) -> None:
        if row is not None and self._left is not None:
            left = self._left
            self._left = Left(left.view, left.bookmark, left.group, row)
