"""The simulation: determinism, scenarios, live acts, the oracle's independence of the clock."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import pairwise

import pytest

from tests.campus.wire import NOW, Clock
from tui.campus.build import SCENARIOS, build
from tui.campus.campus import Campus
from tui.campus.hand import Hand
from tui.campus.hostile import hostile
from tui.campus.live import act_until, live
from tui.campus.plots import CHANGES, GLITCH_MINUTES
from tui.campus.school import Grading


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_same_seed_gives_the_same_rows_and_another_seed_others(scenario: str) -> None:
    one, two, other = (build(scenario, seed=seed, history=800, now=Clock()) for seed in (5, 5, 6))
    assert list(one.ledger.rows()) == list(two.ledger.rows()) != list(other.ledger.rows())
    assert one.ledger.course_rows == two.ledger.course_rows
    assert one.truth(course=565) == two.truth(course=565)
    assert one.token == two.token != other.token


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("history", [0, 1, 500, 5000])
def test_a_history_has_the_number_of_rows_asked_for_and_ends_seconds_ago(
    scenario: str, history: int
) -> None:
    campus = build(scenario, seed=2, history=history, now=Clock())
    assert campus.registrar.rows == history
    if history:
        newest = max(campus.ledger.second, default=0)
        newest = max([newest, *(row.second for row in campus.ledger.course_rows)])
        assert 0 <= NOW / 1000 - newest < 10
        assert max(campus.ledger.visible, default=0) <= NOW


def test_an_unknown_scenario_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'party': there are ordinary, deadline, glitch"):
        build("party", now=Clock())


def ordinary() -> Campus:
    return build("ordinary", seed=4, history=20_000, now=Clock())


def test_ordinary_life_has_everything_that_happens_to_grades() -> None:
    campus = ordinary()
    rows = list(campus.ledger.rows())
    assert any(row.before is not None and row.after != row.before for row in rows), "regrades"
    assert any(row.excused_after for row in rows)
    assert any(row.grader == 0 and row.score for row in rows), "quizzes"
    assert any(row.assignment == 0 and row.period == 0 for row in rows), "overrides"
    assert any(row.assignment == 0 and row.period > 0 for row in rows)
    assert any(
        row.points_before != row.points_after for row in rows if row.points_before is not None
    )
    letters = {a.id for a in campus.school.assignments.values() if a.grading is Grading.LETTER}
    assert any(
        row.assignment in letters and row.before == row.after and row.after for row in rows
    ), "a score that moved inside its letter"
    assert max(Counter(campus.ledger.second).values()) > 50, "bulk edits"
    assert {row.type for row in campus.ledger.course_rows} >= {
        "created", "updated", "claimed", "published", "concluded", "unconcluded", "copied_from",
        "copied_to", "reset_from", "reset_to", "deleted", "restored",
    }  # fmt: skip
    assert any(row.source == "sis" and row.sis_batch for row in campus.ledger.course_rows)
    students = [len(course.students) for course in campus.school.courses.values()]
    assert all(size == 0 or 30 <= size <= 301 for size in students)


def test_the_missing_policys_rows_come_seconds_to_minutes_late_and_together() -> None:
    campus = ordinary()
    late = [
        (visible, visible / 1000 - second)
        for visible, second in zip(campus.ledger.visible, campus.ledger.second, strict=True)
        if visible / 1000 - second >= 2
    ]
    assert late
    assert all(2 <= lag < 240 for _, lag in late)
    assert max(Counter(visible for visible, _ in late).values()) > 5


def test_people_grade_at_human_speed() -> None:
    campus = build("ordinary", seed=4, history=3000, now=Clock())
    requests = Counter(row.request for row in campus.ledger.rows())
    seconds: dict[int, list[int]] = {}
    for row in campus.ledger.rows():
        if row.grader and requests[row.request] == 1:
            seconds.setdefault(row.grader, []).append(row.second)
    gaps = sorted(
        later - earlier for times in seconds.values() for earlier, later in pairwise(times)
    )
    assert 10 < gaps[len(gaps) // 2] < 90


@pytest.mark.parametrize("history", [500, 3000])
def test_the_glitch_is_that_of_2012(history: int) -> None:
    clock = Clock()
    campus = build("glitch", seed=1, history=history, now=clock)
    people = {student for course in campus.school.courses.values() for student in course.students}
    changes = [row for row in campus.ledger.rows() if row.grader in people]
    requests = Counter(row.request for row in changes)
    assert len(requests) == CHANGES == 39
    (whole,) = [request for request, count in requests.items() if count > 1]
    raised = [row for row in changes if row.request == whole]
    course = campus.school.courses[raised[0].course]
    assert {row.student for row in raised} == set(course.students)
    assert max(row.second for row in changes) - min(row.second for row in changes) < (
        GLITCH_MINUTES * 60
    )
    assert any(row.grader == row.student for row in changes)
    assert campus.school.promoted == {}, "it is over"


def test_while_the_glitch_lasts_278_students_have_a_teachers_rights() -> None:
    clock = Clock()
    campus = build("glitch", seed=1, history=0, now=clock)
    campus.begin(0.5)
    clock.tick(60)
    act_until(campus, clock())
    promoted = campus.school.promoted
    assert sum(len(students) for students in promoted.values()) == 278
    course, students = next((c, s) for c, s in promoted.items() if s)
    token = campus.mint("culprit", min(students))
    clock.tick(50 * 60)
    act_until(campus, clock())
    assert campus.truth(course=course, token=token) == campus.truth(course=course)
    clock.tick(60 * 60)
    act_until(campus, clock())
    assert campus.truth(course=course, token=token) == ()


def test_the_deadline_evening_ends_with_zeros_for_the_missing() -> None:
    clock = Clock()
    campus = build("deadline", seed=1, history=2000, now=clock)
    campus.begin(1)
    clock.tick(300)
    act_until(campus, clock())
    rows = list(campus.ledger.rows())
    assert len({row.grader for row in rows if row.grader}) >= 4, "several TAs"
    quizzes = [row for row in rows if row.grader == 0 and row.score]
    assert len(quizzes) > 300
    zeros = [
        visible - row.second * 1000
        for row, visible in zip(rows, campus.ledger.visible, strict=True)
        if row.grader == 0 and row.score == 0
    ]
    assert len(zeros) > 100
    assert max(zeros) > 10_000


def test_anonymous_grading_hides_most_students_and_posting_reveals_them() -> None:
    clock = Clock()
    campus = build("anonymous", seed=1, history=2000, now=clock)

    def hidden() -> dict[str, int | None]:
        return {
            row.id: row.student
            for course, _ in campus.courses
            for row in campus.truth(course=course, end=NOW)
        }

    before = hidden()
    assert 0.3 < sum(student is None for student in before.values()) / len(before) < 0.95
    assert any(row.anonymous for row in campus.truth(course=565))
    campus.begin(0.5)
    clock.tick(120)
    act_until(campus, clock())
    after = hidden()
    revealed = [key for key, student in before.items() if student is None and after[key]]
    assert revealed


@pytest.mark.parametrize("rate", [0.5, 5.0, 50.0])
def test_live_rows_come_at_the_rate_asked_for(rate: float) -> None:
    clock = Clock()
    campus = build("ordinary", seed=9, history=300, now=clock)
    campus.begin(rate)
    before = campus.registrar.rows
    seconds = 1200 / rate
    clock.tick(seconds)
    act_until(campus, clock())
    assert 0.8 < (campus.registrar.rows - before) / 1200 < 1.5


async def test_live_acts_happen_now_until_cancelled() -> None:
    clock = Clock()
    campus = build("ordinary", seed=9, history=50, now=clock)
    before = len(campus.ledger)

    async def sleep(seconds: float) -> None:
        clock.tick(seconds)
        if clock() > NOW + 120_000:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await live(campus, rate=2, sleep=sleep)
    new = list(campus.ledger.rows())[before:]
    assert len(new) > 100
    assert all(NOW // 1000 <= row.second <= clock() // 1000 for row in new if row.grader)


def test_at_rate_0_nobody_acts() -> None:
    clock = Clock()
    campus = build("glitch", seed=9, history=50, now=clock)
    campus.begin(0)
    rows = campus.registrar.rows
    clock.tick(3600)
    act_until(campus, clock())
    assert campus.registrar.rows <= rows + 100, "who was at work finishes"
    clock.tick(36_000)
    rows = campus.registrar.rows
    act_until(campus, clock())
    assert campus.registrar.rows == rows


def test_a_hostile_campus_attacks_in_every_text() -> None:
    attack = "\x1b]52;c;eA==\x07[/x]"
    campus = build("ordinary", seed=4, history=3000, now=Clock())
    hostile(campus, attack)
    school = campus.school
    named = [*school.people.values(), *school.assignments.values(), *school.courses.values()]
    assert all(attack in thing.name for thing in named)
    Hand(campus).give(school.courses[565].assignments[0], school.courses[565].students[0], 3)
    rows = campus.truth(course=565)
    assert all(row.after is None or attack in row.after for row in rows)
    assert all(attack in (row.source or "") for row in campus.course_truth(account=1))


@pytest.mark.campaign
def test_a_million_rows_are_possible() -> None:
    assert build(seed=1, history=1_000_000, now=Clock()).registrar.rows == 1_000_000
