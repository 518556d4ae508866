"""What a command judges before it prints: all where the answer depends on it, else a little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.journal.making import NOW
from tests.rules.test_engine import regrades
from tui.config import Settings
from tui.door import judging
from tui.door.judging import Judged, asks_rules
from tui.journal.journal import Journal
from tui.query.ast import EVERYTHING, Has, Trait
from tui.query.language.expression import parse
from tui.rules import bites

UTC = ZoneInfo("UTC")


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    """Of many steps."""
    monkeypatch.setattr(bites, "AIM_S", 0.0)
    monkeypatch.setattr(bites, "LEAST", 2)
    with closing(Journal.open(tmp_path / "journal.sqlite3", now=lambda: NOW)) as journal:
        journal.record(regrades(40))
        yield journal


def flagged(journal: Journal) -> int:
    with closing(journal.reader()) as reader:
        return reader.count(Has(Trait.FLAGGED))


def judged(journal: Journal, *, fully: bool) -> Judged:
    return Judged.of(journal, Settings(), UTC, fully=fully)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("", False),
        ("is:regrade -is:automatic", False),
        ("is:flagged", True),
        ("course:1 (delta:>3 or -rule:jump)", True),
    ],
)
def test_a_filter_that_mentions_the_rules_depends_on_them(text: str, asks: bool) -> None:
    tree = parse(text, now_ms=NOW, zone=UTC).tree if text else EVERYTHING
    assert asks_rules(tree) is asks


def test_an_answer_that_depends_on_the_rules_waits_for_all_of_them(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(judging, "TOLD_EVERY_S", 0.0)
    with closing(judged(journal, fully=True)) as first:
        first.little_s = 0.0
        first()
    assert flagged(journal) == 40
    assert "judging by the rules first: " in capsys.readouterr().err


def test_any_other_waits_a_little_and_says_once_what_is_left(
    journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(judged(journal, fully=False)) as first:
        first.little_s = 0.0
        first()
        first()
        assert flagged(journal) < 40
    (line,) = capsys.readouterr().err.splitlines()
    assert "events are not judged by the attention rules yet: `gradewatch watch`" in line


def test_what_takes_little_is_judged_without_a_word(
    journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(judged(journal, fully=False)) as first:
        first()
    assert flagged(journal) == 40
    assert capsys.readouterr().err == ""


def test_who_ends_it_waits_for_no_step(journal: Journal) -> None:
    with closing(judged(journal, fully=True)) as first:
        first.end()
        first()
    assert flagged(journal) == 0
    with closing(judged(journal, fully=True)) as second:
        second()
    assert flagged(journal) == 40
