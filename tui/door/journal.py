"""``gradewatch journal``: what is remembered, remembering more, forgetting."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import tzinfo
from itertools import groupby, pairwise
from pathlib import Path

from tui.config import Settings
from tui.door.desk import MEMORY, journal_location, load_config, typed_zone, wall_clock, zone_of
from tui.door.exits import Stop
from tui.door.options import Asked
from tui.door.speak import say, show
from tui.events.event import Feed
from tui.events.text import clean
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.journal.records import Batch, Gap, Info, Recorded, Stretch
from tui.query.span import SpanError, parse_moment
from tui.report.inquiry.sums import count_words
from tui.report.words import TimeStyle, time_words
from tui.sources.health import Health
from tui.sources.replay import STDIN, ReplaySource
from tui.sources.supervisor import Supervisor

_REASONS_SHOWN = 20
_UNITS = (("days", 86_400), ("h", 3600), ("min", 60), ("s", 1))


def journal_info(asked: Asked) -> None:
    """Print what the journal has, on stdout."""
    settings = load_config(asked).settings
    location = _on_disk(asked, settings)
    if not location.exists():
        raise Stop(f"there is no journal yet: {location} comes with the first watch or import")
    with _reading(location) as reader:
        info, gaps = reader.info(), reader.gaps()
    zone = zone_of(settings)
    for line in (*info_lines(info, zone), *gap_lines(gaps, zone)):
        show(line)


def read_info(location: Path) -> Info:
    """What the journal at ``location`` tells about itself; raises :class:`JournalFault`."""
    with _reading(location) as reader:
        return reader.info()


@contextmanager
def _reading(location: Path) -> Generator[Reader]:
    with (
        closing(Journal.open(location, now=wall_clock, tell=say)) as journal,
        closing(journal.reader()) as reader,
    ):
        yield reader


def journal_import(asked: Asked, files: list[str]) -> None:
    """Read files of any known wire format into the journal; ``-`` is the standard input."""
    for file in files:
        if file != STDIN and not Path(file).exists():
            raise Stop(f"there is no file {clean(file)}")
        if file != STDIN and not os.access(file, os.R_OK):
            raise Stop(f"{clean(file)} may not be read")
    location = _on_disk(asked, load_config(asked).settings)
    journal = Journal.open(location, now=wall_clock, tell=say)
    understood = False
    try:
        for file in files:
            tally = _Tally(journal)
            supervisor = Supervisor(
                [ReplaySource(file, clock=wall_clock)], tally, tally, clock=wall_clock
            )
            asyncio.run(supervisor.run(once=True))
            say(f"{'standard input' if file == STDIN else clean(file)}: {tally.words}")
            for line in _reasons(tally.reasons.most_common()):
                say(line)
            understood = understood or tally.understood
    finally:
        journal.close()
    if not understood:
        raise Stop("nothing was imported: none of it is an event of Canvas")
    say(f"all of it is in {location}")


def journal_purge(asked: Asked, before: str) -> None:
    """Delete every event before a time, for good."""
    settings = load_config(asked).settings
    try:
        moment = parse_moment(before, now_ms=wall_clock(), zone=typed_zone(settings))
    except SpanError as wrong:
        raise Stop(f"--before: {wrong}") from wrong
    location = _on_disk(asked, settings)
    purged = 0
    if location.exists():
        journal = Journal.open(location, now=wall_clock, tell=say)
        try:
            purged = journal.purge(moment)
        finally:
            journal.close()
    shown = time_words(moment, zone_of(settings), TimeStyle.ZONED)
    say(f"deleted {count_words(purged, 'event')} before {shown} from {location}")


def _on_disk(asked: Asked, settings: Settings) -> Path:
    location = journal_location(asked, settings)
    if location is None:
        raise Stop(f"{MEMORY} is gone when the program ends: name a file by --journal PATH")
    return location


class _Tally:
    """Writes what was read, and counts what came of it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._new = self._changed = self._known = 0
        self.reasons: Counter[str] = Counter()

    def record(self, batch: Batch) -> Recorded:
        recorded = self._journal.record(batch)
        self.reasons.update(one.reason for one in batch.rejected)
        return recorded

    def recorded(self, recorded: Recorded) -> None:
        self._new += recorded.new
        self._changed += recorded.changed
        self._known += recorded.known

    def health_changed(self, health: Health) -> None:
        """A file that cannot be read ends the run with the same words."""

    @property
    def understood(self) -> bool:
        """There was an event among it, or nothing that should have been one: an empty page."""
        return bool(self._new or self._changed or self._known or not self.reasons)

    @property
    def words(self) -> str:
        return (
            f"{count_words(self._new, 'new event')}, {self._changed} changed, {self._known} known, "
            f"{self.reasons.total()} set aside"
        )


