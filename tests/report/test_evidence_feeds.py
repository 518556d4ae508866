"""A report calls verified what was read of all that was asked for, and nothing more."""

from __future__ import annotations

from datetime import UTC

from tests.app.school import NOON, NOW, graded, journal_of
from tui.events.event import Feed
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.records import Batch, Stretch
from tui.query.ast import EVERYTHING, Role
from tui.report.evidence.feeds import feeds_for
from tui.report.evidence.question import Question
from tui.report.evidence.write import print_evidence
from tui.report.inquiry.subject import Subject
from tui.sources.targets import OVERRIDE, Targets

HOUR = 3_600_000
VERIFIED = "Every moment of the window is verified"


def seen(
    *read: str,
    targets: Targets | None = None,
    subject: Subject | None = None,
    since: int = NOON - HOUR,
) -> str:
    """What a report says was seen where these feeds of the audit log were read to the end."""
    journal: Journal = journal_of([graded(number) for number in range(7)])
    journal.record(
        Batch(covered=tuple(Stretch(Feed.AUDIT, name, NOON - HOUR, NOW, NOW) for name in read))
    )
    question = Question(
        where=EVERYTHING,
        asked=(),
        subject=subject,
        feeds=() if targets is None else feeds_for(targets),
        since=since,
        until=since + 2 * HOUR,
        at=NOW,
        zone=UTC,
        version="9.9",
    )
    lines: list[str] = []
    print_evidence(lines.append, journal.reader(), question)
    return "".join(lines).partition("## What was seen")[2].partition("### Gaps")[0]


def test_a_course_that_was_never_read_is_not_verified_by_another() -> None:
    both = Targets(courses=("565", "999"), course_events=False)
    report = seen("grades of course 565", targets=both)
    assert "**Not verified**" in report
    assert "grades of course 565" in report
    assert VERIFIED in seen("grades of course 565", "grades of course 999", targets=both)


def test_what_else_was_read_is_not_told_as_read_for_this() -> None:
    report = seen("grades of course 1", targets=Targets(courses=("565", "999")))
    assert "course 1" not in report
    assert "Nothing of the window was read to its end" in report


def test_a_course_is_verified_by_its_grades_and_its_own_events() -> None:
    course = Subject(Role.COURSE, CanvasId.of(565))
    asked = Targets(courses=("565",))
    grades, events = "grades of course 565", "course events of course 565"
    assert "**Not verified**" in seen(grades, targets=asked, subject=course)
    assert f"{VERIFIED}.\n" in seen(grades, events, targets=asked, subject=course)


def test_a_student_read_in_the_known_courses_only_is_said_to_be() -> None:
    ana = Subject(Role.STUDENT, CanvasId.of(40))
    asked = Targets(students=("40",))
    by_course = seen("grades of course 565", targets=asked, subject=ana)
    assert f"{VERIFIED}, course by course: in courses of which the journal knew" in by_course
    assert f"{VERIFIED}.\n" in seen("grades of student 40", targets=asked, subject=ana)


def test_where_no_target_is_named_verified_is_what_is_listed() -> None:
    assert f"{VERIFIED} for what is listed here as read" in seen("grades of course 1")


def test_a_window_yet_to_come_is_not_verified() -> None:
    report = seen("grades of course 565", since=NOW + HOUR)
    assert VERIFIED not in report
    assert "had not begun" in report


def test_a_part_is_held_by_each_feed_that_is_wider() -> None:
    (held,) = feeds_for(Targets(courses=("1",), assignments=(OVERRIDE,), students=("3",)))
    assert held == {
        "final-grade overrides of course 1, student 3",
        "final-grade overrides of course 1",
        "final-grade overrides of student 3",
        "final-grade overrides",
        "grades of course 1, student 3",
        "grades of course 1",
        "grades of student 3",
    }
