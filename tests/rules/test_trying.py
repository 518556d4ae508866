"""A trial says of a stretch of time what the journal says of it, and changes nothing."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journal.making import NOW, folder
from tests.rules.judged import DAY, RULES, histories, judged, said
from tui.events.event import Event, Sighting
from tui.journal.journal import Journal
from tui.journal.records import Batch
from tui.query.ast import EVERYTHING
from tui.rules.stretches import Span
from tui.rules.trying import verdicts_during


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(histories, st.integers(0, 9), st.integers(0, 3), st.integers(1, 40))
def test_a_trial_says_what_the_journal_says(
    history: list[Event], since: int, days: int, rows: int
) -> None:
    start = NOW - NOW % DAY - since * DAY
    span = Span(start, start + days * DAY)
    with folder() as name:
        path = Path(name) / "journal.sqlite3"
        with closing(Journal.open(path, now=lambda: NOW)) as journal:
            journal.record(Batch(sightings=tuple(Sighting(event, "{}") for event in history)))
            with closing(journal.trial()) as trial:
                for verdicts in verdicts_during(trial.docket, RULES, span, rows=rows):
                    trial.put(verdicts)
                tried = {
                    row.event.key: row.hits
                    for row in trial.reader.oldest_first(EVERYTHING)
                    if row.hits
                }
            assert said(journal) == {}
            judged(journal)
            within = {event.key for event in history if span.start <= event.at <= span.end}
            assert tried == {key: hits for key, hits in said(journal).items() if key in within}
