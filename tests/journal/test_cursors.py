"""Where a subscription goes on, and what was lost: committed with the events, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kept import kept
from tui.events.event import Feed
from tui.events.relay_wire import Cursor
from tui.journal.faults import JournalFault
from tui.journal.journal import Journal
from tui.journal.records import Batch, Gap, RelayCursor, Stretch


def place(seq: int, relay: str = "relay a") -> RelayCursor:
    return RelayCursor(relay, Cursor("e1", seq), 1000 + seq)


def test_each_subscription_has_its_own_place_which_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal.open(path, now=lambda: 5)
    assert journal.relay_cursor("relay a") is None
    journal.record(Batch(cursor=place(3)))
    journal.record(Batch(cursor=place(8, "relay b")))
    journal.record(Batch(cursor=place(4)))
    journal.record(Batch())
    journal.close()
    again = kept(Journal.open(path, now=lambda: 6))
    assert again.relay_cursor("relay a") == place(4)
    assert again.relay_cursor("relay b") == place(8, "relay b")


def test_a_gap_is_kept_once_and_an_empty_one_not_at_all() -> None:
    journal = kept(Journal.open(None, now=lambda: 5))
    gap = Gap(Feed.LIVE, "live events", 10, 20, "the relay's log was begun anew")
    journal.record(Batch(gaps=(gap, Gap(Feed.LIVE, "live events", 30, 30, "nothing"))))
    journal.record(Batch(gaps=(gap,)))
    assert kept(journal.reader()).gaps() == [gap]


def test_what_cannot_be_committed_moves_no_cursor() -> None:
    journal = kept(Journal.open(None, now=lambda: 5))
    journal.record(Batch(cursor=place(3)))
    broken = Stretch(Feed.LIVE, "live events", 0, 2**70, 0)
    with pytest.raises((JournalFault, OverflowError)):
        journal.record(Batch(cursor=place(9), covered=(broken,)))
    assert journal.relay_cursor("relay a") == place(3)


def test_a_purge_forgets_what_was_heard_and_lost_before_it_and_no_cursor() -> None:
    journal = kept(Journal.open(None, now=lambda: 5))

    def gap(start: int, end: int, reason: str = "it was restarted") -> Gap:
        return Gap(Feed.LIVE, "live events", start, end, reason)

    heard = Stretch(Feed.LIVE, "live events", 0, 90, 5)
    journal.record(
        Batch(
            gaps=(gap(10, 20), gap(25, 40), gap(28, 40), gap(26, 30), gap(50, 60)),
            covered=(heard,),
            cursor=place(3),
        )
    )
    journal.purge(30)
    reader = kept(journal.reader())
    assert reader.gaps() == [gap(30, 40), gap(50, 60)]
    assert reader.coverage() == [Stretch(Feed.LIVE, "live events", 30, 90, 5)]
    assert journal.relay_cursor("relay a") == place(3)
    journal.purge(70)
    assert reader.gaps() == []
