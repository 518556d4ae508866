"""What the table shows of the matching events as they come, and as the person moves about.

The selection and the top row are *events*, never row numbers, so that arrivals, late ones, filters
and deletions cannot move what somebody is reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.app.ledger import Ledger, Run
from tui.app.window import Mode, Window, order_of
from tui.journal.records import Slot, Touched


class View(Window):
    """The window as events come and as the person moves.

    Invariants: following means that the newest event is selected and on screen; the selected event,
    if there are any events, is in the ledger and on screen.
    """

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
            self._follow(self._held.let_go()[1])
            self.new = self.new if self._again else 0
            self.ledger.append(run)
            self._resolve()
        elif not self._held.meets(run) and self.ledger.append(run):
            self._approach_wish()
        else:
            self._add(self._held.without_standing(run.slots()))
        self.complete = last

    def arrive(self, generation: int, touched: Sequence[Touched]) -> None:
        """Events that came or changed since; the query itself has judged them."""
        if generation != self.generation or self._replace:
            return
        came = {each.slot: each for each in touched if each.matches}
        gone: list[Slot] = []
        continued: set[Slot] = set()
        for each in touched:
            if each.became in came:
                if self._continue(each.slot, each.became):
                    continued.add(each.became)
            elif not each.matches:
                gone.append(self._held.place(each.slot))
        added = self._add(self._held.without_standing(came))
        if not self.following:
            counted = added - continued
            self.new += sum(each.new and each.slot in counted for each in came.values())
        removed = [place for place in gone if self.ledger.remove(place)]
        self._held.waiting.difference_update(gone)
        if removed:
            for place in removed:
                self._held.forget(place)
            self._after_removal(set(removed))

    def _continue(self, was: Slot, now: Slot) -> bool:
        """The audit log confirmed a row, which is another now: False if it was never here.

        On a held screen it stays where it was seen; elsewhere it goes to its place in time.
        """
        if was in self._held.waiting:
            self._held.waiting.discard(was)
            return True
        if was not in self.ledger:
            self._follow({was: now})
            return False
        if not self.following and now not in self.ledger and was in self._on_screen():
            self._held.stand_in(was, now)
            return True
        top_or_selected = was in (self._top, self._selected)
        self.ledger.remove(was)
        self._follow({was: now})
        if top_or_selected:
            self.ledger.merge([now])
            self._reveal()
        return True

    def _add(self, slots: Iterable[Slot]) -> set[Slot]:
        """Merge, except what a held screen would have to make room for: that waits."""
        if self.following or not len(self.ledger):
            added = self.ledger.merge(slots)
            self._resolve()
            return set(added)
        slots = list(slots)
        on_screen = self._on_screen()
        ends = (on_screen[0], on_screen[-1])
        newest, oldest = max(ends, key=order_of), min(ends, key=order_of)
        waiting = {
            slot
            for slot in slots
            if order_of(oldest) < order_of(slot) < order_of(newest)
            and slot not in self.ledger
            and slot not in self._held.waiting
        }
        self._held.waiting |= waiting
        added = self.ledger.merge(slot for slot in slots if slot not in self._held.waiting)
        self._approach_wish()
        return waiting.union(added)

    def _approach_wish(self) -> None:
        """While the answer is read: the event last chosen, or a nearer one, may be there now."""
        if not self.complete and self._selected != self._nearest_to_wish():
            self._resolve()

    def _after_removal(self, removed: set[Slot]) -> None:
        if self._top in removed and len(self.ledger):
            self._top = self.ledger.slot(self.ledger.nearest(self._top))
        if self._selected in removed:
            self._wish_row = min(max(self.cursor_row or 0, 0), self._height - 1)
            self._resolve()

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
        on_screen = self._on_screen()
        self.mode = Mode.HOLD
        self._wish = self._selected
        self._top = on_screen[0] if on_screen else None
        self._wish_row = self.cursor_row or 0

    def point(self, row: int) -> None:
        """Select the event at ``row`` of the screen, if there is one."""
        on_screen = self._on_screen()
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
            self._top = self._on_screen()[0]
            self.mode = Mode.HOLD
        self._selected = self._wish = slot
        self._reveal()
        self._wish_row = self.cursor_row or 0
