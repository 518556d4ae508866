"""All that is known of a student, a grader, an assignment or a course, and reading back more."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.app.lines import Act, Investigate, Jump, Line, quiet
from tui.app.setup import WatchSetup
from tui.app.study.investigate_back import Back, Ended, Reached, Waits, read_back
from tui.app.study.investigate_lines import title, top_lines
from tui.app.study.investigate_steps import Lead, Look, look_into
from tui.app.study.investigate_time import limit_lines, time_lines
from tui.app.study.messages import EvidenceWanted, Looked, Unreadable
from tui.app.study.screen import StudyScreen
from tui.app.study.steps import in_steps
from tui.events.ids import CanvasId
from tui.journal.faults import JournalFault
from tui.query.ast import Filter, Role
from tui.report.inquiry.asking import plan_for
from tui.report.inquiry.subject import Subject
from tui.report.redact import Redactor
from tui.report.words import TimeStyle, time_words

AT_ONCE = (Role.STUDENT, Role.ASSIGNMENT)
"""Read back without being asked to: a few pages, without which the answer is none. A grader or a
course may be thousands of pages of a rate limit that is shared: those wait for the key."""
_LOOK_AGAIN_S = 2.0
"""While more is being read, what has come is shown every so many seconds."""
_SHARE = 5
"""Looking again waits so many times as long as the last look took: a grader's may take seconds."""
_DEEPEST = 30
"""Investigations that may lie over each other."""


