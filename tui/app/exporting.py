"""Writing what is in view, or all about somebody, to a file: lines, or a report of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from importlib.metadata import version
from pathlib import Path

from tui.app.screens import Exported, ExportScreen
from tui.app.studies import StudiedApp
from tui.app.study.messages import EvidenceWanted
from tui.app.study.screen import StudyScreen
from tui.app.study.steps import in_steps
from tui.events.event import Feed
from tui.events.times import iso_second, to_datetime
from tui.journal.faults import JournalFault
from tui.journal.reader import Reader
from tui.query.ast import Or
from tui.query.words import to_words
from tui.report.evidence.findings import TooMany
from tui.report.evidence.question import Question
from tui.report.evidence.write import beside, evidence_not_written, write_evidence
from tui.report.export import export_view, not_written
from tui.report.format import FileFormat
from tui.report.inquiry.sums import count_words


class ExportedApp(StudiedApp):
    """Asks for a file, and writes it."""

    def action_export(self) -> None:
        counts = self.watching.counts()
        more = "" if counts.complete else " so far"
        wanted = self.watching.filter.good
        words = wanted.text if wanted.in_force else ""
        self._ask_where(
            Exported(self.watching.where, words=words),
            "gradewatch",
            "csv",
            f"{count_words(counts.matching, 'event')}{more}",
        )

    def on_evidence_wanted(self, message: EvidenceWanted) -> None:
        subject = message.subject
        exported = Exported(Or(subject.wheres), subject)
        self._ask_where(exported, "evidence", "md", f"all about this {subject.role}")

    def _ask_where(self, exported: Exported, name: str, ending: str, what: str) -> None:
        now = to_datetime(self.setup.now()).astimezone(self.setup.zone)
        people = (
            "names and ids as pseudonyms" if self.watching.redacted else "names and ids in clear"
        )
        self.push_screen(
            ExportScreen(
                exported, f"{name}-{now:%Y%m%d-%H%M%S}.{ending}", f"{what}, oldest first, {people}"
            ),
            lambda _: self.paint(),
        )

    def on_export_screen_chosen(self, message: ExportScreen.Chosen) -> None:
        self.run_worker(self._export(message.dialog, message.path, message.format), name="export")

    async def _export(self, dialog: ExportScreen, path: Path, form: FileFormat) -> None:
        question = self._question(dialog.exported)
        redactor, journal = self.watching.redactor, self.setup.journal

        def write(reader: Reader) -> Iterator[int]:
            # In one step: whoever quits ends the reader, and what was half written is taken away.
            if form.lines is None:
                yield write_evidence(reader, question, path, redactor=redactor)
            else:
                zone = self.setup.zone
                yield export_view(
                    reader, question.where, form.lines, path, redactor=redactor, zone=zone
                )

        try:
            [count] = [each async for each in in_steps(journal, write)]
        except (OSError, JournalFault, TooMany) as wrong:
            words = _not_exported(wrong, path, form)
            if dialog.is_current:
                dialog.refuse(words)
            else:
                self._report(f"not exported: {words}")
        else:
            events = beside(path) if form.lines is None else None
            also = "" if events is None else f", and to {events}"
            self._report(f"{count_words(count, 'event')} written to {path}{also}")
            if dialog.is_current:
                dialog.dismiss()

    def _report(self, words: str) -> None:
        """Say it where the person is looking, or will be when the dialog is gone."""
        studies = [each for each in self.screen_stack if isinstance(each, StudyScreen)]
        if studies:
            studies[-1].remark(words)
        else:
            self.say(words)

    def _question(self, exported: Exported) -> Question:
        """What a report says it was asked."""
        setup = self.setup
        whole = exported.subject is not None  # all that the journal has, beyond this watch's window
        return Question(
            where=exported.where,
            asked=tuple(self._asked(exported)),
            subject=exported.subject,
            since=None if whole else setup.since,
            until=None if whole else setup.until,
            at=setup.now(),
            zone=setup.zone,
            feeds=() if whole else self._feeds(),
            canvas=setup.canvas_url,
            version=version("gradewatch"),
        )

    def _feeds(self) -> tuple[frozenset[str], ...]:
        """What is read of the audit log for this watch."""
        healths = self.watching.healths.values()
        return tuple(
            frozenset({each.target or each.source}) for each in healths if each.feed is Feed.AUDIT
        )

    def _asked(self, exported: Exported) -> Iterator[tuple[str, str]]:
        redacted = self.watching.redacted
        if exported.subject is not None:
            number = "[redacted]" if redacted else str(exported.subject.id)
            yield exported.subject.role, number
            yield "time", "all that the journal has"
            return
        words = to_words(self.watching.scope, zone=self.setup.zone or UTC)
        yield "watched", "[redacted]" if redacted else words
        if exported.words:
            yield "filter", "[redacted]" if redacted else exported.words
        until = "the time of asking" if self.setup.until is None else iso_second(self.setup.until)
        yield "time", f"from {iso_second(self.setup.since)} until {until}"


def _not_exported(wrong: OSError | JournalFault | TooMany, path: Path, form: FileFormat) -> str:
    if not isinstance(wrong, OSError):
        return str(wrong)
    return not_written(wrong, path) if form.lines else evidence_not_written(wrong, path)
