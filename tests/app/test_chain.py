"""The history of a submission says of each step what it was, and how long it took to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from tests.app.school import NOON, batch, edited, graded, journal_of
from tui.app import details
from tui.app.chain import lapse_words, step_words
from tui.app.details import read_detail
from tui.app.lines import Jump, Line
from tui.app.tabs import Tab, tab_lines
from tui.events.event import Change, Event, Flag, GradeState, Kind, Links
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.query.ast import EVERYTHING
from tui.report.redact import Redactor

EXCUSED = GradeState(None, excused=True)
BLANK = GradeState(None, excused=False)


def step(number: int, before: GradeState, after: GradeState, **parts: object) -> Event:
    """A change of one and the same submission, ``number`` seconds after noon."""
    told: dict[str, object] = {
        "student": CanvasId.of(40),
        "assignment": CanvasId.of(300),
        "before": before,
        "after": after,
        "flags": Flag.REGRADE if before.grade and after.grade else Flag(0),
    }
    return replace(graded(number), **(told | parts))


def shown(journal: Journal, tab: Tab, *, redact: bool = False) -> list[Line]:
    reader = journal.reader()
    [newest] = reader.slots(EVERYTHING, limit=1)
    detail = read_detail(reader, newest.id, Redactor(journal) if redact else None)
    assert detail is not None
    return tab_lines(tab, detail, zone=UTC, canvas=None)


def text(journal: Journal, tab: Tab = Tab.HISTORY, *, redact: bool = False) -> str:
    return "\n".join(line.text for line in shown(journal, tab, redact=redact))


def test_the_whole_chain_stands_in_order_with_who_how_much_and_how_long_between() -> None:
    journal = journal_of(
        [
            step(0, BLANK, GradeState("4", points_possible=10)),
            step(90, GradeState("4", points_possible=10), GradeState("6.5", points_possible=10)),
            step(7_290, GradeState("6.5"), EXCUSED),
            step(7_290, EXCUSED, GradeState("6.5"), key="audit:back", grader=CanvasId.of(981)),
        ]
    )
    lines = text(journal).splitlines()
    assert lines[0].startswith("4 changes known here, oldest first")
    assert lines[1] == "  ● 2026-11-02 12:00:00  first grade  – → 4  Gil Ro"
    assert lines[2] == "  │  1 min 30 s later"
    assert lines[3] == "  ● 2026-11-02 12:01:30  regrade      4 → 6.5  +2.5  Gil Ro"
    assert lines[4] == "  │  2 h later"
    assert lines[5] == "  ● 2026-11-02 14:01:30  excused      6.5 → EX  Gil Ro"
    assert lines[6] == "  │  in the same second"
    assert lines[7] == "> ● 2026-11-02 14:01:30  not excused  EX → 6.5  Hana Sato"


def test_a_long_history_is_shown_around_the_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(details, "HISTORY_AT_MOST", 4)
    grades = [GradeState(str(number)) for number in range(11)]
    journal = journal_of([step(each, grades[each], grades[each + 1]) for each in range(10)])
    slots = journal.reader().slots(EVERYTHING, limit=10)[::-1]
    for at, changes, older, newer in ((0, "0123", 0, 6), (5, "3456", 3, 3), (9, "6789", 6, 0)):
        detail = read_detail(journal.reader(), slots[at].id, None)
        assert detail is not None
        assert [each.before.grade for each in (one.event for one in detail.history)] == [*changes]
        assert (detail.older, detail.newer) == (older, newer)
        lines = [line.text for line in tab_lines(Tab.HISTORY, detail, zone=UTC, canvas=None)]
        assert lines[0].startswith("10 changes known here")
        assert (f"… {newer} newer ones left out" in lines) == bool(newer)
        assert (f"… {older} older ones left out" in lines) == bool(older)
        assert sum(line.startswith("> ●") for line in lines) == 1


def test_a_step_can_be_gone_to() -> None:
    journal = journal_of([step(0, BLANK, GradeState("4")), step(9, GradeState("4"), EXCUSED)])
    jumps = [line.act for line in shown(journal, Tab.HISTORY) if isinstance(line.act, Jump)]
    assert [jump.slot.at for jump in jumps] == [NOON, NOON + 9_000]


@pytest.mark.parametrize(
    ("event", "graded_before", "words"),
    [
        (step(1, BLANK, GradeState("4")), False, "first grade"),
        (step(1, BLANK, GradeState("4")), True, "graded anew"),
        (step(1, GradeState("4"), BLANK), True, "grade gone"),
        (step(1, GradeState("4"), GradeState("5")), True, "regrade"),
        (
            step(1, GradeState("4", points_possible=5), GradeState("4", points_possible=10)),
            True,
            "points",
        ),
        (step(1, GradeState("A"), GradeState("B"), kind=Kind.OVERRIDE), True, "final grade"),
        (edited(1), False, "updated"),
    ],
)
def test_each_sort_of_step_has_its_word(event: Event, graded_before: bool, words: str) -> None:
    assert step_words(event, graded=graded_before) == words


def test_a_student_revealed_later_is_a_step_of_the_history() -> None:
    hidden = step(0, BLANK, GradeState("4"), student=None, flags=Flag.HIDDEN_STUDENT)
    journal = journal_of([hidden])
    journal.record(batch([replace(hidden, student=CanvasId.of(40), flags=Flag(0))]))
    assert "○ 2026-11-02 12:45:00  revealed" in text(journal)
    assert "Ana Lima" not in text(journal, redact=True)


def test_marks_and_flags_stand_at_the_end_of_a_step() -> None:
    journal = journal_of([step(0, BLANK, GradeState("4")), step(9, GradeState("4"), EXCUSED)])
    [newest, _] = journal.reader().slots(EVERYTHING, limit=2)
    journal.mark(newest.id, "why?")
    assert text(journal).splitlines()[-1].endswith("Gil Ro  *")


def test_a_copy_leads_to_what_the_other_course_says_of_it() -> None:
    there = edited(
        3, key="audit:there", course=CanvasId.of(560), type="copied_to", changes={},
        links=Links(copied_to=CanvasId.of(565)),
    )  # fmt: skip
    here = edited(5, type="copied_from", changes={}, links=Links(copied_from=CanvasId.of(560)))
    other = edited(
        4, key="audit:other", course=CanvasId.of(560), type="copied_to", changes={},
        links=Links(copied_to=CanvasId.of(999)),
    )  # fmt: skip
    journal = journal_of([there, other, here])
    [line] = [each for each in shown(journal, Tab.LINKS) if "the other side" in each.text]
    assert "copied to, as Biology 100 tells it" in line.text
    assert isinstance(line.act, Jump)
    assert line.act.slot.at == there.at


def test_long_texts_of_a_course_are_compared_word_by_word() -> None:
    old = "Exams are on Friday in the great hall"
    event = edited(3, changes={"syllabus_body": Change(old, old.replace("Friday", "Monday"))})
    lines = text(journal_of([event]), Tab.CHANGE)
    assert "syllabus body   Exams are on [-Friday-] {+Monday+} in the great hall" in lines
    assert "Friday" not in text(journal_of([event]), Tab.CHANGE, redact=True)


def test_a_text_as_long_as_a_book_fills_neither_the_history_nor_the_pane() -> None:
    long = "word " * 200_000
    one = edited(3, changes={"syllabus_body": Change(long, f"{long}more")})
    two = edited(4, changes={"syllabus_body": Change("x" * 1_000_000, "y" * 1_000_000)})
    journal = journal_of([one, two])
    assert len(text(journal)) < 2_000
    assert "more characters)" in text(journal, Tab.CHANGE)
    assert len(text(journal, Tab.CHANGE)) < 50_000


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "in the same second"),
        (12_000, "12 s later"),
        (3_600_000, "1 h later"),
        (93_784_000, "1 d 2 h later"),
        (400 * 86_400_000, "400 d later"),
    ],
)
def test_a_lapse_is_told_in_its_two_largest_units(ms: int, words: str) -> None:
    assert lapse_words(ms) == words
