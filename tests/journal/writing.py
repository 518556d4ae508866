"""A process of its own that records: ``python -m tests.journal.writing FILE NAME BATCHES SIZE``.

Each batch holds events ``NAME/<batch>/<number>``; a line on stdout says that it is committed.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from tests.journal.making import NOW, a_grade, local, seen
from tui.events.event import Name, Thing
from tui.journal.journal import Journal
from tui.journal.records import Batch


def main(file: str, name: str, batches: int, size: int) -> None:
    journal = Journal.open(Path(file), now=lambda: NOW, patience_ms=60_000)
    for batch in range(batches):
        events = [
            replace(a_grade(batch * size + number), key=f"audit:{name}/{batch}/{number}")
            for number in range(size)
        ]
        names = (Name(Thing.USER, local(3), f"{name} {batch}"),)
        recorded = journal.record(Batch(sightings=seen(*events), names=names))
        sys.stdout.write(f"{batch} {recorded.new} {recorded.touch}\n")
        sys.stdout.flush()
    journal.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
