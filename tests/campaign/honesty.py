"""Whether the journal said while it ran, not only afterwards, what it had not seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.campaign.verdict import Truth
from tui.events.event import Feed
from tui.journal.records import Gap, Stretch

IN_FLIGHT_MS = 1_000
"""What left the relay or Canvas this long before a cut may still be on its way to the disk."""
LISTENING_MS = 3_000
"""The end of what was listened to is known this exactly: an event that the relay took before may
follow, since it says so only once the event is on disk, and a busy disk takes its time."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The journal at ``at`` (UTC ms); ``keys`` were read after all the rest."""

    at: int
    covered: tuple[Stretch, ...]
    gaps: tuple[Gap, ...]
    keys: frozenset[str]

    def of(self, feed: Feed) -> tuple[Stretch, ...]:
        return tuple(one for one in self.covered if one.feed is feed)


@dataclass(frozen=True, slots=True)
class Outage:
    """``since <= t < until`` (UTC ms): nothing could reach the client by this feed."""

    feed: Feed
    since: int
    until: int
    why: str

    def shows_in(self, sample: Sample) -> bool:
        """Whether the sample was taken while it lasted, and not only at its very beginning."""
        return self.since + IN_FLIGHT_MS < sample.at < self.until


def dishonesties(
    truth: Truth,
    samples: Sequence[Sample],
    outages: Sequence[Outage],
    taken_at: Mapping[str, int],
    course: int,
) -> list[str]:
    """Each false claim in words. ``taken_at``: when the relay took a live event, UTC ms by key.

    1. What a sample claims to have read is there: each audit row of a verified second, each live
       event that the relay took while it was listened to.
    2. While a feed is cut off its coverage does not grow: what happens meanwhile is not verified,
       or not listened to, in every sample.
    3. Between the first and the last moment of listening there is nothing that is neither listened
       to nor a recorded gap.
    """
    found: list[str] = []
    for sample in samples:
        found += _unread_rows(truth, sample, course)
        found += _unheard(sample, taken_at)
        found += _blanks(sample)
        for outage in outages:
            if outage.shows_in(sample):
                found += _growth(sample, outage)
    return found


def _unread_rows(truth: Truth, sample: Sample, course: int) -> Iterator[str]:
    rows = {
        f"grades of course {course}": [
            (row.at, row.id) for row in truth.grades if row.visible < row.at + 1000
        ],
        f"course events of course {course}": [(row.at, row.id) for row in truth.courses],
    }
    for stretch in sample.of(Feed.AUDIT):
        for at, row in rows.get(stretch.target, []):
            if stretch.start <= at < stretch.end and f"audit:{row}" not in sample.keys:
                yield f"at {sample.at}: {stretch} is said to be read; audit:{row} at {at} is not"


def _unheard(sample: Sample, taken_at: Mapping[str, int]) -> Iterator[str]:
    for stretch in sample.of(Feed.LIVE):
        for key, at in taken_at.items():
            if stretch.start <= at < stretch.end - LISTENING_MS and key not in sample.keys:
                yield f"at {sample.at}: {stretch} is said to be heard; {key} taken at {at} is not"


def _growth(sample: Sample, outage: Outage) -> Iterator[str]:
    latest = outage.since + IN_FLIGHT_MS
    for stretch in sample.of(outage.feed):
        if stretch.end > latest:
            yield f"at {sample.at}: {stretch} although since {outage.since}: {outage.why}"


def _blanks(sample: Sample) -> Iterator[str]:
    listened = sample.of(Feed.LIVE)
    lost = [one for one in sample.gaps if one.feed is Feed.LIVE]
    spans = _joined((one.start, one.end) for one in (*listened, *lost))
    for (_, end), (start, _) in pairwise(spans):
        yield f"at {sample.at}: from {end} to {start} neither listened to nor a gap"


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
