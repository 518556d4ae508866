"""Cases as a test tells them, and what a rule says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tui.events.attention import Rule
from tui.events.delta import delta
from tui.events.event import Flag, GradeState, Kind
from tui.events.ids import CanvasId
from tui.rules.case import Case, Terms
from tui.rules.catalog import rules_of
from tui.rules.settings import RuleSettings

NOON = 1_793_620_800_000
"""2026-11-02 12:00 UTC."""
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
COURSE = CanvasId.of(565)
TEACHER, ASSISTANT, OFFICE = (CanvasId.of(number) for number in (900, 901, 990))


def student(number: int) -> CanvasId:
    return CanvasId.of(100 + number)


def work(number: int) -> CanvasId:
    return CanvasId.of(300 + number)


def given(
    at: int,
    before: str | None,
    after: str | None,
    *,
    who: int = 1,
    on: int = 1,
    by: CanvasId | None = TEACHER,
    points: float | None = 10.0,
    **parts: Any,
) -> Case:
    """A grade given ``at`` ms after noon; ``who`` got it, ``on`` which assignment. Nobody's is
    automatic."""
    case = Case(
        id=0,
        at=NOON + at,
        course=COURSE,
        assignment=work(on),
        student=student(who),
        grader=by,
        before=before,
        after=after,
        points_before=points,
        points_after=points,
        excused_before=False,
        excused_after=False,
    )
    case = replace(case, **parts)
    flags = case.flags
    if case.before is not None and case.after is not None:
        flags |= Flag.REGRADE
    if by is None and case.kind is Kind.GRADE:
        flags |= Flag.AUTOMATIC
    moved = delta(
        GradeState(case.before, case.score_before), GradeState(case.after, case.score_after)
    )
    return replace(case, flags=flags, delta=moved)


def override(at: int, before: str | None, after: str | None, **parts: Any) -> Case:
    """A final grade set by hand; seen live it has no grader."""
    parts = {"kind": Kind.OVERRIDE, "assignment": None, "flags": Flag.OVERRIDE, **parts}
    return given(at, before, after, points=None, **parts)


def course_says(at: int, **terms: Any) -> Case:
    """An event of the course."""
    return Case(id=0, at=NOON + at, kind=Kind.COURSE, course=COURSE, terms=Terms(**terms))


def together(cases: Sequence[Case], group: int = 7, **parts: Any) -> list[Case]:
    """The changes of one request."""
    return [replace(case, group=group, group_size=len(cases), **parts) for case in cases]


def timeline(*cases: Case | Sequence[Case]) -> list[Case]:
    """In order, numbered."""
    flat: list[Case] = []
    for each in cases:
        flat += [each] if isinstance(each, Case) else each
    ordered = sorted(flat, key=lambda case: case.at)
    return [replace(case, id=number) for number, case in enumerate(ordered)]


def said(
    rule: Rule, *cases: Case | Sequence[Case], profile: str = "admin", **settings: Any
) -> dict[int, str]:
    """What the rule says of which case, by its place in the order of time."""
    asked = RuleSettings.model_validate({"profile": profile, **settings})
    line = timeline(*cases)
    (found,) = [each for each in rules_of(asked) if each.name is rule]
    hits = list(found.hits(line))
    whys = {case.id: why for case, why in hits}
    assert len(whys) == len(hits), "a case was hit twice"
    assert not any("\n" in why for why in whys.values())
    return dict(sorted(whys.items()))


def only(whys: dict[int, str]) -> str:
    """What is said of the one case that is hit."""
    (why,) = whys.values()
    return why
