"""An inquiry in lines: what is left out is said, and redacted nothing tells who it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from tests.app.school import NOON, NOW, edited, graded, journal_of
from tests.kept import kept
from tui.app.lines import Investigate, Jump, Narrow, Tone
from tui.app.study.investigate_back import Back, Ended
from tui.app.study.investigate_lines import inquiry_lines, tally_words, title, top_lines
from tui.app.study.investigate_time import limit_lines, progress_words, time_lines
from tui.events.event import Feed
from tui.events.ids import CanvasId
from tui.journal.records import Batch, Stretch
from tui.query.ast import Role
from tui.report.inquiry.inquire import EVENTS_AT_MOST, inquire
from tui.report.inquiry.inquiry import Inquiry
from tui.report.inquiry.subject import Subject
from tui.report.inquiry.tally import Tally
from tui.report.redact import Redactor
from tui.sources.audit_api.backfill import Progress, Unseen

ANA = Subject(Role.STUDENT, CanvasId.of(40))
BIOLOGY = Subject(Role.COURSE, CanvasId.of(565))
REFUSED = [
    Unseen("grades of student 40", "Canvas refuses: student 40 across the account"),
    Unseen("grades of course 565, student 40", "Canvas refuses: course 565, student 40"),
]
COURSES = [CanvasId.of(565)]


def inquiry(subject: Subject, count: int = 60, *, redacted: bool = False) -> Inquiry:
    journal = kept(journal_of([*(graded(number) for number in range(count)), edited(70)]))
    read = Stretch(Feed.AUDIT, "grades of course 565", NOON - 3_600_000, NOW, NOW)
    journal.record(Batch(covered=(read,)))
    redactor = Redactor(journal) if redacted else None
    return list(inquire(journal.reader(), subject, redactor))[-1]


def all_text(found: Inquiry) -> str:
    lines = [
        *top_lines(found, UTC),
        *time_lines(found, REFUSED, COURSES, UTC),
        *inquiry_lines(found, UTC),
        *limit_lines(found),
    ]
    return "\n".join([title(found), *(line.text for line in lines)])


def test_sums_say_what_there_is_and_nothing_of_what_there_is_not() -> None:
    assert (
        tally_words(Tally(changes=1, regrades=1, raised=1, net=0.5)) == "1 regrade · 1 up, net +0.5"
    )
    mixed = Tally(changes=3, firsts=2, overrides=1, raised=2, lowered=1, net=-2.0)
    assert tally_words(mixed) == "3 changes: 2 first grades, 1 override · 2 up, 1 down, net -2"
    assert tally_words(Tally(changes=2, others=2)) == "2 changes"
    assert tally_words(Tally(changes=3, regrades=2, others=1)) == "3 changes: 2 regrades, 1 other"


def test_every_line_of_a_change_leads_to_it_and_every_party_to_its_own_inquiry() -> None:
    lines = inquiry_lines(inquiry(ANA), UTC)
    jumps = [line.act.slot for line in lines if isinstance(line.act, Jump)]
    roles = [line.act.pick.role for line in lines if isinstance(line.act, Investigate)]
    assert len(jumps) == 9
    assert set(roles) == {Role.ASSIGNMENT, Role.GRADER, Role.COURSE}


def test_what_is_too_much_to_list_is_counted_and_can_be_had_in_the_table() -> None:
    lines = inquiry_lines(inquiry(BIOLOGY, EVENTS_AT_MOST + 40), UTC)
    narrowing = [line for line in lines if isinstance(line.act, Narrow)]
    assert sum(int(line.text.split()[1]) for line in narrowing) == 41
    assert sum(isinstance(line.act, Jump) for line in lines) == EVENTS_AT_MOST


def test_redacted_no_name_no_id_and_no_words_of_canvas_are_left() -> None:
    plain, text = all_text(inquiry(ANA)), all_text(inquiry(ANA, redacted=True))
    for told in ("Ana Lima", "Hana Sato", "Biology", "#40", "course 565, student 40"):
        assert told in plain
        assert told not in text
    assert "Not seen: Crs 01: Canvas refuses" in text


def test_while_it_is_read_numbers_are_at_least_these() -> None:
    partly = replace(inquiry(ANA), complete=False)
    assert any(line.text.startswith("at least") for line in top_lines(partly, UTC))
    assert not list(time_lines(partly, [], [], UTC))


def test_nothing_verified_is_a_warning() -> None:
    alone = inquiry(ANA)
    lines = list(time_lines(replace(alone, sight=type(alone.sight)()), [], [], UTC))
    assert any(line.tone is Tone.WARN and "nothing of it" in line.text for line in lines)


def test_progress_says_what_is_asked_and_how_far_it_is_but_redacted_not_whom() -> None:
    progress = Progress("grades of student 40", 2, 3, pages=1, events=100, reached=NOON)
    words = progress_words(progress, UTC, redacted=False)
    assert words == (
        "reading grades of student 40 (2 of 3): 1 page, 100 changes, back to 2026-11-02 12:00"
    )
    assert "40" not in progress_words(progress, UTC, redacted=True)
    back = Back(progress=progress)
    back.end(Ended("no student 40 in this Canvas", ()))
    assert back.over == "cut short"
    assert not any("student 40" in part for part in back.words(UTC, redacted=True))
