"""``gradewatch rules run``: what the attention rules say of the journal, on stdout."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing

from tui.door.desk import (
    journal_location,
    load_config,
    targets_of,
    typed_zone,
    wall_clock,
    window_of,
    zone_of,
)
from tui.door.exits import ExitCode, Stop
from tui.door.feeds import scope_of_stored
from tui.door.filters import filter_of, narrowed
from tui.door.options import Asked
from tui.door.speak import say
from tui.door.tail import Stdout
from tui.events.attention import Rule
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Stored
from tui.journal.trial import Trial
from tui.query.ast import And, Filter, From, Has, Origin, Trait
from tui.report.format import Format
from tui.report.formats import Printer, chunks
from tui.report.redact import Redactor
from tui.rules.catalog import needs_live, rules_of
from tui.rules.stretches import EARLIEST, LATEST, Span
from tui.rules.trying import verdicts_during


def run_rules(asked: Asked, *, form: Format) -> int:
    """Judge the stored events that the options ask for, and print those to look at."""
    settings = load_config(asked).settings
    zone, now = typed_zone(settings), wall_clock()
    targets = targets_of(asked)
    window = window_of(asked, zone, now=now, default_since=None)
    wanted = filter_of(asked, settings.filters, now=now, zone=zone)
    location = journal_location(asked, settings)
    if location is None:
        raise Stop("a journal in memory is empty: name the --journal to judge")
    if not location.exists():
        raise Stop(f"there is no journal at {location} yet: `gradewatch watch` or `tail` fills it")
    out = Stdout(exact=form is not Format.TEXT)
    rules = rules_of(settings.rules, zone)
    start = EARLIEST if window.since is None else window.since
    end = LATEST if window.until is None else window.until - 1
    with (
        closing(Journal.open(location, now=wall_clock, tell=say)) as journal,
        closing(journal.trial()) as trial,
    ):
        where = narrowed(asyncio.run(scope_of_stored(targets, window, settings, journal)), wanted)
        for verdicts in verdicts_during(trial.docket, rules, Span(start, end)):
            trial.put(verdicts)
        redactor = Redactor(journal) if settings.ui.redact else None
        printer = Printer(format=form, zone=zone_of(settings), redactor=redactor)
        found: dict[Rule, int] = {}
        try:
            out.write(printer.header())
            for rows in chunks(trial.reader.oldest_first(And((where, Has(Trait.FLAGGED))))):
                for row in rows:
                    for hit in row.hits:
                        found[hit.rule] = found.get(hit.rule, 0) + 1
                out.write("".join(_lines(printer, rows, trial.reader, form)))
        except BrokenPipeError:
            out.abandon()
        _summary(trial, where, found, {rule.name for rule in rules})
    return ExitCode.DONE


def _lines(printer: Printer, rows: list[Stored], reader: Reader, form: Format) -> Iterator[str]:
    """In text each hit has a line of its own under its event."""
    for row in rows:
        yield printer.text([row], reader)
        if form is Format.TEXT:
            yield from (f"    {hit.rule.replace('_', ' ')}: {hit.why}\n" for hit in row.hits)


def _summary(trial: Trial, where: Filter, found: dict[Rule, int], on: set[Rule]) -> None:
    judged = trial.reader.count(where)
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    names = ", ".join(f"{rule} {count:,}" for rule, count in ordered)
    say(f"{judged:,} events judged; " + (f"to look at: {names}" if names else "nothing to look at"))
    deaf = sorted(rule.value for rule in on if needs_live(rule))
    if deaf and not trial.reader.slots(And((where, From(Origin.LIVE))), limit=1):
        say(f"{' and '.join(deaf)}: none of these events was seen live, as needs a relay")
