"""All subscribers: who may stay is looked at again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.websockets import WebSocket, WebSocketDisconnect

from tui.events.relay_wire import Close, Refusal
from tui.relay.access import Access
from tui.relay.event_log import EventLog
from tui.relay.subscriber import Delivery, Subscriber
from tui.relay.tokens import Grants


class Audience:
    """The open subscriptions."""

    def __init__(self, log: EventLog, access: Access, delivery: Delivery) -> None:
        self._log = log
        self._access = access
        self._delivery = delivery
        self._subscribers: set[Subscriber] = set()
        self._grants: Grants | None = access.grants

    def __len__(self) -> int:
        return len(self._subscribers)

    @property
    def lag(self) -> int:
        """How many events the slowest subscriber is behind."""
        head = self._log.head
        return max((head - each.position for each in self._subscribers), default=0)

    async def serve(self, websocket: WebSocket, subscriber: Subscriber) -> None:
        """Send to one subscriber, whose websocket is accepted, until it ends."""
        self._subscribers.add(subscriber)
        try:
            async with asyncio.TaskGroup() as group:
                sending = group.create_task(subscriber.send())
                await _until_closed(websocket)
                sending.cancel()
        finally:
            self._subscribers.discard(subscriber)

    async def keep_order(
        self, every_s: float, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        """For ever: end the subscriptions of revoked tokens and of those who are too slow."""
        while True:
            await sleep(every_s)
            self.sweep()

    def sweep(self) -> None:
        """Look at every subscriber once."""
        now, head = self._delivery.clock(), self._log.head
        grants = self._access.grants
        changed, self._grants = grants is not self._grants, grants
        for each in list(self._subscribers):
            if changed and grants is not None and not grants.still(each.grant):
                self._end_grant(each, grants)
            elif each.pace.too_slow(now, each.position, head):
                each.end(
                    Close.TOO_SLOW,
                    Refusal.CONSUMER_TOO_SLOW,
                    f"{head - each.position} events behind, and hardly moving",
                )

    def _end_grant(self, subscriber: Subscriber, grants: Grants) -> None:
        if grants.has(subscriber.grant.sha256):
            words = "what this token may see has changed"
            subscriber.end(Close.RIGHTS_CHANGED, Refusal.FORBIDDEN, words)
        else:
            words = "this token was taken away"
            subscriber.end(Close.TOKEN_REVOKED, Refusal.UNAUTHORIZED, words)


async def _until_closed(websocket: WebSocket) -> None:
    """The line closes by itself whatever the client sends."""
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        return