def info_lines(info: Info, zone: tzinfo | None) -> Iterator[str]:
    """``journal info``, line by line."""
    yield f"journal      {info.path}"
    yield f"size         {size_words(info.size)} (format {info.schema})"
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in info.by_kind if count)
    yield f"events       {info.events:,}" + (f" ({kinds})" if kinds else "")
    yield f"span         {span_words(info, zone)}"
    yield f"names        {info.names:,}"
    yield f"revisions    {info.revisions:,} older contents of rows that changed"
    yield f"marked       {info.marked:,} events"
    yield f"flagged      {info.flagged:,} events by attention rules"
    yield f"home shard   {info.home_shard or 'not known'}"
    yield f"set aside    {info.rejected:,} documents that could not be read"
    yield from _reasons(info.rejections)
    if not info.coverage:
        yield "verified     nothing: no audit log was read to its end"
    for (feed, target), stretches in groupby(info.coverage, lambda one: (one.feed, one.target)):
        how = "verified    " if feed is Feed.AUDIT else "listened to "
        yield f"{how} {clean(target)} ({feed.value})"
        yield from _coverage(list(stretches), zone)


def gap_lines(gaps: Sequence[Gap], zone: tzinfo | None) -> Iterator[str]:
    """What a feed has lost, and why; another feed may have filled it."""
    for target, lost in groupby(gaps, lambda one: one.target):
        yield f"lost         of {clean(target)}"
        for gap in lost:
            long = duration_words(gap.end - gap.start)
            yield f"  lost       {_between(gap.start, gap.end, zone)} ({long}): {clean(gap.reason)}"


def span_words(info: Info, zone: tzinfo | None) -> str:
    """From the oldest to the newest event."""
    if info.oldest is None or info.newest is None:
        return "no events"
    ends = (time_words(ms, zone, TimeStyle.ZONED) for ms in (info.oldest, info.newest))
    return " – ".join(ends)


def size_words(size: int) -> str:
    """``512 KiB``, ``1.4 MiB``."""
    if size < 1 << 20:
        return f"{(size + 1023) >> 10} KiB"
    if size < 1 << 30:
        return f"{size / (1 << 20):.1f} MiB"
    return f"{size / (1 << 30):.1f} GiB"


def _reasons(reasons: list[tuple[str, int]] | tuple[tuple[str, int], ...]) -> Iterator[str]:
    for reason, count in reasons[:_REASONS_SHOWN]:
        yield f"  {count:>9,}  {clean(reason)}"
    if rest := reasons[_REASONS_SHOWN:]:
        yield f"  {sum(count for _, count in rest):>9,}  for {len(rest)} other reasons"


def _coverage(stretches: list[Stretch], zone: tzinfo | None) -> Iterator[str]:
    """Stretches, and between them the gaps."""
    yield f"  read       {_between(stretches[0].start, stretches[0].end, zone)}"
    for earlier, later in pairwise(stretches):
        long = duration_words(later.start - earlier.end)
        yield f"  no data    {_between(earlier.end, later.start, zone)} ({long})"
        yield f"  read       {_between(later.start, later.end, zone)}"


def _between(start: int, end: int, zone: tzinfo | None) -> str:
    begin = "the beginning" if start <= 0 else time_words(start, zone, TimeStyle.FULL)
    return f"{begin} – {time_words(end, zone, TimeStyle.FULL)}"


def duration_words(ms: int) -> str:
    """``8 min``, ``2 days``: whole units, the largest that fits."""
    seconds = max(1, round(ms / 1000))
    unit, length = next(
        ((unit, length) for unit, length in _UNITS if seconds >= 2 * length), _UNITS[-1]
    )
    return f"{seconds // length} {unit}"
