"""What goes wrong in a run, drawn from its seed; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Act(StrEnum):
    """One thing that goes wrong. ``live`` is the way from the relay to the client, ``post`` that
    from Canvas to the relay, ``audit`` that from Canvas's API to the client."""

    KILL_RELAY = "kill -9 the relay"
    KILL_CLIENT = "kill -9 the client"
    KILL_CANVAS = "kill -9 the Canvas"
    TEAR_LIVE = "tear live in a frame"
    RESET_LIVE = "reset live"
    HALF_CLOSE_LIVE = "half-close live"
    STALL_LIVE = "stall live"
    DELAY_LIVE = "delay live"
    REFUSE_LIVE = "refuse live"
    TEAR_POST = "tear a post"
    SWALLOW_ANSWER = "swallow a post's answer"
    STALL_POST = "stall posts"
    TEAR_AUDIT = "tear an audit page"
    STALL_AUDIT = "stall audit"
    REFUSE_AUDIT = "refuse audit"
    OUTLAST_RETENTION = "keep the client away for longer than the relay remembers"
    WIPE_RELAY = "kill -9 the relay and wipe its folder"


LOSING = frozenset({Act.OUTLAST_RETENTION, Act.WIPE_RELAY})
"""After these, live events that the client had not read are gone for good."""
_KILLS = (Act.KILL_RELAY, Act.KILL_CLIENT, Act.KILL_CANVAS)
_OTHERS = tuple(act for act in Act if act not in LOSING and act not in _KILLS)
RETENTION_S = 36 * 3600.0
SHORT_RETENTION_S = 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """An act, ``pause_s`` after the one before has healed, healed ``lasts_s`` after it began."""

    act: Act
    pause_s: float
    lasts_s: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A run. Its relay forgets after ``retention_s``, which is short where a step needs that."""

    seed: int
    steps: tuple[Step, ...]
    rate: float
    """Rows a second."""
    retention_s: float
    faults: Mapping[str, float]
    """Chances of what befalls a webhook's POST, as the Canvas takes them."""

    @property
    def acts(self) -> frozenset[Act]:
        return frozenset(step.act for step in self.steps)

    @property
    def loses(self) -> bool:
        """Whether live events may be lost: each such loss must be recorded as a gap."""
        return not LOSING.isdisjoint(self.acts)


def plan_of(seed: int, *, steps: int = 5) -> Plan:
    """The plan of a seed, always the same: ``steps`` acts (at least 3), at least one of them a
    kill, and in one seed of three one that loses events; each of the ten plans in a row has other
    kinds of harm first, so that few seeds meet all of it."""
    random = Random(f"campaign:{seed}")  # noqa: S311  no secret
    acts = [_KILLS[seed % len(_KILLS)], _OTHERS[seed % len(_OTHERS)]]
    losing = (None, Act.OUTLAST_RETENTION, None, None, Act.WIPE_RELAY, None)[seed % 6]
    if losing is not None:
        acts.append(losing)
    acts += random.choices((*_KILLS, *_OTHERS), k=max(3, steps) - len(acts))
    random.shuffle(acts)
    return Plan(
        seed=seed,
        steps=tuple(Step(act, random.uniform(0.1, 0.6), random.uniform(0.6, 1.8)) for act in acts),
        rate=random.uniform(8.0, 20.0),
        retention_s=SHORT_RETENTION_S if losing is Act.OUTLAST_RETENTION else RETENTION_S,
        faults={"lose": 0.1, "duplicate": 0.15, "delay": 0.15, "reorder": 0.15},
    )
