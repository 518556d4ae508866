"""An arrival as bytes, the same in every kind of log, and the digest that stands for its key."""

from __future__ import annotations

import hashlib
import json

from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.relay.event_log import Arrival

DIGEST_BYTES = 16


def digest_of(key: str) -> bytes:
    """What stands for a key where all keys are kept: 128 bits, so two never meet by chance."""
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=DIGEST_BYTES).digest()


def write_arrival(arrival: Arrival) -> bytes:
    """A JSON array of what a subscription is filtered by, a line feed, the event's text.

    ``ValueError`` for an event that is not one line of UTF-8.
    """
    if "\n" in arrival.event:
        raise ValueError("an event in the log is one line")
    course = None if arrival.course is None else [arrival.course.shard, arrival.course.local]
    about = json.dumps([arrival.key, arrival.kind, course, arrival.home_shard, arrival.received_at])
    return f"{about}\n{arrival.event}".encode()


def read_arrival(data: bytes) -> Arrival:
    """The reverse; ``ValueError`` for bytes that :func:`write_arrival` did not make."""
    about, _, event = data.partition(b"\n")
    match json.loads(about):
        case [str(key), str(kind), course, int(home_shard), int(received_at)]:
            return Arrival(
                key=key,
                kind=Kind(kind),
                course=_read_course(course),
                home_shard=home_shard,
                received_at=received_at,
                event=event.decode(),
            )
        case _:
            raise ValueError("no arrival")


def _read_course(value: object) -> CanvasId | None:
    match value:
        case None:
            return None
        case [int(shard), int(local)]:
            return CanvasId(shard, local)
        case _:
            raise ValueError("no course of an arrival")
