"""What looks like something to look at and is not: no rule is misled by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.given import (
    ASSISTANT,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    course_says,
    given,
    said,
    student,
    together,
)
from tui.events.attention import Rule
from tui.events.ids import CanvasId
from tui.rules.case import Case

PAIRS = (("4", "9"), ("9", "5"), (None, "8"), ("7", "8"), ("8", "2"), (None, "10"))


def term(*, hour: int = 0, by: CanvasId = ASSISTANT) -> list[Case]:
    """Thirty days on which somebody graded a few, at the same hour."""
    return [
        given(-(day + 1) * DAY + hour * HOUR + n * MINUTE, None, "8", who=3 * day + n, by=by)
        for day in range(30)
        for n in range(3)
    ]


def csv_import() -> list[Case]:
    """New grades and changed ones, up and down, of some assignments: one request at night."""
    rows = [
        given(15 * HOUR + n * 6, *PAIRS[n % 6], who=n // 2, on=n % 2, by=ASSISTANT)
        for n in range(120)
    ]
    return together(rows, request="r", live=True)


def default_grade() -> list[Case]:
    rows = [given(n * 2, None, "10", who=n, on=9, by=ASSISTANT) for n in range(60)]
    return together(rows)


def late_policy() -> list[Case]:
    return [given(n * SECOND, "9", "6.5", who=n, by=None) for n in range(60)]


def missing_policy() -> list[Case]:
    return [given(n * 4, None, "0", who=n, by=None) for n in range(60)]


def quiz_regrade() -> list[Case]:
    """A question of a quiz is worth something else: Canvas grades all attempts again."""
    return [given(n * SECOND, "4", "9", who=n, by=None) for n in range(60)]


def second_attempts() -> list[Case]:
    return [
        given(15 * HOUR + n * SECOND, "2", "10", who=n, by=None, live=True, actor=student(n))
        for n in range(60)
    ]


def posting() -> list[Case]:
    rows = [
        given(n * 3, "9", "9", who=n, score_before=9.0, score_after=9.0, live=True)
        for n in range(60)
    ]
    return together(rows, request="r")


def points_edit() -> list[Case]:
    return [replace(case, points_after=20.0) for case in posting()]


def excusals() -> list[Case]:
    return [
        case
        for n in range(4)
        for case in (
            given(n * MINUTE, "3", None, on=n, by=ASSISTANT, excused_after=True),
            given(3 * HOUR + n * MINUTE, None, "3", on=n, by=ASSISTANT, excused_before=True),
        )
    ]


def sis_import() -> list[Case]:
    return [
        replace(course_says(n, state="available"), event_source="sis", sis_batch=CanvasId.of(3))
        for n in range(60)
    ]


def night_owl() -> list[Case]:
    """A pile of first grades and a few regrades, when this assistant always works."""
    pile = [given(14 * HOUR + n * MINUTE, None, "8", who=n, on=9, by=ASSISTANT) for n in range(60)]
    few = [given(15 * HOUR + n * MINUTE, "8", "8.5", who=n, on=9, by=ASSISTANT) for n in range(4)]
    return [*pile, *few]


def typing_errors() -> list[Case]:
    """Mistyped, and put right at once."""
    return [
        case
        for n in range(4)
        for case in (
            given(n * HOUR, None, "8", who=60 + n, by=ASSISTANT),
            given(n * HOUR + 20 * SECOND, "8", "9", who=60 + n, by=ASSISTANT),
            given(n * HOUR + 50 * SECOND, "9", "8", who=60 + n, by=ASSISTANT),
        )
    ]


LOOKALIKES: dict[str, tuple[list[Case], frozenset[Rule]]] = {
    "a CSV import": (csv_import(), frozenset()),
    "a default grade": (default_grade(), frozenset()),
    "a late policy": (late_policy(), frozenset()),
    "a missing policy": (missing_policy(), frozenset()),
    "a quiz that is graded again": (quiz_regrade(), frozenset()),
    "second attempts at a quiz": (second_attempts(), frozenset()),
    "a posting": (posting(), frozenset()),
    "an edit of the points possible": (points_edit(), frozenset()),
    "excusals, taken back": (excusals(), frozenset()),
    "an SIS import": (sis_import(), frozenset()),
    "a night owl": (night_owl(), frozenset({Rule.REGRADE})),
    "typing errors put right": (typing_errors(), frozenset({Rule.REGRADE})),
}
"""Each with the rules that rightly say something of it."""


@pytest.mark.parametrize("what", LOOKALIKES)
def test_what_only_looks_like_it_is_left_alone(what: str) -> None:
    cases, rightly = LOOKALIKES[what]
    hour = 14 if what == "a night owl" else 0
    ordinary = term(hour=hour)
    usual = {rule for rule in Rule if said(rule, ordinary)}
    assert usual <= {Rule.OFF_HOURS}, "a term of ordinary days is nothing to look at"
    looked_at = {
        rule for rule in Rule if len(said(rule, ordinary, cases)) > len(said(rule, ordinary))
    }
    assert looked_at == rightly


def test_the_same_changes_one_by_one_are_looked_at() -> None:
    one_by_one = [
        replace(case, group=None, group_size=1, at=case.at + n * SECOND)
        for n, case in enumerate(csv_import())
    ]
    looked_at = {rule for rule in Rule if said(rule, term(), one_by_one)}
    assert looked_at >= {Rule.REGRADE, Rule.JUMP, Rule.FAIL_TO_PASS, Rule.BURST, Rule.OFF_HOURS}
