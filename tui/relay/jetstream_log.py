"""A log on a NATS JetStream stream, which several relays share: a client may move between them.

What an acknowledgement is worth is the server's to say. By default it writes to the system's memory
and syncs every two minutes: a relay or a NATS that is killed loses nothing, a machine that loses
power may. ``sync_interval: always`` in the server's ``jetstream`` block (NATS 2.10 and later; 2.9
refuses to start with it) has it sync before it acknowledges; three replicas on three machines
survive the loss of one. A relay that is there when the stream's end was lost begins a new epoch.

De-duplication is the stream's, by message id (128 bits of the key's digest), over the whole
retention: an event that comes again later than that is stored again, with the same key.

A relay keeps the newest entries in memory, read by one consumer of its own. While NATS is away it
serves those, and refuses to append.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from nats.js.api import Header

from tui.relay.arrival_text import digest_of, write_arrival
from tui.relay.event_log import Arrival, Entry, LogUnavailable, TooLargeForLog
from tui.relay.jetstream_reading import Interrupted, fetch, follow
from tui.relay.jetstream_session import NATS_FAILURES, Session, connected, in_words, say_how_durable
from tui.relay.jetstream_stream import STREAM, SUBJECT, StreamFacts, declare_loss, look, open_stream
from tui.relay.log_head import LogHead
from tui.relay.recent import ENTRIES, Recent

LOOK_S = 1.0
"""Between two looks at how far the stream's beginning has moved."""
AGAIN_S = 0.25
"""Before NATS is asked again."""
READERS = 8
"""Stretches of the past that are read at the same time."""
PUBLISHING = 256
"""Messages of one append that await their acknowledgement at the same time."""
HEADERS = 512
"""Bytes that a message's headers take of what NATS allows, at most."""
PREFILL = ENTRIES // 2
"""Entries read at the start, for those who come over from another relay."""
_LOG = logging.getLogger("gradewatch.relay")


