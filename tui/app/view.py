"""What the table shows of the matching events as they come, and as the person moves about.

The selection and the top row are *events*, never row numbers, so that arrivals, late ones, filters
and deletions cannot move what somebody is reading.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from tui.app.folding import Folded
from tui.app.ledger import Ledger, Run, order_of
from tui.app.window import Mode, Window
from tui.journal.records import Slot, Touched


class View(Window):
    """The window as events come and as the person moves.

    Invariants: following means that the newest event is selected and on screen; the selected event,
    if there are any events, is in the ledger and on screen.
    """

    # What comes from the journal

    def ask(self, *, again: bool = False, fold: bool = False) -> int:
        """A query begins: what is shown stays until its first answer. The generation.

        ``again``: it is the one in force, and what came while holding is still new. ``fold``: the
        changes of one request are one row.
        """
        self._again = again
        self._fold_next = fold
        self.generation = next(self._generations)
        self.complete = False
        self._replace = True
        return self.generation

    def chunk(self, generation: int, run: Run, *, last: bool) -> None:
        """A part of the query's answer; the first part replaces what was shown."""
        if generation != self.generation:
            return
        if self._replace:
            self._replace = False
            self._follow(self._held.let_go()[1])
            self.ledger, self._folded = Ledger(), Folded()
            self._folds = self._fold_next
            self.new = self.new if self._again else 0
            self._append(run)
            self._resolve()
        elif not self._held.meets(run) and self._append(run):
            self._approach_wish()
        else:
            groups = run.group if run.group and self._folds else [0] * len(run)
            self._take(
                {slot: group or None for slot, group in zip(run.slots(), groups, strict=True)},
                [],
                {},
            )
        self.complete = last

    def _append(self, run: Run) -> bool:
        """Put what is older than all that is known behind it; False if it is not older."""
        if not self.ledger.precedes(run):
            return False
        rows = self._folded.append(run) if self._folds else run
        return rows is not None and self.ledger.append(rows)

    def arrive(self, generation: int, touched: Sequence[Touched]) -> None:
        """Events that came or changed since; the query itself has judged them."""
        if generation != self.generation or self._replace:
            return
        came = {each.slot: each for each in touched if each.matches}
        heirs = {
            each.slot: each.became
            for each in touched
            if each.became is not None and each.became in came
        }
        gone = [each.slot for each in touched if not each.matches]
        if not self.following:
            known = {slot for slot in came if self.holds(slot)}
            known.update(now for was, now in heirs.items() if self.holds(was))
            self.new += sum(each.new for slot, each in came.items() if slot not in known)
        groups = {slot: each.group if self._folds else None for slot, each in came.items()}
        self._take(groups, gone, heirs)

    def _take(
        self, came: Mapping[Slot, int | None], gone: Sequence[Slot], heirs: Mapping[Slot, Slot]
    ) -> None:
        """Events that match, with their groups, and rows that are gone or are another now."""
        on_screen = frozenset(() if self.following else self._on_screen())
        change = self._folded.take(came, gone, heirs, self._is_row)
        taken: set[Slot] = set()
        removed: set[Slot] = set()
        for was, now in change.turned.items():
            still = heirs.get(was, was)
            if now is None or (still != was and (still in taken or self._is_row(still))):
                removed.add(self._held.place(was))
            elif now in taken or self._is_row(now):
                self._fold(was, now, still, on_screen)
            elif self._continue(was, now, on_screen):
                taken.add(now)
        if self._wish is not None and self._wish not in self.ledger:
            self._wish = heirs.get(self._wish, self._wish)
        self._held.unfold(change.came)
        self._add(self._held.without_standing(change.came))
        self._held.waiting.difference_update(removed)
        removed = {place for place in removed if place in self.ledger}
        if removed:
            self.ledger.remove_all(removed)
            for place in removed:
                self._held.forget(place)
            self._after_removal(removed)

    def _fold(self, was: Slot, now: Slot, still: Slot, on_screen: Container[Slot]) -> None:
        """This row is part of another; on a held screen it stays until the person moves.

        ``still``: the event it shows meanwhile, which is ``was`` or what the audit log made of it.
        """
        place = self._held.place(was)
        if was in self._held.waiting:
            self._held.waiting.discard(was)
        elif place in on_screen:
            if still != was:
                self._held.stand_in(place, still)
            self._held.folding.add(place)
        elif self.ledger.remove(place):
            self._held.forget(place)
            self._follow({place: now})

    def _continue(self, was: Slot, now: Slot, on_screen: Container[Slot]) -> bool:
        """A row is another now: the audit log confirmed it, or it leads its group no more.

        On a held screen it stays where it was seen; elsewhere it goes to its place in time. False
        if it was never here.
        """
        if was in self._held.waiting:
            self._held.waiting.discard(was)
            return True
        place = self._held.place(was)
        if place in on_screen:
            self._held.stand_in(place, now)
            return True
        top_or_selected = place in (self._top, self._selected)
        self.ledger.remove(place)
        self._held.forget(place)
        self._follow({place: now})
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
            if slot not in self._held.waiting
            and (
                self._held.taken(slot)
                or (
                    order_of(oldest) < order_of(slot) < order_of(newest) and slot not in self.ledger
                )
            )
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
        """Select the row of this event; False if the query does not match it: then the nearest."""
        self._let_in()
        if not len(self.ledger):
            if self._replace:  # it is selected, or the nearest, once there is an answer
                self.mode, self._wish = Mode.HOLD, slot
            return False
        row = self._folded.row(slot)
        self._choose(self.ledger.slot(self.ledger.nearest(row)))
        self._wish = slot  # it may be read later, or matched by the next query
        return self._selected == row

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
