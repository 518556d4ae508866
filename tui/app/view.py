"""What the table shows of the matching events, and what the person is looking at.

Knows nothing of a terminal. The selection and the top row are *events*, never row numbers, so that
arrivals, late ones, filters and deletions cannot move what somebody is reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from tui.app.ledger import Ledger, Run
from tui.journal.records import Slot, Touched


class Mode(Enum):
    """Whether the view runs with the newest event or stays where it is."""

    FOLLOW = "following"
    HOLD = "holding"


class View:
    """A window of ``height`` rows over a ledger that fills, grows and shrinks.

    Rows are counted from the top of the screen; with ``newest_on_top`` row order is the ledger's
    rank order, else its reverse. Invariants: following means that the newest event is selected and
    on screen; the selected event, if there are any events, is in the ledger and on screen.
    """

    def __init__(self, *, newest_on_top: bool = True, height: int = 1) -> None:
        self.ledger = Ledger()
        self.mode = Mode.FOLLOW
        self.new = 0
        """Events that came while holding: the badge."""
        self.generation = 0
        """Counts the queries asked; what an older one answers is ignored."""
        self.complete = False
        """All matching events of the query are in the ledger."""
        self._replace = True  # the next chunk begins a new ledger
        self._again = False
        self._newest_on_top = newest_on_top
        self._height = height
        self._selected: Slot | None = None
        self._wish: Slot | None = None  # the event last chosen by hand: filters may hide it a while
        self._top: Slot | None = None
        self._wish_row = 0  # and where on screen it was: the place to come back to
        self._waiting: set[Slot] = set()  # arrivals that would push rows about on a held screen

    # What there is to see

    @property
    def height(self) -> int:
        return self._height

    @property
    def following(self) -> bool:
        return self.mode is Mode.FOLLOW

    @property
    def selected(self) -> Slot | None:
        """The event under the cursor; None only if there is no event."""
        return self._selected

    @property
    def replacing(self) -> bool:
        """A query was asked and its first answer has not come: what is shown is the one before."""
        return self._replace

    @property
    def matching(self) -> int:
        """Matching events known so far (all of them once ``complete``)."""
        return len(self.ledger) + len(self._waiting)

    @property
    def first_row(self) -> int:
        """The row, in the whole list, that is at the top of the screen."""
        if self.following or self._top is None or not len(self.ledger):
            return 0 if self._newest_on_top else max(0, len(self.ledger) - self._height)
        return self._row(self._top)

    @property
    def cursor_row(self) -> int | None:
        """The selected event's row on the screen."""
        return None if self._selected is None else self._row(self._selected) - self.first_row

    def visible(self) -> list[Slot]:
        """The events on screen, from the top down."""
        return self.rows(self.first_row, self._height)

    def rows(self, first: int, count: int) -> list[Slot]:
        """``count`` events of the whole list from row ``first`` on; fewer at its ends."""
        first, count = max(first, 0), count + min(first, 0)
        stop = min(first + count, len(self.ledger))
        if stop <= first:
            return []
        if self._newest_on_top:
            return self.ledger.slots(first, stop - first)
        return self.ledger.slots(len(self.ledger) - stop, stop - first)[::-1]

    # What comes from the journal

    def ask(self, *, again: bool = False) -> int:
        """A query begins: what is shown stays until its first answer. The generation.

        ``again``: it is the one in force, and what came while holding is still new.
        """
        self._again = again
        self.generation += 1
        self.complete = False
        self._replace = True
        return self.generation

    def chunk(self, generation: int, run: Run, *, last: bool) -> None:
        """A part of the query's answer; the first part replaces what was shown."""
        if generation != self.generation:
            return
        if self._replace:
            self._replace = False
            self.ledger = Ledger()
            self._waiting.clear()
            self.new = self.new if self._again else 0
            self.ledger.append(run)
            self._resolve()
        elif self.ledger.append(run):
            self._approach_wish()
        else:
            self._add(run.slots())
        self.complete = last

    def arrive(self, generation: int, touched: Iterable[Touched]) -> None:
        """Events that came or changed since; the query itself has judged them."""
        if generation != self.generation or self._replace:
            return
        came = [each for each in touched if each.matches]
        gone = [each.slot for each in touched if not each.matches]
        added = self._add([each.slot for each in came])
        if not self.following:
            self.new += sum(each.new and each.slot in added for each in came)
        removed = [slot for slot in gone if self.ledger.remove(slot)]
        self._waiting.difference_update(gone)
        if removed:
            self._after_removal(set(removed))

    def _add(self, slots: Iterable[Slot]) -> set[Slot]:
        """Merge, except what a held screen would have to make room for: that waits."""
        if self.following or not len(self.ledger):
            added = self.ledger.merge(slots)
            self._resolve()
            return set(added)
        on_screen = self.visible()
        ends = (on_screen[0], on_screen[-1])
        newest, oldest = max(ends, key=_order), min(ends, key=_order)
        waiting = {
            slot
            for slot in slots
            if _order(oldest) < _order(slot) < _order(newest)
            and slot not in self.ledger
            and slot not in self._waiting
        }
        self._waiting |= waiting
        added = self.ledger.merge(slot for slot in slots if slot not in self._waiting)
        self._approach_wish()
        return waiting.union(added)

    def _approach_wish(self) -> None:
        """While the answer is read: the event last chosen, or a nearer one, may be there now."""
        if not self.complete and self._selected != self._nearest_to_wish():
            self._resolve()

    def _nearest_to_wish(self) -> Slot | None:
        if self.following or not len(self.ledger):
            return self.ledger.slot(0) if len(self.ledger) else None
        wish = self._wish or self._selected
        return None if wish is None else self.ledger.slot(self.ledger.nearest(wish))

    def _after_removal(self, removed: set[Slot]) -> None:
        if self._top in removed and len(self.ledger):
            self._top = self.ledger.slot(self.ledger.nearest(self._top))
        if self._selected in removed:
            self._wish_row = min(max(self.cursor_row or 0, 0), self._height - 1)
            self._resolve()

    def _resolve(self) -> None:
        """Select what should be selected now: the newest, or the nearest to what was chosen."""
        if not len(self.ledger):
            self._selected = self._top = None
            return
        if self.following:
            self._selected = self.ledger.slot(0)
            return
        self._selected = self._nearest_to_wish() or self.ledger.slot(0)
        self._put_at(self._selected, self._wish_row)

    # What the person does

    def resize(self, height: int) -> None:
        """The screen has ``height`` rows now."""
        self._height = max(1, height)
        if not self.following:
            self._reveal()

    def move(self, rows: int) -> None:
        """Select the event ``rows`` further down (negative: up)."""
        self._let_in()
        if self._selected is not None:
            self._select_row(self._row(self._selected) + rows)

    def page(self, direction: int) -> None:
        """Select the event a screen further down (1) or up (−1)."""
        self.move(direction * max(1, self._height - 1))

    def newest(self) -> None:
        """Select the newest event, and follow."""
        self.mode = Mode.FOLLOW
        self.new = 0
        self._let_in()
        self._wish = None
        self._resolve()

    def oldest(self) -> None:
        """Select the oldest event read so far."""
        self._let_in()
        if len(self.ledger):
            self._choose(self.ledger.slot(len(self.ledger) - 1))

    def toggle_hold(self) -> None:
        """Stay here, or follow again."""
        if self.following:
            self.hold()
        else:
            self.newest()

    def hold(self) -> None:
        """Stay with the selected event."""
        if not self.following:
            return
        on_screen = self.visible()
        self.mode = Mode.HOLD
        self._wish = self._selected
        self._top = on_screen[0] if on_screen else None
        self._wish_row = self.cursor_row or 0

    def point(self, row: int) -> None:
        """Select the event at ``row`` of the screen, if there is one."""
        on_screen = self.visible()
        if 0 <= row < len(on_screen):
            self._choose(on_screen[row])

    def go_to(self, slot: Slot) -> bool:
        """Select this event; False if the query does not match it (the nearest is selected)."""
        self._let_in()
        if not len(self.ledger):
            return False
        self._choose(self.ledger.slot(self.ledger.nearest(slot)))
        self._wish = slot  # it may be read later, or matched by the next query
        return self._selected == slot

    def _select_row(self, row: int) -> None:
        row = min(max(row, 0), len(self.ledger) - 1)
        rank = row if self._newest_on_top else len(self.ledger) - 1 - row
        self._choose(self.ledger.slot(rank))

    def _choose(self, slot: Slot) -> None:
        if slot == self.ledger.slot(0):
            self.newest()
            return
        if self.following:
            self._top = self.visible()[0]
            self.mode = Mode.HOLD
        self._selected = self._wish = slot
        self._reveal()
        self._wish_row = self.cursor_row or 0

    def _reveal(self) -> None:
        """Scroll as little as shows the selected event."""
        if self._selected is None:
            return
        row, first = self._row(self._selected), self.first_row
        if row < first:
            self._top = self._selected
        elif row >= first + self._height:
            self._put_at(self._selected, self._height - 1)

    def _put_at(self, slot: Slot, screen_row: int) -> None:
        """Scroll so that ``slot`` is at ``screen_row``, as far as the list reaches above it."""
        top = max(0, self._row(slot) - min(screen_row, self._height - 1))
        self._top = self.rows(top, 1)[0]

    def _let_in(self) -> None:
        """The person moves: arrivals that waited take their places."""
        if self._waiting:
            self.ledger.merge(self._waiting)
            self._waiting.clear()

    def _row(self, slot: Slot) -> int:
        rank = self.ledger.rank(slot)
        return rank if self._newest_on_top else len(self.ledger) - 1 - rank


def _order(slot: Slot) -> tuple[int, int, int]:
    return slot.at, slot.place, slot.id
