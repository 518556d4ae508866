"""Canvas's events from an SQS standard queue: at least once, unordered, kept there for days.

A message is deleted when its event is durable. What can never be taken (no event in it, another
school's) is counted and deleted too: otherwise it would come again until the queue forgets it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tui.events.fields import as_list, as_object
from tui.relay.ingest.backoff import Backoff, Sleep, jitter
from tui.relay.ingest.delivery import Outcome, deliver
from tui.relay.ingest.intake import Intake
from tui.relay.ingest.sqs_client import QueueClient, QueuePlace, connect, failures, kind_of

BATCH = 10
"""Messages of one receive call; SQS gives no more."""
LONG_POLL_S = 20
"""Seconds a receive call waits for the first message; SQS allows no more."""
RECEIVERS = 4
"""Receive calls at the same time."""
_LOG = logging.getLogger("gradewatch.relay")


async def run_sqs(
    queue_url: str,
    intake: Intake,
    *,
    sleep: Sleep = asyncio.sleep,
    spread: Callable[[], float] = jitter,
    receivers: int = RECEIVERS,
    long_poll_s: int = LONG_POLL_S,
) -> None:
    """Take what the queue has, for ever; failures of queue, network and log are waited out.

    Credentials come from AWS's usual places (environment, profile, instance). Raises
    ``ValueError`` for an address that may not be used and
    :class:`~tui.relay.ingest.sqs_client.SqsMissing`.
    """
    place = QueuePlace.of(queue_url)
    queue = _Queue(queue_url, intake, long_poll_s)
    backoff = Backoff(sleep, spread)
    while True:
        opening = connect(place, calls=receivers, patience_s=long_poll_s + 10)
        try:
            async with opening as client, asyncio.TaskGroup() as tasks:
                for _ in range(receivers):
                    tasks.create_task(queue.receive_for_ever(client, Backoff(sleep, spread)))
        except failures() as wrong:  # looking for credentials
            _LOG.warning("the queue cannot be reached", extra={"why": kind_of(wrong)})
        await backoff.wait()


@dataclass(frozen=True, slots=True)
class _Message:
    text: str
    receipt: str
    """What SQS wants to hear when it may forget the message."""


@dataclass(frozen=True, slots=True)
class _Queue:
    url: str
    intake: Intake
    long_poll_s: int

    async def receive_for_ever(self, client: QueueClient, backoff: Backoff) -> None:
        may_pass = failures()
        while True:
            try:
                settled = await self._receive(client)
            except may_pass as wrong:
                _LOG.warning("the queue cannot be read", extra={"why": kind_of(wrong)})
                settled = False
            if settled:
                backoff.reset()
            else:
                await backoff.wait()

    async def _receive(self, client: QueueClient) -> bool:
        """Take one batch; whether none of it must come again because the log is away."""
        reply = await client.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=self.long_poll_s
        )
        messages = _messages(reply)
        # together, so that the log can make them durable together
        async with asyncio.TaskGroup() as tasks:
            deliveries = [
                (message, tasks.create_task(deliver(message.text, self.intake)))
                for message in messages
            ]
        done = [message for message, task in deliveries if task.result() is not Outcome.LATER]
        if done:
            # one that cannot be deleted comes again, as a duplicate
            await client.delete_message_batch(
                QueueUrl=self.url,
                Entries=[
                    {"Id": str(place), "ReceiptHandle": message.receipt}
                    for place, message in enumerate(done)
                ],
            )
        return len(done) == len(messages)


def _messages(reply: Mapping[str, object]) -> list[_Message]:
    listed = as_list(reply.get("Messages")) or []
    found = (as_object(each) or {} for each in listed)
    return [_Message(str(each.get("Body", "")), str(each["ReceiptHandle"])) for each in found]
