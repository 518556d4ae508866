"""Whom Canvas hides, nothing that the rules leave behind tells."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journal.making import NOW, a_grade, batch_of
from tests.rules.judged import afresh, judged, said
from tests.rules.test_engine import MINUTE, regrade
from tui.events.event import Event, Flag, Kind
from tui.journal import disturbances
from tui.journal.journal import Journal

SECRET = 777_000_777
"""A student whose number is that of nothing else."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with closing(Journal.open(path, now=lambda: NOW)) as journal:
        yield journal


def of_secret(number: int, grader: int = 4) -> Event:
    made = a_grade(number, student=SECRET, at=NOW + number * MINUTE, grader=grader)
    return replace(regrade(number), student=made.student, grader=made.grader)


def hidden(event: Event, **changed: None) -> Event:
    return replace(event, student=None, flags=event.flags | Flag.HIDDEN_STUDENT, **changed)


def kept(path: Path, *tables: str) -> str:
    with closing(sqlite3.connect(path)) as db:
        return "\n".join(
            str(row)
            for table in tables
            for row in db.execute(f"SELECT * FROM {table}")  # noqa: S608  fixed names
        )


def test_what_waits_to_be_judged_names_no_student(journal: Journal, path: Path) -> None:
    shown = [of_secret(1), of_secret(2), regrade(3)]
    journal.record(batch_of(*shown))
    judged(journal)
    journal.record(batch_of(*(replace(event, client_ip="10.0.0.9") for event in shown)))
    assert kept(path, "disturbed")
    assert str(SECRET) not in kept(path, "disturbed")
    journal.record(batch_of(*(hidden(event) for event in shown)))
    assert str(SECRET) not in kept(path, "disturbed", "events", "hits", "revisions")


def test_who_graded_himself_is_not_told_as_a_grader_either(journal: Journal, path: Path) -> None:
    own = of_secret(1, grader=SECRET)
    journal.record(batch_of(own))
    judged(journal)
    journal.record(batch_of(hidden(own, grader=None)))
    assert kept(path, "disturbed")
    assert str(SECRET) not in kept(path, "disturbed", "events", "hits", "revisions")


def test_a_row_that_is_hidden_loses_what_was_said_of_it_at_once(
    journal: Journal, path: Path
) -> None:
    one = of_secret(1)
    journal.record(batch_of(one))
    judged(journal)
    assert kept(path, "hits")
    journal.record(batch_of(hidden(one)))
    assert not kept(path, "hits")
    judged(journal)
    with closing(afresh(journal)) as other:
        judged(other)
        assert said(other) == said(journal)


def test_an_override_that_is_hidden_is_judged_as_if_never_shown(journal: Journal) -> None:
    one = replace(of_secret(1), kind=Kind.OVERRIDE, assignment=None)
    back = replace(one, key="audit:back", at=one.at + MINUTE, before=one.after, after=one.before)
    journal.record(batch_of(one, back))
    judged(journal)
    journal.record(batch_of(hidden(back)))
    judged(journal)
    with closing(afresh(journal)) as other:
        judged(other)
        assert said(other) == said(journal)


def test_nothing_waits_in_a_journal_that_nobody_judges(journal: Journal, path: Path) -> None:
    journal.record(batch_of(of_secret(1)))
    journal.record(batch_of(replace(of_secret(1), client_ip="10.0.0.9")))
    assert not kept(path, "disturbed")


def test_too_much_that_waits_is_one_judging_of_everything(journal: Journal, path: Path) -> None:
    journal.record(batch_of(regrade(1), regrade(2)))
    judged(journal)
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO disturbed (row, at) VALUES (1, 0)")
        db.execute(
            "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'disturbed'",
            (disturbances.MOST,),
        )
        db.commit()
    journal.record(batch_of(replace(regrade(1, new="1"), flags=Flag(0))))
    assert kept(path, "disturbed").count("\n") < 3
    journal.record(batch_of(replace(regrade(2, new="1"), flags=Flag(0))))
    judged(journal)
    assert said(journal) == {}
