"""A window over the matching events, and what the person is looking at in it.

Knows nothing of a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import count

from tui.app.folding import Folded
from tui.app.held import HeldBack
from tui.app.ledger import Ledger
from tui.journal.records import Slot


class Mode(Enum):
    """Whether the view runs with the newest event or stays where it is."""

    FOLLOW = "following"
    HOLD = "holding"


class Window:
    """``height`` rows over a ledger that fills, grows and shrinks.

    Rows are counted from the top of the screen; with ``newest_on_top`` row order is the ledger's
    rank order, else its reverse. ``generations`` numbers the queries of several windows.
    """

    def __init__(
        self,
        *,
        newest_on_top: bool = True,
        height: int = 1,
        generations: Iterator[int] | None = None,
    ) -> None:
        self.ledger = Ledger()
        """The rows: every matching event, but of the changes of one request only one."""
        self.mode = Mode.FOLLOW
        self.new = 0
        """Events that came while holding: the badge."""
        self.generation: int = 0
        """Counts the queries asked; what an older one answers is ignored."""
        self.complete = False
        """All matching events of the query are in the ledger."""
        self._generations = generations or count(1)
        self._folded = Folded()
        self._folds = self._fold_next = (
            False  # the query in force (the next one) folds the changes of one request
        )
        self._replace = True  # the next chunk begins a new ledger
        self._again = False
        self._newest_on_top = newest_on_top
        self._height = height
        self._selected: Slot | None = None
        self._wish: Slot | None = None  # the event last chosen by hand: filters may hide it a while
        self._top: Slot | None = None
        self._wish_row = 0  # and where on screen it was: the place to come back to
        self._held = HeldBack()  # what would push rows about on a held screen

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
        return None if self._selected is None else self._held.event(self._selected)

    @property
    def replacing(self) -> bool:
        """A query was asked and its first answer has not come: what is shown is the one before."""
        return self._replace

    @property
    def matching(self) -> int:
        """Matching events known so far (all of them once ``complete``)."""
        return self.listed + self._folded.hidden - len(self._held.folding)

    @property
    def listed(self) -> int:
        """Rows, those that wait included."""
        return len(self.ledger) + len(self._held.waiting)

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
        return [self._held.event(place) for place in self._places(first, count)]

    def holds(self, slot: Slot) -> bool:
        """Whether the event is among those that match, as far as they are read."""
        return self._is_row(slot) or self._folded.known(slot)

    def row_of(self, slot: Slot) -> Slot:
        """The event whose row shows this one: itself, or another change of the same request."""
        return self._folded.row(slot)

    def member_of(self, slot: Slot) -> int | None:
        """The group the event belongs to, if it matches and groups are folded."""
        return self._folded.group(slot)

    def group(self, row: Slot) -> int | None:
        """The changes of one request that this row stands for; None for an ordinary row."""
        return self._folded.standing_for(row)

    def _is_row(self, slot: Slot) -> bool:
        if slot in self._held.waiting:
            return True
        place = self._held.place(slot)
        return place in self.ledger and self._held.event(place) == slot

    def _places(self, first: int, count: int) -> list[Slot]:
        first, count = max(first, 0), count + min(first, 0)
        stop = min(first + count, len(self.ledger))
        if stop <= first:
            return []
        if self._newest_on_top:
            return self.ledger.slots(first, stop - first)
        return self.ledger.slots(len(self.ledger) - stop, stop - first)[::-1]

    def _on_screen(self) -> list[Slot]:
        return self._places(self.first_row, self._height)

    # Where the person is

    def _follow(self, events: Mapping[Slot, Slot]) -> None:
        """What the person looks at is known by other slots now."""
        self._selected, self._wish, self._top = (
            slot if slot is None else events.get(slot, slot)
            for slot in (self._selected, self._wish, self._top)
        )

    def _let_in(self) -> None:
        """The person moves: what was held back takes its place in time."""
        row = self.cursor_row
        waiting, events, folding = self._held.let_go()
        self.ledger.remove_all([*events, *folding])
        shown = [event for place, event in events.items() if place not in folding]
        self.ledger.merge([*waiting, *shown])
        folded = {place: self._folded.row(events.get(place, place)) for place in folding}
        self._follow({**events, **folded})
        if (events or folding) and self._selected is not None and row is not None:
            self._put_at(self._selected, row)

    def _nearest_to_wish(self) -> Slot | None:
        if self.following or not len(self.ledger):
            return self.ledger.slot(0) if len(self.ledger) else None
        wish = self._wish or self._selected
        if wish is None:
            return None
        return self.ledger.slot(self.ledger.nearest(self._held.place(self._folded.row(wish))))

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
        top = max(0, self._row(slot) - min(max(screen_row, 0), self._height - 1))
        self._top = self._places(top, 1)[0]

    def _row(self, slot: Slot) -> int:
        rank = self.ledger.rank(slot)
        return rank if self._newest_on_top else len(self.ledger) - 1 - rank
