"""What an inquiry says was read: never more than was, whatever it was read for."""

from __future__ import annotations

import pytest

from tui.events.event import Feed
from tui.events.ids import CanvasId
from tui.events.spans import Spans
from tui.journal.records import Gap, Stretch
from tui.query.ast import Role
from tui.report.inquiry.asking import COURSES_AT_MOST, limits, plan_for
from tui.report.inquiry.inquiry import Inquiry, Share, Sight
from tui.report.inquiry.sight import sight
from tui.report.inquiry.subject import Subject
from tui.report.inquiry.tally import Tally
from tui.sources.audit_api.backfill import Unseen

STUDENT = Subject(Role.STUDENT, CanvasId.of(7))
ESSAY = Subject(Role.ASSIGNMENT, CanvasId.of(9))
COURSE = Subject(Role.COURSE, CanvasId.of(5))
FIVE, SIX = CanvasId.of(5), CanvasId.of(6)


def read(target: str, start: int, end: int, feed: Feed = Feed.AUDIT) -> Stretch:
    return Stretch(feed, target, start, end, 1000)


def test_what_was_read_of_a_course_was_read_of_its_students_in_it() -> None:
    stretches = [
        read("grades of student 7", 10, 20),
        read("grades of course 5", 0, 15),
        read("grades of course 5, student 7", 30, 40),
        read("grades of course 6", 90, 99),
    ]
    seen = sight(STUDENT, [FIVE], stretches, [])
    assert seen.whole == Spans(((10, 20),))
    assert seen.courses == {FIVE: Spans(((0, 15), (30, 40)))}
    assert read("grades of course 6", 90, 99) not in seen.stretches


@pytest.mark.parametrize(
    "target",
    [
        "grades of student 77",
        "grades of course 5, student 77",
        "grades of course 5, assignment 9",
        "grades of course 55",
        "course events of course 5",
        "final-grade overrides of student 7",
    ],
)
def test_what_was_read_of_another_or_of_a_part_is_not_counted(target: str) -> None:
    seen = sight(STUDENT, [FIVE], [read(target, 0, 100)], [])
    assert (seen.whole, seen.courses[FIVE], seen.stretches) == (Spans(), Spans(), ())


def test_an_assignment_is_in_one_course_so_its_course_tells_all() -> None:
    seen = sight(ESSAY, [FIVE], [read("grades of course 5", 0, 50)], [])
    assert seen.whole == Spans(((0, 50),))
    assert sight(ESSAY, [], [read("grades of assignment 9", 1, 2)], []).whole == Spans(((1, 2),))


def test_a_relay_is_a_hint_and_what_it_lost_is_a_gap_until_it_is_read() -> None:
    stretches = [
        read("live events", 0, 100, Feed.LIVE),
        read("live events of course 6", 200, 300, Feed.LIVE),
        read("live events of course 5, student 8", 400, 500, Feed.LIVE),
        read("grades of student 7", 40, 60),
    ]
    gaps = [
        Gap(Feed.LIVE, "live events", 20, 30, "the relay forgot"),
        Gap(Feed.LIVE, "live events", 45, 50, "the relay forgot"),
        Gap(Feed.LIVE, "live events of course 6", 250, 260, "the relay forgot"),
    ]
    seen = sight(STUDENT, [FIVE], stretches, gaps)
    assert seen.heard == Spans(((0, 20), (30, 100)))
    assert [(each.start, each.end) for each in seen.gaps] == [(20, 30)]


def inquiry(subject: Subject, *courses: CanvasId) -> Inquiry:
    shares = tuple(Share(course, Tally(changes=1)) for course in courses)
    return Inquiry(subject=subject, tally=Tally(), courses=shares, sight=Sight())


def test_all_courses_are_asked_at_once_and_else_its_own_before_the_others() -> None:
    plan = plan_for(inquiry(STUDENT, SIX), [FIVE, SIX], since=0)
    assert (plan.first.students, plan.first.courses) == (("7",), ())
    assert [each.courses for each in plan.instead] == [("6",), ("5",)]
    many = [CanvasId.of(number) for number in range(100, 300)]
    assert len(plan_for(inquiry(STUDENT), many, since=0).instead) == COURSES_AT_MOST


def test_an_assignment_is_asked_in_its_course_and_a_course_with_its_events() -> None:
    plan = plan_for(inquiry(ESSAY, FIVE), [FIVE, SIX], since=0)
    assert (plan.first.courses, plan.first.assignments) == (("5",), ("9",))
    assert plan.instead == ()
    assert plan_for(inquiry(ESSAY), [FIVE], since=0).first.courses == ()
    assert plan_for(inquiry(COURSE), [], since=0).first.course_events


def test_what_could_not_be_seen_is_said() -> None:
    refused = [Unseen("grades of student 7", "Canvas refuses")]
    said = " ".join(limits(STUDENT, refused, [FIVE]))
    assert "courses other than the one course known here" in said
    assert "limited to sections" in said
    assert "hide their students" in said
    assert "14 months" in said
    assert "sections" not in " ".join(limits(STUDENT, [], [FIVE]))
    assert "hide" not in " ".join(limits(COURSE, [], []))
