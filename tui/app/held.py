"""What came while the screen was held and would move what is on it."""

from __future__ import annotations

from collections.abc import Iterable

from tui.app.ledger import Run
from tui.journal.records import Slot


class HeldBack:
    """Keeps arrivals waiting, and rows in the places of those that they have become.

    A *place* is a slot by which the ledger knows a row; its *event* is what is shown there. The two
    differ only on a held screen, where a row must not jump: the audit log confirmed it (its time is
    up to two seconds earlier there), or another change of its request stands for it now.
    """

    def __init__(self) -> None:
        self.waiting: set[Slot] = set()
        self.folding: set[Slot] = set()
        """Places of rows that are part of another row now, and stay until the person moves."""
        self._events: dict[Slot, Slot] = {}
        self._places: dict[Slot, Slot] = {}

    def event(self, place: Slot) -> Slot:
        """What is shown at this place."""
        return self._events.get(place, place)

    def place(self, event: Slot) -> Slot:
        """Where this event is shown, if it is."""
        return self._places.get(event, event)

    def taken(self, slot: Slot) -> bool:
        """Another event is shown at the place that is this one's own."""
        return slot in self._events

    def stand_in(self, place: Slot, event: Slot) -> None:
        """Show ``event`` at ``place`` until the person moves."""
        self._places.pop(self._events.pop(place, place), None)
        self.folding.discard(place)
        if event != place:
            self._events[place] = event
            self._places[event] = place
        self.waiting.discard(event)

    def unfold(self, rows: Iterable[Slot]) -> None:
        """These are rows of their own (again)."""
        self.folding.difference_update(
            place for row in rows if self.event(place := self.place(row)) == row
        )

    def forget(self, place: Slot) -> None:
        """This place is no more."""
        self.folding.discard(place)
        event = self._events.pop(place, None)
        if event is not None:
            del self._places[event]

    def meets(self, run: Run) -> bool:
        """Whether something of ``run`` is shown in another place already."""
        return bool(self._places) and any(slot in self._places for slot in run.slots())

    def let_go(self) -> tuple[set[Slot], dict[Slot, Slot], set[Slot]]:
        """All that waits, the events by their places, the places of rows to be folded.

        Nothing is held back any more.
        """
        held = self.waiting, self._events, self.folding
        self.waiting, self._events, self._places, self.folding = set(), {}, {}, set()
        return held

    def without_standing(self, slots: Iterable[Slot]) -> list[Slot]:
        """Those that are not shown in another place already."""
        return [slot for slot in slots if slot not in self._places]
