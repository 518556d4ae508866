"""How a change came about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.rules.given import TEACHER, course_says, given, override, student, together
from tui.events.event import Flag, Kind
from tui.events.ids import CanvasId
from tui.rules.case import Case
from tui.rules.doing import Doing, act_of, doing_of, is_regrade


def scored(**parts: Any) -> Case:
    """Its score is told, and is the same on both sides."""
    return given(0, "9", "9", score_before=9.0, score_after=9.0, **parts)


WAYS: dict[str, tuple[Case, Doing]] = {
    "a grade": (given(0, None, "9"), Doing.BY_HAND),
    "a regrade": (given(0, "4", "9"), Doing.BY_HAND),
    "a final grade": (override(0, None, "A"), Doing.BY_HAND),
    "a final grade, seen live": (
        override(0, None, None, by=None, actor=TEACHER, score_after=90.0, live=True),
        Doing.BY_HAND,
    ),
    "a final grade by whom nobody tells": (override(0, None, "A", by=None), Doing.UNTOLD),
    "an excusal": (given(0, "4", None, excused_after=True), Doing.BY_HAND),
    "a score within a letter": (given(0, "B", "B"), Doing.BY_HAND),
    "the same on both sides, excused": (
        scored(excused_after=True),
        Doing.BY_HAND,
    ),
    "one of a few": (together([given(0, "4", "9")] * 4)[0], Doing.BY_HAND),
    "one of many": (together([given(0, "4", "9")] * 5)[0], Doing.BULK),
    "a quiz, seen live": (
        given(0, None, "9", by=None, live=True, actor=student(1)),
        Doing.QUIZ,
    ),
    "a tool, seen live": (given(0, None, "9", by=None, live=True), Doing.AUTOMATIC),
    "a quiz or a tool": (given(0, None, "9", by=None), Doing.AUTOMATIC),
    "a missing policy": (given(0, None, "0", by=None), Doing.POLICY),
    "a missing policy of letters": (given(0, None, "F", by=None), Doing.POLICY),
    "a late policy": (given(0, "9", "8.5", by=None), Doing.POLICY),
    "a posting": (scored(), Doing.UNCHANGED),
    "an edit of the points": (
        scored(points_before=9.0),
        Doing.UNCHANGED,
    ),
    "an SIS import": (replace(course_says(0), event_source="sis"), Doing.SIS),
    "a batch of the SIS": (replace(course_says(0), sis_batch=CanvasId.of(3)), Doing.SIS),
    "an edited course": (course_says(0), Doing.OTHER),
    "a total": (replace(given(0, "80", "81"), kind=Kind.COURSE_SCORE), Doing.OTHER),
    "a bare row": (replace(given(0, "4", "9"), grader=None), Doing.UNTOLD),
}


@pytest.mark.parametrize("what", WAYS)
def test_how_it_came_about(what: str) -> None:
    case, doing = WAYS[what]
    assert doing_of(case, 5) is doing


def test_a_regrade_has_a_grade_on_both_sides() -> None:
    assert is_regrade(given(0, "4", "9"))
    assert not is_regrade(given(0, None, "9"))
    assert not is_regrade(given(0, "4", None))
    assert not is_regrade(given(0, "4", "9", excused_before=True))
    assert not is_regrade(given(0, "4", "9", excused_after=True))


def test_the_changes_of_a_request_are_one_act() -> None:
    first, second, alone = (replace(given(0, "4", "9"), id=number) for number in range(3))
    first, second = together([first, second])
    assert act_of(first) == act_of(second) != act_of(alone)
    assert act_of(alone) != act_of(replace(alone, id=7))
    assert act_of(alone) != act_of(replace(alone, group=alone.id))
    assert Flag.AUTOMATIC not in alone.flags
