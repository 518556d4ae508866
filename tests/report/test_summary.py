"""Sums over gradings agree with a plain reading of the same events, however they are paged."""

from __future__ import annotations

from dataclasses import replace
from math import isclose
from statistics import fmean, median

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.events.event import Flag, Kind
from tui.journal.records import Fact
from tui.report.summary.numbers import Numbers
from tui.report.summary.sums import HOUR, HOURS, QUARTER, STAGES, Span, Sums

END = 30 * HOUR
GRADE = Fact(1, END - HOUR, 0, "grade", 565, 300, 40, 980, 0, None, 7.0, 10.0, None, None, True)

_grades = st.sampled_from([None, 0.0, 3.5, 7.0, 10.0])
_flags = st.sampled_from(
    [0, Flag.REGRADE, Flag.EXCUSED, Flag.AUTOMATIC, Flag.REGRADE | Flag.EXCUSED]
)
_fact = st.builds(
    Fact,
    id=st.integers(1, 10**6),
    at=st.integers(0, END),
    place=st.just(0),
    kind=st.sampled_from([Kind.GRADE.value] * 6 + [Kind.OVERRIDE.value, Kind.COURSE.value]),
    course=st.sampled_from([None, 565, 566]),
    assignment=st.sampled_from([None, 300, 301, "302"]),
    student=st.sampled_from([None, 40, 41, 42, 43]),
    grader=st.sampled_from([None, 980, 981]),
    flags=_flags.map(int),
    before=_grades,
    after=_grades,
    points=st.sampled_from([None, 10.0, 12.0]),
    delta=st.sampled_from([None, -3.5, 0.0, 2.0]),
    group=st.sampled_from([None, None, 1, 2]),
    graded=st.booleans(),
).map(lambda fact: fact if fact.after is None else fact._replace(graded=True))
_facts = st.lists(_fact, max_size=60).map(
    lambda found: sorted(found, key=lambda fact: (fact.at, fact.id), reverse=True)
)


def summed(facts: list[Fact], size: int = 10_000) -> Sums:
    sums = Sums(Span(0, END + 1))
    for begin in range(0, len(facts), size):
        sums.add(facts[begin : begin + size])
    return sums


@given(st.lists(st.floats(-1e6, 1e6).map(lambda number: round(number, 2)), max_size=50))
def test_mean_and_median_are_those_of_the_numbers(numbers: list[float]) -> None:
    found = Numbers()
    for number in numbers:
        found.add(number)
    spread = found.spread()
    if not numbers:
        assert spread is None
        return
    assert spread is not None
    assert spread.median == median(numbers)
    assert isclose(spread.mean, fmean(numbers), abs_tol=1e-6)
    assert (spread.lowest, spread.highest) == (min(numbers), max(numbers))
    assert spread.lowest <= spread.lower <= spread.median <= spread.upper <= spread.highest
    assert sum(number <= spread.lower for number in numbers) * 4 >= len(numbers)
    assert sum(number >= spread.upper for number in numbers) * 4 >= len(numbers)


@settings(max_examples=60)
@given(_facts, st.integers(1, 20))
def test_pages_do_not_matter(facts: list[Fact], size: int) -> None:
    one, other = summed(facts), summed(facts, size)
    assert one.graders() == other.graders()
    assert one.assignments() == other.assignments()
    assert one.rate() == other.rate()
    assert one.read == other.read == len(facts)


@settings(max_examples=60)
@given(_facts)
def test_what_graders_did_is_what_the_events_say(facts: list[Fact]) -> None:
    gradings = [fact for fact in facts if fact.kind == "grade"]
    sums = summed(facts)
    for one in sums.graders():
        own = [
            fact
            for fact in gradings
            if fact.grader == one.grader
            and (one.grader is not None or bool(fact.flags & Flag.AUTOMATIC) == one.automatic)
        ]
        assert one.gradings == len(own)
        assert one.regrades == sum(bool(fact.flags & Flag.REGRADE) for fact in own)
        moved = [fact.delta for fact in own if fact.flags & Flag.REGRADE and fact.delta is not None]
        assert (one.changes is None) == (not moved)
        if one.changes is not None:
            assert one.changes.median == median(moved)
            assert isclose(one.changes.mean, fmean(moved), abs_tol=1e-9)
    rate = sums.rate()
    groups = {fact.group for fact in gradings if fact.group is not None}
    alone = [fact for fact in gradings if fact.group is None]
    assert rate.acts == len(alone) + len(groups) == sum(rate.quarters.values())
    assert rate.gradings == len(gradings) == sum(one.gradings for one in sums.graders())
    assert rate.gradings_by_hour[-1] == sum(fact.at > END - HOUR for fact in gradings)
    assert sum(rate.gradings_by_hour) == sum(fact.at > END - HOURS * HOUR for fact in gradings)
    assert rate.overrides == sum(fact.kind == "override" for fact in facts)


