"""The rules over what happens in a simulated school."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.rules.given import DAY, HOUR, MINUTE
from tests.rules.simulated import Told, past, read
from tests.sources.setting import NOON, Time
from tui.campus.build import build
from tui.campus.hand import Hand
from tui.events.attention import Rule
from tui.events.event import Kind
from tui.rules.case import Case
from tui.rules.doing import Doing, act_of, doing_of

ABOUT_PEOPLE = [Rule.SELF_GRADE, Rule.UNUSUAL_GRADER, Rule.WHOLE_CLASS]
OF_ONE_GRADER = [Rule.BURST, Rule.ONE_STUDENT, Rule.SKEW, Rule.OFF_HOURS]
JUDGING_HANDS = [*OF_ONE_GRADER, Rule.REGRADE, Rule.JUMP, Rule.FAIL_TO_PASS, Rule.FLIP_FLOP]


class TestGlitch:
    """Students hold a teacher's rights for 105 minutes: 39 changes, one of them a whole class."""

    @pytest.fixture
    def told(self) -> Told:
        return past("glitch", seed=1, rows=1000)

    def test_the_changes_of_students_are_pointed_at_and_hardly_any_other(self, told: Told) -> None:
        theirs = {case.id for case in told.cases if told.by_student(case)}
        hit = {each for rule in ABOUT_PEOPLE for each in told.hits(rule)}
        acts = {act_of(case) for case in told.cases if case.id in theirs}
        found = {act_of(case) for case in told.cases if case.id in theirs & hit}
        assert len(acts) == 39
        assert len(found) >= 37
        assert len(theirs & hit) >= 0.9 * len(theirs)
        ordinary = [case for case in told.cases if case.id in hit - theirs]
        assert len(ordinary) <= 0.02 * len(told.cases)

    def test_the_class_that_was_raised_is_told_as_one_request(self, told: Told) -> None:
        hits = told.hits(Rule.WHOLE_CLASS)
        assert len(hits) >= 5
        assert all(told.by_student(case) for case in told.cases if case.id in hits)
        assert {why.split(" grades")[0] for why in hits.values()} == {
            f"one request raised {len(hits)} of the {len(hits)}"
        }

    def test_what_the_teachers_put_right_is_there_and_back(self, told: Told) -> None:
        hits = told.hits(Rule.FLIP_FLOP)
        assert len(hits) > 30
        assert not any(told.by_student(case) for case in told.cases if case.id in hits)


class TestOrdinaryDays:
    """Grading, quizzes, imports, default grades, policies, edits of points, postings."""

    @pytest.fixture
    def told(self) -> Told:
        return past("ordinary", seed=3, rows=2500)

    def test_imports_and_default_grades_are_acts_of_one_moment(self, told: Told) -> None:
        bulk = {case.id for case in told.cases if doing_of(case, 5) is Doing.BULK}
        assert len(bulk) > 100, "there are none to be mistaken for a burst"
        for rule in JUDGING_HANDS:
            assert not bulk & told.hits(rule, "admin").keys(), rule

    def test_nobody_is_pointed_at_for_grading(self, told: Told) -> None:
        for rule in [*OF_ONE_GRADER, Rule.SELF_GRADE, Rule.WHOLE_CLASS]:
            assert not told.hits(rule), rule
        assert len(told.hits(Rule.UNUSUAL_GRADER)) <= 0.005 * len(told.cases)

    def test_what_nobody_graded_is_never_hit(self, told: Told) -> None:
        nobodys = {case.id for case in told.cases if doing_of(case, 5) in _NOBODYS}
        assert len(nobodys) > 100
        for rule in Rule:
            assert not nobodys & told.hits(rule, "admin").keys(), rule


_NOBODYS = {Doing.QUIZ, Doing.POLICY, Doing.AUTOMATIC, Doing.SIS}


def test_the_zeros_of_a_missing_policy_are_a_policys() -> None:
    told = past("deadline", seed=3, rows=1500)
    zeros = [case for case in told.cases if case.grader is None and _is_zero(case)]
    assert len(zeros) > 100
    assert {doing_of(case, 5) for case in zeros} == {Doing.POLICY}
    ids = {case.id for case in zeros}
    for rule in Rule:
        assert not ids & told.hits(rule, "admin").keys(), rule


def _is_zero(case: Case) -> bool:
    return case.before is None and case.after in {"0", "0%", "F", "incomplete"}


def school_at_night(owl: bool) -> Told:
    """A month of one grade a day, by day or by night; then, at 3 in the morning, a few."""
    time = Time()
    campus = build("ordinary", seed=3, history=0, now=time.now, courses=1, students=40)
    hand, midnight = Hand(campus), NOON - NOON % DAY
    course = hand.course()
    grader = course.assistants[0].user
    works = [each for each in course.assignments if not campus.school.assignments[each].quiz]
    usual = 3 * HOUR if owl else 14 * HOUR
    for day in range(30, 0, -1):
        student = course.students[day]
        hand.give(works[0], student, 3.0, grader=grader, at=midnight - day * DAY + usual)
    for number in range(4):
        at = midnight + 3 * HOUR + number * MINUTE
        hand.give(works[0], course.students[number + 1], 4.0, grader=grader, at=at)
    return read(campus, time)


def test_whoever_grades_at_night_for_once_is_told_and_a_night_owl_is_not() -> None:
    once = school_at_night(owl=False).hits(Rule.OFF_HOURS)
    assert len(once) == 4
    assert next(iter(once.values())) == (
        "given at 03:00 in the time zone of the settings; 0 of this grader's 30 earlier gradings "
        "here were between 22:00 and 06:00"
    )
    assert not school_at_night(owl=True).hits(Rule.OFF_HOURS)


def test_what_was_seen_live_and_in_the_log_is_told_for_what_it_is() -> None:
    time = Time()
    campus = build("ordinary", seed=3, history=0, now=time.now, courses=1, students=40)
    campus.announce()
    hand = Hand(campus)
    course, work = hand.course(), campus.school.assignments
    quiz = next(each for each in course.assignments if work[each].quiz)
    plain, other = [each for each in course.assignments if not work[each].quiz][:2]
    first, second = course.students[:2]
    for score in (3.0, 4.0):
        hand.quiz(quiz, first, score)
        hand.give(plain, second, score)
        time.ms += 60_000
    hand.points(plain, 20.0)
    hand.excuse(other, second)
    hand.override(course.id, second, "85%")
    hand.hide(plain)
    hand.post(plain)
    told = read(campus, time)
    doings = [doing_of(case, 5) for case in told.cases if case.kind in (Kind.GRADE, Kind.OVERRIDE)]
    counts = Counter(doings)
    assert (counts[Doing.QUIZ], counts[Doing.BY_HAND]) == (2, 4)
    assert counts[Doing.UNCHANGED] >= 2, "the edit of the points, and the posting"
    assert counts.total() == len(doings) == 6 + counts[Doing.UNCHANGED]
    hit = {rule: len(told.hits(rule, "admin")) for rule in Rule}
    assert {rule: count for rule, count in hit.items() if count} == {
        Rule.REGRADE: 1,
        Rule.OVERRIDE: 1,
    }
