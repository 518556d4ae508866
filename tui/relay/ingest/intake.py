"""From any JSON value to entries of the log: the one way in, whatever brought it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tui.events.decode import decode
from tui.events.event import Decoded, Feed, Rejected, Sighting
from tui.events.fields import as_list, as_object, parsed_json
from tui.relay.event_log import Arrival, EventLog, TooLargeForLog
from tui.relay.home_shard import HomeShard
from tui.relay.ingest.json_text import unquoted
from tui.relay.ingest.not_taken import (
    ForeignSchool,
    KeysUnavailable,
    Malformed,
    NotTaken,
    TooLarge,
    Unauthorized,
)
from tui.relay.scope import only_course

LARGEST = 1024 * 1024
"""Bytes of one document as it is received; Canvas's own records end at 1,000,000."""
LARGE_FROM = 64 * 1024
"""Bytes from which reading a document would hold up everybody else."""
_TOGETHER = 256
"""Events that are handed to the log together: others may hand it theirs in between."""
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
    homeless: int = 0
    """Events of a course that did not tell their school, while the relay did not know it."""
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
    ``clock`` gives UTC milliseconds; ``home`` learns from each event, and tells those that do not
    name their school.
    """

    def __init__(
        self,
        log: EventLog,
        *,
        account_uuid: str | None = None,
        clock: Callable[[], int],
        counts: IngestCounts | None = None,
        home: HomeShard | None = None,
    ) -> None:
        self.counts = IngestCounts() if counts is None else counts
        self._log = log
        self._account = account_uuid
        self._clock = clock
        self._home = HomeShard() if home is None else home

    async def take(self, document: object, *, large: bool = False) -> int:
        """Durable when it returns; how many events were new.

        ``document`` is parsed JSON, or the text of it; what is ``large`` is read beside the event
        loop. Of a document with several events those that can be read are taken; one of another
        school refuses all. Raises :class:`Malformed`, :class:`ForeignSchool`, :class:`TooLarge` and
        :class:`~tui.relay.event_log.LogUnavailable`; what is refused is counted by the caller,
        which alone knows whether it will come again.
        """
        read = await asyncio.to_thread(self._read, document) if large else self._read(document)
        arrivals = self._at_home(read.arrivals)
        new = 0
        try:
            for first in range(0, len(arrivals), _TOGETHER):
                new += await self._log.append(arrivals[first : first + _TOGETHER])
        except TooLargeForLog as wrong:
            raise TooLarge(str(wrong)) from None
        self.counts.taken += new
        self.counts.duplicates += len(arrivals) - new
        if read.rejected:
            self.counts.unreadable += len(read.rejected)
            _LOG.warning(
                "taken without what cannot be read",
                extra={"parts": len(read.rejected), "why": read.rejected[0].reason},
            )
        return new

    def _read(self, document: object) -> _Read:
        """All of it that takes long, and nothing that others share: it may run in a thread."""
        document = unquoted(document)
        items = as_list(document)
        parts = [decode(each) for each in ([document] if items is None else items)]
        rejected = tuple(each for part in parts for each in part.rejected)
        now = self._clock()
        sightings = [each for part in parts for each in part.sightings]
        live = [each for each in sightings if Feed.LIVE in each.event.seen_by]
        arrivals = [self._arrival(each, now) for each in live]
        if not arrivals:
            raise Malformed(_nothing_live(parts))
        return _Read(arrivals, rejected)

    def _arrival(self, sighting: Sighting, now: int) -> Arrival:
        event, home_shard = sighting.event, sighting.home_shard
        if self._account is not None and _school(sighting) != self._account:
            raise ForeignSchool("an event of another root account than the one set")
        course = event.course or only_course(sighting.raw, home_shard)
        return Arrival(event.key, event.kind, course, home_shard, now, sighting.raw)

    def _at_home(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """With the school of those that do not tell theirs."""
        for arrival in arrivals:
            self._home.learn(arrival.home_shard)
        return [each if each.home_shard else self._of_home(each) for each in arrivals]

    def _of_home(self, arrival: Arrival) -> Arrival:
        home = self._home
        if not home.known and arrival.course is not None:
            if not self.counts.homeless:
                _LOG.warning(
                    "an event does not tell its school, which is not known: not everybody who "
                    "asks for its course will get it (this is said once, and counted)"
                )
            self.counts.homeless += 1
        return replace(arrival, course=home.seen(arrival.course), home_shard=home.known)


@dataclass(frozen=True, slots=True)
class _Read:
    """What a document turned out to hold."""

    arrivals: Sequence[Arrival]
    rejected: tuple[Rejected, ...]


def _nothing_live(parts: Sequence[Decoded]) -> str:
    for part in parts:
        if part.rejected:
            return part.rejected[0].reason
    audited = any(part.sightings for part in parts)
    return "the audit log's, no live event" if audited else "no event in it"


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
    return uuid if isinstance(uuid, str) else None


def _object(value: object) -> Mapping[str, object]:
    return as_object(value) or {}
