"""A relay of a few lines that does what a test tells it: one script for each connection in turn."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tests.sources.setting import NOON
from tui.events.decode import decode
from tui.events.relay_wire import SUBPROTOCOL

Script = Callable[["Visit"], Awaitable[None]]
ACCOUNT = 21070000000000001


@dataclass
class Refuse:
    """Answer the opening with HTTP instead."""

    status: int
    body: object = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Visit:
    """One connection, as the script sees it."""

    line: ServerConnection
    asked: list[tuple[str, str]]

    @property
    def cursor(self) -> str | None:
        return dict(self.asked).get("cursor")

    async def send(self, frame: object) -> None:
        await self.line.send(json.dumps(frame))

    async def hello(self, floor: int, head: int, epoch: str = "e1", ping_s: float = 30) -> None:
        await self.send(
            {"type": "hello", "epoch": epoch, "floor": floor, "head": head, "ping_s": ping_s}
        )

    async def event(self, seq: int, received_at: int | None = None, **parts: object) -> None:
        await self.send(event_frame(seq, received_at, **parts))

    async def info(self, name: str, seq: int) -> None:
        await self.send({"type": "info", "info": name, "seq": seq})

    async def stay(self) -> None:
        """Until the client leaves."""
        await self.line.wait_closed()

    def cut(self) -> None:
        """As when a wire is cut: no closing, and half a frame at the end."""
        transport = self.line.transport
        transport.write(b"\x81\x7e\x10\x00half a fra")
        sock: socket.socket = transport.get_extra_info("socket")
        sock.shutdown(socket.SHUT_RD)
        transport.close()


@dataclass
class Relay:
    """What happened at the relay."""

    port: int
    openings: list[Request] = field(default_factory=list[Request])
    visits: list[Visit] = field(default_factory=list[Visit])
    subprotocols: list[str | None] = field(default_factory=list[str | None])

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def cursors(self) -> list[str | None]:
        """With which cursor each opening came."""
        queries = [dict(parse_qsl(urlsplit(one.path).query)) for one in self.openings]
        return [query.get("cursor") for query in queries]


@asynccontextmanager
async def scripted(
    *scripts: Script | Refuse, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[Relay, None]:
    """Serve on a free port; the last script is for all further connections too."""
    relay = Relay(0)

    def turn(number: int) -> Script | Refuse:
        return scripts[min(number, len(scripts) - 1)]

    def opening(_: ServerConnection, request: Request) -> Response | None:
        relay.openings.append(request)
        script = turn(len(relay.openings) - 1)
        if not isinstance(script, Refuse):
            return None
        body = script.body if isinstance(script.body, str) else json.dumps(script.body)
        status = HTTPStatus(script.status)
        headers = Headers({"Content-Length": str(len(body.encode())), **script.headers})
        return Response(status, status.phrase, headers, body.encode())

    def timeless(_: ServerConnection, __: Request, response: Response) -> None:
        if "Date" in response.headers:
            del response.headers["Date"]  # the tests' time is not this machine's

    async def meet(line: ServerConnection) -> None:
        assert line.request is not None
        number = relay.openings.index(line.request)
        script = turn(number)
        assert not isinstance(script, Refuse)
        visit = Visit(line, parse_qsl(urlsplit(line.request.path).query))
        relay.visits.append(visit)
        relay.subprotocols.append(line.subprotocol)
        await script(visit)

    async with serve(
        meet,
        "127.0.0.1",
        0,
        process_request=opening,
        process_response=timeless,
        subprotocols=[SUBPROTOCOL],  # pyright: ignore[reportArgumentType]  a NewType of str
        ping_interval=None,
        close_timeout=0.5,
        ssl=tls,
    ) as server:
        relay.port = _port(server)
        yield relay


def _port(server: Server) -> int:
    return next(iter(server.sockets)).getsockname()[1]


def received(number: int) -> int:
    """When the relay took the ``number``-th event: one each second, in the minute before noon."""
    return NOON - 60_000 + number * 1000


def change(number: int, *, course: int = 565, at: int | None = None) -> dict[str, object]:
    """The ``number``-th grade change as Canvas tells it live."""
    ms = received(number) - 500 if at is None else at
    seconds, rest = divmod(ms, 1000)
    stamp = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "metadata": {
            "event_name": "grade_change",
            "event_time": f"{stamp}.{rest:03}Z",
            "root_account_id": str(ACCOUNT),
            "root_account_uuid": "school",
            "context_type": "Course",
            "context_id": str(21070000000000000 + course),
            "request_id": f"request-{number}",
            "user_id": "21070000000000008",
        },
        "body": {
            "submission_id": str(21070000000001000 + number),
            "assignment_id": "21070000000000012",
            "user_id": str(21070000000000100 + number),
            "student_id": str(21070000000000100 + number),
            "grader_id": "21070000000000008",
            "grade": str(number),
            "old_grade": None,
            "score": number,
            "old_score": None,
            "points_possible": 100,
            "old_points_possible": 100,
            "muted": False,
        },
    }


def key_of(document: object) -> str:
    return decode(document).sightings[0].event.key


def keys(numbers: Sequence[int]) -> set[str]:
    return {key_of(change(number)) for number in numbers}


def event_frame(seq: int, received_at: int | None = None, **parts: object) -> dict[str, object]:
    document = change(seq)
    frame: dict[str, object] = {
        "type": "event",
        "seq": seq,
        "received_at": received(seq) if received_at is None else received_at,
        "key": key_of(document),
        "event": document,
    }
    return frame | parts


async def soon(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110  what is waited for sets no event
            await asyncio.sleep(0.01)