@settings(max_examples=60)
@given(_facts)
def test_an_assignment_counts_the_newest_change_of_each_student(facts: list[Fact]) -> None:
    for one in summed(facts).assignments():
        own = [f for f in facts if f.kind == "grade" and f.assignment == one.assignment]
        newest = {fact.student: fact for fact in reversed(own) if fact.student is not None}
        excused = [each for each in newest.values() if each.flags & Flag.EXCUSED]
        grades = [
            each.after
            for each in newest.values()
            if each.after is not None and not each.flags & Flag.EXCUSED
        ]
        assert one.gradings == len(own)
        assert one.hidden == sum(fact.student is None for fact in own)
        assert one.excused == len(excused)
        assert len(grades) <= one.graded <= len(newest) - len(excused)
        assert one.students >= len(newest)
        assert sum(one.often.values()) == len(grades)
        assert (one.grades is None) == (not grades)
        if one.grades is not None:
            assert one.grades.median == median(grades)
        assert sum(one.stages) <= len(own)


def test_the_changes_of_one_request_are_one_act() -> None:
    alone = GRADE._replace(id=9)
    imported = [GRADE._replace(id=each, student=each, group=5) for each in range(8, 2, -1)]
    (one,) = summed([alone, *imported]).graders()
    assert (one.gradings, one.acts) == (7, 2)
    assert one.last_hour == 0
    assert one.hours[-2] == 2


def test_a_grade_that_was_taken_away_counts_no_more() -> None:
    gone = GRADE._replace(id=2, before=7.0, after=None, graded=False)
    (one,) = summed([gone, GRADE]).assignments()
    assert (one.graded, one.students, one.gradings) == (0, 1, 2)


def test_what_takes_a_letter_away_or_posts_no_grade_is_no_first_grade() -> None:
    gone = GRADE._replace(id=2, after=None, graded=False)
    sums = summed([gone, GRADE])
    (grader,), (assignment,) = sums.graders(), sums.assignments()
    assert (grader.gradings, grader.firsts, assignment.graded) == (2, 1, 0)


def test_a_letter_is_a_grade() -> None:
    letter = GRADE._replace(after=None)
    (one,) = summed([letter]).assignments()
    assert (one.graded, one.grades) == (1, None)


def test_rows_of_hidden_students_are_counted_and_never_make_a_student() -> None:
    hidden = [GRADE._replace(id=each, student=None) for each in range(5, 2, -1)]
    (one,) = summed([*hidden, GRADE]).assignments()
    assert (one.hidden, one.graded, one.students, one.grades and one.grades.count) == (3, 1, 1, 1)


def test_students_of_a_course_are_those_seen_in_any_of_its_assignments() -> None:
    other = GRADE._replace(id=2, assignment=301, student=41)
    found = summed([other, GRADE]).assignments()
    assert [(one.graded, one.students) for one in found] == [(1, 2), (1, 2)]


def test_progress_is_told_by_first_grades() -> None:
    first = GRADE._replace(at=0)
    again = GRADE._replace(id=2, at=END, flags=int(Flag.REGRADE), before=7.0)
    (one,) = summed([again, first]).assignments()
    assert one.stages == (1, *[0] * (STAGES - 1))
    assert sum(one.stages) == 1
    assert END // QUARTER in summed([again]).rate().quarters


def test_a_span_has_no_stage_outside_of_it() -> None:
    span = replace(Span(0, 2), end=48)
    assert [span.stage(at) for at in (-5, 0, 2, 47, 99)] == [0, 0, 1, 23, 23]
