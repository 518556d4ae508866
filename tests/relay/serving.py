"""A whole relay over a real port, on a real log, and clients that know only the contract."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.events.wire import Json, live
from tui.events.decode import decode
from tui.relay.event_log import Arrival, Entry, EventLog
from tui.relay.file_log.file_log import FileLog
from tui.relay.options import RelayOptions
from tui.relay.server import RelayAddress, serve_relay

PATIENCE = 60.0
ROOT = "21070000000000001"
"""The root account of these tests' school, on shard 2107."""


def wall_clock() -> int:
    return time.time_ns() // 1_000_000


def change(number: int, *, course: int = 565, **more: object) -> Json:
    """A grade change in a course of shard 2107, a live event of its own for each number."""
    metadata: Json = {
        "root_account_id": ROOT,
        "context_type": "Course",
        "context_id": f"2107{course:013}",
        "request_id": f"request-{number}",
    }
    body: Json = {"grade": str(number), "user_id": "21070000000000048", "muted": False}
    return live("grade_change", body, **(metadata | more))


def arrival(document: Json, received_at: int | None = None) -> Arrival:
    """As the relay's ingest makes it."""
    decoded = decode(document)
    (sighting,) = decoded.sightings
    event = sighting.event
    at = wall_clock() if received_at is None else received_at
    return Arrival(event.key, event.kind, event.course, decoded.home_shard, at, sighting.raw)


@dataclass
class Watched:
    """A log whose epoch and floor a test can change under its readers."""

    log: FileLog
    new_epoch: str | None = None
    new_floor: int | None = None

    @property
    def epoch(self) -> str:
        return self.new_epoch or self.log.epoch

    @property
    def floor(self) -> int:
        return self.log.floor if self.new_floor is None else self.new_floor

    @property
    def head(self) -> int:
        return self.log.head

    async def append(self, arrivals: Sequence[Arrival]) -> int:
        return await self.log.append(arrivals)

    async def read(self, start: int, limit: int) -> Sequence[Entry]:
        return await self.log.read(max(start, self.floor), limit)

    async def wait(self, head: int) -> None:
        await self.log.wait(head)

    async def close(self) -> None:
        await self.log.close()


@dataclass
class Serving:
    """A relay that runs."""

    address: RelayAddress
    log: Watched
    stop: asyncio.Event
    ended: asyncio.Task[None]

    async def append(self, *documents: Json) -> None:
        await self.log.append([arrival(each) for each in documents])

    def http(self, **more: object) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.address.base_url,
            timeout=PATIENCE,
            trust_env=False,
            **more,  # pyright: ignore[reportArgumentType]  httpx's own options
        )

    def url(self, query: str = "") -> str:
        return f"{self.address.subscribe_url}{query and '?'}{query}"

    def cursor(self, seq: int) -> str:
        return f"cursor={self.log.epoch}.{seq}"


@asynccontextmanager
async def serving(folder: Path, options: RelayOptions | None = None) -> AsyncGenerator[Serving]:
    """Run a relay on a free port until the block ends, or its ``stop`` is set."""
    opened: list[Watched] = []

    async def open_log(chosen: RelayOptions) -> EventLog:
        log = await FileLog.open(folder / "log", retention_s=chosen.retention_s, clock=wall_clock)
        opened.append(Watched(log))
        return opened[0]

    options = replace(options or RelayOptions(grace_s=2), port=0, open_log=open_log)
    stop = asyncio.Event()
    ready: asyncio.Future[RelayAddress] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(serve_relay(options, ready=ready.set_result, stop=stop))
        address = await ready
        try:
            yield Serving(address, opened[0], stop, task)
        finally:
            stop.set()


@dataclass
class Client:
    """A subscription, read frame by frame."""

    wire: ClientConnection

    async def frame(self) -> Json:
        async with asyncio.timeout(PATIENCE):
            text = await self.wire.recv()
        assert isinstance(text, str)
        return cast("Json", json.loads(text))

    async def event(self) -> Json:
        """The next event; what is said in between is passed over."""
        while (frame := await self.frame())["type"] != "event":
            assert frame["type"] in {"hello", "info"}, frame
        return frame

    async def seqs(self, count: int) -> list[int]:
        return [cast("int", (await self.event())["seq"]) for _ in range(count)]

    async def info(self, name: str) -> Json:
        """The next information of that name."""
        while (frame := await self.frame()).get("info") != name:
            assert frame["type"] != "error", frame
        return frame

    async def end(self) -> tuple[int | None, Json | None]:
        """The close code, and the error frame before it."""
        error: Json | None = None
        with suppress(ConnectionClosed):
            while True:
                frame = await self.frame()
                error = frame if frame["type"] == "error" else error
        return self.wire.close_code, error


@asynccontextmanager
async def subscribed(url: str, token: str | None = None, **more: object) -> AsyncGenerator[Client]:
    """Subscribe with the ``websockets`` library."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with connect(
        url,
        additional_headers=headers,
        proxy=None,
        open_timeout=PATIENCE,
        **more,  # pyright: ignore[reportArgumentType]  the library's own options
    ) as wire:
        yield Client(wire)


async def refused(url: str, **headers: str) -> tuple[int, Json]:
    """The status and the body of a subscription's refusal."""
    try:
        async with connect(url, additional_headers=headers, proxy=None):
            raise AssertionError("it was not refused")
    except InvalidStatus as no:
        return no.response.status_code, cast("Json", json.loads(no.response.body))
