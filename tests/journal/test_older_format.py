"""Journals of older formats: in the first the two feeds stood side by side."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journal.both_feeds import X, grade_report, grade_row
from tests.journal.grouped import groups_of
from tests.journal.making import NOW, READ_AT, batch_of
from tui.events.event import Event, Flag, GradeState
from tui.journal import schema
from tui.journal.codec import COLUMNS, to_row
from tui.journal.connect import WAITING, share
from tui.journal.journal import Journal
from tui.journal.parties import Tally
from tui.journal.schema import APPLICATION_ID, FORMAT, MIGRATIONS
from tui.query.ast import EVERYTHING, Compare, Comparison, Measure, Role


def first_format(path: Path, events: Sequence[Event]) -> None:
    """A file as the first release wrote it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        share(db)
        db.executescript(MIGRATIONS[0])
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        tally = Tally()
        filled = ", ".join(COLUMNS)
        marks = ", ".join("?" * len(COLUMNS))
        for number, event in enumerate(events, 1):
            row = to_row(event, 0)
            db.execute(
                f"INSERT INTO events (id, touch, place, {filled}) VALUES (?, ?, 0, {marks})",  # noqa: S608  fixed names
                (number, number, *row),
            )
            raw = json.dumps({"key": event.key, "student": str(event.student)})
            db.execute("INSERT INTO raw VALUES (?, ?)", (number, raw))
            tally.add(row, 1)
        tally.apply(db)
        db.execute("UPDATE meta SET value = ? WHERE name = 'touch'", (len(events),))


def second_format(path: Path, events: Sequence[Event]) -> None:
    """A file as the second release wrote it, of events that nothing is to be paired among."""
    first_format(path, events)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(MIGRATIONS[1])
        db.execute("UPDATE meta SET value = 0 WHERE name = 'unsettled'")
        db.execute("PRAGMA user_version = 2")


@pytest.mark.parametrize("older", [first_format, second_format])
def test_what_is_there_gets_its_numbers_and_groups(
    tmp_path: Path, older: Callable[[Path, Sequence[Event]], None]
) -> None:
    path = tmp_path / "journal.sqlite3"
    changes = [("5", "8"), ("B", "A"), (None, "85%"), ("9", "7,5"), ("1", "2")]
    events = [
        *(
            replace(
                grade_row(n, NOW, student=n, before=old, after=new),
                after=GradeState(grade=new, points_possible=10.0),
            )
            for n, (old, new) in enumerate(changes)
        ),
        *(grade_report(n, NOW + 60_000, student=n, request=X) for n in range(3)),
        grade_row(90, NOW + 90_000, before="3", after="4"),
    ]
    older(path, events)
    fresh = Journal.open(None, now=lambda: READ_AT)
    with closing(fresh), closing(fresh.reader()) as expected:
        fresh.record(batch_of(*events))
        for _ in range(2):
            with (
                closing(Journal.open(path, now=lambda: READ_AT)) as journal,
                closing(journal.reader()) as reader,
            ):
                facts = {fact.id: fact[7:13] for fact in reader.facts(EVERYTHING, limit=99)}
                assert facts == {
                    fact.id: fact[7:13] for fact in expected.facts(EVERYTHING, limit=99)
                }
                assert sorted(map(len, groups_of(reader).values())) == [3, 5]
                assert set(groups_of(reader).values()) == set(groups_of(expected).values())
                high = Compare(Measure.PERCENT, Comparison.AT_LEAST, 80)
                keys = {one.event.key for one in reader.oldest_first(high)}
                assert keys == {"audit:0", "audit:2"}
                assert reader.extent(EVERYTHING) == (NOW, NOW + 90_000)
                assert reader.histogram(EVERYTHING, start=NOW, width=60_000, count=2) == [5, 4]


def test_what_follows_an_upgrade_joins_the_groups_that_were_found(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    second_format(path, [grade_row(n, NOW, student=n) for n in range(5)])
    with (
        closing(Journal.open(path, now=lambda: READ_AT)) as journal,
        closing(journal.reader()) as reader,
    ):
        (group,) = groups_of(reader)
        journal.mark(1, "kept")
        journal.record(batch_of(grade_row(9, NOW + 1000, student=9)))
        assert {group: len(keys) for group, keys in groups_of(reader).items()} == {group: 6}
    with (
        closing(Journal.open(path, now=lambda: READ_AT)) as journal,
        closing(journal.reader()) as reader,
    ):
        assert reader.stored([1])[0].mark == "kept"


def test_what_both_feeds_said_becomes_one_row(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    posting = replace(
        grade_report(3, NOW + 9000),
        before=GradeState(grade="5", score=3.0),
        flags=Flag.UNCONFIRMED | Flag.REGRADE,
    )
    first_format(path, [grade_report(1, NOW + 100), grade_row(1, NOW), posting])
    for _ in range(2):
        with (
            closing(Journal.open(path, now=lambda: READ_AT)) as journal,
            closing(journal.reader()) as reader,
        ):
            pair, never = reader.oldest_first(EVERYTHING)
            assert reader.info().schema == FORMAT
            assert (pair.event.key, pair.live_key) == ("audit:1", "live:0001")
            assert Flag.UNCONFIRMED not in never.event.flags
            assert journal.known(["live:0001"]) == {"live:0001"}


def test_whom_the_log_hid_last_is_hidden(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    events = [
        grade_row(1, NOW, student=77),
        grade_row(2, NOW, student=None),
        grade_report(1, NOW + 100, student=77),
        grade_report(2, NOW + 9000, student=77),
        grade_row(3, NOW, assignment=3, student=None),
        grade_row(4, NOW, assignment=3, student=78),
        grade_report(5, NOW, assignment=4, student=77, posted=False),
    ]
    first_format(path, events)
    with (
        closing(Journal.open(path, now=lambda: READ_AT)) as journal,
        closing(journal.reader()) as reader,
    ):
        stored = list(reader.oldest_first(EVERYTHING))
        assert len(stored) == len(events) - 1
        assert [one.id.local for one in reader.suggest(Role.STUDENT, "", limit=9)] == [78]
        told = [*map(str, stored), *(str(reader.raw(one.id)) for one in stored)]
        assert [text for text in told if "77" in text.replace(str(NOW), "")] == []


def test_what_takes_long_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MANY", 2)
    path = tmp_path / "journal.sqlite3"
    second_format(path, [grade_row(number, NOW) for number in range(3)])
    told: list[str] = []
    for _ in range(2):
        Journal.open(path, now=lambda: READ_AT, tell=told.append).close()
    assert told == ["bringing the journal to this version's format: 3 events, once"]


@pytest.mark.parametrize("version", [2, FORMAT])
def test_an_upgrade_by_another_process_is_waited_for_however_long_it_takes(
    tmp_path: Path, version: int
) -> None:
    path = tmp_path / "journal.sqlite3"
    second_format(path, [grade_row(1, NOW)])
    if version == FORMAT:  # its tables are there, but not yet what is settled in a second step
        Journal.open(path, now=lambda: READ_AT).close()
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        if version == FORMAT:
            other.execute("UPDATE meta SET value = 1 WHERE name = 'ungrouped'")
        other.execute("BEGIN IMMEDIATE")
        told: list[str] = []

        def tell(words: str) -> None:
            told.append(words)
            other.execute("ROLLBACK")

        Journal.open(path, now=lambda: READ_AT, patience_ms=1, tell=tell).close()
        assert told == [WAITING]
