"""Uvicorn, as the relay runs it: its own way in, and an end that waits for what is of use."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from tui.relay.crowd import Crowd
from tui.relay.doorway import Doorway
from tui.relay.line import LARGEST_MESSAGE, Line
from tui.relay.logs import RELAY_LOG
from tui.relay.options import RelayOptions
from tui.relay.reception import LONGEST_HEAD, Reception

LAST_BYTES_S = 1.0
"""At the end: for the rest of a request that is half sent, and for who reads slowly."""


class WebServer(uvicorn.Server):
    """Serves ``app`` on one socket. It leaves nothing open, and signals to others."""

    def __init__(
        self,
        options: RelayOptions,
        app: ASGIApp,
        listening: socket.socket,
        *,
        crowd: Crowd,
        begun: Callable[[], None],
    ) -> None:
        super().__init__(_config(options, app))
        self.config.load()
        self._listening = listening
        self._crowd = crowd
        self._begun = begun
        self._grace_s = options.grace_s
        patience = options.patience
        self._doorway = Doorway(
            crowd,
            lambda: Reception(self.config, self.server_state, crowd, patience),
            tls=self.config.ssl,
            handshake_s=patience.handshake_s,
        )

    async def run_until(self, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set, and then end."""
        async with asyncio.TaskGroup() as group:
            self._door = group.create_task(self._doorway.open(self._listening))
            stopping = group.create_task(self._stop_at(stop))
            await self.serve()
            stopping.cancel()

    async def _stop_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        RELAY_LOG.info("relay stops", extra={"connections": len(self._crowd)})
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002  uvicorn's
        """Connections are taken by the doorway alone."""
        await self.lifespan.startup()
        self.servers = []
        self.started = True
        self._begun()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002  uvicorn's
        """First the silent and the slow, then what is being answered, within the grace."""
        self._door.cancel()
        await asyncio.wait([self._door])
        self._listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._empty_within(min(LAST_BYTES_S, self._grace_s))
        self._crowd.drop_unserved()
        for connection in list(self.server_state.connections):
            if isinstance(connection, Line):
                connection.transport.abort()
        await self._empty_within(self._grace_s)
        if self.server_state.tasks:
            given_up = len(self.server_state.tasks)
            RELAY_LOG.warning("requests given up at the end", extra={"requests": given_up})
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # they learn it
        for task in list(self.server_state.tasks):
            task.cancel()
        while self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks)
        await self.lifespan.shutdown()

    async def _empty_within(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110  uvicorn's sets
                    await asyncio.sleep(0.02)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _config(options: RelayOptions, app: ASGIApp) -> uvicorn.Config:
    delivery = options.delivery
    return uvicorn.Config(
        app,
        http=Reception,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        ws=Line,
        ws_ping_interval=delivery.ping_s,
        ws_ping_timeout=2 * delivery.ping_s,
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        # who is near is told by the connection itself, not by what a header says
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        ssl_certfile=options.tls_cert,
        ssl_keyfile=options.tls_key,
    )
