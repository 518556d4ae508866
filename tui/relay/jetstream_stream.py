"""The stream that all relays of a school share: made if it is not there, and what it tells.

Its epoch is the moment at which it was created and how often its end was lost since, which is kept
in its description: a stream that was deleted, or whose server forgot what it had acknowledged (a
machine that lost power), is another epoch for all relays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig, StreamInfo
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

STREAM = "GRADEWATCH"
SUBJECT = "gradewatch.log.v1"
_DESCRIPTION = "the log of gradewatch's relays; its end was lost {} times"
_LOSSES = re.compile(r"its end was lost ([0-9]{1,9}) times")


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """What the stream was like when it was asked: ``floor <= head``, both at least 1."""

    epoch: str
    floor: int
    head: int


async def open_stream(context: JetStreamContext, retention_s: float) -> StreamFacts:
    """Make the stream, or have the one that is there keep events for ``retention_s``.

    Its other settings, such as the number of replicas, are whatever its owner made them. Messages
    are de-duplicated over all of the retention. Raises what NATS raises.
    """
    try:
        info = await context.stream_info(STREAM)
    except NotFoundError:
        info = await context.add_stream(  # pyright: ignore[reportUnknownMemberType]  its **params
            StreamConfig(
                name=STREAM,
                description=_DESCRIPTION.format(0),
                subjects=[SUBJECT],
                retention=RetentionPolicy.LIMITS,
                storage=StorageType.FILE,
                discard=DiscardPolicy.OLD,
                max_age=retention_s,
                duplicate_window=retention_s,
            )
        )
    config = info.config
    if (config.max_age, config.duplicate_window) != (retention_s, retention_s):
        info = await context.update_stream(  # pyright: ignore[reportUnknownMemberType]  its **params
            config, max_age=retention_s, duplicate_window=retention_s
        )
    return _facts(info)


async def look(context: JetStreamContext) -> StreamFacts:
    """How the stream is now; ``NotFoundError`` when it is gone."""
    return _facts(await context.stream_info(STREAM))


async def declare_loss(context: JetStreamContext, epoch: str) -> StreamFacts:
    """Begin the epoch after ``epoch``, unless another relay did so already."""
    info = await context.stream_info(STREAM)
    if _facts(info).epoch == epoch:
        info = await context.update_stream(  # pyright: ignore[reportUnknownMemberType]  its **params
            info.config, description=_DESCRIPTION.format(_losses(info) + 1)
        )
    return _facts(info)


def _facts(info: StreamInfo) -> StreamFacts:
    created = 0 if info.created is None else round(info.created.timestamp() * 1_000_000)
    head = info.state.last_seq + 1
    floor = min(max(1, info.state.first_seq), head)
    return StreamFacts(f"{created:x}-{_losses(info)}", floor, head)


def _losses(info: StreamInfo) -> int:
    told = _LOSSES.search(info.config.description or "")
    return 0 if told is None else int(told[1])
