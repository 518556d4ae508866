"""Marks that a person puts on events, and going from one flagged event to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing

from textual.timer import Timer

from tui.app.answers import Answer, Reply
from tui.app.grouprow import group_words
from tui.app.lines import Line, quiet
from tui.app.panes import PanedApp
from tui.app.prompt import Entered, PromptScreen
from tui.events.times import to_datetime
from tui.journal.faults import JournalFault
from tui.journal.reader import Reader
from tui.journal.records import GroupSum, Slot, Stored
from tui.query.ast import And, Filter, Has, InGroup, Not, Trait
from tui.report.text import line

_SLOW = 0.4
"""Seconds after which a person is told that the next flagged event is being looked for."""


_MARKED_AT_ONCE = 20_000
"""Changes of one request that get a mark together; no request of Canvas makes as many."""


class MarkedApp(PanedApp):
    """Marks events, and walks along those that a person or a rule has pointed at."""

    _seeking: Timer | None = None
    _told: Slot | None = None
    """The row whose reason was said last."""

    def action_mark(self) -> None:
        """Put a mark on the selected event; on a marked one: change its note, or take it away."""
        stored, summed = self.watching.selected, self.watching.selected_sum
        if stored is None:
            self.say("no event is selected")
            return
        if summed is not None:
            self._ask_to_mark_all(stored, summed)
            return
        marked = stored.mark is not None
        hidden = self.watching.redacted and bool(stored.mark)
        if hidden:
            self.say("redacted: the note of this mark is not shown (x shows it)")
            return
        title = "The mark on this event" if marked else "Mark this event"
        told = [Line(line(stored, self.setup.zone)), quiet("a note, or nothing")]
        self.push_screen(
            PromptScreen(title, told, value=stored.mark or "", removable=marked),
            lambda entered: self._mark(stored.id, entered),
        )

    def _mark(self, row: int, entered: Entered | None) -> None:
        self.paint()
        if entered is not None:
            note = None if entered.away else entered.text
            self.run_worker(self._write_mark(row, note), name="mark")

    async def _write_mark(self, row: int, note: str | None) -> None:
        try:
            there = await asyncio.to_thread(self.setup.journal.mark, row, note)
        except JournalFault as fault:
            self.say(f"not marked: {fault}")
            return
        if not there:
            self.say("not marked: the event is gone")
        else:
            self.say("the mark is taken away" if note is None else "marked: is:marked shows all")
        self.watching.reading.look()

    # Those of one request

    def _ask_to_mark_all(self, stored: Stored, summed: GroupSum) -> None:
        """Put a mark on all changes that the row stands for; those that have one keep theirs."""
        today = to_datetime(self.setup.now()).astimezone(self.setup.zone).date()
        words = group_words(stored, summed, self.setup.zone, today, self.group_glyphs)
        told = [Line(" · ".join(words)), quiet("a note for all of them, or nothing")]
        if summed.marked:
            told.append(quiet(f"{summed.marked:,} of them are marked already and keep their notes"))
        within = And((self.watching.where, InGroup(summed.group)))
        self.push_screen(
            PromptScreen(f"Mark these {summed.count:,} changes", told, removable=summed.marked > 0),
            lambda entered: self._mark_all(within, entered),
        )

    def _mark_all(self, within: Filter, entered: Entered | None) -> None:
        self.paint()
        if entered is not None:
            note = None if entered.away else entered.text
            self.run_worker(self._write_marks(within, note), name="mark")

    async def _write_marks(self, within: Filter, note: str | None) -> None:
        journal, marked = self.setup.journal, Has(Trait.MARKED)
        where = And((within, marked if note is None else Not(marked)))

        def write() -> int:
            with closing(journal.reader()) as reader:
                rows = [slot.id for slot, _ in reader.walk(where, limit=_MARKED_AT_ONCE)]
            return journal.mark_all(rows, note)

        try:
            count = await asyncio.to_thread(write)
        except JournalFault as fault:
            self.say(f"not marked: {fault}")
            return
        if note is None:
            self.say(f"{count:,} marks are taken away")
        else:
            self.say(f"{count:,} changes are marked: is:marked shows all")
        self.watching.reading.look()

    # Along the flagged ones

    def action_next_flagged(self) -> None:
        """Select the next older event that an attention rule points at."""
        self._walk(older=True)

    def action_previous_flagged(self) -> None:
        """Select the next newer event that an attention rule points at."""
        self._walk(older=False)

    def _walk(self, *, older: bool) -> None:
        watching = self.watching
        flagged = And((watching.where, Has(Trait.FLAGGED)))
        where: Filter = flagged
        begin, told = watching.view.selected, self._told
        group = None if begin is None else watching.view.group(begin)
        if group is not None:  # its row is here already: on to the next one
            where = And((flagged, Not(InGroup(group))))

        def work(reader: Reader) -> Sequence[Answer]:
            here = _flagged_at(reader, flagged, begin, group)
            if here is not None and begin != told:
                return [Reply(lambda: self._arrive(here))]
            slot = reader.beyond(where, begin, older=older)
            found = reader.stored([] if slot is None else [slot.id])
            if found:
                return [Reply(lambda: self._arrive(found[0]))]
            some = here is not None or reader.beyond(flagged, None, older=True) is not None
            return [Reply(lambda: self._stay(here, begin, older=older, some=some))]

        watching.reading.seek("flagged", work)
        self._sought()
        self._seeking = self.set_timer(_SLOW, lambda: self.say("looking for a flagged event…"))

    def _sought(self) -> None:
        if self._seeking is not None:
            self._seeking.stop()
            self._seeking = None

    def _stay(self, here: Stored | None, at: Slot | None, *, older: bool, some: bool) -> None:
        """There is no further one; ``here``: the row it was asked at, ``at``, is flagged."""
        self._sought()
        within = " within the filter" if self.watching.filter.wanted.in_force else ""
        way = "older" if older else "newer"
        words = f"no {way} flagged event" if some else "no flagged event"
        if here is None:
            self.say(f"{words}{within}")
        else:
            self.say(f"{words}{within}; this one: {_reasons(here)}", about=at)

    def _arrive(self, found: Stored) -> None:
        self._sought()
        self.watching.view.go_to(found.slot)
        self._told = self.watching.view.selected
        self.say(f"flagged: {_reasons(found)}", about=self._told)
        self.paint(wait_for_rows=True)


def _flagged_at(
    reader: Reader, flagged: Filter, row: Slot | None, group: int | None
) -> Stored | None:
    """The flagged event that a row shows, or the newest of those it stands for."""
    if row is not None and group is not None:
        row = reader.beyond(And((flagged, InGroup(group))), None, older=True)
    stored = reader.stored([] if row is None else [row.id])
    return next((each for each in stored if each.hits), None)


def _reasons(stored: Stored) -> str:
    """A rule's reason holds no names and no ids: it may be said on a redacted screen."""
    return " · ".join(f"{each.rule}: {each.why}" for each in stored.hits)