class InvestigateScreen(StudyScreen):
    """Ends with what is to be done in the table; other investigations open over it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "about('student')", show=False),
        Binding("w", "about('grader')", show=False),
        Binding("a", "about('assignment')", show=False),
        Binding("c", "about('course')", show=False),
        Binding("e", "evidence", show=False),
        Binding("r", "read", show=False),
        Binding("R", "read_again", show=False),
    ]

    def __init__(
        self,
        lead: Lead,
        setup: WatchSetup,
        *,
        redactor: Redactor | None,
        scope: Filter,
        depth: int = 1,
    ) -> None:
        self._lead, self._setup, self._redactor, self._scope = lead, setup, redactor, scope
        self._depth = depth
        self._look: Look | None = None
        self._looking = False
        self._began = self._rested_at = 0.0
        self._note = ""
        self._came = False
        """Something has been recorded that is not shown yet."""
        self._back = Back()
        super().__init__(f"investigate {lead.role}")

    def on_mount(self) -> None:
        self._look_again()
        self.set_interval(_LOOK_AGAIN_S, self._show_what_came)

    # Reading the journal

    def _look_again(self) -> None:
        self._came = False
        self._looking = True
        self._began = monotonic()
        self.run_worker(self._read_journal(), name="inquiry", group="inquiry", exclusive=True)
        self._say_foot()

    async def _read_journal(self) -> None:
        steps = partial(
            look_into,
            lead=self._lead,
            redactor=self._redactor,
            scope=self._scope,
            zone=self._setup.zone,
        )
        try:
            async for look in in_steps(self._setup.journal, steps):
                self.post_message(Looked(look))
        except JournalFault as fault:
            self.post_message(Unreadable(str(fault)))

    def on_looked(self, message: Looked) -> None:
        first = self._look is None or not self._look.found.complete
        look = message.look
        if not look.found.complete and not first:
            return  # a second look shows nothing until it knows all that the first did
        self._look = look
        self._lead = look.found.subject
        self._looking = not look.found.complete
        self._rested_at = monotonic() + _SHARE * (monotonic() - self._began)
        self.entitle(f"investigate · {title(look.found)}")
        self._show_found()
        at_once = look.found.subject.role in AT_ONCE and self._setup.backfill is not None
        if look.found.complete and first and at_once:
            self._begin_reading(again=False)
        self._say_foot()

    def on_unreadable(self, message: Unreadable) -> None:
        self._looking = False
        self.remark(f"the journal cannot be read: {message.words}")

    def _show_found(self) -> None:
        if (look := self._look) is None:
            return
        zone, here = self._setup.zone, self.body.line
        lines = [*top_lines(look.found, zone), *self._about_time(look), *look.lines]
        self.show([*lines, *(limit_lines(look.found) if self._back.asked else ())])
        if here is not None and here.act is not None:
            self.body.go_to(here.act)

    def _about_time(self, look: Look) -> list[Line]:
        back = self._back
        lines = list(time_lines(look.found, back.unseen, back.courses, self._setup.zone))
        if self._setup.backfill is None:
            lines.append(
                quiet("There is no Canvas to read back from: this is what the journal has.")
            )
        elif not back.asked and look.found.complete and look.found.subject.role not in AT_ONCE:
            lines.append(quiet("r reads back what Canvas still has; it may be many pages."))
        return lines

    # Reading back from Canvas

    def action_read(self) -> None:
        if self._back.going_on:
            self._back.stop()
            self._look_again()
        else:
            self._begin_reading(again=False)

    def action_read_again(self) -> None:
        if not self._back.going_on:
            self._begin_reading(again=True)

    def _begin_reading(self, *, again: bool) -> None:
        archive, look = self._setup.backfill, self._look
        if archive is None or look is None or not look.found.complete:
            self.remark("" if archive else "there is no Canvas to read back from")
            return
        since = archive.since(self._setup.now())
        plan = plan_for(look.found, look.known, since=since, again=again)
        self._back = Back(
            courses=tuple(CanvasId.parse(each.courses[0]) for each in plan.instead),
            worker=self.run_worker(
                read_back(archive, plan, self._setup, self.post_message),
                name="reading back",
                group="reading back",
                exclusive=True,
            ),
        )
        self._show_found()
        self.remark("")

    def on_reached(self, message: Reached) -> None:
        self._back.progress = message.progress
        self._say_foot()

    def on_waits(self, message: Waits) -> None:
        if message.words != self._back.waits:
            self._back.waits = message.words
            self._say_foot()

    def on_recordings(self) -> None:
        self._came = True

    def on_ended(self, message: Ended) -> None:
        self._back.end(message)
        self._look_again()

    def _show_what_came(self) -> None:
        if self._came and not self._looking and monotonic() >= self._rested_at:
            self._look_again()

    # The foot

    def remark(self, words: str) -> None:
        """Say this at the foot until the cursor moves; empty: what is usually there."""
        self._note = words
        self._say_foot()

    def _say_foot(self) -> None:
        self.tell(self._note or " · ".join(filter(None, self._words())), ways=self._ways())

    def _words(self) -> list[str]:
        look, words = self._look, []
        if self._looking and (look is None or not look.found.complete):
            count = 0 if look is None else look.found.tally.changes
            words = [f"reading the journal: {count:,} changes so far"]
        back = self._back.words(self._setup.zone, redacted=self._redactor is not None)
        return [*words, *back]

    def _ways(self) -> str:
        ways = [
            "enter: to the table, or investigate",
            "i student",
            "w who graded",
            "a assignment",
            "c course",
            "e evidence",
        ]
        if self._setup.backfill is not None:
            ways.append("r stops reading" if self._back.going_on else "r reads back, R all again")
        return " · ".join((*ways, "esc back"))

    # Keys

    def action_enter(self) -> None:
        line, look = self.body.line, self._look
        act = None if line is None else line.act
        if isinstance(act, Investigate):
            found = Subject.of(act.pick.role, act.pick.id)
            if found is not None:
                self._open(found)
        elif isinstance(act, Jump) and look is not None and not look.in_table.shows(act.slot):
            since = time_words(act.slot.at, self._setup.zone, TimeStyle.FULL)[:10]
            self.remark(
                "not among what this watch shows: begin one with --since "
                f"{since} and targets that hold it, or export the journal"
            )
        elif act is not None:
            self.dismiss(act)

    def action_about(self, role: str) -> None:
        """Investigate whoever plays ``role`` in the line under the cursor."""
        line, look = self.body.line, self._look
        if line is None or look is None:
            return
        wanted = Role(role)
        found: Subject | None = None
        match line.act:
            case Jump(slot, _):
                found = look.found.parties.get(slot.id, {}).get(wanted)
            case Investigate(pick) if pick.role is wanted:
                found = Subject.of(pick.role, pick.id)
            case _:
                pass
        if found is None:
            hidden = wanted is Role.STUDENT and isinstance(line.act, Jump)
            why = ", or Canvas hides it" if hidden else ""
            self.remark(f"this line has no {role}{why}")
        elif found == look.found.subject:
            self.remark(f"this is that {role}'s investigation")
        else:
            self._open(found)

    def action_evidence(self) -> None:
        """Write all of it to a file: a report, with its events beside it."""
        if self._look is not None:
            self.post_message(EvidenceWanted(self._look.found.subject))

    def action_move(self, lines: int) -> None:
        if self._note:
            self.remark("")
        super().action_move(lines)

    def _open(self, subject: Subject) -> None:
        if self._depth >= _DEEPEST:
            self.remark("esc goes back first: there are many investigations open")
            return
        over = InvestigateScreen(
            subject,
            self._setup,
            redactor=self._redactor,
            scope=self._scope,
            depth=self._depth + 1,
        )
        self.app.push_screen(over, self._done_over)  # pyright: ignore[reportUnknownMemberType]  its App is generic

    def _done_over(self, act: Act | None) -> None:
        """What was opened over this one has ended; what it wants is done in the table."""
        if act is not None:
            self.dismiss(act)