class JetStreamLog:
    """The :class:`tui.relay.event_log.EventLog` of relays that share one stream.

    Its head follows the stream by a moment: an append may return before the head is beyond it.
    """

    def __init__(self, url: str, retention_s: float) -> None:
        """Use :meth:`open`."""
        self._url = url
        self._retention_s = retention_s
        self._session: Session | None = None
        self._why = ""
        self._closing = False
        self._epoch = ""
        self._floor = 1
        self._head = LogHead(1)
        self._recent = Recent(1)
        self._goal = 1
        """The head that the stream was found with."""
        self._readers = asyncio.Semaphore(READERS)
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._life = asyncio.create_task(self._live())
        self._life.add_done_callback(self._lived)

    @classmethod
    async def open(cls, url: str, *, retention_s: float) -> JetStreamLog:
        """Make or join the stream of the NATS at ``url``, which may hold credentials.

        It returns when the newest entries have been read. Raises :class:`LogUnavailable`.
        """
        log = cls(url, retention_s)
        try:
            await log._opened
        except BaseException:
            await log.close()
            raise
        return log

    @property
    def epoch(self) -> str:
        return self._epoch

    @property
    def floor(self) -> int:
        return self._floor

    @property
    def head(self) -> int:
        return self._head.value

    async def append(self, arrivals: Sequence[Arrival]) -> int:
        """See :class:`tui.relay.event_log.EventLog`.

        ``ValueError`` for an event that is no line of UTF-8, :class:`TooLargeForLog` for one over
        the server's ``max_payload``: then none of these was appended.
        """
        session = self._at_hand()
        messages = [(digest_of(one.key).hex(), write_arrival(one)) for one in arrivals]
        room = session.client.max_payload - HEADERS
        if any(len(data) > room for _, data in messages):
            raise TooLargeForLog(f"more than the {room} bytes that NATS takes (its max_payload)")
        new = 0
        for first in range(0, len(messages), PUBLISHING):
            new += await _publish_all(session, messages[first : first + PUBLISHING])
        return new

    async def read(self, start: int, limit: int) -> Sequence[Entry]:
        """See :class:`tui.relay.event_log.EventLog`; fewer than ``limit`` of large events."""
        start = max(start, self._floor)
        while limit > 0 and start < self._head.value:
            if start >= self._recent.since:
                return self._recent.read(start, limit)
            session = self._at_hand()
            async with self._readers:
                try:
                    stretch = await fetch(session, start, limit)
                    if stretch.first > start:  # retention was faster than the last look
                        self._see(await look(session.context))
                except NATS_FAILURES as wrong:
                    raise LogUnavailable(in_words(wrong)) from wrong
            if stretch.entries or stretch.end == start:
                return [entry for entry in stretch.entries if entry.seq < self._head.value]
            start = stretch.end
        return ()

    async def wait(self, head: int) -> None:
        """Return when the head is beyond ``head``, or when the epoch has changed."""
        epoch = self._epoch
        while self._head.value <= head and self._epoch == epoch:
            await self._head.moved()

    async def close(self) -> None:
        """Leave the stream to the others."""
        self._closing = True
        if self._session is not None:
            self._session.over.set()
        # More than once: some calls of the NATS client take a cancellation for an answer.
        while not self._life.done():
            self._life.cancel()
            await asyncio.wait([self._life], timeout=1.0)

    def _at_hand(self) -> Session:
        if self._session is None:
            raise LogUnavailable(self._why or "the log is closed")
        return self._session

    async def _live(self) -> None:
        """One connection after the other, until the log is closed."""
        while not self._closing:
            try:
                async with connected(self._url) as session:
                    await self._adopt(session)
                    try:
                        async with asyncio.TaskGroup() as tasks:
                            tasks.create_task(session.ended())
                            tasks.create_task(self._follow(session))
                            tasks.create_task(self._keep_looking(session))
                    finally:
                        self._session = None
            except* NATS_FAILURES as wrong:
                if not self._closing:
                    self._away(in_words(wrong))
            await asyncio.sleep(AGAIN_S)

    def _lived(self, life: asyncio.Task[None]) -> None:
        if not life.cancelled() and (fault := life.exception()) is not None:
            self._away("the log stopped by a fault of its own")
            _LOG.error("the log stopped", exc_info=fault)

    def _away(self, why: str) -> None:
        if why != self._why:
            _LOG.warning("the log on NATS is away", extra={"why": why})
        self._why = why
        if not self._opened.done():
            self._opened.set_exception(LogUnavailable(why))

    async def _adopt(self, session: Session) -> None:
        """Go on with the stream as it is now, or begin anew with what became of it."""
        known = self._epoch
        facts = await open_stream(session.context, self._retention_s)
        if facts.epoch == known and facts.head < self._head.value:
            facts = await declare_loss(session.context, known)
        if facts.epoch == known:
            self._see(facts)
        else:
            begin = max(facts.floor, facts.head - PREFILL)
            self._epoch = facts.epoch
            self._floor = facts.floor
            self._recent = Recent(begin)
            self._head.reset(begin)
            if known:
                _LOG.error("the stream has lost events: it goes on in a new epoch")
        self._goal = facts.head
        self._session = session
        if self._closing:
            session.over.set()
        if not known or self._why:
            say_how_durable(session.client)
        self._why = ""

    async def _follow(self, session: Session) -> None:
        self._reached(self._head.value >= self._goal)
        async for stretch in follow(session, self._head.value):
            self._recent.add(stretch.entries)
            self._head.move(stretch.end)
            self._reached(stretch.idle or stretch.end >= self._goal)

    def _reached(self, there: bool) -> None:
        if there and not self._opened.done():
            self._opened.set_result(None)

    async def _keep_looking(self, session: Session) -> None:
        while not session.over.is_set():
            await asyncio.sleep(LOOK_S)
            head = self._head.value  # before the question: the answer is not older
            facts = await look(session.context)
            if facts.epoch != self._epoch or facts.head < head:
                raise Interrupted("the stream is not what it was")
            self._see(facts)

    def _see(self, facts: StreamFacts) -> None:
        if facts.epoch == self._epoch and facts.floor > self._floor:
            self._floor = facts.floor
            self._recent.forget_before(facts.floor)
            self._head.move(facts.floor)


async def _publish_all(session: Session, messages: Sequence[tuple[str, bytes]]) -> int:
    """How many were new; raises :class:`LogUnavailable`, at once when the connection ends."""
    async with asyncio.TaskGroup() as tasks:
        acks = [tasks.create_task(_publish(session, key, data)) for key, data in messages]
        watch = tasks.create_task(_cancel_when_over(session, acks))
        if acks:
            await asyncio.wait(acks)
        watch.cancel()
    new = 0
    for ack in acks:
        result = ConnectionError("the connection ended") if ack.cancelled() else ack.result()
        if isinstance(result, Exception):
            raise LogUnavailable(in_words(result)) from result
        new += result
    return new


async def _cancel_when_over(
    session: Session, acks: Sequence[asyncio.Task[bool | Exception]]
) -> None:
    await session.over.wait()
    for ack in acks:
        ack.cancel()


async def _publish(session: Session, key: str, data: bytes) -> bool | Exception:
    """Whether the message was new, or why it may not be in the stream."""
    try:
        ack = await session.context.publish(
            SUBJECT, data, stream=STREAM, headers={Header.MSG_ID: key}
        )
    except NATS_FAILURES as wrong:
        return wrong
    return not ack.duplicate
