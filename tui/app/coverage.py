"""How much of the time that is watched was read, by which feed, and what was lost; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.events.event import Feed
from tui.events.spans import NEVER, Spans
from tui.journal.records import Gap, Stretch
from tui.sources.health import Health

LATE_MS = 300_000
"""Until so long after a change its row may still come to the audit log."""
FRESH_MS = 30_000
"""How far back a stretch may end and still reach to now: the age of the last poll says it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the feeds in force have read.

    ``verified``: every query of the audit log that is in force was read there; with none in force
    nothing is verified, since what another watch read says nothing of this one's targets.
    ``heard``: only a relay was listened to.
    """

    verified: Spans = NEVER
    heard: Spans = NEVER
    gaps: tuple[Gap, ...] = ()
    """What a relay lost and the audit log has not filled, ascending."""

    def read_past(self, at: int) -> bool:
        """The audit log was read beyond the time at which the row of a change may come late."""
        return self.verified.covers(at, at + LATE_MS)


def coverage_of(
    stretches: Sequence[Stretch], gaps: Iterable[Gap], healths: Iterable[Health]
) -> Coverage:
    """What the journal says of the feeds that ``healths`` tell of."""
    targets = {(each.feed, each.target or each.source) for each in healths if each.feed}
    read = {
        (feed, target): Spans.of(
            (each.start, each.end)
            for each in stretches
            if each.feed is feed and each.target == target
        )
        for feed, target in targets
    }
    audited = [spans for (feed, _), spans in read.items() if feed is Feed.AUDIT]
    verified = audited[0] if audited else Spans()
    for spans in audited[1:]:
        verified &= spans
    heard = Spans()
    for (feed, _), spans in read.items():
        if feed is Feed.LIVE:
            heard |= spans
    lost = [
        each
        for each in sorted(gaps, key=lambda gap: (gap.start, gap.end))
        if (each.feed, each.target) in targets and Spans(((each.start, each.end),)) - verified
    ]
    holes = Spans.of((each.start, each.end) for each in lost)
    return Coverage(verified, heard - holes, tuple(lost))
