"""Reading the shared stream: its end as it grows, and stretches of what it had before."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from tui.relay.arrival_text import read_arrival
from tui.relay.event_log import Entry
from tui.relay.jetstream_session import ANSWER_S, Session
from tui.relay.jetstream_stream import STREAM

HEARTBEAT_S = 0.5
"""NATS says so often that there is nothing."""
SILENCE_S = 2.0
"""Without a heartbeat for so long, the consumer is gone."""
FETCH = 1000
"""Entries read at a time at most."""
FETCH_BYTES = 4 << 20
_STATUS = "Status"
_CONTROL = "100"
_NO_MORE = {"404", "408"}
_LOG = logging.getLogger("gradewatch.relay")


class Interrupted(ConnectionError):
    """What NATS sent is not all, or it sent nothing: to be begun again where it ended."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages as they are in the stream, those that are entries; ``first <= end``."""

    entries: list[Entry]
    first: int
    """Number of the first message; where there is none, what was asked for."""
    end: int
    """Behind the last message."""
    idle: bool = False
    """Nothing more was there to be sent."""

    def then(self, seq: int, data: bytes) -> Stretch:
        """With one more message."""
        try:
            self.entries.append(Entry(seq, read_arrival(data)))
        except ValueError:
            _LOG.warning("a message in the stream is no event", extra={"seq": seq})
        return Stretch(self.entries, seq if self.first == self.end else self.first, seq + 1)


@dataclass(slots=True)
class _Inbox:
    """What comes on one subject, taken together: the reader may be slower than the messages."""

    subject: str
    _messages: list[Msg] = field(default_factory=list[Msg])
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def put(self, message: Msg) -> None:
        self._messages.append(message)
        self._came.set()

    async def take(self, patience_s: float) -> Sequence[Msg]:
        """All that came, at least one message; raises :class:`Interrupted`."""
        try:
            async with asyncio.timeout(patience_s):
                await self._came.wait()
        except TimeoutError:
            raise Interrupted("NATS is silent") from None
        self._came.clear()
        messages, self._messages = self._messages, []
        return messages


@asynccontextmanager
async def _inbox(client: Client) -> AsyncGenerator[_Inbox]:
    inbox = _Inbox(client.new_inbox())
    subscription = await client.subscribe(  # pyright: ignore[reportUnknownMemberType]  its future
        inbox.subject, cb=inbox.put
    )
    try:
        yield inbox
    finally:
        with suppress(Error):  # a connection that is gone has no subscriptions
            await subscription.unsubscribe()


async def follow(session: Session, start: int) -> AsyncGenerator[Stretch]:
    """What the stream has from ``start`` on, and what comes, in order and without gaps.

    It ends with the session. Raises :class:`Interrupted` and what NATS raises; then it can be begun
    again behind the last.
    """
    client = session.client
    async with _inbox(client) as inbox:
        await _consume(session, start, deliver_subject=inbox.subject)
        delivered = 0
        while not session.over.is_set():
            stretch = Stretch([], start, start)
            idle = False
            for message in await inbox.take(SILENCE_S):
                if message.headers and message.headers.get(_STATUS) is not None:
                    idle = await _answer(client, message, delivered)
                    continue
                sequence = message.metadata.sequence
                delivered += 1
                if sequence.consumer != delivered:
                    raise Interrupted("NATS left out messages")
                stretch = stretch.then(sequence.stream, message.data)
            start = stretch.end
            yield replace(stretch, idle=idle)


async def fetch(session: Session, start: int, limit: int) -> Stretch:
    """At most ``limit`` messages from ``start`` on: fewer where they are large, or at the end.

    Raises :class:`Interrupted` and what NATS raises.
    """
    client = session.client
    wanted = min(limit, FETCH)
    async with _inbox(client) as inbox:
        consumer = await _consume(session, start)
        request = {"batch": wanted, "max_bytes": FETCH_BYTES, "no_wait": True}
        await client.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer}",
            json.dumps(request).encode(),
            inbox.subject,
        )
        stretch = Stretch([], start, start)
        taken, ended = 0, ""
        while not ended and taken < wanted:
            for message in await inbox.take(ANSWER_S):
                if message.headers and (status := message.headers.get(_STATUS)) is not None:
                    ended = status
                else:
                    taken += 1
                    stretch = stretch.then(message.metadata.sequence.stream, message.data)
        if not taken and ended not in _NO_MORE:
            raise Interrupted("NATS ended the reading")
        # nobody waits for the answer: without this it would go by itself a little later
        await client.publish(f"$JS.API.CONSUMER.DELETE.{STREAM}.{consumer}")
    return stretch


async def _consume(session: Session, start: int, *, deliver_subject: str | None = None) -> str:
    """A consumer of nobody else's from ``start`` on; its name."""
    follows = deliver_subject is not None
    info = await session.context.add_consumer(  # pyright: ignore[reportUnknownMemberType]  its **params
        STREAM,
        ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=start,
            ack_policy=AckPolicy.NONE,
            deliver_subject=deliver_subject,
            flow_control=True if follows else None,
            idle_heartbeat=HEARTBEAT_S if follows else None,
            inactive_threshold=ANSWER_S,
            mem_storage=True,
            num_replicas=1,
        ),
    )
    return info.name


async def _answer(client: Client, message: Msg, delivered: int) -> bool:
    """Tell NATS to go on where it asks; whether it was a heartbeat, and nothing is missing."""
    headers = message.headers or {}
    if headers[_STATUS] != _CONTROL:
        raise Interrupted("NATS ended the consumer")
    if message.reply:
        await client.publish(message.reply)
    elif (stalled := headers.get("Nats-Consumer-Stalled")) is not None:
        await client.publish(stalled)
    elif headers.get("Nats-Last-Consumer", str(delivered)) != str(delivered):
        raise Interrupted("NATS left out messages")
    else:
        return True
    return False
