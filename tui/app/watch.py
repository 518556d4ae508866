"""What is being watched: the query in force, the view of it, and how the sources are.

Holds the state and takes the decisions; the app turns keys into calls and paints what is here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from tui.app.answers import (
    Answer,
    Changes,
    Chunk,
    Completions,
    Counted,
    Covered,
    Opened,
    ReadFailed,
    Reply,
    read_coverage,
)
from tui.app.answers import Rows as ReadRows
from tui.app.coverage import Coverage
from tui.app.details import Detail, read_detail
from tui.app.filters import ROLES, TOTALS, Field, shown
from tui.app.inforce import InForce
from tui.app.reading import Reading
from tui.app.rows import Rows
from tui.app.setup import WatchSetup
from tui.app.statusline import Counts
from tui.app.view import View
from tui.app.wanted import Wanted
from tui.events.event import Kind
from tui.journal.reader import Reader
from tui.journal.records import Recorded, Slot, Stored
from tui.query.ast import And, Filter, Role
from tui.query.names import names_matter
from tui.report.redact import Redactor
from tui.sources.health import Health

COMPLETIONS = 8
"""Names offered at once."""


class Watch:
    """One watch over the journal. All of it is cheap: reading is another thread's."""

    def __init__(self, setup: WatchSetup, answer: Callable[[Answer], None]) -> None:
        self._setup = setup
        self.reading = Reading(setup.journal, answer)
        self.view = View(newest_on_top=setup.newest == "top")
        self.rows = Rows()
        self.fault = ""
        """Why nothing more is recorded."""
        self.unreadable = ""
        """Why the journal cannot be read now."""
        self.healths: dict[str, Health] = {}
        self.coverage = Coverage()
        self.detail: Detail | None = None
        self.detail_outdated = False
        """Something has come since it was read: it may be of the same submission."""
        self.waits_for: Slot | None = None
        """Shown in the detail pane by a view that followed, and goes on when the pane closes."""
        self.completions: Completions | None = None
        self.totals = setup.totals
        """Whether recalculated totals are shown."""
        self.totals_left_out = 0
        """How many are not, as they were counted last; 0 until then."""
        self.rejected = 0
        self.received = 0
        self._scope = setup.scope
        self.filter = InForce(dict(setup.named_filters), setup.now, setup.zone)
        self.filter.type(setup.filter)
        self._redactor = Redactor(setup.journal) if setup.redact else None
        self._names_changed = False
        self._count_totals = False

    @property
    def redacted(self) -> bool:
        return self._redactor is not None

    @property
    def redactor(self) -> Redactor | None:
        """Takes people out of what leaves the app, while that is wished for."""
        return self._redactor

    @property
    def scope(self) -> Filter:
        """What the targets mean: every view is within it."""
        return self._scope

    @property
    def where(self) -> Filter:
        """The query in force: the targets' scope and the filter, without totals not wished for."""
        return shown(And((self._scope, self.filter.tree)), totals=self.totals)

    @property
    def folding(self) -> bool:
        """The changes of one request are one row."""
        return False

    @property
    def selected(self) -> Stored | None:
        """The event under the cursor, if it has been read."""
        slot = self.view.selected
        return None if slot is None else self.rows.get(slot.id)

    def begin(self, *, again: bool = False) -> None:
        """Ask the query in force; what is shown stays until the first answer."""
        self._names_changed = False
        self.totals_left_out = self.totals_left_out if again else 0
        self._count_totals = not self.totals
        generation = self.view.ask(again=again, fold=self.folding)
        self.reading.query(generation, self.where, fold=self.folding)

    def rescope(self, scope: Filter) -> None:
        """The targets are known better now."""
        if scope != self._scope:
            self._scope = scope
            self.begin()

    def filter_by(self, wanted: Wanted) -> None:
        """Put this filter in force; if it cannot be read the one before stays in force."""
        if self.filter.want(wanted):
            self.begin()

    def type_filter(self, text: str) -> None:
        """The same with an expression of the filter language."""
        if self.filter.type(text):
            self.begin()

    def toggle_totals(self) -> None:
        """Show recalculated totals, or do not."""
        self.totals = not self.totals
        self.begin()

    def toggle_redaction(self) -> None:
        """Hide people, or show them again. What was read the other way is let go at once."""
        self._redactor = None if self._redactor else Redactor(self._setup.journal)
        self.rows.forget()
        self.detail = None
        self.completions = None

    # Wishes

    def wish_rows(self) -> bool:
        """Ask for the rows on screen and around it; True if some on screen are missing."""
        height = self.view.height
        around = self.view.rows(self.view.first_row - height, 3 * height)
        missing = self.rows.missing(around)
        if missing:
            self.reading.rows(missing, self._redactor)
        visible = {slot.id for slot in self.view.visible() if self.rows.get(slot.id) is None}
        return not visible.isdisjoint(missing)

    def wish_detail(self) -> None:
        """Read all of the selected event."""
        self.detail_outdated = False
        slot = self.view.selected
        if slot is not None:
            self.reading.ask("detail", partial(_open, slot.id, self._redactor))

    def wish_coverage(self) -> None:
        """See how much of the time was read by now."""
        self.reading.ask("coverage", read_coverage(tuple(self.healths.values())))

    def wish_totals(self) -> None:
        """Count the totals that are not shown, where something came since they were."""
        if self._count_totals and self.view.complete:
            self._count_totals = False
            self.reading.count(self.view.generation, And((self._scope, self.filter.tree, TOTALS)))

    def wish_completions(self, field: Field, text: str) -> None:
        """Look for names to complete ``text`` in a field of the bar."""
        self.wish_names(ROLES.get(field), text)

    def wish_names(self, role: Role | None, text: str) -> None:
        """Look for names in ``role`` to complete ``text``; a redacted screen offers none."""
        if role is None or not text.strip() or self.redacted:
            self.reading.forget("completions")
            self.completions = None
            return

        def work(reader: Reader) -> Sequence[Answer]:
            found = reader.suggest(role, text.strip(), limit=COMPLETIONS)
            return [Completions(role, text, tuple(found))]

        self.reading.ask("completions", work)

    # What comes in

    def take(self, answer: Answer) -> bool:
        """Merge what was read. True if the person waits for it: then paint now, else soon."""
        match answer:
            case Chunk():
                return self._take_chunk(answer)
            case Changes():
                self._take_changes(answer)
                return False
            case ReadRows(asked, stored, redacted):
                if redacted == self.redacted:
                    self.rows.put(asked, stored)
                return True
            case Opened(detail):
                if detail.redacted == self.redacted:
                    self.detail = detail
                return True
            case Counted():
                self._take_counted(answer)
                return False
            case Covered(coverage):
                self.coverage = coverage
                return False
            case Completions():
                self.completions = None if self.redacted else answer
                return True
            case ReadFailed(words):
                self.unreadable = words
                return True
            case Reply(give):
                give()
                return False

    def _take_chunk(self, chunk: Chunk) -> bool:
        first = self.view.replacing
        self.view.chunk(chunk.generation, chunk.run, last=chunk.last)
        if chunk.generation == self.view.generation and not chunk.last:
            self.reading.more()
        self.wish_totals()
        return first

    def _take_counted(self, counted: Counted) -> None:
        if counted.generation == self.view.generation and not self.totals:
            self.totals_left_out = counted.count

    def _take_changes(self, changes: Changes) -> None:
        self.view.arrive(changes.generation, changes.events)
        self._count_totals = not self.totals
        self.detail_outdated = True
        self.rows.changed(each.slot.id for each in changes.events if not each.new)
        heirs = {each.slot: each.became for each in changes.events if each.became is not None}
        self.rows.drop(slot.id for slot in heirs)
        if self.waits_for is not None:
            self.waits_for = heirs.get(self.waits_for, self.waits_for)
        if changes.names_changed:
            self.rows.all_changed()
            self._names_changed = True
        if changes.purged:
            self.rows.all_changed()
            self.begin(again=True)

    def settle(self) -> None:
        """Now and then: a filter by name is asked anew when names were learnt."""
        if self._names_changed and self.view.complete:
            self._names_changed = False
            if names_matter(self.filter.tree):
                self.begin(again=True)

    def take_health(self, health: Health) -> None:
        self.healths[health.source] = health

    def take_recorded(self, recorded: Recorded) -> None:
        self.rejected += recorded.rejected
        self.received += recorded.new + recorded.changed

    def counts(self) -> Counts:
        """The numbers of the status line, as they are now."""
        shown = len(self.view.visible())
        first = self.view.first_row + 1 if shown else 0
        return Counts(
            first=first,
            last=first + shown - 1 if shown else 0,
            matching=self.view.matching,
            complete=self.view.complete,
            held=self.view.new,
            received=self.received,
            rejected=self.rejected,
            totals=self.totals_left_out,
            rows=self.view.listed,
            replacing=self.view.replacing,
        )

    def go_to(self, slot: Slot, kind: Kind) -> None:
        """Select this event; what hides it is switched off: a filter, or that totals are not shown.

        Which of the two hid a total cannot be told before it is read: both go.
        """
        if not self.view.holds(slot) and kind is Kind.COURSE_SCORE and not self.totals:
            self.toggle_totals()
        if not self.view.holds(slot) and self.filter.wanted.in_force:
            self.filter_by(self.filter.wanted.switched())
        self.view.go_to(slot)


def _open(id: int, redactor: Redactor | None, reader: Reader) -> Sequence[Answer]:  # noqa: A002 - an id is what it is
    detail = read_detail(reader, id, redactor)
    return [] if detail is None else [Opened(detail)]
