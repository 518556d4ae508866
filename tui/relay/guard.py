"""Keeps web pages away: whoever visits one must not hand it the relay of their own machine."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.utils import ClientDisconnected

from tui.events.relay_wire import Refusal
from tui.relay.loopback import names_loopback
from tui.relay.metrics import Metrics
from tui.relay.refusals import Refused


class Guard:
    """Refuses what a browser sends for a page, before anything else is looked at.

    A page can open a websocket to any address, and post to it; the browser then says so in
    ``Origin``. A page whose name is made to mean 127.0.0.1 (DNS rebinding) is told by its ``Host``.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, only_loopback_hosts: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._only_loopback_hosts = only_loopback_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        try:
            await self._answer(scope, receive, send)
        except (WebSocketDisconnect, ClientDisconnected, asyncio.CancelledError):
            # Nobody is there to read an answer, or the relay ends. The request's task ends here;
            # the server would take either for a fault and log it.
            return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._judge(Headers(scope=scope))
        if refused is None:
            await self._app(scope, receive, send)
            return
        self._metrics.refused(refused.refusal)
        if scope["type"] == "websocket":
            websocket = WebSocket(scope, receive, send)
            await websocket.send_denial_response(refused.response)
        else:
            await refused.response(scope, receive, send)

    def _judge(self, headers: Headers) -> Refused | None:
        if "origin" in headers:
            return Refused(
                Refusal.FORBIDDEN, "the relay serves programs, not web pages (Origin is set)"
            )
        hosts = headers.getlist("host")
        if self._only_loopback_hosts and not (len(hosts) == 1 and names_loopback(hosts[0])):
            return Refused(
                Refusal.FORBIDDEN,
                "without --tokens the relay answers to localhost and 127.0.0.1 only (Host)",
            )
        return None
