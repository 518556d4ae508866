"""A report of evidence says what was asked, what was read, every change, and how to prove it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.school import (
    GRADERS,
    NOON,
    NOW,
    STUDENTS,
    batch,
    edited,
    graded,
    journal_of,
    total,
)
from tui.events.event import Change, Feed, Flag, GradeState, Name, Thing
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.records import Batch, Gap, Stretch
from tui.query.ast import EVERYTHING, Is, Role
from tui.report.evidence import findings
from tui.report.evidence.findings import TooMany
from tui.report.evidence.markdown import code, plain
from tui.report.evidence.question import Question
from tui.report.evidence.write import beside, print_evidence, write_evidence
from tui.report.inquiry.subject import Subject
from tui.report.redact import Redactor

ANA = CanvasId.of(40)
HOUR = 3_600_000


def question(**parts: object) -> Question:
    about_ana = Question(
        where=Is(Role.STUDENT, (ANA,)),
        asked=(("student", "40"),),
        subject=Subject(Role.STUDENT, ANA),
        since=NOON - HOUR,
        until=NOON + HOUR,
        at=NOW,
        zone=UTC,
        canvas="https://canvas.example",
        version="9.9",
    )
    return replace(about_ana, **parts)


def printed(journal: Journal, asked: Question, *, redact: bool = False) -> str:
    lines: list[str] = []
    redactor = Redactor(journal) if redact else None
    print_evidence(lines.append, journal.reader(), asked, redactor=redactor)
    return "".join(lines)


def school() -> Journal:
    """Two weeks of Ana's changes among others; some of the time was read, some was lost."""
    journal = journal_of([*(graded(number) for number in range(28)), total(0), total(7)])
    journal.record(
        Batch(
            covered=(Stretch(Feed.AUDIT, "grades of student 40", NOON - HOUR, NOON, NOW),),
            gaps=(Gap(Feed.LIVE, "live events", NOON, NOON + 60_000, "the relay was away"),),
        )
    )
    return journal


def test_every_change_stands_in_it_with_its_ids_by_assignment() -> None:
    report = printed(school(), question())
    assert report.startswith("# Evidence: student Ana Lima (#40)\n")
    assert "### Essay 1 (#300) · Biology 101 (#565)" in report
    for number in (0, 7, 14, 21):
        assert f"`audit:{number:08}`" in report
        assert (
            f"course 565 assignment {300 + number % 4} student 40 grader {980 + number % 3}"
            in report
        )
    assert "audit:00000001`" not in report  # another student's
    assert "2 totals that Canvas recalculated" in report
    assert "4 changes: 1 first grade, 3 regrades · 3 up, net +27.\n" in report


def test_what_was_read_is_apart_from_what_was_not() -> None:
    report = printed(school(), question())
    assert "| audit log (the record) | grades of student 40 | 2026-11-02T11:00:00Z" in report
    not_verified = report.partition("**Not verified**")[2].partition("### Gaps")[0]
    assert "- 2026-11-02T12:00:00Z (12:00:00 +0000) to 2026-11-02T12:45:00Z" in not_verified
    assert "the relay was away" in report
    assert "Every moment of the window is verified" not in report


def test_a_time_that_was_read_whole_is_said_to_be() -> None:
    journal = school()
    whole = Stretch(Feed.AUDIT, "grades of student 40", NOON - HOUR, NOW, NOW)
    journal.record(Batch(covered=(whole,)))
    report = printed(journal, question())
    assert "Every moment of the window is verified." in report
    assert "**Not verified**" not in report


def test_nothing_read_is_never_told_as_quiet() -> None:
    report = printed(journal_of([]), question())
    assert "The journal has no event of what was asked." in report
    assert "Nothing of the window was read to its end" in report


def test_the_sum_is_that_of_the_events_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "ana.md"
    count = write_evidence(school().reader(), question(), path)
    events = beside(path)
    assert events is not None
    assert events == tmp_path / "ana.ndjson"
    lines = events.read_bytes().splitlines()
    assert len(lines) == count == 6
    assert hashlib.sha256(events.read_bytes()).hexdigest() in path.read_text()
    assert json.loads(lines[0])["key"] == "audit:00000000"
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, events)] == [0o600, 0o600]


def test_more_than_anybody_reads_is_refused_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "AT_MOST", 3)
    with pytest.raises(TooMany, match="narrow what is asked for"):
        write_evidence(school().reader(), question(), tmp_path / "ana.md")
    assert list(tmp_path.iterdir()) == []


