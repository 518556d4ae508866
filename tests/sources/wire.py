"""A web server that says exactly what a test wants, byte for byte, over a real connection."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from tui.events.times import iso_second


@dataclass(frozen=True)
class Request:
    """What a client asked."""

    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What it gets; ``raw`` replaces all of it, and nothing at all is a cut connection."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    raw: bytes | None = None

    def on_the_wire(self) -> bytes:
        if self.raw is not None:
            return self.raw
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(self.body)),
            **self.headers,
        }
        lines = [
            f"HTTP/1.1 {self.status} So",
            *(f"{name}: {text}" for name, text in headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


Reply = Callable[[Request], Answer | Awaitable[Answer]]


class Wire:
    """A server on a free loopback port; ``requests`` holds all that came."""

    def __init__(self, reply: Reply, *, tls: ssl.SSLContext | None = None) -> None:
        self._reply, self._tls = reply, tls
        self.requests: list[Request] = []
        self.open_at_once = 0
        """The most requests that were being answered at the same time."""
        self._open = 0
        self._serving = set[asyncio.Task[None]]()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        port: int = self._server.sockets[0].getsockname()[1]
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for connection in self._serving:  # since Python 3.12 each of them is waited for
            connection.cancel()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.ensure_future(self._answer_all(reader, writer))
        self._serving.add(connection)
        connection.add_done_callback(self._serving.discard)
        await asyncio.wait([connection])

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                begin = await reader.readexactly(1)
                if begin == b"\x16":  # a TLS greeting
                    return
                head = (begin + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.strip().split("\r\n")
                target = urlsplit(first.split(" ")[1])
                pairs = (line.partition(":") for line in lines)
                headers = {name.lower(): text.strip() for name, _, text in pairs}
                request = Request(target.path, dict(parse_qsl(target.query)), headers)
                self.requests.append(request)
                self._open += 1
                self.open_at_once = max(self.open_at_once, self._open)
                answer = self._reply(request)
                if not isinstance(answer, Answer):
                    answer = await answer
                self._open -= 1
                writer.write(answer.on_the_wire())
                await writer.drain()
                if answer.raw is not None:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


def json_answer(document: object, *, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, json.dumps(document).encode(), named)


def row(number: int, at: int, *, course: int = 5, student: int | None = 7) -> dict[str, object]:
    """A grade row; ``at`` in UTC ms."""
    return {
        "id": f"row-{number}",
        "created_at": iso_second(at),
        "event_type": "grade_change",
        "grade_before": None,
        "grade_after": str(number),
        "excused_before": False,
        "excused_after": False,
        "graded_anonymously": False,
        "version_number": number,
        "links": {
            "course": course,
            "assignment": 11,
            "student": None if student is None else str(student),
            "grader": "3",
            "page_view": None,
        },
    }


def page(*rows: dict[str, object]) -> dict[str, object]:
    """The document of one page."""
    return {"links": {}, "events": list(rows), "linked": {}}
