"""The plots: which acts a school sees how often, and what happens once in the middle of it."""

from __future__ import annotations

from dataclasses import dataclass

from tui.campus import acts, course_acts, plots
from tui.campus.acts import CourseAct
from tui.campus.plots import Solo


@dataclass(frozen=True, slots=True)
class Scenario:
    """``acts`` with their weights, and a turn of events.

    ``past`` begins when ``turn`` (0–1) of the history's rows are written, if the history has at
    least ``least`` rows; ``live`` begins with the live acts (``past`` does, if it has not yet
    been). The history spans at least ``hours``, in at least ``courses``.
    """

    name: str
    acts: tuple[tuple[CourseAct, float], ...]
    past: Solo | None = None
    live: Solo | None = None
    turn: float = 0.5
    least: int = 0
    courses: int = 4
    hours: float = 0.0
    anonymous: float = 0.05


_ORDINARY: tuple[tuple[CourseAct, float], ...] = (
    (acts.pile, 50),
    (acts.regrades, 16),
    (acts.quiz, 10),
    (acts.excusals, 4),
    (acts.overrides, 3),
    (acts.csv_import, 1.5),
    (acts.default_grade, 1),
    (acts.missing_policy, 1),
    (acts.points_edit, 2),
    (acts.posting, 1.5),
    (course_acts.administration, 7),
    (course_acts.sis_import, 0.7),
    (course_acts.delete_assignment, 0.3),
)
_CALM = tuple(
    (act, weight)
    for act, weight in _ORDINARY
    if act not in (acts.csv_import, acts.default_grade, acts.missing_policy)
)
"""Without the bulk acts: nothing else to explain many rows at once."""
_EVENING: tuple[tuple[CourseAct, float], ...] = (
    (acts.quiz, 45),
    (acts.pile, 40),
    (acts.regrades, 6),
    (acts.excusals, 6),
    (course_acts.administration, 2),
)
_BLIND: tuple[tuple[CourseAct, float], ...] = (
    (acts.pile, 70),
    (acts.regrades, 20),
    (acts.default_grade, 1),
    (acts.overrides, 3),
    (course_acts.administration, 4),
)


_ALL = (
    Scenario("ordinary", _ORDINARY),
    Scenario("deadline", _EVENING, plots.midnight, plots.another_midnight, turn=0.7),
    Scenario("glitch", _CALM, plots.glitch, turn=0.3, least=300, courses=7, hours=5.0),
    Scenario("anonymous", _BLIND, plots.first_posted, plots.posted, turn=0.6, anonymous=0.7),
)
SCENARIOS: tuple[str, ...] = tuple(each.name for each in _ALL)


def scenario_named(name: str) -> Scenario:
    """The scenario of that name; ``ValueError`` naming the others if there is none."""
    for each in _ALL:
        if each.name == name:
            return each
    raise ValueError(f"no scenario {name!r}: there are {', '.join(SCENARIOS)}")
