"""Doing to a stage what its plan says; each act returns once it has happened and healed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from tests.campaign.frames import Flow, Tear
from tests.campaign.honesty import Outage
from tests.campaign.plan import SHORT_RETENTION_S, Act, Step
from tests.campaign.programs import Program
from tests.campaign.stage import Stage
from tests.campaign.wires import Harm, Wire, until
from tui.campus.demo import wall_clock
from tui.events.event import Feed

_DELAY_S = 0.15
_MISSED = 3
"""Events that the relay takes while the client is away, before it forgets them."""


async def do(stage: Stage, step: Step) -> None:
    """One step; fails where it does not come to pass."""
    await asyncio.sleep(step.pause_s)
    await _ACTS[step.act](stage, step)


@asynccontextmanager
async def _cut_off(stage: Stage, why: Act, *feeds: Feed) -> AsyncGenerator[None]:
    """From the block's beginning to its end nothing comes by these feeds."""
    since = wall_clock()
    yield
    stage.outages += [Outage(feed, since, wall_clock(), why.value) for feed in feeds]


async def _killed(stage: Stage, step: Step, program: Program, *feeds: Feed) -> None:
    program.kill()
    async with _cut_off(stage, step.act, *feeds):
        await asyncio.sleep(step.lasts_s)
    await program.start()


async def _kill_relay(stage: Stage, step: Step) -> None:
    await _killed(stage, step, stage.relay, Feed.LIVE)


async def _kill_client(stage: Stage, step: Step) -> None:
    await _killed(stage, step, stage.client, Feed.LIVE, Feed.AUDIT)


async def _kill_canvas(stage: Stage, step: Step) -> None:
    await _killed(stage, step, stage.canvas, Feed.AUDIT)


async def _tear(wire: Wire, tear: Tear, harm: Harm) -> None:
    before = wire.fired[harm]
    wire.tear(tear)
    await until(lambda: wire.fired[harm] > before, f"something is {harm}")


async def _tear_live(stage: Stage, _step: Step) -> None:
    await _tear(stage.live, Tear(Flow.DOWN), Harm.TORN)


async def _tear_post(stage: Stage, _step: Step) -> None:
    await _tear(stage.post, Tear(Flow.UP), Harm.TORN)


async def _swallow_answer(stage: Stage, _step: Step) -> None:
    await _tear(stage.post, Tear(Flow.DOWN, keep=0.0, least=1), Harm.SWALLOWED)


async def _tear_audit(stage: Stage, _step: Step) -> None:
    await _tear(stage.audit, Tear(Flow.DOWN), Harm.TORN)


async def _listening(stage: Stage) -> None:
    await until(lambda: stage.live.open > 0, "the client listens")


async def _reset_live(stage: Stage, _step: Step) -> None:
    await _listening(stage)
    stage.live.reset()


async def _half_close_live(stage: Stage, _step: Step) -> None:
    await _listening(stage)
    before = stage.live.fired[Harm.HALF_CLOSED]
    stage.live.half_close(Flow.DOWN)
    assert stage.live.fired[Harm.HALF_CLOSED] > before


async def _stall(stage: Stage, step: Step, wire: Wire, *feeds: Feed) -> None:
    before = wire.fired[Harm.HELD]
    wire.stall()
    async with _cut_off(stage, step.act, *feeds):
        await asyncio.sleep(step.lasts_s)
        await until(lambda: wire.fired[Harm.HELD] > before, "something is held back")
    wire.resume()


async def _stall_live(stage: Stage, step: Step) -> None:
    await _listening(stage)
    await _stall(stage, step, stage.live, Feed.LIVE)


async def _stall_post(stage: Stage, step: Step) -> None:
    await _stall(stage, step, stage.post)


async def _stall_audit(stage: Stage, step: Step) -> None:
    await _stall(stage, step, stage.audit, Feed.AUDIT)


async def _delay_live(stage: Stage, step: Step) -> None:
    before = stage.live.fired[Harm.DELAYED]
    stage.live.delay_s = _DELAY_S
    await asyncio.sleep(step.lasts_s)
    await until(lambda: stage.live.fired[Harm.DELAYED] > before, "something is late")
    stage.live.resume()


async def _gone(wire: Wire) -> None:
    wire.reset()
    await until(lambda: wire.open == 0, "every connection is reset")


async def _refuse(stage: Stage, step: Step, wire: Wire, feed: Feed) -> None:
    before = wire.fired[Harm.REFUSED]
    wire.refusing = True
    await _gone(wire)
    async with _cut_off(stage, step.act, feed):
        await asyncio.sleep(step.lasts_s)
        await until(lambda: wire.fired[Harm.REFUSED] > before, "somebody is refused")
    wire.resume()


async def _refuse_live(stage: Stage, step: Step) -> None:
    await _refuse(stage, step, stage.live, Feed.LIVE)


async def _refuse_audit(stage: Stage, step: Step) -> None:
    await _refuse(stage, step, stage.audit, Feed.AUDIT)


async def _resumable(stage: Stage) -> None:
    """Have the client know where it is in the relay's log."""
    await _listening(stage)
    epoch = (await stage.relay_place()).epoch
    await until(
        lambda: stage.cursor is not None and stage.cursor.epoch == epoch, "the client has a cursor"
    )


async def _outlast_retention(stage: Stage, step: Step) -> None:
    """Away while events come, until the relay, started anew, has forgotten them."""
    await _resumable(stage)
    before = stage.live.heard["CursorTooOld"]
    stage.live.refusing = True
    await _gone(stage.live)
    async with _cut_off(stage, step.act, Feed.LIVE):
        await stage.relay_beyond((await stage.relay_place()).seq + _MISSED)
        stage.relay.kill()
        await asyncio.sleep(SHORT_RETENTION_S + 0.5)
        await stage.relay.start()
    stage.live.resume()
    await until(lambda: stage.live.heard["CursorTooOld"] > before, "the cursor is too old")


async def _wipe_relay(stage: Stage, step: Step) -> None:
    await _resumable(stage)
    before = stage.live.heard["EpochChanged"]
    stage.relay.kill()
    async with _cut_off(stage, step.act, Feed.LIVE):
        await asyncio.to_thread(shutil.rmtree, stage.relay_data)
        await asyncio.sleep(step.lasts_s)
    await stage.relay.start()
    await until(lambda: stage.live.heard["EpochChanged"] > before, "the epoch has changed")


_ACTS: dict[Act, Callable[[Stage, Step], Awaitable[None]]] = {
    Act.KILL_RELAY: _kill_relay,
    Act.KILL_CLIENT: _kill_client,
    Act.KILL_CANVAS: _kill_canvas,
    Act.TEAR_LIVE: _tear_live,
    Act.RESET_LIVE: _reset_live,
    Act.HALF_CLOSE_LIVE: _half_close_live,
    Act.STALL_LIVE: _stall_live,
    Act.DELAY_LIVE: _delay_live,
    Act.REFUSE_LIVE: _refuse_live,
    Act.TEAR_POST: _tear_post,
    Act.SWALLOW_ANSWER: _swallow_answer,
    Act.STALL_POST: _stall_post,
    Act.TEAR_AUDIT: _tear_audit,
    Act.STALL_AUDIT: _stall_audit,
    Act.REFUSE_AUDIT: _refuse_audit,
    Act.OUTLAST_RETENTION: _outlast_retention,
    Act.WIPE_RELAY: _wipe_relay,
}
