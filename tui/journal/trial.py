"""A trial of rules: hits of its own over the journal's events, gone when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.journal.connect import Door
from tui.journal.docket import Docket
from tui.journal.faults import told
from tui.journal.hits import Verdict
from tui.journal.reader import Reader

_TABLE = """
CREATE TEMP TABLE hits (
    event INTEGER NOT NULL, rule TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (event, rule)
) WITHOUT ROWID
"""
"""On this connection alone it stands before the journal's own, in every question."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What ``reader`` answers is as if the journal's hits were those of this trial."""

    reader: Reader
    docket: Docket
    """To read timelines by; nothing is claimed or written through it."""
    _door: Door

    @classmethod
    def on(cls, door: Door, docket: Docket) -> Trial:
        """``door`` is a connection of its own to the journal's file; ``docket`` reads by it."""
        with told(door.path), door.lock:
            door.db.execute(_TABLE)
        return cls(Reader(door, shared=False), docket, door)

    def put(self, verdicts: Sequence[Verdict]) -> None:
        """Add what rules said; a later verdict goes before an earlier one of the same row."""
        hits = [
            (row, verdict.rule.value, why)
            for verdict in verdicts
            for row, why in verdict.whys.items()
        ]
        with told(self._door.path), self._door.transaction("DEFERRED") as db:
            db.executemany("INSERT OR REPLACE INTO temp.hits VALUES (?, ?, ?)", hits)

    def tally(self) -> list[tuple[str, int]]:
        """Each rule with how many hits it has, the most first."""
        query = "SELECT rule, count(*) FROM temp.hits GROUP BY rule ORDER BY 2 DESC, 1"
        with told(self._door.path), self._door.transaction("DEFERRED") as db:
            return db.execute(query).fetchall()

    def close(self) -> None:
        self.reader.close()
