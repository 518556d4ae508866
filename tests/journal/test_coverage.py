"""Verified time is exactly the union of what was verified, less what was purged."""

from __future__ import annotations

from contextlib import closing
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journal.making import NOW
from tui.events.event import Feed
from tui.journal.journal import Journal
from tui.journal.records import Batch, Stretch

stretches = st.builds(
    Stretch,
    st.sampled_from(Feed),
    st.sampled_from(["grades of course 1", "grades of course 2"]),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 5),
)


@settings(deadline=None)
@given(st.lists(st.lists(stretches, max_size=4), max_size=6), st.integers(0, 30))
def test_coverage_is_the_union_of_milliseconds(batches: list[list[Stretch]], purged: int) -> None:
    naive: dict[tuple[Feed, str], set[int]] = {}
    with closing(Journal.open(None, now=lambda: NOW)) as journal:
        for batch in batches:
            journal.record(Batch(covered=tuple(batch)))
            for one in batch:
                naive.setdefault((one.feed, one.target), set()).update(range(one.start, one.end))
        _assert_equal(journal, naive)
        journal.purge(purged)
        kept = {whose: {ms for ms in covered if ms >= purged} for whose, covered in naive.items()}
        _assert_equal(journal, kept)


def _assert_equal(journal: Journal, naive: dict[tuple[Feed, str], set[int]]) -> None:
    listed = [one for whose in sorted(naive) for one in journal.covered(*whose)]
    assert listed == journal.reader().coverage()
    for (feed, target), milliseconds in naive.items():
        found = journal.covered(feed, target)
        covered = [ms for one in found for ms in range(one.start, one.end)]
        assert covered == sorted(milliseconds)
        gaps = pairwise(found)
        assert all(one.end < two.start for one, two in gaps), "what touches is joined"


def test_a_joined_stretch_was_checked_when_its_newest_part_was() -> None:
    with closing(Journal.open(None, now=lambda: NOW)) as journal:
        for start, end, checked in ((0, 10, 7), (10, 20, 5), (30, 40, 9)):
            journal.record(Batch(covered=(Stretch(Feed.AUDIT, "x", start, end, checked),)))
        assert journal.covered(Feed.AUDIT, "x") == [
            Stretch(Feed.AUDIT, "x", 0, 20, 7),
            Stretch(Feed.AUDIT, "x", 30, 40, 9),
        ]
        assert journal.covered(Feed.LIVE, "x") == []
