"""What a run takes place on: Canvas, relay and client as processes, and the wires between them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.campaign.honesty import Outage, Sample
from tests.campaign.plan import Plan
from tests.campaign.programs import GRADEWATCH, Program, cleared, free_port, home_env
from tests.campaign.verdict import Held, Truth
from tests.campaign.wires import Wire, until, wired
from tests.campaign.witness import Witness
from tests.relay.serving import change
from tui.campus.campus import Campus
from tui.campus.demo import wall_clock
from tui.campus.reopen import read_campus
from tui.events.decode import decode
from tui.events.relay_wire import Cursor
from tui.events.times import iso
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.query.ast import EVERYTHING, During

COURSES, STUDENTS = 2, 25
_SENTINEL_AT = 1_767_268_800_000
"""Long ago: the Canvas's own events are of today."""
_THEN = During(_SENTINEL_AT, _SENTINEL_AT + 1)
RETRIES = "0.1,0.3,0.6,1,2"
"""Seconds; a relay that is away for longer than all of them misses an event for good."""


@dataclass
class Stage:
    """A run's places; ``course`` is the one that the client watches."""

    plan: Plan
    folder: Path
    canvas: Program
    relay: Program
    client: Program
    live: Wire
    post: Wire
    audit: Wire
    witness: Witness
    relay_port: int
    journal: Journal
    reader: Reader
    course: int = 0
    sentinel: str = ""
    """The key of the last event."""
    outages: list[Outage] = field(default_factory=list[Outage])
    samples: list[Sample] = field(default_factory=list[Sample])

    @property
    def relay_data(self) -> Path:
        return self.folder / "relay"

    def campus(self) -> Campus:
        """The Canvas as it has recorded itself by now: the oracle."""
        return read_campus(self.folder / "canvas", now=wall_clock)

    def truth(self) -> Truth:
        campus = self.campus()
        return Truth(
            campus.truth(course=self.course),
            campus.course_truth(course=self.course),
            campus.live_truth(course=self.course),
        )

    def held(self) -> Held:
        """The journal, but for the sentinel."""
        events = (one for one in self.reader.oldest_first(EVERYTHING))
        mine = tuple(one for one in events if one.event.key != self.sentinel)
        return Held(mine, tuple(self.reader.gaps()))

    async def post_sentinel(self) -> None:
        """Post an event of our own: who has it has all that the relay took before."""
        document = change(0, course=self.course, event_time=iso(_SENTINEL_AT))
        (sighting,) = decode(document).sightings
        self.sentinel = sighting.event.key
        async with httpx.AsyncClient(trust_env=False) as http:
            url = f"http://127.0.0.1:{self.relay_port}/v1/events"
            answer = await http.post(url, content=json.dumps(document))
        assert answer.status_code == 204, answer

    @property
    def has_sentinel(self) -> bool:
        """Whether the client has committed it."""
        return any(one.event.key == self.sentinel for one in self.reader.oldest_first(_THEN))

    def sample(self) -> None:
        """Note what the journal claims, and after that what it has."""
        at = wall_clock()
        covered, gaps = tuple(self.reader.coverage()), tuple(self.reader.gaps())
        keys = {
            key
            for one in self.reader.oldest_first(EVERYTHING)
            for key in (one.event.key, one.live_key)
            if key is not None
        }
        self.samples.append(Sample(at, covered, gaps, frozenset(keys)))

    @property
    def cursor(self) -> Cursor | None:
        """Where the client's subscription goes on."""
        of = f"ws://127.0.0.1:{self.live.port}/v1/subscribe live events of course {self.course}"
        found = self.journal.relay_cursor(of)
        return None if found is None else found.cursor

    async def relay_place(self) -> Cursor:
        """The relay's epoch and head, as it tells anybody."""
        async with httpx.AsyncClient(trust_env=False) as http:
            told = (await http.get(f"http://127.0.0.1:{self.relay_port}/healthz")).json()
        return Cursor(str(told["epoch"]), int(told["head"]))

    async def relay_beyond(self, head: int) -> None:
        """Return when the relay has taken events up to there."""
        for _ in range(600):
            if (await self.relay_place()).seq >= head:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"the relay never came to {head}")

    async def begin(self) -> None:
        """Relay, Canvas, client, in this order; returns when the client listens."""
        await self.relay.start()
        await self.canvas.start()
        ready = json.loads(self.canvas.said.splitlines()[0])
        self.course = int(ready["courses"][0]["id"])
        self.client.command += ["--course", str(self.course)]
        self.client.env["GRADEWATCH_CANVAS_TOKEN"] = ready["canvas_token"]
        await self.client.start()
        await until(lambda: self.live.open > 0, "the client listens to the relay")

    async def rest(self) -> None:
        """Let nobody act any more, and every event meet its fate."""
        self.canvas.kill()
        self.canvas.command += ["--rows", "1"]
        await self.canvas.start()
        await until(lambda: '"drained"' in self.canvas.said, "every event has met its fate")


def canvas_of(plan: Plan, folder: Path, post: Wire) -> Program:
    command = [
        *(sys.executable, "-m", "tui.campus.serve", "--folder", str(folder / "canvas")),
        *("--port", str(free_port()), "--seed", str(plan.seed), "--rate", f"{plan.rate:.2f}"),
        *("--courses", str(COURSES), "--students", str(STUDENTS), "--retries", RETRIES),
        *("--webhook", f"http://127.0.0.1:{post.port}/v1/events"),
        *("--faults", json.dumps(dict(plan.faults)), "--fault-seed", str(plan.seed)),
    ]
    return Program(
        "canvas", command, folder, env=home_env(folder), ready=lambda said: '"ready"' in said
    )


def relay_of(plan: Plan, folder: Path, port: int) -> Program:
    command = [
        *(GRADEWATCH, "relay", "--listen", f"127.0.0.1:{port}", "--data", str(folder / "relay")),
        *("--retention", f"{plan.retention_s:.0f}s"),
    ]
    return Program(
        "relay", command, folder, env=home_env(folder), ready=lambda said: "subscribe to" in said
    )


def client_of(folder: Path, live: Wire, audit: Wire) -> Program:
    command = [
        *(GRADEWATCH, "tail", "--canvas-url", f"http://127.0.0.1:{audit.port}"),
        *("--relay-url", f"ws://127.0.0.1:{live.port}", "--since", "-1h"),
        *("--poll-interval", "1", "--journal", str(folder / "journal.sqlite3")),
    ]
    return Program("client", command, folder, env=home_env(folder))


@asynccontextmanager
async def staged(plan: Plan, folder: Path) -> AsyncGenerator[Stage]:
    """All of it, nothing started; in the end nothing runs any more."""
    relay_port = free_port()
    journal = Journal.open(folder / "journal.sqlite3", now=wall_clock)
    reader = journal.reader()
    try:
        async with wired(relay_port, framed=True) as live, wired(relay_port) as post:
            canvas = canvas_of(plan, folder, post)
            port = int(canvas.command[canvas.command.index("--port") + 1])
            async with wired(port) as audit:
                live.words = ("CursorTooOld", "EpochChanged")
                stage = Stage(
                    plan=plan,
                    folder=folder,
                    canvas=canvas,
                    relay=relay_of(plan, folder, relay_port),
                    client=client_of(folder, live, audit),
                    live=live,
                    post=post,
                    audit=audit,
                    witness=Witness(f"ws://127.0.0.1:{relay_port}"),
                    relay_port=relay_port,
                    journal=journal,
                    reader=reader,
                )
                with cleared(stage.client, stage.relay, stage.canvas):
                    yield stage
    finally:
        reader.close()
        journal.close()
