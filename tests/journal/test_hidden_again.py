"""Students whom the log showed may be hidden again, and only a live report tells of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.both_feeds import grade_report, grade_row
from tests.journal.making import NOW, batch_of, dear, local
from tests.journal.test_hidden_totals import total
from tui.events.event import Event, Feed, Kind
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.records import Batch
from tui.query.ast import EVERYTHING

SHARD = 2107


@dataclass
class Clock:
    ms: int = NOW


@dataclass
class Memory:
    """A journal and the clock it reads."""

    journal: Journal
    clock: Clock

    def record(self, *events: Event, at: int) -> None:
        self.clock.ms = at
        self.journal.record(batch_of(*events))

    def named(self) -> set[str]:
        """Keys of the live events that tell somebody."""
        stored = self.journal.reader().oldest_first(EVERYTHING)
        live = (one.event for one in stored if one.event.seen_by == (Feed.LIVE,))
        return {one.key for one in live if one.student is not None or one.actor is not None}


@pytest.fixture
def memory() -> Iterator[Memory]:
    clock = Clock()
    with closing(Journal.open(None, now=lambda: clock.ms)) as journal:
        yield Memory(journal, clock)


def row(*, named: bool = True) -> Event:
    return grade_row(1, NOW - 90_000, student=8 if named else None)


def report(number: int, at: int, posted: bool | None) -> Event:
    """Of a change that has no row here."""
    return grade_report(number, at, student=6, actor=6, after="9", posted=posted)


def other(number: int, at: int) -> Event:
    return Event(
        key=f"live:other{number}",
        kind=Kind.OTHER,
        type="submission_updated",
        at=at,
        seen_by=(Feed.LIVE,),
        course=local(1),
        assignment=local(1),
        actor=local(6),
    )


def quiet(number: int, at: int) -> Event:
    return replace(total(number).event, at=at, actor=local(6))


def test_what_is_later_than_the_log_was_read_is_withheld_once_a_report_says_unposted(
    memory: Memory,
) -> None:
    memory.record(row(), at=NOW)
    before = [report(1, NOW - 5, posted=False), other(1, NOW - 4), quiet(1, NOW - 3)]
    after = [other(2, NOW + 5), quiet(2, NOW + 6), report(2, NOW + 7, posted=None)]
    keys = {event.key for event in (*before, *after)}
    memory.record(*before, *after, at=NOW + 10)
    assert memory.named() == keys
    memory.record(report(3, NOW + 20, posted=False), at=NOW + 30)
    assert memory.named() == {event.key for event in before}
    memory.record(report(4, NOW + 40, posted=True), at=NOW + 50)
    assert memory.named() == {"live:0004", *(event.key for event in before)}
    memory.record(row(), at=NOW + 60)
    assert memory.named() == {"live:0003", "live:0004", *keys}


def test_a_confirmed_change_follows_its_row_at_once(memory: Memory) -> None:
    memory.record(row(), at=NOW)
    unposted = grade_report(2, NOW + 5_300, student=8, actor=None, posted=False)
    memory.record(unposted, at=NOW + 5_400)
    assert memory.named() == set()
    memory.record(grade_row(2, NOW + 5_000, student=8), at=NOW + 5_000)
    (_, pair) = memory.journal.reader().oldest_first(EVERYTHING)
    assert (pair.live_key, pair.event.student) == ("live:0002", local(8))


steps = st.lists(
    st.tuples(
        st.sampled_from(["shown", "hidden", "report", "report", "other", "total"]),
        st.integers(-3, 3),
        st.sampled_from([True, False, None]),
    ),
    max_size=12,
)


@dear
@given(steps)
def test_a_live_event_is_shown_only_by_a_reading_that_is_not_older(
    steps: Sequence[tuple[str, int, bool | None]],
) -> None:
    clock = Clock()
    with closing(Journal.open(None, now=lambda: clock.ms)) as journal:
        memory = Memory(journal, clock)
        state: str | None = None
        read_at = muted_at = 0
        lives: list[Event] = []
        for number, (what, later, posted) in enumerate(steps):
            now = NOW + number * 1000
            at = now + later * 700
            if what in {"shown", "hidden"}:
                state = what
                read_at = now if what == "shown" else read_at
                memory.record(row(named=what == "shown"), at=now)
            else:
                made = {"report": report(number, at, posted), "other": other(number, at),
                        "total": quiet(number, at)}[what]  # fmt: skip
                lives.append(made)
                if what == "report" and posted is False:
                    state = state or "presumed"
                    muted_at = max(muted_at, at)
                memory.record(made, at=now)
            expected: set[str] = set()
            for live in lives:
                doubted = state == "shown" and muted_at > read_at and live.at > read_at
                posted_grade = live.kind is Kind.GRADE and live.after.posted is True
                secret = state == "hidden" or (
                    (state == "presumed" or doubted) and not posted_grade
                )
                expected |= set() if secret else {live.key}
            assert memory.named() == expected


@pytest.mark.parametrize("first", ["log", "live"])
def test_while_no_shard_is_known_to_be_home_the_local_numbers_decide(
    memory: Memory, first: str
) -> None:
    """The log prints local ids, a report of a school that it does not tell global ones."""
    there = CanvasId(SHARD, 1)
    reports = [
        replace(report(2, NOW, posted=None), assignment=there, course=there),
        replace(quiet(3, NOW), course=there),
        replace(other(4, NOW), assignment=there, course=there),
    ]
    if first == "log":
        memory.record(row(named=False), at=NOW)
        memory.record(*reports, at=NOW)
    else:
        memory.record(*reports, at=NOW)
        assert len(memory.named()) == 3
        memory.record(row(named=False), at=NOW)
    assert memory.named() == set()
    memory.journal.record(Batch(home_shard=SHARD))
    assert memory.named() == set()
    memory.record(row(), at=NOW)
    assert len(memory.named()) == 3


def test_what_was_said_of_a_number_is_not_forgotten_of_another_shard(memory: Memory) -> None:
    foreign = CanvasId(SHARD + 1, 1)
    memory.record(
        row(named=False),
        replace(report(2, NOW, posted=None), assignment=foreign, course=foreign),
        at=NOW,
    )
    assert memory.named() == set()
    memory.journal.record(Batch(home_shard=SHARD))
    memory.record(row(), at=NOW)
    assert memory.named() == set()


def test_a_file_of_rows_shows_nobody_later_than_its_rows(memory: Memory) -> None:
    """When it was written nobody knows."""
    memory.clock.ms = NOW
    memory.journal.record(replace(batch_of(row()), recent=False))
    memory.record(report(1, NOW - 60_000, posted=False), at=NOW)
    assert memory.named() == set()
    memory.record(row(), at=NOW)
    assert memory.named() == {"live:0001"}
