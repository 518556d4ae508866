"""``gradewatch export``: what the journal has, as a file or on stdout."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

from tui.door.desk import (
    journal_location,
    load_config,
    targets_of,
    typed_zone,
    wall_clock,
    window_of,
    zone_of,
)
from tui.door.ending import ended_as_by_ctrl_c
from tui.door.evidence import question_of, seen_from
from tui.door.exits import ExitCode, Stop
from tui.door.feeds import numbers_of_stored
from tui.door.filters import filter_of, narrowed
from tui.door.judging import asks_rules, judge_first
from tui.door.options import Asked
from tui.door.speak import say
from tui.door.tail import Stdout
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.query.ast import Filter
from tui.report.evidence.findings import TooMany
from tui.report.evidence.question import Question
from tui.report.evidence.write import (
    beside,
    evidence_not_written,
    print_evidence,
    refuse_to_replace,
    write_evidence,
)
from tui.report.export import export_to, not_written, replacing
from tui.report.format import FileFormat
from tui.report.formats import Printer
from tui.report.inquiry.sums import count_words
from tui.report.redact import Redactor
from tui.sources.scope import scope

_ENDINGS = {
    ".ndjson": FileFormat.NDJSON,
    ".csv": FileFormat.CSV,
    ".md": FileFormat.MARKDOWN,
    ".markdown": FileFormat.MARKDOWN,
}


def run_export(asked: Asked, *, form: FileFormat | None, output: Path | None, raw: bool) -> int:
    """Write the stored events that the options ask for; the exit code.

    Without ``form`` the ending of the file says what it is; what has none is NDJSON.
    """
    if form is None:
        form = _named_by(output)
    if raw and form.lines is None:
        raise Stop("--raw adds the wire's JSON to ndjson and csv: a report has none")
    if form.lines is None and output is not None:
        _refuse_to_replace(output)  # before all that takes long
    settings = load_config(asked).settings
    zone, now = typed_zone(settings), wall_clock()
    targets = targets_of(asked)
    window = window_of(asked, zone, now=now, default_since=None)
    wanted = filter_of(asked, settings.filters, now=now, zone=zone)
    location = journal_location(asked, settings)
    if location is not None and not location.exists():
        raise Stop(f"there is no journal at {location} yet: `gradewatch watch` or `tail` fills it")
    with (
        closing(Journal.open(location, now=wall_clock, tell=say)) as journal,
        closing(journal.reader()) as reader,
    ):
        out = Stdout()

        try:
            numbers = asyncio.run(numbers_of_stored(targets, window, settings, journal))
            scoped = scope(numbers, window.since, window.until)
            chosen = narrowed(scoped, wanted)
            depends = form.lines is None or asks_rules(chosen)
            judge_first(journal, settings, zone, fully=depends)
            redactor = Redactor(journal) if settings.ui.redact else None
            if form.lines is None:
                # The journal holds ids as its own Canvas writes them, and so does what was read.
                local = seen_from(numbers, reader.info().home_shard)
                question = question_of(asked, settings, local, window, chosen, now=now)
                _report(output, out, reader, question, redactor)
            else:
                lines = Printer(
                    format=form.lines, zone=zone_of(settings), redactor=redactor, raw=raw
                )
                if output is None:
                    _tell_if_none(export_to(out.write, reader, chosen, lines))
                else:
                    _to_file(output, reader, chosen, lines)
        except BrokenPipeError:
            out.abandon()
    return ExitCode.DONE


def _report(
    output: Path | None,
    out: Stdout,
    reader: Reader,
    question: Question,
    redactor: Redactor | None,
) -> None:
    try:
        if output is None:
            _tell_if_none(print_evidence(out.write, reader, question, redactor=redactor))
            return
        with ended_as_by_ctrl_c():
            count = write_evidence(reader, question, output, redactor=redactor)
    except TooMany as wrong:
        raise Stop(str(wrong)) from None
    except OSError as wrong:
        if output is None:
            raise
        raise Stop(evidence_not_written(wrong, output)) from wrong
    events = beside(output)
    also = "" if events is None else f", the events in {events}"
    say(f"{count_words(count, 'event')}: the report in {output}{also}")


def _to_file(output: Path, reader: Reader, wanted: Filter, printer: Printer) -> None:
    try:
        with ended_as_by_ctrl_c(), replacing(output) as write:
            count = export_to(write, reader, wanted, printer)
    except OSError as wrong:
        raise Stop(f"{output}: {not_written(wrong, output)}") from wrong
    say(f"{count_words(count, 'event')} written to {output}")


def _named_by(output: Path | None) -> FileFormat:
    ending = "" if output is None else output.suffix.casefold()
    if not ending:
        return FileFormat.NDJSON
    if ending not in _ENDINGS:
        raise Stop(
            f"{output}: a file's name ends in {', '.join(_ENDINGS)}, or --format says what it is"
        )
    return _ENDINGS[ending]


def _refuse_to_replace(output: Path) -> None:
    try:
        refuse_to_replace(output)
    except OSError as wrong:
        raise Stop(evidence_not_written(wrong, output)) from wrong


def _tell_if_none(count: int) -> None:
    """Nothing at all may be an answer, or a slip in what was asked."""
    if count == 0:
        say("0 events: the journal has none of what was asked for")
