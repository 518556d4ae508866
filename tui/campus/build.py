"""Building a campus with a past: the same seed, size and clock always give the same rows."""

from __future__ import annotations

from tui.campus.campus import Campus
from tui.campus.found import found, size_for
from tui.campus.people import dice
from tui.campus.registrar import Clock, Registrar
from tui.campus.scenarios import SCENARIOS, Scenario, scenario_named
from tui.campus.scene import Scene
from tui.campus.stage import Stage

__all__ = ["SCENARIOS", "build"]

_HISTORY_RATE = 0.1
"""Rows a second in the past: 8,640 a day."""
_NEWEST_AGE_MS = 2_000
"""How old the newest act of the past is."""


def build(
    scenario: str = "ordinary",
    *,
    seed: int = 1,
    history: int = 500,
    now: Clock,
    courses: int | None = None,
    students: int | None = None,
) -> Campus:
    """A campus in which ``history`` rows have been committed, the newest seconds ago.

    ``courses`` fixes how many courses share them, ``students`` the size of every class (else 30
    to 300). Rows that are committed but come late (missing policy) count too. The people stand
    still until :mod:`tui.campus.live` lets them act. ``ValueError`` for an unknown scenario.
    """
    plot = scenario_named(scenario)
    school = found(
        seed, size_for(history, courses, students, least=plot.courses), anonymous=plot.anonymous
    )
    registrar = Registrar(school, seed=seed, now=now)
    stage = Stage(Scene(registrar, dice(f"{seed}:acts")), plot.acts)
    turned = _live_through(registrar, stage, plot, history) if history else False
    return Campus(registrar, stage, plot, seed=seed, turned=turned)


def _live_through(registrar: Registrar, stage: Stage, plot: Scenario, history: int) -> bool:
    """Act until ``history`` rows are committed, then move it all so that it ends just now.

    Answers whether the scenario's turn of events has begun.
    """
    rate = min(_HISTORY_RATE, history / (plot.hours * 3600)) if plot.hours else _HISTORY_RATE
    stage.scene.room = history
    stage.open(rate, 0)
    turned = False
    while registrar.rows < history:
        if (
            plot.past is not None
            and not turned
            and history >= plot.least
            and registrar.rows >= plot.turn * history
        ):
            stage.cue(plot.past(stage.scene), stage.scene.at)
            turned = True
        stage.move()
        registrar.settle(stage.scene.at)
    stage.scene.room = None
    offset = registrar.now() - _NEWEST_AGE_MS - stage.scene.at
    offset -= offset % 1000
    registrar.shift(offset)
    stage.shift(offset)
    return turned
