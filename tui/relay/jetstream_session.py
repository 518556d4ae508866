"""A connection to NATS, as long as it lasts, and what is said of it: never with its credentials."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from nats.aio.client import Client
from nats.errors import Error
from nats.js.client import JetStreamContext

CONNECT_S = 10.0
ANSWER_S = 5.0
"""How long NATS may take to answer, an acknowledgement on disk included."""
NATS_FAILURES = (Error, OSError, TimeoutError)
"""What a call of NATS may raise when it is not there, or says no."""
SYNC_SINCE = (2, 10)
"""The first version of the server that knows ``sync_interval: always``."""
_LOG = logging.getLogger("gradewatch.relay")


@dataclass(frozen=True, slots=True)
class Session:
    """One connection; it is not mended but followed by another."""

    client: Client
    context: JetStreamContext
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def ended(self) -> None:
        """Return never; raises ``ConnectionError`` when the connection is gone."""
        await self.over.wait()
        raise ConnectionError("the connection to NATS ended")


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Session]:
    """Connect to ``url``, several separated by commas; raises :data:`NATS_FAILURES`."""
    client = Client()
    session = Session(client, JetStreamContext(client, timeout=ANSWER_S))

    async def closed() -> None:
        session.over.set()

    try:
        async with asyncio.timeout(CONNECT_S):
            await client.connect(
                url.split(","),
                name="gradewatch relay",
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                closed_cb=closed,
                error_cb=_say_nothing,
            )
        yield session
    finally:
        await client.close()


def say_how_durable(client: Client) -> None:
    """Log the server's version, and what its acknowledgements are worth when a machine is lost."""
    version = client.connected_server_version
    if (version.major, version.minor) < SYNC_SINCE:
        worth = (
            "this version has no `sync_interval: always` (2.10 and later do): if its machine loses"
            " power, events acknowledged in the last two minutes can be lost"
        )
    else:
        worth = (
            "unless its configuration says `sync_interval: always`, events acknowledged in the last"
            " two minutes can be lost if its machine loses power"
        )
    number = f"{version.major}.{version.minor}.{version.patch}"
    _LOG.info("the log is on NATS", extra={"nats_version": number, "durability": worth})


def in_words(wrong: BaseException) -> str:
    """Why NATS cannot be used, without an address."""
    while isinstance(wrong, BaseExceptionGroup):
        wrong = wrong.exceptions[0]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  any will do
    if isinstance(wrong, TimeoutError):
        return "NATS does not answer"
    if isinstance(wrong, OSError):
        return f"NATS cannot be reached: {wrong.strerror or wrong}"
    return f"NATS refused: {wrong}"


async def _say_nothing(_wrong: Exception) -> None:
    """What NATS reports in passing is raised where it matters."""
