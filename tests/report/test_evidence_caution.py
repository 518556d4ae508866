"""What a report says with care: of what it cannot know, of what rules point at, of its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from threading import Event as Ending

import pytest

from tests.app.flagged import flag
from tests.app.school import NOW, edited, graded, journal_of
from tui.events.attention import Rule
from tui.events.event import Event, GradeState
from tui.events.ids import CanvasId
from tui.journal.faults import ReadingEnded
from tui.journal.journal import Journal
from tui.journal.records import Stored
from tui.query.ast import EVERYTHING, Role
from tui.report.evidence.question import Question
from tui.report.evidence.write import print_evidence, write_evidence
from tui.report.export import export_view
from tui.report.format import Format
from tui.report.inquiry.subject import Subject
from tui.report.redact import Redactor

ALL = Question(where=EVERYTHING, asked=(), at=NOW, zone=UTC, version="9.9")
REQUEST = "0f8fad5b-d9cb-469f-a165-70867728950e"


def printed(journal: Journal, asked: Question = ALL, *, redact: bool = False) -> str:
    lines: list[str] = []
    redactor = Redactor(journal) if redact else None
    print_evidence(lines.append, journal.reader(), asked, redactor=redactor)
    return "".join(lines)


def in_one_request(*numbers: int) -> list[Event]:
    return [graded(number, page_view=REQUEST) for number in numbers]


# What it cannot know


def test_a_grade_that_reads_the_same_may_be_another_score() -> None:
    letters = graded(1, before=GradeState("A"), after=GradeState("A"))
    points = graded(2, before=GradeState("15"), after=GradeState("15"))
    told = graded(3, before=GradeState("B", score=85.0), after=GradeState("B", score=85.5))
    changes = printed(journal_of([letters, points, told])).partition("## Changes")[2]
    assert "| A = A score? |" in changes
    assert "| 15 = 15 score? |" in changes
    assert "| B (85) → B (85.5) |" in changes


@pytest.mark.parametrize("role", [None, Role.STUDENT, Role.GRADER, Role.ASSIGNMENT, Role.COURSE])
def test_every_report_says_that_the_log_returns_no_scores(role: Role | None) -> None:
    subject = None if role is None else Subject(role, CanvasId.of(40))
    report = printed(journal_of([graded(0)]), replace(ALL, subject=subject))
    limits = report.partition("### Limits of what Canvas tells")[2].partition("## Sums")[0]
    assert "- The audit log returns grades and no scores." in limits
    assert "months" in limits


def test_what_holds_of_one_kind_is_said_of_that_kind() -> None:
    journal = journal_of([graded(0)])
    of_student = printed(journal, replace(ALL, subject=Subject(Role.STUDENT, CanvasId.of(40))))
    of_grader = printed(journal, replace(ALL, subject=Subject(Role.GRADER, CanvasId.of(980))))
    assert "leaves them out of all that it tells of one student" in of_student
    assert "are under no grader" in of_grader
    assert "are under no grader" not in of_student
    of_edits = printed(journal_of([edited(0)]), replace(ALL, subject=None))
    assert "Edits of a course are told to admins of the root account only" in of_edits
    assert "Edits of a course" not in of_student


def test_a_redacted_report_says_which_ids_it_leaves_out() -> None:
    report = printed(journal_of([graded(0)]), redact=True)
    assert "ids of people, courses and assignments are left out" in report


# What rules point at


@pytest.mark.parametrize("redact", [False, True])
def test_what_a_rule_says_of_a_request_stands_there_once(redact: bool) -> None:
    journal = journal_of([*in_one_request(0, 1, 2), graded(3), *in_one_request(4, 5), graded(6)])
    rows = [each.id for each in journal.reader().oldest_first(EVERYTHING)]
    flag(journal, Rule.JUMP, dict.fromkeys(rows, "8 of 10 points"))
    pointed = printed(journal, redact=redact).partition("## Look at these")[2]
    pointed = pointed.partition("## Changes")[0]
    assert [line for line in pointed.splitlines() if "8 of 10" in line] == [
        "| 1–3, 5–6 | jump | 8 of 10 points |",
        "| 4 | jump | 8 of 10 points |",
        "| 7 | jump | 8 of 10 points |",
    ]


def test_what_a_rule_says_otherwise_of_one_of_them_stands_by_itself() -> None:
    journal = journal_of(in_one_request(0, 1, 2))
    first, second, third = (each.id for each in journal.reader().oldest_first(EVERYTHING))
    flag(journal, Rule.JUMP, {first: "by 8", second: "by 9", third: "by 8"})
    report = printed(journal)
    assert "| 1, 3 | jump | by 8 |\n| 2 | jump | by 9 |" in report


# Its files


@pytest.mark.parametrize("there", ["ana.md", "ana.ndjson"])
def test_evidence_is_not_replaced(there: str, tmp_path: Path) -> None:
    (tmp_path / there).write_text("noted earlier")
    with pytest.raises(FileExistsError, match=there):
        write_evidence(journal_of([graded(0)]).reader(), ALL, tmp_path / "ana.md")
    assert [each.name for each in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "noted earlier"


def test_what_is_cut_short_leaves_no_file(tmp_path: Path) -> None:
    left = Ending()
    left.set()
    reader = journal_of([graded(number) for number in range(5)]).reader().until(left)
    with pytest.raises(ReadingEnded):
        write_evidence(reader, ALL, tmp_path / "all.md")
    with pytest.raises(ReadingEnded):
        export_view(reader, EVERYTHING, Format.CSV, tmp_path / "all.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_report_ends_while_it_is_written_too(tmp_path: Path) -> None:
    left = Ending()

    class Leaving(Redactor):
        """At the last of what is read, who asked leaves."""

        def redact_all(self, stored: Sequence[Stored]) -> list[Stored]:
            left.set()
            return list(stored)

    journal = journal_of([graded(number) for number in range(5)])
    with pytest.raises(ReadingEnded):
        write_evidence(
            journal.reader().until(left), ALL, tmp_path / "all.md", redactor=Leaving(journal)
        )
    assert list(tmp_path.iterdir()) == []
