"""``GET /v1/subscribe``: who may, to what, from where; refusals come before the upgrade."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from tui.events.relay_wire import SUBPROTOCOL, SUBSCRIBE_PATH, Cursor, Refusal
from tui.relay.access import Access
from tui.relay.audience import Audience
from tui.relay.event_log import LogUnavailable
from tui.relay.filters import Asked, Sieve
from tui.relay.line import Line
from tui.relay.logs import RELAY_LOG
from tui.relay.measured_log import MeasuredLog
from tui.relay.metrics import Metrics
from tui.relay.refusals import Refused, starting_place
from tui.relay.subscriber import Delivery, Subscriber


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes subscriptions for the audience, or refuses them."""

    log: MeasuredLog
    access: Access
    audience: Audience
    delivery: Delivery
    metrics: Metrics

    @property
    def routes(self) -> list[BaseRoute]:
        """The subscription, and what to answer those who ask for it without a websocket."""
        return [
            WebSocketRoute(SUBSCRIBE_PATH, self.subscribe),
            Route(SUBSCRIBE_PATH, _upgrade_needed, methods=["GET"]),
        ]

    async def subscribe(self, websocket: WebSocket) -> None:
        """One subscription from its request to its end."""
        try:
            subscriber = await self._admit(websocket)
        except Refused as refused:
            self.metrics.refused(refused.refusal)
            RELAY_LOG.info("subscription refused", extra={"reason": refused.refusal})
            await websocket.send_denial_response(refused.response)
            return
        asked = websocket.scope["subprotocols"]
        await websocket.accept(SUBPROTOCOL if asked else None)
        await self.audience.serve(websocket, subscriber)

    async def _admit(self, websocket: WebSocket) -> Subscriber:
        """Who may not subscribe learns nothing of the log; raises :class:`Refused`."""
        grant = self.access.subscriber(websocket)
        offered = websocket.scope["subprotocols"]
        if offered and SUBPROTOCOL not in offered:
            raise Refused(
                Refusal.INVALID_PARAMETER, f"the only Sec-WebSocket-Protocol is {SUBPROTOCOL}"
            )
        sieve = Sieve(grant.scope, Asked.parse(websocket.url.query), self.access.home.known)
        try:
            await self.log.reach()
            await self._reach(sieve.asked.cursor)
            start = starting_place(sieve.asked.cursor, self.log)
        except LogUnavailable as wrong:
            raise Refused(Refusal.LOG_UNAVAILABLE, str(wrong)) from wrong
        return Subscriber(
            self.log,
            Line.of(websocket.scope),
            sieve=sieve,
            grant=grant,
            start=start,
            delivery=self.delivery,
            metrics=self.metrics,
        )

    async def _reach(self, cursor: Cursor | None) -> None:
        """Let the head come as far as a cursor from another relay of the same log, if it will."""
        if cursor is None or cursor.epoch != self.log.epoch or cursor.seq <= self.log.head:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self.delivery.reach_s):
                await self.log.wait(cursor.seq - 1)


async def _upgrade_needed(_request: Request) -> JSONResponse:
    words = f"subscribe with a websocket: {SUBPROTOCOL}"
    return JSONResponse(
        {"error": "UpgradeRequired", "message": words},
        426,
        {"Upgrade": "websocket", "Connection": "Upgrade"},
    )
