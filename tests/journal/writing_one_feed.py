"""A process of its own that records one feed: ``python -m tests.journal.writing_one_feed FILE audit
COUNT`` or ``… live COUNT``; the same ``COUNT`` changes, one a batch, told by either feed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.journal.both_feeds import grade_report, grade_row
from tests.journal.making import NOW, batch_of
from tui.journal.journal import Journal


def main(file: str, feed: str, count: int) -> None:
    journal = Journal.open(Path(file), now=lambda: NOW, patience_ms=60_000)
    for number in range(count):
        at = NOW + number // 3 * 1000
        if feed == "audit":
            journal.record(batch_of(grade_row(number, at, student=number)))
        else:
            journal.record(batch_of(grade_report(number, at + number % 3, student=number)))
    journal.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