def test_marks_and_what_rules_point_at_stand_before_the_changes() -> None:
    journal = school()
    [row, *_] = journal.reader().oldest_first(Is(Role.STUDENT, (ANA,)))
    journal.mark(row.id, "asked on | Monday")
    report = printed(journal, question())
    assert "| 1 | asked on \\| Monday |" in report.partition("## Changes")[0]


def test_a_redacted_report_names_nobody_and_holds_no_ids(tmp_path: Path) -> None:
    journal = school()
    hidden = question(asked=(("student", "[redacted]"),), where=EVERYTHING, subject=None)
    report = printed(journal, hidden, redact=True)
    for name in (
        *STUDENTS,
        *GRADERS,
        "Biology",
        "Essay",
        "audit:",
        "grades of student",
        "canvas.ex",
    ):
        assert name not in report
    path = tmp_path / "r.md"
    write_evidence(journal.reader(), hidden, path, redactor=Redactor(journal))
    events = (tmp_path / "r.ndjson").read_text()
    assert not any(name in events for name in (*STUDENTS, *GRADERS))


def test_what_canvas_says_is_text_and_nothing_else() -> None:
    evil = graded(0, after=GradeState("8 | <script>alert(1)</script> `x` [y](http://z)"))
    journal = journal_of([])
    journal.record(batch([evil]))
    report = printed(journal, question())
    assert "<script>" not in report
    assert "8 \\| &lt;script&gt;" in report
    assert "[y]" not in report


def test_people_of_one_name_are_told_apart_in_the_sums() -> None:
    journal = school()
    user = Thing.USER
    same = [Name(user, CanvasId.of(980 + number), "Pat Smith") for number in range(2)]
    journal.record(batch([graded(0, grader=None, flags=Flag.AUTOMATIC)]))
    journal.record(Batch(names=(*same, Name(user, CanvasId.of(982), "automatic"))))
    sums = printed(journal, question(where=EVERYTHING)).partition("## Sums")[2]
    for name in ("Pat Smith (#980)", "Pat Smith (#981)", "automatic (#982)", "automatic"):
        assert f"\n| {name} | " in sums


def test_a_note_of_a_mark_drives_no_terminal() -> None:
    journal = school()
    [row, *_] = journal.reader().oldest_first(Is(Role.STUDENT, (ANA,)))
    journal.mark(row.id, "a\x1b[2J\u202eb")
    report = printed(journal, question())
    assert "\x1b" not in report
    assert "\u202e" not in report


def test_every_field_of_a_course_edit_stands_in_it_and_long_texts_are_cut() -> None:
    journal = journal_of([edited(1, changes={
        "name": Change("Biology", "Biology | autumn"),
        "syllabus_body": Change("a" * 900_000, "b" * 1_000_000),
        "start_at": Change(None, "2026-09-01T00:00:00Z"),
        "is_public": Change(False, False),
    })])  # fmt: skip
    report = printed(journal, question(where=EVERYTHING, subject=None))
    assert "name: Biology → Biology \\| autumn<br>syllabus body: aaa" in report
    assert "… (900,000 characters) → bbb" in report
    assert "<br>start at: 2026-09-01T00:00:00Z |" in report
    assert "is public" not in report
    assert len(report) < 4_000


def test_a_pipe_has_no_events_beside_it_and_a_folder_is_no_file(tmp_path: Path) -> None:
    assert beside(Path(os.devnull)) is None
    assert write_evidence(school().reader(), question(), Path(os.devnull)) == 6
    assert not Path(f"{os.devnull}.ndjson").exists()
    with pytest.raises(IsADirectoryError):
        write_evidence(school().reader(), question(), tmp_path)


def test_the_command_that_sums_takes_any_name(tmp_path: Path) -> None:
    write_evidence(school().reader(), question(), tmp_path / "of ana.md")
    assert "`sha256sum 'of ana.ndjson'`" in (tmp_path / "of ana.md").read_text()


def test_an_address_from_canvas_is_no_link() -> None:
    assert plain("http://x.example www.x.example a@x") == (
        "http\\://x.example www\\.x.example a\\@x"
    )


@given(st.text())
def test_plain_text_has_no_letter_that_markdown_or_html_would_read(text: str) -> None:
    shown = plain(text)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)[`*\[\]|]", shown.replace("\\\\", ""))
    assert "<" not in shown
    assert ">" not in shown


def test_an_id_is_copied_letter_by_letter() -> None:
    assert code("audit:1-2_3") == "`audit:1-2_3`"
    assert code("a`b|c\nd") == "`a'b¦c d`"
