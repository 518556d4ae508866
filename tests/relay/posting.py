"""What the tests of the ingest share: events, a log that can be away, and a real server."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from tests.events.wire import Json, live, payload
from tui.events.fields import as_list
from tui.relay.event_log import Arrival, Entry, LogUnavailable
from tui.relay.file_log.file_log import FileLog
from tui.relay.ingest.intake import Intake
from tui.relay.ingest.proof import Proof
from tui.relay.ingest.webhook import webhook_route

NOW = 1_772_445_600_000
"""UTC ms at which the relay of these tests takes everything."""
SCHOOL = "VicYj3cu5BIFpoZhDVU4DZumnlBrWi1grgJEzADs"
"""The root account of the documentation's live events."""
URL = "/v1/events"


def grade_change(number: int = 0, **metadata: object) -> Json:
    """A live event of its own for each number."""
    body = {
        "assignment_id": "21070000000000355",
        "grade": str(number),
        "old_grade": "x",
        "user_id": f"2107000000000{number:04}",
        "submission_id": f"2107000001{number:04}",
        "muted": False,
    }
    return live("grade_change", body, **({"root_account_uuid": SCHOOL} | metadata))


def caliper(uuid: str | None = None, *, events: int = 1) -> Json:
    """An envelope of Caliper events, with the root account's uuid in the extensions."""
    envelope = payload("caliper_grade_event")
    text = json.dumps(as_list(envelope["data"]))
    found: list[Json] = []
    for number in range(events):
        event: Json = json.loads(text)[0]
        event["id"] = f"urn:uuid:{number}"
        if uuid is not None:
            extensions: Json = {"root_account_uuid": uuid}
            event["extensions"] = {"com.instructure.canvas": extensions}
        found.append(event)
    return envelope | {"data": found}


@dataclass
class GatedLog:
    """A log on disk that can be made to fail (``away``) or to keep those waiting who append."""

    log: FileLog
    away: bool = False
    held: asyncio.Event | None = None
    waiting: int = 0
    calls: int = 0

    @property
    def epoch(self) -> str:
        return self.log.epoch

    @property
    def floor(self) -> int:
        return self.log.floor

    @property
    def head(self) -> int:
        return self.log.head

    async def append(self, arrivals: Sequence[Arrival]) -> int:
        self.calls += 1
        if self.held is not None:
            self.waiting += 1
            try:
                await self.held.wait()
            finally:
                self.waiting -= 1
        if self.away:
            raise LogUnavailable("no space left on device")
        return await self.log.append(arrivals)

    async def read(self, start: int, limit: int) -> Sequence[Entry]:
        return await self.log.read(start, limit)

    async def wait(self, head: int) -> None:
        await self.log.wait(head)

    async def close(self) -> None:
        await self.log.close()

    async def arrivals(self) -> list[Arrival]:
        """All that is in the log."""
        found: list[Arrival] = []
        start = self.floor
        while entries := await self.read(start, 1000):
            found += [entry.arrival for entry in entries]
            start = entries[-1].seq + 1
        return found

    async def keys(self) -> list[str]:
        return [arrival.key for arrival in await self.arrivals()]


@asynccontextmanager
async def gated_log(folder: Path) -> AsyncGenerator[GatedLog]:
    log = await FileLog.open(folder / "log", retention_s=3600, clock=lambda: NOW)
    try:
        yield GatedLog(log)
    finally:
        await log.close()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition of the world outside, generously."""
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110  nothing outside sets an event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def served(*routes: BaseRoute) -> AsyncGenerator[str]:
    """A real server on a free port; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        Starlette(routes=list(routes)), log_config=None, lifespan="off", access_log=False
    )
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True


@dataclass
class Relay:
    """A relay's ingest behind a real server, and a client for it."""

    log: GatedLog
    intake: Intake
    http: httpx.AsyncClient
    address: str

    async def post(
        self, content: bytes | str | object, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """What is neither bytes nor text is sent as JSON."""
        body = content if isinstance(content, (bytes, str)) else json.dumps(content)
        return await self.http.post(URL, content=body, headers=headers)


@asynccontextmanager
async def relay(
    log: GatedLog,
    proof: Proof | None = None,
    *,
    account_uuid: str | None = None,
    patience_s: float = 60.0,
) -> AsyncGenerator[Relay]:
    """A relay that takes what ``proof`` lets in (None: all), for one school or for any."""
    intake = Intake(log, account_uuid=account_uuid, clock=lambda: NOW)
    route = webhook_route(intake, proof or Proof(), patience_s=patience_s)
    async with (
        served(route) as address,
        httpx.AsyncClient(
            base_url=address,
            timeout=60,
            trust_env=False,
            verify=False,  # noqa: S501  plain http: nothing to verify, and quicker to begin
        ) as http,
    ):
        yield Relay(log, intake, http, address)


def b64(content: bytes | Mapping[str, object]) -> str:
    """A part of a token."""
    plain = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


class PlainConnection:
    """A plain connection to a relay, for what no HTTP library sends."""

    def __init__(self, relay: Relay) -> None:
        self._port = relay.http.base_url.port

    async def __aenter__(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return reader, self._writer

    async def __aexit__(self, *_: object) -> None:
        self._writer.transport.abort()
