"""The demo's Canvas: a campus with a past, served, and people who go on acting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from tui.campus.build import build
from tui.campus.live import live
from tui.campus.live_events.courier import Courier
from tui.campus.server import CampusServer

HISTORY = 500
RATE = 1.0
"""Rows a second."""


@dataclass(frozen=True, slots=True)
class DemoCourse:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Ready:
    """What a client needs; as JSON it is the line that ``demo --headless`` prints."""

    canvas_url: str
    canvas_token: str
    courses: tuple[DemoCourse, ...]
    relay_url: str | None = None
    relay_token: str | None = None

    def as_json(self) -> dict[str, object]:
        """Plain data, courses as a list of ``{"id", "name"}``."""
        return {**asdict(self), "courses": [asdict(course) for course in self.courses]}


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where live events go, and where those who listen get them."""

    events_url: str
    secret: str
    relay_url: str
    relay_token: str


def wall_clock() -> int:
    """UTC milliseconds now."""
    return time.time_ns() // 1_000_000


async def serve(
    scenario: str,
    *,
    seed: int,
    rate: float = RATE,
    events: int = HISTORY,
    ready: Callable[[Ready], None],
    stop: asyncio.Event,
    webhook: Webhook | None = None,
    now: Callable[[], int] = wall_clock,
) -> None:
    """Serve a simulated Canvas on 127.0.0.1 until ``stop`` is set; ``ready`` is told when it is.

    With a ``webhook`` it posts its live events there. ``ValueError`` for an unknown scenario.
    """
    campus = await asyncio.to_thread(build, scenario, seed=seed, history=events, now=now)
    async with CampusServer(campus) as server, asyncio.TaskGroup() as group:
        at_work = [group.create_task(live(campus, rate=rate))]
        if webhook is not None:
            outbox = campus.announce()
            courier = Courier(outbox, webhook.events_url, secret=webhook.secret)
            at_work.append(group.create_task(courier.run()))
        courses = tuple(DemoCourse(str(number), name) for number, name in campus.courses)
        relay = (None, None) if webhook is None else (webhook.relay_url, webhook.relay_token)
        ready(Ready(server.url, campus.token, courses, *relay))
        await stop.wait()
        for task in at_work:
            task.cancel()
