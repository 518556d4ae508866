"""By how much a change moved a grade."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.events.delta import delta
from tui.events.event import GradeState

SCORES = st.integers(-(10**9), 10**9).map(lambda hundredths: hundredths / 100)


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (GradeState("4", 4.0), GradeState("5", 5.0), 1.0),
        (GradeState("1.0"), GradeState("1.1"), 0.1),
        (GradeState("B", 8.0), GradeState("A", 9.5), 1.5),
        (GradeState("8"), GradeState("6"), -2.0),
        (GradeState("70%"), GradeState("72,5%"), 2.5),
        (GradeState("70 %"), GradeState("70 %"), 0.0),
        (GradeState("4", 4.0), GradeState("5"), 1.0),
        (GradeState("B"), GradeState("A"), None),
        (GradeState("70%"), GradeState("7"), None),
        (GradeState(), GradeState("5", 5.0), None),
        (GradeState(score=float("inf")), GradeState(score=float("inf")), None),
        (GradeState(score=float("nan")), GradeState(score=1.0), None),
        (GradeState(score=-1.7e308), GradeState(score=1.7e308), None),
        (GradeState("9" * 400), GradeState("1"), None),
        (GradeState("٣"), GradeState("4"), None),
    ],
)
def test_delta_is_by_score_then_number_then_percent(
    before: GradeState, after: GradeState, moved: float | None
) -> None:
    assert delta(before, after) == moved


@given(SCORES, SCORES)
def test_delta_is_exact_in_hundredths(old: float, new: float) -> None:
    there = delta(GradeState(score=old), GradeState(score=new))
    back = delta(GradeState(score=new), GradeState(score=old))
    assert there is not None
    assert back is not None
    assert there == round(new - old, 2)
    assert back == -there


@given(st.text(), st.text())
def test_any_grades_have_a_delta_or_none(old: str, new: str) -> None:
    moved = delta(GradeState(old), GradeState(new))
    assert moved is None or abs(moved) < float("inf")
