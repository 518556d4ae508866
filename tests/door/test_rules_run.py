"""The attention rules on the command line, and in what the other commands print."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from tests.door.conftest import Shell, wall_clock
from tests.events.wire import document, grade_row
from tests.journal.making import a_grade, batch_of
from tui.events.event import Event, Flag, GradeState, Name, Thing
from tui.events.times import iso
from tui.journal.journal import Journal

DAY = 86_400_000
NOON = wall_clock() // DAY * DAY - 3 * DAY + DAY // 2
"""Three days ago, at noon in UTC: of no rule's night."""


def graded(
    number: int, old: str | None, new: str, *, at: int, student: int, grader: int = 5
) -> Event:
    return replace(
        a_grade(number, at=at, student=student, grader=grader),
        before=GradeState(grade=old, points_possible=10.0),
        after=GradeState(grade=new, points_possible=10.0),
        flags=Flag(0) if old is None else Flag.REGRADE,
    )


@pytest.fixture
def journal(tmp_path: Path) -> str:
    """A first grade, a small regrade, a jump of 8 of 10 points, and one that is the student's."""
    path = tmp_path / "journal.sqlite3"
    with closing(Journal.open(path, now=wall_clock)) as journal:
        events = (
            graded(1, None, "7", at=NOON, student=11),
            graded(2, "6", "7", at=NOON + 1000 * 60, student=12),
            graded(3, "1", "9", at=NOON + 2000 * 60, student=13),
            graded(4, "6", "7", at=NOON + DAY, student=4, grader=4),
        )
        names = [
            Name(Thing.USER, event.student, f"Ana {n}")
            for n, event in enumerate(events)
            if event.student
        ]
        journal.record(batch_of(*events, names=names))
    return str(path)


def rules_of(event: dict[str, object]) -> list[str]:
    found = cast("list[dict[str, str]]", event.get("rules", []))
    return [hit["rule"] for hit in found]


def test_each_hit_comes_with_its_reason_and_the_summary_counts_them(
    shell: Shell, journal: str
) -> None:
    ended = shell.run("rules", "run", "--journal", journal)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert [line.strip().partition(":")[0] for line in lines if line.startswith("    ")] == [
        "fail to pass",
        "jump",
        "self grade",
    ]
    assert "!self grade" in lines[3]
    assert "8" in lines[2]
    first, second = ended.err.splitlines()
    assert first.startswith("gradewatch: 4 events judged; to look at: ")
    assert {"jump 1", "self_grade 1"} <= set(first.partition("look at: ")[2].split(", "))
    assert "masquerade" in second
    assert "relay" in second


def test_the_profile_the_window_the_filter_and_the_format_count(shell: Shell, journal: str) -> None:
    until = iso(NOON + DAY // 2)
    ended = shell.run(
        *("rules", "run", "--journal", journal, "--profile", "admin", "--format", "ndjson"),
        *("--until", until, "--filter", "rule:regrade student:ana", "--redact"),
    )
    assert ended.code == 0, ended.err
    assert [rules_of(event) for event in ended.events] == [
        ["regrade"],
        ["regrade", "fail_to_pass", "jump"],
    ]
    assert "Ana" not in ended.out
    assert "2 events judged" in ended.err
    table = shell.run("rules", "run", "--journal", journal, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["rules"].partition(":")[0] for row in rows] == ["fail_to_pass", "self_grade"]


def test_what_the_journal_says_stays_and_an_export_says_it(shell: Shell, journal: str) -> None:
    flagged = ("export", "--journal", journal, "--filter", "is:flagged")
    before = shell.run(*flagged)
    assert [rules_of(event) for event in before.events] == [
        ["fail_to_pass", "jump"],
        ["self_grade"],
    ]
    shell.run("rules", "run", "--journal", journal, "--profile", "admin")
    assert shell.run(*flagged).out == before.out
    shell.variables["GRADEWATCH_RULES__PROFILE"] = "admin"
    other = shell.run(*flagged)
    assert other.out == before.out
    assert "other rule settings" in other.err


def test_a_tail_says_what_the_rules_say(shell: Shell, tmp_path: Path) -> None:
    small = grade_row(id="11111111-2222-4333-8444-555555555551")
    large = grade_row(created_at="2026-03-02T10:30:00Z", grade_before="1", grade_after="9")
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps(document(small, large)), encoding="utf-8")
    once = ("tail", "--once", "--replay", str(saved))
    said = [rules_of(event) for event in shell.run(*once).events]
    assert said == [[], ["fail_to_pass", "jump"]]
    ended = shell.run(*once, "--filter", "rule:jump", "--format", "text")
    assert ended.out.count("\n") == 1
    assert ended.out.endswith("!fail to pass !jump\n")


def test_what_cannot_be_judged_is_said(shell: Shell, tmp_path: Path) -> None:
    missing = shell.run("rules", "run", "--journal", str(tmp_path / "none"))
    assert missing.code == 2
    assert "there is no journal" in missing.line
    memory = shell.run("rules", "run", "--journal", ":memory:")
    assert memory.code == 2
    assert "--journal" in memory.line
    wrong = shell.run("rules", "run", "--profile", "dean")
    assert wrong.code == 2
    assert "rules.profile" in wrong.line


def test_the_doctor_looks_for_the_command(shell: Shell) -> None:
    shell.configure('[rules]\ncommand = ["/nowhere/alarm", "now"]\n')
    ended = shell.run("doctor", "--relay-url", "ws://127.0.0.1:9")
    assert "FAIL rules: rules.command cannot be run: no program /nowhere/alarm" in ended.out
    shell.configure('[rules]\ncommand = "true now"\n')
    assert "ok   rules: rules.command can be run: true" in shell.run("doctor").out
    assert json.dumps("true now")[1:-1] in shell.run("config", "show").out
