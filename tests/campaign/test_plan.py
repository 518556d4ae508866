"""Plans: the same for the same seed, and none of the harm is forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.campaign.plan import LOSING, SHORT_RETENTION_S, Act, plan_of

SEEDS = st.integers(0, 10**9)


@given(SEEDS, st.integers(3, 20))
def test_a_plan_is_its_seeds_alone_and_has_a_kill(seed: int, steps: int) -> None:
    plan = plan_of(seed, steps=steps)
    assert plan == plan_of(seed, steps=steps)
    assert len(plan.steps) == steps
    assert plan.acts & {Act.KILL_RELAY, Act.KILL_CLIENT, Act.KILL_CANVAS}
    assert all(step.pause_s > 0 and step.lasts_s > 0 for step in plan.steps)
    assert 0 < sum(plan.faults.values()) < 1


@given(SEEDS)
def test_the_relay_forgets_soon_only_where_that_is_part_of_the_plan(seed: int) -> None:
    plan = plan_of(seed)
    assert (plan.retention_s == SHORT_RETENTION_S) == (Act.OUTLAST_RETENTION in plan.acts)
    assert plan.loses == bool(plan.acts & LOSING)


@given(SEEDS)
def test_fifty_seeds_in_a_row_meet_every_harm_several_times(first: int) -> None:
    met = [act for seed in range(first, first + 50) for act in plan_of(seed).acts]
    assert all(met.count(act) >= 4 for act in Act)


def test_the_three_plans_of_every_change_kill_each_process_and_lose_something() -> None:
    plans = [plan_of(seed) for seed in range(3)]
    assert {act for plan in plans for act in plan.acts} >= {
        Act.KILL_RELAY,
        Act.KILL_CLIENT,
        Act.KILL_CANVAS,
        Act.OUTLAST_RETENTION,
    }
