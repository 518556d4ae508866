"""A tail that listens to a relay: what comes is printed at once, whatever is being walked."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.report.samples import grade_event
from tests.report.test_tail import Scripted, Stage, batch, state
from tui.events.event import Feed, Sighting
from tui.journal.records import Batch
from tui.sources.health import Health, State
from tui.sources.source import Recorder


def heard(number: int) -> Batch:
    event = replace(
        grade_event(), key=f"live:{number}", at=number * 1000 + 500, seen_by=(Feed.LIVE,)
    )
    return Batch(sightings=(Sighting(event, "{}"),))


def relay(word: State) -> Health:
    return Health("relay x", word, feed=Feed.LIVE)


async def test_a_live_event_does_not_wait_for_a_walk_and_history_does() -> None:
    stage, printed = Stage(), asyncio.Event()
    stage.paper.when = lambda: printed.set() if stage.paper.text else None
    audit = Scripted(
        "audit",
        [state(State.READING, source="audit"), batch(3, 2), state(State.LIVE, source="audit")],
        waits={2: printed},
        endless=True,
    )
    live = Scripted("relay x", [relay(State.LIVE), heard(7)], endless=True)
    await stage.tail(audit, live, limit=3)
    assert stage.paper.keys == ["live:7", "audit:2", "audit:3"]


async def test_what_a_relay_catches_up_with_waits_and_is_printed_in_order() -> None:
    stage, recorded = Stage(), asyncio.Event()
    audit = Scripted(
        "audit",
        [state(State.READING, source="audit"), batch(3), state(State.LIVE, source="audit")],
        waits={2: recorded},
        endless=True,
    )

    class Late(Scripted):
        """Lets the walk end when it has recorded its own."""

        async def run(self, recorder: Recorder, *, once: bool) -> None:  # noqa: ARG002
            recorder.report(relay(State.READING))
            await recorder.record(heard(2))
            recorded.set()
            await asyncio.sleep(0.05)
            recorder.report(relay(State.LIVE))
            await asyncio.Event().wait()

    await stage.tail(audit, Late("relay x"), limit=2)
    assert stage.paper.keys == ["live:2", "audit:3"]
