"""A recalculated total never tells whose grade it was that the log hides (canvas-facts §7.3)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.both_feeds import grade_report, grade_row
from tests.journal.making import NOW, READ_AT, dear, folder, local
from tui.events.event import NO_CHANGES, Change, Event, Feed, Flag, GradeState, Kind, Sighting
from tui.events.ids import CanvasId
from tui.journal.hiding import KEPT_SINCE, QUIET_TOTALS, ROWS
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Batch
from tui.query.ast import EVERYTHING, Is, Role

STUDENT = 77701
SHARD = 2107
COURSE_OF = {1: 1, 2: 1, 3: 2, 4: 2}
"""Assignments and their courses."""
TRACES = ("7770", "55.25", "44.5")


def total(
    number: int, *, course: int = 1, current: float = 55.25, final: float = 44.5, shard: int = 0
) -> Sighting:
    """Both posted scores were 55.25 and 44.5 before; the unposted ones have changed."""
    changes = {
        "current_score": Change(55.25, current),
        "final_score": Change(44.5, final),
        "unposted_current_score": Change(55.25, 61.0 + number),
        "unposted_final_score": Change(44.5, 50.0 + number),
    }
    event = Event(
        key=f"live:total{number}",
        kind=Kind.COURSE_SCORE,
        type="course_grade_change",
        at=NOW + number * 10_000 + 1_500,
        seen_by=(Feed.LIVE,),
        course=CanvasId(shard, course),
        student=CanvasId(shard, STUDENT),
        before=GradeState(score=55.25),
        after=GradeState(score=current),
        changes=MappingProxyType(changes),
    )
    return Sighting(event, f'{{"user_id":{STUDENT},"scores":[55.25,44.5]}}')


def row(number: int, *, named: bool, assignment: int = 1) -> Sighting:
    event = grade_row(
        number, NOW + number * 10_000, assignment=assignment, student=8 if named else None
    )
    return Sighting(replace(event, course=local(COURSE_OF[assignment])), "{}")


def report(number: int, *, posted: bool, assignment: int = 1, in_course: bool = True) -> Sighting:
    event = grade_report(
        number, NOW + number * 10_000 + 500, assignment=assignment, student=8, posted=posted
    )
    course = local(COURSE_OF[assignment]) if in_course else None
    return Sighting(replace(event, course=course), "{}")


def record(journal: Journal, *sightings: Sighting) -> None:
    journal.record(Batch(sightings=sightings))


def stored(reader: Reader) -> dict[str, Event]:
    return {one.event.key: one.event for one in reader.oldest_first(EVERYTHING)}


def told(reader: Reader) -> list[str]:
    """All that tells the student of a total, or the scores by which they can be found."""
    answers: list[str] = []
    for one in reader.oldest_first(EVERYTHING):
        told = (one.event, reader.raw(one.id), reader.history(one.id), reader.revisions(one.id))
        answers += map(str, told)
    who = Is(Role.STUDENT, (local(STUDENT),))
    answers += [f"7770 {slot}" for slot in reader.slots(who, limit=9)]
    answers += map(str, reader.suggest(Role.STUDENT, "", limit=9))
    return [answer for answer in answers if any(trace in answer for trace in TRACES)]


def is_bare(event: Event) -> bool:
    return (event.student, event.before, event.after, event.changes, event.flags) == (
        None, GradeState(), GradeState(), NO_CHANGES, Flag.HIDDEN_STUDENT,
    )  # fmt: skip


@pytest.mark.parametrize("first", ["grade", "total", "together"])
@pytest.mark.parametrize("by", ["log", "report"])
def test_a_total_beside_a_hidden_grade_tells_nobody_until_the_log_names_its_students(
    journal: Journal, reader: Reader, first: str, by: str
) -> None:
    grade = row(1, named=False) if by == "log" else report(1, posted=False)
    rounds = {
        "grade": [[grade], [total(1)]],
        "total": [[total(1)], [grade]],
        "together": [[total(1), grade]],
    }
    for sightings in rounds[first]:
        record(journal, *sightings)
    assert told(reader) == []
    assert is_bare(stored(reader)["live:total1"])
    record(journal, row(1, named=True))
    assert stored(reader)["live:total1"] == total(1).event
    assert reader.raw(next(one.id for one in reader.oldest_first(EVERYTHING)
                           if one.event.key == "live:total1")) == total(1).raw  # fmt: skip


@pytest.mark.parametrize(("current", "final"), [(60.0, 44.5), (55.25, 45.0)])
def test_a_total_of_which_a_posted_score_changed_comes_from_posted_work(
    journal: Journal, reader: Reader, current: float, final: float
) -> None:
    said = total(1, current=current, final=final)
    record(journal, row(1, named=False), said)
    assert stored(reader)["live:total1"] == said.event


def test_another_course_is_not_concerned(journal: Journal, reader: Reader) -> None:
    record(journal, row(1, named=False), total(1, course=2))
    assert stored(reader)["live:total1"] == total(1, course=2).event


def test_where_an_assignment_is_may_be_told_after_it_is_hidden(
    journal: Journal, reader: Reader
) -> None:
    record(journal, total(1), report(1, posted=False, in_course=False))
    record(journal, report(2, posted=False))
    assert told(reader) == []


def test_a_purge_forgets_no_secret(journal: Journal, reader: Reader) -> None:
    record(journal, row(1, named=False))
    journal.purge(NOW + 10_001)
    record(journal, total(1))
    assert told(reader) == []


def test_a_home_shard_learnt_late_changes_no_secret(journal: Journal, reader: Reader) -> None:
    hidden = row(1, named=False)
    there = replace(
        hidden.event, course=CanvasId(SHARD, 1), assignment=CanvasId(SHARD, 1), grader=None
    )
    record(journal, Sighting(there, "{}"), total(1, shard=SHARD))
    journal.record(Batch(home_shard=SHARD))
    assert told(reader) == []
    record(journal, total(2))
    assert told(reader) == []
    record(journal, row(1, named=True))
    assert {key for key, event in stored(reader).items() if event.student == local(STUDENT)} == {
        "live:total1", "live:total2",
    }  # fmt: skip


Step = tuple[str, int, bool]
steps: st.SearchStrategy[list[list[Step]]] = st.lists(
    st.lists(
        st.one_of(
            st.tuples(st.just("row"), st.sampled_from(sorted(COURSE_OF)), st.booleans()),
            st.tuples(st.just("report"), st.sampled_from(sorted(COURSE_OF)), st.booleans()),
            st.tuples(st.just("total"), st.sampled_from([1, 2]), st.booleans()),
        ),
        min_size=1,
        max_size=4,
    ),
    max_size=8,
)


@dear
@given(steps, st.booleans())
def test_a_quiet_total_is_withheld_exactly_while_its_course_keeps_something(
    rounds: Sequence[Sequence[Step]], reopened: bool
) -> None:
    with folder() as name:
        path = Path(name) / "journal.sqlite3"
        journal = Journal.open(path, now=lambda: READ_AT)
        kept: dict[int, bool] = {}
        totals: list[tuple[Sighting, int, bool]] = []
        number = 0
        try:
            for round_ in rounds:
                batch: list[Sighting] = []
                presumed: set[int] = set()
                said: dict[int, bool] = {}
                for what, where, how in round_:
                    number += 1
                    if what == "row":
                        batch.append(row(number, named=how, assignment=where))
                        said[where] = not how
                    elif what == "report":
                        batch.append(report(number, posted=how, assignment=where))
                        presumed |= set() if how else {where}
                    else:
                        batch.append(total(number, course=where, current=55.25 if how else 60.0))
                        totals.append((batch[-1], where, how))
                record(journal, *batch)
                kept = dict.fromkeys(presumed, True) | kept | said
                if reopened:
                    journal.close()
                    journal = Journal.open(path, now=lambda: READ_AT)
                with closing(journal.reader()) as reader:
                    found = stored(reader)
                    for sighting, course, quiet in totals:
                        secret = any(kept[one] for one in kept if COURSE_OF[one] == course)
                        shown = found[sighting.event.key]
                        if quiet and secret:
                            assert is_bare(shown)
                        else:
                            assert shown == sighting.event
        finally:
            journal.close()


def test_what_a_batch_asks_is_answered_by_small_indexes(tmp_path: Path) -> None:
    """However many events there are, the totals of one course are found without them."""
    path = tmp_path / "journal.sqlite3"
    Journal.open(path, now=lambda: READ_AT).close()
    asked: dict[str, tuple[tuple[int, ...], str]] = {
        KEPT_SINCE: ((1,), "INDEX kept_in (course=?)"),
        QUIET_TOTALS: ((1, 1), "INDEX quiet_totals (course=? AND at>?)"),
        ROWS: ((1, 1), "INDEX by_assignment (assignment=? AND at>?)"),
    }
    with closing(sqlite3.connect(path)) as db:
        for query, (values, index) in asked.items():
            assert index in str(db.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall())
