"""Events from a NATS JetStream work queue that all relays of a school share.

Whoever has events publishes them, as JSON, on the subject ``gradewatch.ingest``. A message is
acknowledged when its event is durable, given up when it can never be taken, and asked for again
later while the log is away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error
from nats.errors import TimeoutError as NothingCame
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

from tui.relay.ingest.backoff import Backoff, Sleep, jitter
from tui.relay.ingest.delivery import Outcome, deliver
from tui.relay.ingest.intake import Intake

STREAM = "GRADEWATCH_INGEST"
SUBJECT = "gradewatch.ingest"
DURABLE = "gradewatch-relays"
"""The consumer that all relays share: each message goes to one of them."""
RECEIVERS = 16
"""Messages taken at the same time."""
ACK_WAIT_S = 30.0
"""Seconds until a message goes to another relay when the first says nothing."""
LATER_S = 5.0
"""Seconds until a message comes again when the log is away."""
_FETCH_S = 5.0
_LOG = logging.getLogger("gradewatch.relay")


async def run_nats_ingest(
    url: str,
    intake: Intake,
    *,
    sleep: Sleep = asyncio.sleep,
    spread: Callable[[], float] = jitter,
    receivers: int = RECEIVERS,
    later_s: float = LATER_S,
    ack_wait_s: float = ACK_WAIT_S,
) -> None:
    """Take what the work queue has, for ever; failures of NATS and of the log are waited out."""
    backoff = Backoff(sleep, spread)
    while True:
        try:
            # a connection that ends is begun anew here: one way back, not two
            client = Client()
            try:
                await client.connect(
                    url.split(","),
                    allow_reconnect=False,
                    max_reconnect_attempts=1,  # of the first connection; 0 would be for ever
                    reconnect_time_wait=0,
                    connect_timeout=10,
                    ping_interval=20,
                    error_cb=_say_nothing,
                )
                context = JetStreamContext(client)
                await _work_queue(context, ack_wait_s)
                backoff.reset()
                async with asyncio.TaskGroup() as tasks:
                    for _ in range(receivers):
                        tasks.create_task(_receive_for_ever(context, intake, later_s))
            finally:
                await client.close()
        except* (Error, OSError) as wrong:
            _LOG.warning("NATS cannot be read", extra={"why": type(wrong.exceptions[0]).__name__})
        await backoff.wait()


async def _say_nothing(_wrong: Exception) -> None:
    """What NATS reports in passing is raised where it matters."""


async def _work_queue(context: JetStreamContext, ack_wait_s: float) -> None:
    """Make the stream and its consumer if they are not there; others' settings of them are kept."""
    try:
        await context.stream_info(STREAM)
    except NotFoundError:
        await context.add_stream(  # pyright: ignore[reportUnknownMemberType]  its **params
            StreamConfig(
                name=STREAM,
                subjects=[SUBJECT],
                retention=RetentionPolicy.WORK_QUEUE,
                storage=StorageType.FILE,
            )
        )
    try:
        await context.consumer_info(STREAM, DURABLE)
    except NotFoundError:
        await context.add_consumer(  # pyright: ignore[reportUnknownMemberType]  its **params
            STREAM,
            ConsumerConfig(
                durable_name=DURABLE,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=ack_wait_s,
                max_deliver=-1,
                filter_subject=SUBJECT,
            ),
        )


async def _receive_for_ever(context: JetStreamContext, intake: Intake, later_s: float) -> None:
    queue = await context.pull_subscribe_bind(DURABLE, STREAM)
    while True:
        with suppress(NothingCame):
            # one at a time: a fetch of several waits for the last of them
            for message in await queue.fetch(1, timeout=_FETCH_S):
                await _settle(message, intake, later_s)


async def _settle(message: Msg, intake: Intake, later_s: float) -> None:
    match await deliver(message.data, intake):
        case Outcome.DURABLE:
            await message.ack()
        case Outcome.NEVER:
            await message.term()
        case Outcome.LATER:
            await message.nak(delay=later_s)
