"""One party's time, read piece by piece, each with the surroundings its rules need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui.events.event import Kind
from tui.journal.disturbances import Party
from tui.journal.docket import Docket
from tui.journal.timelines import Line, along, course_events, edge
from tui.rules.case import Case
from tui.rules.cases import Cases
from tui.rules.stretches import LATEST, Reach, Span


@dataclass(frozen=True, slots=True)
class Timeline:
    """The cases of a piece and around it, as many timelines as the party has."""

    parts: Sequence[Sequence[Case]]
    older: Sequence[Case]
    """What was done to the course before; for other parties nothing."""
    rows: int
    """How many were read."""


@dataclass(slots=True)
class Timelines:
    """Reads timelines; each piece shows one consistent state."""

    docket: Docket
    _cases: Cases | None = None

    def pieces(
        self, line: Line, party: Party, span: Span, reach: Reach, rows: int
    ) -> Iterator[tuple[Span, Timeline]]:
        """``span`` in pieces of about ``rows`` rows, oldest first."""
        start = span.start
        while start <= span.end:
            with self.docket.reading() as (db, meta):
                if self._cases is None or self._cases.home_shard != meta.home_shard:
                    self._cases = Cases(meta.home_shard)
                # what shares its millisecond with others stays with them
                found = edge(db, line, party, start, span.end, rows)
                end = found if found == span.end else max(found - 1, start)
                piece = Span(start, end)
                read = reach.needed(piece)
                cases = self._cases.of(db, along(db, line, party, read.start, read.end))
                older = (
                    self._cases.of(db, course_events(db, party, read.start))
                    if line == "course"
                    else []
                )
            parts = submissions(cases) if line == "student" else [cases]
            yield piece, Timeline(parts, older, len(cases))
            start = LATEST + 1 if end == LATEST else end + 1


def submissions(cases: Sequence[Case]) -> list[list[Case]]:
    """One student's cases by assignment; of overrides, by course."""
    parts: dict[tuple[Kind, object], list[Case]] = {}
    for case in cases:
        if case.student is None:
            continue
        one = case.assignment if case.kind is Kind.GRADE else case.course
        if one is not None:
            parts.setdefault((case.kind, one), []).append(case)
    return list(parts.values())
