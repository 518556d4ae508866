"""Three websocket clients that know the contract and nothing of this program.

``websockets``, ``aiohttp``, and one of the standard library's sockets alone.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, cast

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

Json = dict[str, object]
PATIENCE_S = 60.0
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455 §1.3."""
_TEXT, _CLOSE, _PONG = 1, 8, 10


class Refused(Exception):
    """The answer before the upgrade that is not 101."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status} {body!r}")
        self.status = status
        self.body = cast("Json", json.loads(body))


class Ended(Exception):
    """The connection is closed, with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Subscription(Protocol):
    """An open websocket."""

    @property
    def subprotocol(self) -> str | None: ...

    async def text(self) -> str:
        """The next text frame; raises :class:`Ended`."""
        ...

    async def send(self, text: str) -> None: ...


class Client(Protocol):
    """A way to subscribe; raises :class:`Refused`."""

    def __call__(
        self, port: int, target: str, *, token: str | None = None, subprotocol: str | None = None
    ) -> AbstractAsyncContextManager[Subscription]: ...


def _headers(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


class _ByWebsockets:
    def __init__(self, wire: ClientConnection) -> None:
        self._wire = wire
        self.subprotocol: str | None = wire.subprotocol

    async def text(self) -> str:
        try:
            found = await self._wire.recv()
        except ConnectionClosed as closed:
            raise Ended(1006 if closed.rcvd is None else closed.rcvd.code) from None
        assert isinstance(found, str), "the frames are text"
        return found

    async def send(self, text: str) -> None:
        await self._wire.send(text)


@asynccontextmanager
async def by_websockets(
    port: int, target: str, *, token: str | None = None, subprotocol: str | None = None
) -> AsyncGenerator[Subscription]:
    opening = connect(
        f"ws://127.0.0.1:{port}{target}",
        additional_headers=_headers(token),
        subprotocols=None if subprotocol is None else [Subprotocol(subprotocol)],
        proxy=None,
    )
    try:
        wire = await opening
    except InvalidStatus as no:
        raise Refused(no.response.status_code, bytes(no.response.body)) from None
    async with wire:
        yield _ByWebsockets(wire)


class _ByAiohttp:
    def __init__(self, wire: aiohttp.ClientWebSocketResponse) -> None:
        self._wire = wire
        self.subprotocol: str | None = wire.protocol

    async def text(self) -> str:
        message = await self._wire.receive()
        if message.type is aiohttp.WSMsgType.CLOSE:
            raise Ended(int(message.data))
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise Ended(self._wire.close_code or 1006)
        return cast("str", message.data)

    async def send(self, text: str) -> None:
        await self._wire.send_str(text)


@asynccontextmanager
async def by_aiohttp(
    port: int, target: str, *, token: str | None = None, subprotocol: str | None = None
) -> AsyncGenerator[Subscription]:
    url = f"http://127.0.0.1:{port}{target}"
    asked = () if subprotocol is None else (subprotocol,)
    async with aiohttp.ClientSession() as session:
        try:
            wire = await session.ws_connect(url, headers=_headers(token), protocols=asked)
        except aiohttp.WSServerHandshakeError as no:
            # the library drops the body of a refusal: anybody can ask again without upgrading
            async with session.get(url, headers=_headers(token) | _UPGRADE) as answer:
                raise Refused(no.status, await answer.read()) from None
        async with wire:
            yield _ByAiohttp(wire)


_UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
}


class _BySockets:
    """RFC 6455 by hand, as far as a listener needs it."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        subprotocol: str | None,
    ) -> None:
        self._reader, self._writer = reader, writer
        self.subprotocol = subprotocol

    async def text(self) -> str:
        while True:
            first, second = await self._reader.readexactly(2)
            assert first & 0x70 == 0, "no extension was asked for"
            assert second & 0x80 == 0, "a server masks nothing"
            assert first & 0x80, "each frame is whole"
            size = second & 0x7F
            if size > 125:
                size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8))
            payload = await self._reader.readexactly(size)
            match first & 0x0F:
                case 1:
                    return payload.decode()
                case 8:
                    self._write(_CLOSE, payload)
                    raise Ended(int.from_bytes(payload[:2]))
                case 9:
                    self._write(_PONG, payload)
                case other:
                    raise AssertionError(f"a frame of type {other}")

    async def send(self, text: str) -> None:
        self._write(_TEXT, text.encode())
        await self._writer.drain()

    def _write(self, opcode: int, payload: bytes) -> None:
        assert len(payload) <= 125
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
        self._writer.write(bytes((0x80 | opcode, 0x80 | len(payload))) + mask + masked)


@asynccontextmanager
async def by_sockets(
    port: int, target: str, *, token: str | None = None, subprotocol: str | None = None
) -> AsyncGenerator[Subscription]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        key = base64.b64encode(os.urandom(16)).decode()
        asked = _UPGRADE | _headers(token) | {"Host": f"127.0.0.1:{port}", "Sec-WebSocket-Key": key}
        if subprotocol is not None:
            asked["Sec-WebSocket-Protocol"] = subprotocol
        lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in asked.items())]
        writer.write("\r\n".join((*lines, "", "")).encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        told = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        status = int(head[0].split()[1])
        if status != 101:
            raise Refused(status, await reader.readexactly(int(told["content-length"])))
        digest = hashlib.sha1(f"{key}{_GUID}".encode(), usedforsecurity=False).digest()
        assert told["sec-websocket-accept"] == base64.b64encode(digest).decode()
        yield _BySockets(reader, writer, told.get("sec-websocket-protocol"))
    finally:
        writer.close()
