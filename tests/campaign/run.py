"""One seeded run: things go wrong, then all is left to catch up, then the journal is judged."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

from tests.campaign.doing import do
from tests.campaign.honesty import dishonesties
from tests.campaign.plan import RETENTION_S, Act, Plan
from tests.campaign.stage import Stage, staged
from tests.campaign.verdict import faults
from tests.campaign.wires import Harm, until
from tui.campus.demo import wall_clock
from tui.events.event import Feed
from tui.journal.records import Stretch

SAMPLE_EVERY_S = 0.25
CATCH_UP_S = 240.0
_LEAST, _LEAST_SAMPLES = 60, 20
"""Events that the relay takes in a run, and looks at the journal meanwhile."""
_LATE_MS = 1_000
"""The Canvas inserts rows that come late up to so much after the moment they are to be seen."""
_LONG_MS = 2_000
"""An outage of this length cannot be missed by the samples."""
_PROOFS = {
    Act.TEAR_LIVE: ("live", Harm.TORN),
    Act.RESET_LIVE: ("live", Harm.RESET),
    Act.HALF_CLOSE_LIVE: ("live", Harm.HALF_CLOSED),
    Act.STALL_LIVE: ("live", Harm.HELD),
    Act.DELAY_LIVE: ("live", Harm.DELAYED),
    Act.REFUSE_LIVE: ("live", Harm.REFUSED),
    Act.TEAR_POST: ("post", Harm.TORN),
    Act.SWALLOW_ANSWER: ("post", Harm.SWALLOWED),
    Act.STALL_POST: ("post", Harm.HELD),
    Act.TEAR_AUDIT: ("audit", Harm.TORN),
    Act.STALL_AUDIT: ("audit", Harm.HELD),
    Act.REFUSE_AUDIT: ("audit", Harm.REFUSED),
}


async def run(plan: Plan, folder: Path) -> None:
    """Fails with all that is wrong, in words."""
    async with staged(plan, folder) as stage, asyncio.TaskGroup() as group:
        await stage.begin()
        beside = [
            group.create_task(stage.witness.listen()),
            group.create_task(_sample(stage)),
        ]
        for step in plan.steps:
            await do(stage, step)
        await until(lambda: len(stage.witness.taken_at) >= _LEAST, "enough has happened")
        await stage.rest()
        settled = wall_clock()
        await stage.post_sentinel()
        if plan.seed % 3:  # the others wait for as long as their client's back-off has grown
            stage.client.kill()
            await stage.client.start()
        await _caught_up(stage, settled)
        for task in beside:
            task.cancel()
        wrong = [*_not_fired(stage), *_judged(stage, settled)]
    assert not wrong, f"{len(wrong)} faults:\n" + "\n".join(wrong[:20])


async def _sample(stage: Stage) -> None:
    while True:
        stage.sample()
        await asyncio.sleep(SAMPLE_EVERY_S)


async def _caught_up(stage: Stage, settled: int) -> None:
    """Both logs are verified beyond the moment when all came to rest, and the stream is read."""
    end = monotonic() + CATCH_UP_S
    while monotonic() < end:
        if _is_caught_up(stage, settled):
            return
        await asyncio.sleep(0.1)
    assert stage.client.running, f"the client has ended:\n{stage.client.complained}"
    raise AssertionError(
        f"not caught up: rest at {settled}, {stage.cursor}, {stage.reader.coverage()}\n"
        f"{stage.client.complained}"
    )


def _is_caught_up(stage: Stage, settled: int) -> bool:
    covered = stage.reader.coverage()
    logs = (f"grades of course {stage.course}", f"course events of course {stage.course}")
    return stage.has_sentinel and all(_read(covered, log, settled) for log in logs)


def _read(covered: list[Stretch], log: str, settled: int) -> bool:
    """Whether all of a log is verified, in one stretch, by a walk that began after the rest."""
    mine = [one for one in covered if one.target == log]
    return len(mine) == 1 and mine[0].end > settled and mine[0].checked_at > settled


def _not_fired(stage: Stage) -> list[str]:
    """Acts of the plan that left no trace."""
    plan, missing = stage.plan, list[str]()
    wires = {"live": stage.live, "post": stage.post, "audit": stage.audit}
    for act in plan.acts:
        if act in _PROOFS:
            wire, harm = _PROOFS[act]
            fired = wires[wire].fired[harm]
        else:
            fired = {
                Act.KILL_RELAY: stage.relay.kills,
                Act.KILL_CLIENT: stage.client.kills,
                Act.KILL_CANVAS: stage.canvas.kills,
                Act.OUTLAST_RETENTION: stage.live.heard["CursorTooOld"],
                Act.WIPE_RELAY: stage.live.heard["EpochChanged"],
            }[act]
        if not fired:
            missing.append(f"did not fire: {act}")
    befallen = stage.campus().outbox.fired
    missing += [f"befell no event: {name}" for name in plan.faults if not befallen[name]]
    return missing


def _judged(stage: Stage, settled: int) -> list[str]:
    truth, held = stage.truth(), stage.held()
    wrong = faults(truth, held, settled=settled - _LATE_MS, may_lose=stage.plan.loses)
    taken = {one.key: stage.witness.taken_at[one.key] for one in truth.live
             if one.key in stage.witness.taken_at}  # fmt: skip
    wrong += dishonesties(truth, stage.samples, stage.outages, taken, stage.course)
    if stage.plan.retention_s == RETENTION_S:  # else it may forget that it had it
        wrong += [f"the relay sent {key} twice" for key in stage.witness.repeated]
    losses = stage.live.heard["CursorTooOld"] + stage.live.heard["EpochChanged"]
    gaps = [gap for gap in held.gaps if gap.feed is Feed.LIVE]
    if bool(gaps) != stage.plan.loses or len(gaps) > losses:
        wrong.append(f"{losses} losses and the gaps {gaps}")
    wrong += [
        f"nobody looked at the journal during {outage}"
        for outage in stage.outages
        if outage.until - outage.since > _LONG_MS and not any(map(outage.shows_in, stage.samples))
    ]
    if len(stage.samples) < _LEAST_SAMPLES:
        wrong.append(f"hardly looked at: {len(stage.samples)} samples")
    return wrong
