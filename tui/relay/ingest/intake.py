"""From any JSON value to entries of the log: the one way in, whatever brought it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tui.events.decode import decode
from tui.events.event import Decoded, Feed, Sighting
from tui.events.fields import as_list, as_object, parsed_json
from tui.relay.event_log import Arrival, EventLog
from tui.relay.ingest.not_taken import (
    ForeignSchool,
    KeysUnavailable,
    Malformed,
    NotTaken,
    TooLarge,
    Unauthorized,
)

LARGEST = 1024 * 1024
"""Bytes of one event; Canvas's own records end at 1,000,000."""
LARGE_FROM = 64 * 1024
"""Bytes from which reading a document would hold up everybody else."""
_LOG = logging.getLogger("gradewatch.relay")
_EXTENSIONS = "com.instructure.canvas"


@dataclass(slots=True)
class IngestCounts:
    """What came in since the relay began, by webhook and from queues; each only grows."""

    taken: int = 0
    """Events that are new in the log."""
    duplicates: int = 0
    """Events that the log had already."""
    unreadable: int = 0
    """Parts of documents that were taken without them: events, or fields of one."""
    malformed: int = 0
    """Documents in which no live event could be read."""
    unauthorized: int = 0
    foreign: int = 0
    """Documents with an event of another root account."""
    too_large: int = 0
    unavailable: int = 0
    """Documents not taken because the log or the keys were away: they may come again."""

    def refuse(self, refused: NotTaken) -> None:
        """Count one document that is not taken."""
        match refused:
            case Unauthorized():
                self.unauthorized += 1
            case ForeignSchool():
                self.foreign += 1
            case TooLarge():
                self.too_large += 1
            case KeysUnavailable():
                self.unavailable += 1
            case _:
                self.malformed += 1


class Intake:
    """Puts live events into the log.

    With ``account_uuid``, only those of that root account: a signature does not tell schools apart.
    ``clock`` gives UTC milliseconds.
    """

    def __init__(
        self,
        log: EventLog,
        *,
        account_uuid: str | None = None,
        clock: Callable[[], int],
        counts: IngestCounts | None = None,
    ) -> None:
        self.counts = IngestCounts() if counts is None else counts
        self._log = log
        self._account = None if account_uuid is None else _folded(account_uuid)
        self._clock = clock

    async def take(self, document: object, *, large: bool = False) -> int:
        """Durable when it returns; how many events were new.

        ``document`` is parsed JSON, or the text of it; what is ``large`` is read beside the event
        loop. Of a document with several events those that can be read are taken; one of another
        school refuses all. Raises :class:`Malformed`, :class:`ForeignSchool` and
        :class:`~tui.relay.event_log.LogUnavailable`; what is refused is counted by the caller,
        which alone knows whether it will come again.
        """
        decoded = await asyncio.to_thread(decode, document) if large else decode(document)
        arrivals = self._arrivals(decoded)
        new = await self._log.append(arrivals)
        self.counts.taken += new
        self.counts.duplicates += len(arrivals) - new
        if decoded.rejected:
            self.counts.unreadable += len(decoded.rejected)
            _LOG.warning(
                "taken without what cannot be read",
                extra={"parts": len(decoded.rejected), "why": decoded.rejected[0].reason},
            )
        return new

    def _arrivals(self, decoded: Decoded) -> list[Arrival]:
        live = [each for each in decoded.sightings if Feed.LIVE in each.event.seen_by]
        if not live:
            raise Malformed(_nothing_live(decoded))
        now = self._clock()
        alone = len(live) == 1
        return [self._arrival(each, decoded.home_shard if alone else None, now) for each in live]

    def _arrival(self, sighting: Sighting, home_shard: int | None, now: int) -> Arrival:
        """``home_shard`` None: to be found in the event itself, one of several."""
        event = sighting.event
        if len(sighting.raw.encode()) > LARGEST:
            raise Malformed(f"an event of more than {LARGEST} bytes")
        if self._account is not None and _school(sighting) != self._account:
            raise ForeignSchool("an event of another root account than the one set")
        if home_shard is None:
            home_shard = decode(sighting.raw).home_shard
        return Arrival(event.key, event.kind, event.course, home_shard, now, sighting.raw)


def _nothing_live(decoded: Decoded) -> str:
    if decoded.rejected:
        return decoded.rejected[0].reason
    return "the audit log's, no live event" if decoded.sightings else "no event in it"


def _school(sighting: Sighting) -> str | None:
    """The uuid of the root account whose event it is, where the event tells."""
    raw = _object(parsed_json(sighting.raw))
    if sighting.event.key.startswith("caliper:"):
        events = as_list(raw.get("data"))
        event = _object(events[0]) if events else raw
        said = _object(_object(event.get("extensions")).get(_EXTENSIONS))
    else:
        metadata = as_object(raw.get("metadata"))
        said = _object(raw.get("attributes")) if metadata is None else metadata
    uuid = said.get("root_account_uuid")
    return _folded(uuid) if isinstance(uuid, str) else None


def _object(value: object) -> Mapping[str, object]:
    return as_object(value) or {}


def _folded(uuid: str) -> str:
    return uuid.strip().casefold()
