"""Which study screen a key opens, and what becomes of its answer."""

from __future__ import annotations

from collections.abc import Callable

from tui.app.coverage import Coverage
from tui.app.filters import Pick
from tui.app.lines import Act, Narrow
from tui.app.marking import MarkedApp
from tui.app.study.compare import CompareScreen
from tui.app.study.investigate import InvestigateScreen
from tui.app.study.investigate_offer import OfferScreen
from tui.app.study.investigate_steps import Lead, OfRow
from tui.app.study.matches import Matches
from tui.app.study.messages import InvestigationWanted
from tui.app.study.ownzone import OwnZone
from tui.app.study.screen import StudyScreen
from tui.app.study.summary import SummaryScreen
from tui.app.study.timeline import TimelineScreen
from tui.query.ast import Role
from tui.report.inquiry.subject import Subject, subjects_of

_ROOM = 60
"""Cells for the filter's words in a title."""


class StudiedApp(MarkedApp):
    """Opens study screens over the table."""

    def action_summary(self) -> None:
        """Who graded how much, and what became of it, within the filter in force."""
        self.study(SummaryScreen(self._matches()))

    def action_timeline(self) -> None:
        """When things happened, within the filter in force."""
        self.study(TimelineScreen(self._matches(), self._coverage))

    def action_compare(self) -> None:
        """The selected event beside a marked one."""
        selected = self.watching.view.selected
        if selected is None:
            self.say("no event is selected")
        else:
            self.study(CompareScreen(selected.id, self._matches()))

    def action_investigate(self) -> None:
        """All that is known of the student of this row; in the links, of what is under the cursor.

        Where the row has no student it offers what else there is.
        """
        line = self.pane.line if self.focused is self.pane.body else None
        selected = self.watching.selected
        if line is not None and isinstance(line.act, Narrow):
            self.investigate(line.act.pick)
        elif selected is None:
            self.say("no event is selected")
        elif selected.event.student is not None:
            self._investigate(OfRow(selected.id, Role.STUDENT))
        else:
            self.study(OfferScreen(selected.id, self.setup.journal, self.watching.redactor))

    def action_investigate_grader(self) -> None:
        """All that is known of who graded, or edited the course."""
        self._investigate_role(Role.GRADER)

    def action_investigate_assignment(self) -> None:
        """All that is known of the assignment of this row."""
        self._investigate_role(Role.ASSIGNMENT)

    def _investigate_role(self, role: Role) -> None:
        selected = self.watching.selected
        if selected is None:
            self.say("no event is selected")
        elif role not in subjects_of(selected.event):
            self.say(f"this row has no {role}")
        else:
            self._investigate(OfRow(selected.id, role))

    def investigate(self, pick: Pick) -> None:
        subject = Subject.of(pick.role, pick.id)
        if subject is None:
            self.say(f"nothing is known by its {pick.role}")
        else:
            self._investigate(subject)

    def on_investigation_wanted(self, message: InvestigationWanted) -> None:
        subject = Subject.of(message.pick.role, message.pick.id)
        if subject is not None:
            self._investigate(subject, message.done)

    def _investigate(self, lead: Lead, done: Callable[[Act | None], None] | None = None) -> None:
        """Open an investigation; ``done`` gets what it ends with, else that is done at once."""
        watching = self.watching
        screen = InvestigateScreen(
            lead, self.setup, redactor=watching.redactor, scope=watching.scope
        )
        self.push_screen(screen, done or self._studied)

    def _matches(self) -> Matches:
        """What the filter in force matches now."""
        watching, setup = self.watching, self.setup
        return Matches(
            journal=setup.journal,
            where=watching.where,
            words=watching.filter.words(_ROOM, redacted=watching.redacted) or "all events",
            about=watching.view.matching if watching.view.complete else 0,
            now=setup.now,
            zone=setup.zone or OwnZone(),
            redactor=watching.redactor,
            plain_glyphs=setup.plain_glyphs,
        )

    def _coverage(self) -> Coverage | None:
        """What was read by now; None where no feed is in force that would say."""
        fed = any(each.feed is not None for each in self.watching.healths.values())
        return self.watching.coverage if fed else None

    def study(self, screen: StudyScreen) -> None:
        """Open a study screen; what it ends with is done."""
        self.push_screen(screen, self._studied)

    def _studied(self, act: Act | None) -> None:
        if act is not None:
            self.do(act)
        self.paint()
