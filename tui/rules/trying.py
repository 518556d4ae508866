"""The rules over a stretch of time as a trial: what the journal says of its rows stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.journal.docket import Docket
from tui.journal.hits import Verdict
from tui.journal.timelines import next_party, rows_during
from tui.rules.case import Along, AttentionRule
from tui.rules.cases import Cases
from tui.rules.judging import BITE, LINES
from tui.rules.stretches import ALWAYS, EARLIEST, Reach, Span, judge
from tui.rules.timeline import Timelines


def verdicts_during(
    docket: Docket, rules: Sequence[AttentionRule], span: Span, *, rows: int = BITE
) -> Iterator[list[Verdict]]:
    """What the rules say of all events in ``span``, about ``rows`` rows at a time."""
    yield from _of_events(docket, [rule for rule in rules if rule.along is Along.EVENT], span, rows)
    timelines = Timelines(docket)
    for along, line in LINES:
        chosen = [rule for rule in rules if rule.along is along]
        if not chosen:
            continue
        reach, party = Reach.of(chosen), None
        while True:
            with docket.reading() as (db, _):
                party = next_party(db, line, party)
            if party is None:
                break
            for piece, timeline in timelines.pieces(line, party, span, reach, rows):
                yield [
                    verdict
                    for cases in timeline.parts
                    for verdict in judge(chosen, cases, piece, None, older=timeline.older)
                ]


def _of_events(
    docket: Docket, rules: Sequence[AttentionRule], span: Span, rows: int
) -> Iterator[list[Verdict]]:
    last = (EARLIEST, EARLIEST, EARLIEST)
    while True:
        with docket.reading() as (db, meta):
            found = rows_during(db, span.start, span.end, last, rows)
            cases = Cases(meta.home_shard).of(db, found)
        if not found:
            return
        yield list(judge(rules, cases, ALWAYS, None))
        last = (found[-1].at, found[-1].place, found[-1].id)
