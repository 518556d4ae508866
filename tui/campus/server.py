"""The simulated Canvas over real HTTP, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
from asyncio import Transport
from collections import Counter
from threading import Thread
from types import TracebackType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tui.campus.campus import Campus
from tui.campus.live_events.signing import JWKS_PATH, Keys
from tui.campus.warts import Warts
from tui.campus.web.site import Logged, Site


class _Protocol(H11Protocol):
    """Lets an answer reach its connection, so that a fault can cut it."""

    def connection_made(self, transport: Transport) -> None:
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class CampusServer:
    """A context manager, plain or asynchronous: inside it ``url`` answers.

    The socket is bound and listening from the start, so that no client comes too early.
    """

    def __init__(
        self,
        campus: Campus,
        *,
        port: int = 0,
        warts: Warts | None = None,
        keys: Keys | None = None,
    ) -> None:
        self.campus = campus
        self._site = Site(campus, Warts() if warts is None else warts, keys)
        # the protocol is named because asyncio switches Nagle's delay off only then
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self._socket.listen(128)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.jwks_url = self.url + JWKS_PATH
        """Where ``keys`` are shown, if there are any."""
        config = uvicorn.Config(
            self._site.application(),
            http=_Protocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            date_header=False,
            server_header=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=30,
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._run, name="campus", daemon=True)

    @property
    def warts(self) -> Warts:
        return self._site.warts

    @warts.setter
    def warts(self, warts: Warts) -> None:
        """From the next request on: requests for the fault plan are counted anew."""
        self._site.change(warts)

    @property
    def requests(self) -> list[Logged]:
        """Every request so far, oldest first."""
        return self._site.requests

    @property
    def fired(self) -> Counter[str]:
        """How often each fault befell a request."""
        return self._site.fired

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close all connections; returns when the thread is gone."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def __enter__(self) -> CampusServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aenter__(self) -> CampusServer:
        self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)
