"""What holds of every rule, whatever happened."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given as when
from hypothesis import settings
from hypothesis import strategies as st

from tests.rules.given import HOUR, NOON, course_says, given, override, student
from tui.events.attention import Rule
from tui.events.event import Flag, Kind
from tui.events.ids import CanvasId
from tui.rules.case import Along, AttentionRule, Case
from tui.rules.catalog import rules_of
from tui.rules.settings import RuleSettings

EAGER = RuleSettings.model_validate(
    {
        "profile": "admin",
        "bulk": 4,
        "unusual_grader": {"others": 2, "usual": 2, "days": 1},
        "burst": {"minutes": 60, "regrades": 2, "times": 1.0, "days": 1},
        "one_student": {"assignments": 2, "days": 1, "students": 1},
        "off_hours": {"gradings": 2, "days": 2, "usual_percent": 50.0},
        "new_origin": {"gradings": 1, "days": 1},
        "flip_flop": {"days": 1, "typo_minutes": 0},
        "skew": {"regrades": 2, "each": 2, "days": 3, "up_percent": 51.0},
        "whole_class": {"students": 2},
    }
)
"""So that little has to happen."""
RULES: dict[Rule, AttentionRule] = {rule.name: rule for rule in rules_of(EAGER)}
IN_ORDER = {Rule.FLIP_FLOP, Rule.FAIL_TO_PASS, Rule.AFTER_CUTOFF, Rule.OFF_HOURS}
"""What was before what counts for these, even within a second."""

GRADES = (None, "2", "5", "7", "9", "F", "B", "85%")
PEOPLE = (CanvasId.of(900), CanvasId.of(900), CanvasId.of(901), student(0), student(1), None)


def some_time(dice: Random, hours: int) -> int:
    """Within so many hours after noon; many share their second."""
    return dice.randrange(hours) * HOUR + dice.randrange(3) * 1000


def some_change(dice: Random, hours: int) -> Case:
    old, new = dice.choice(GRADES), dice.choice(GRADES)
    if dice.random() < 0.5:
        old, new = dice.choice((("2", "5"), ("5", "9"), ("F", "B")))
    group = dice.choice((None, None, None, 1, 2))
    case = dice.choice((given, given, given, override))(
        some_time(dice, hours),
        old,
        new,
        who=dice.randrange(3),
        by=dice.choice(PEOPLE),
        group=group,
        group_size={None: 1, 1: 2, 2: 9}[group],
        actor=dice.choice(PEOPLE),
        client_ip=dice.choice((None, "192.0.2.1", "192.0.2.2")),
        user_agent=dice.choice((None, "Firefox", "Safari")),
        excused_after=dice.random() < 0.1,
        course=CanvasId.of(dice.choice((1, 1, 2))),
    )
    if case.kind is Kind.GRADE:
        case = replace(case, assignment=CanvasId.of(300 + dice.randrange(3)))
    return replace(case, flags=case.flags | dice.choice((Flag(0), Flag(0), Flag.MASQUERADE)))


def some_course_event(dice: Random, hours: int) -> Case:
    case = course_says(
        some_time(dice, hours),
        state=dice.choice((None, "completed", "available")),
        concludes=dice.choice((None, 0, NOON + 40 * HOUR)),
        zone=dice.choice((None, "America/Denver", "Asia/Tokyo")),
    )
    return replace(case, course=CanvasId.of(dice.choice((1, 2))))


def some_timeline(seed: int, size: int) -> list[Case]:
    """So many cases in the order of time; numbers and places say nothing of when they were."""
    dice = Random(seed)  # noqa: S311  no secret
    hours = dice.choice((2, 12, 96))
    made = (some_course_event if dice.random() < 0.1 else some_change for _ in range(size))
    came = [
        replace(make(dice, hours), id=number, place=number % 5) for number, make in enumerate(made)
    ]
    return sorted(came, key=lambda case: case.order)


SEEDS, SIZES = st.integers(0, 2**32), st.integers(0, 90)


def hits(rule: AttentionRule, cases: list[Case]) -> dict[int, str]:
    found = list(rule.hits(cases))
    whys = {case.id: why for case, why in found}
    assert len(whys) == len(found)
    return whys


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=25, deadline=None)
@when(seed=SEEDS, size=SIZES, start=st.integers(0, 96), length=st.integers(0, 30))
def test_a_verdict_rests_on_what_is_around_it_alone(
    name: Rule, seed: int, size: int, start: int, length: int
) -> None:
    rule, line = RULES[name], some_timeline(seed, size)
    first, last = NOON + start * HOUR, NOON + (start + length) * HOUR
    around = [
        case
        for case in line
        if first - rule.back_ms <= case.at <= last + rule.ahead_ms
        or (rule.along is Along.COURSE and case.kind is Kind.COURSE and case.at < first)
    ]
    judged = {case.id for case in line if first <= case.at <= last}
    whole, part = hits(rule, line), hits(rule, around)
    assert {n: why for n, why in part.items() if n in judged} == {
        n: why for n, why in whole.items() if n in judged
    }


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=15, deadline=None)
@when(seed=SEEDS, size=SIZES)
def test_the_order_in_which_cases_came_does_not_count(name: Rule, seed: int, size: int) -> None:
    line = some_timeline(seed, size)
    mixed = list(line)
    Random(seed).shuffle(mixed)  # noqa: S311  no secret
    if name in IN_ORDER:
        mixed.sort(key=lambda case: case.order)
    else:
        mixed.sort(key=lambda case: case.at)
    assert hits(RULES[name], line) == hits(RULES[name], mixed)


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=15, deadline=None)
@when(seed=SEEDS, size=SIZES)
def test_timelines_may_be_read_together_or_one_by_one(name: Rule, seed: int, size: int) -> None:
    rule, line = RULES[name], some_timeline(seed, size)
    parts: dict[object, list[Case]] = {}
    for case in line:
        parts.setdefault(_timeline(rule.along, case), []).append(case)
    apart = {n: why for part in parts.values() for n, why in hits(rule, part).items()}
    assert apart == hits(rule, line)


def _timeline(along: Along, case: Case) -> object:
    match along:
        case Along.EVENT:
            return case.id
        case Along.GRADER:
            return case.grader
        case Along.COURSE:
            return case.course
        case Along.SUBMISSION:
            return (case.kind, case.course, case.assignment, case.student)


def test_these_timelines_make_every_rule_speak() -> None:
    """Else the properties would say nothing."""
    lines = [some_timeline(seed, 80) for seed in range(40)]
    silent = {name for name, rule in RULES.items() if not any(hits(rule, line) for line in lines)}
    assert not silent
