"""What a report calls its window is what was asked for, a filter's times among it."""

from __future__ import annotations

from datetime import UTC

import pytest

from tests.app.school import NOON, NOW, graded, journal_of
from tui.events.event import Feed
from tui.journal.records import Batch, Stretch
from tui.query.ast import Filter
from tui.query.language import parse
from tui.report.evidence.question import Question
from tui.report.evidence.write import print_evidence

HOUR = 3_600_000
VERIFIED = "Every moment of the window is verified"
NOT_VERIFIED = "**Not verified**"


def reported(words: str, *read: tuple[int, int], at: int = NOW, since: int | None = None) -> str:
    """A report of what the filter asks for, where these stretches of the log were read."""
    journal = journal_of([graded(number) for number in range(7)])
    covered = [Stretch(Feed.AUDIT, "grades of course 565", *each, NOW) for each in read]
    journal.record(Batch(covered=tuple(covered)))
    where: Filter = parse(words, now_ms=at, zone=UTC).tree
    question = Question(
        where=where,
        asked=(),
        feeds=(frozenset({"grades of course 565"}),),
        since=since,
        at=at,
        zone=UTC,
        version="9.9",
    )
    lines: list[str] = []
    print_evidence(lines.append, journal.reader(), question)
    return "".join(lines)


@pytest.mark.parametrize(
    "words",
    [
        "at:2026-11-02T12:00..2026-11-02T12:29",
        "since:2026-11-02T12:00 until:2026-11-02T12:29",
        "grader:gil (at:2026-11-02T12:00 OR at:2026-11-02T12:02)",
    ],
)
def test_a_hole_outside_of_the_time_that_a_filter_names_is_not_told(words: str) -> None:
    around = (NOON - 2 * HOUR, NOON - HOUR), (NOON, NOON + HOUR // 2)
    report = reported(words, *around)
    assert f"{VERIFIED}.\n" in report
    assert NOT_VERIFIED not in report
    assert "\n- window: 2026-11-02T12:00:00Z (12:00:00 +0000) to 2026-11-02T12:" in report
    assert NOT_VERIFIED in reported("grader:gil", *around)


def test_a_hole_within_it_is() -> None:
    report = reported("at:2026-11-02T11:00..2026-11-02T12:29", (NOON, NOON + HOUR // 2))
    unread = report.partition(NOT_VERIFIED)[2].partition("### Gaps")[0]
    assert "- 2026-11-02T11:00:00Z (11:00:00 +0000) to 2026-11-02T12:00:00Z" in unread
    assert unread.count("\n- ") == 1


def test_a_filter_and_a_window_leave_what_they_have_in_common() -> None:
    report = reported("until:2026-11-02T12:29", (NOON, NOON + HOUR // 2), since=NOON)
    assert f"{VERIFIED}.\n" in report


def test_times_that_exclude_each_other_leave_no_moment() -> None:
    report = reported("until:2026-11-01 since:2026-11-02", (NOON, NOW))
    assert "What was asked for leaves no moment at all." in report
    assert VERIFIED not in report


def test_the_seconds_since_the_log_was_last_read_are_told_apart() -> None:
    report = reported("since:2026-11-02T12:00", (NOON, NOW - 12_000))
    assert "Every moment of the window until the log was last read is verified.\n" in report
    assert (
        "The log was last read at 2026-11-02T12:44:48Z (12:44:48 +0000); the 12 seconds after "
        "that, until this was asked, are not in it."
    ) in report
    assert NOT_VERIFIED not in report


def test_a_log_that_was_not_read_for_long_is_not_verified_since() -> None:
    report = reported("since:2026-11-02T12:00", (NOON, NOW - 600_000))
    assert "- 2026-11-02T12:35:00Z (12:35:00 +0000) to 2026-11-02T12:45:00Z" in report
    assert "last read" not in report


def test_a_hole_before_is_told_beside_the_seconds_since() -> None:
    report = reported("since:2026-11-02T11:00", (NOON, NOW - 12_000))
    assert "- 2026-11-02T11:00:00Z (11:00:00 +0000) to 2026-11-02T12:00:00Z" in report
    assert "the 12 seconds after that" in report
    assert "to 2026-11-02T12:45:00Z (12:45:00 +0000)\n\n###" not in report
