"""A tail that filters by name prints a change once its name is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.journal.making import NOW, a_grade, batch_of, local
from tests.report.test_tail import Paper
from tui.events.event import Name, Thing
from tui.journal.journal import Journal
from tui.journal.records import Batch
from tui.query.ast import DoneBy, Filter, Is, Mentions, Not, Or, Resembles, Role
from tui.query.names import names_matter
from tui.report.format import Format
from tui.report.formats import Printer
from tui.report.tail_stream import Stream

ADA = Name(Thing.USER, local(3), "Ada Lovelace")


@pytest.fixture
def journal() -> Iterator[Journal]:
    with closing(Journal.open(None, now=lambda: NOW)) as journal:
        yield journal


@pytest.mark.parametrize("tree", [Resembles(Role.STUDENT, "ada"), Mentions("lovelace")])
def test_what_was_recorded_before_its_name_is_printed_after_it(
    tree: Filter, journal: Journal
) -> None:
    paper = Paper()
    printer = Printer(format=Format.NDJSON, zone=None, redactor=None)
    stream = Stream(journal.reader(), tree, printer, paper, limit=None)
    journal.record(batch_of(a_grade(1, student=3), a_grade(2, student=5)))
    stream.print_new()
    assert paper.text == ""
    journal.record(batch_of(a_grade(3, student=3)))
    stream.print_new()
    journal.record(Batch(names=(ADA,)))
    stream.print_new()
    assert paper.keys == ["audit:1", "audit:3"]
    assert json.loads(paper.text.splitlines()[0])["student"]["name"] == "Ada Lovelace"
    journal.record(batch_of(a_grade(4, student=3), names=(Name(Thing.USER, local(9), "Bo"),)))
    stream.print_new()
    assert paper.keys == ["audit:1", "audit:3", "audit:4"]


def test_only_filters_by_name_wait_for_names() -> None:
    by_id = Is(Role.STUDENT, (local(3),))
    assert not names_matter(Or((by_id, Not(by_id))))
    assert names_matter(Or((by_id, Not(DoneBy("x")))))
