"""Bytes to a relay and from it, without a library between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import cast

from tests.events.wire import Json
from tests.relay.serving import PATIENCE, Serving

UPGRADE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
"""The headers of a request for a websocket."""


@asynccontextmanager
async def dialled(
    relay: Serving,
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the relay, for bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.address.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def head(relay: Serving, line: str, headers: str = "") -> bytes:
    """A request without a body: ``line`` is ``GET /path``."""
    host = f"127.0.0.1:{relay.address.port}"
    return f"{line} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n".encode()


async def sent(relay: Serving, *parts: bytes) -> bytes:
    """All that the relay says to these bytes until it closes."""
    async with dialled(relay) as (reader, writer):
        for part in parts:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):
                return await reader.read()
        return b""


async def refusal_of(relay: Serving, request: bytes) -> tuple[int, Json]:
    """The status and the body of an answer after which the relay closes."""
    answer, _, body = (await sent(relay, request)).partition(b"\r\n\r\n")
    return int(answer.split()[1]), cast("Json", json.loads(body))
