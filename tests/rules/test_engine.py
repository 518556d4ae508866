"""Who judges a journal, when, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.journal.making import NOW, a_grade, batch_of
from tests.rules.judged import RULES, judge_of, judged, said
from tui.events.attention import Rule
from tui.events.event import Event, Flag, GradeState
from tui.journal.docket import LEASE_MS, Turn
from tui.journal.journal import Journal
from tui.journal.records import Batch
from tui.query.ast import EVERYTHING, Has, Trait
from tui.rules.judging import Judge

MINUTE = 60_000
"""So far apart they are no group."""


@dataclass
class Clock:
    now: int = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    with closing(Journal.open(tmp_path / "journal.sqlite3", now=clock)) as journal:
        yield journal


def regrade(number: int, old: str = "1", new: str = "9") -> Event:
    return replace(
        a_grade(number, student=number, at=NOW + number * MINUTE),
        before=GradeState(grade=old, points_possible=10.0),
        after=GradeState(grade=new, points_possible=10.0),
        flags=Flag.REGRADE,
    )


def regrades(count: int) -> Batch:
    return batch_of(*(regrade(number) for number in range(1, count + 1)))


def test_what_comes_is_judged_and_what_is_pointed_at_is_touched(journal: Journal) -> None:
    journal.record(batch_of(regrade(1), a_grade(2)))
    with closing(journal.reader()) as reader:
        touch = reader.touch()
        judged(journal)
        touches = reader.touched(touch, Has(Trait.FLAGGED))
        assert [each.matches for each in touches.events] == [True]
        assert {hit.rule for hit in said(journal)["audit:1"]} >= {Rule.REGRADE, Rule.JUMP}
        assert "audit:2" not in said(journal)


def test_its_own_touches_give_it_nothing_to_do(journal: Journal) -> None:
    journal.record(regrades(5))
    with closing(judge_of(journal)) as judge, closing(journal.reader()) as reader:
        judge.catch_up()
        touch = reader.touch()
        assert judge.docket.idle()
        judge.catch_up()
        assert reader.touch() == touch


def test_a_change_that_is_taken_back_takes_its_hits_with_it(journal: Journal) -> None:
    journal.record(batch_of(regrade(1)))
    judged(journal)
    journal.record(batch_of(replace(regrade(1, new="1"), flags=Flag(0))))
    judged(journal)
    assert Rule.JUMP not in {hit.rule for hits in said(journal).values() for hit in hits}


def test_one_process_judges_at_a_time_and_another_succeeds_it(journal: Journal) -> None:
    journal.record(regrades(9))
    with closing(judge_of(journal, bite=1)) as first, closing(judge_of(journal)) as second:
        assert first.step().turn is Turn.OURS
        assert second.step().turn is Turn.ELSEWHERE
        first.docket.release("nobody")
        assert second.step().turn is Turn.ELSEWHERE
        first.close()
        assert second.catch_up() is Turn.OURS


def test_one_that_ended_without_a_word_is_succeeded(journal: Journal, clock: Clock) -> None:
    journal.record(regrades(9))
    killed = judge_of(journal, bite=1)
    killed.step()
    with closing(judge_of(journal)) as next_one:
        assert next_one.step().turn is Turn.ELSEWHERE
        clock.now += LEASE_MS
        assert next_one.catch_up() is Turn.OURS
        assert len(said(journal)) == 9
        killed.step()
        assert killed.step().turn is Turn.ELSEWHERE  # it was not dead, only slow
    killed.docket.close()


def test_other_settings_take_over_and_the_ones_before_stop(journal: Journal) -> None:
    journal.record(regrades(9))
    with (
        closing(judge_of(journal, settings="old", take_over=True)) as old,
        closing(Judge(journal.docket(), RULES[:1], "new", take_over=True)) as new,
    ):
        old.catch_up()
        assert new.catch_up() is Turn.OURS
        assert old.step().turn is Turn.OTHER_SETTINGS
        journal.record(batch_of(regrade(20)))
        assert old.step().turn is Turn.OTHER_SETTINGS  # and it never takes it back
        assert new.catch_up() is Turn.OURS
    found = {hit.rule for hits in said(journal).values() for hit in hits}
    assert found == {RULES[0].name}
    assert len(said(journal)) == 10


def test_who_only_prints_leaves_a_journal_to_its_settings(journal: Journal) -> None:
    journal.record(regrades(3))
    judged(journal)
    before = said(journal)
    with closing(Judge(journal.docket(), RULES[:1], "others")) as other:
        assert other.catch_up() is Turn.OTHER_SETTINGS
    assert said(journal) == before


def test_a_judging_of_everything_goes_on_where_it_was_left(journal: Journal) -> None:
    journal.record(regrades(30))
    left: list[int] = []
    for _ in range(100):
        with closing(judge_of(journal, bite=4)) as judge:
            left.append(judge.step().left)
            if judge.docket.idle():
                break
    assert left == sorted(left, reverse=True)
    assert len(said(journal)) == 30
    with closing(journal.reader()) as reader:
        assert reader.count(Has(Trait.FLAGGED)) == reader.count(EVERYTHING) == 30


def test_only_what_happens_from_then_on_is_told(journal: Journal) -> None:
    journal.record(regrades(3))
    with closing(judge_of(journal, since=regrade(3).at)) as judge:
        told: set[int] = set()
        while (progress := judge.step()).left:
            told |= {found.at for found in progress.found}
    assert told == {regrade(3).at}
