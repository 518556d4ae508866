"""What is said of the view itself: its counts at the foot, and why it is empty where it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from rich.cells import cell_len

from tui.app.lines import BLANK, Line, Tone
from tui.app.spanwords import moment_words, span_words
from tui.events.event import Feed
from tui.query.ast import During
from tui.sources.health import Health, State


@dataclass(frozen=True, slots=True)
class Counts:
    """Honest numbers, each of what it says."""

    first: int
    """The row of the list at the top of the screen, from 1; 0 without rows."""
    last: int
    matching: int
    complete: bool
    """Every matching event of the journal is counted."""
    held: int
    """Events that came while holding."""
    received: int
    """Events that came or changed in this run, each read again and again counted once."""
    rejected: int
    """Documents set aside in this run."""
    totals: int = 0
    """Recalculated totals that match and are not shown, counted now and then."""
    replacing: bool = False
    """The rows on screen are still those of the filter before."""
    rows: int | None = None
    """In how many rows the matching events are; None: one each."""


def view_line(
    counts: Counts,
    *,
    following: bool,
    filter_words: str = "",
    redacted: bool = False,
    low: bool = False,
    in_memory: bool = False,
    width: int = 200,
    totals_key: str = "T",
) -> Line:
    """``following · 1–20 of 12,300+ matching · received 1,204 · 123 totals not shown (T)``.

    Where one row shows several events: ``1–20 of 9,100 rows, 12,300 matching``.
    ``width``: in how many cells it should be told; ``totals_key`` shows the totals.
    """
    behind = _said_behind(counts, filter_words, redacted=redacted, low=low, in_memory=in_memory)
    parts = ["following" if following else "holding"]
    if counts.held:
        parts[0] += f" · +{counts.held:,} new"
    more = "" if counts.complete else "+"
    shown = f"{counts.first:,}–{counts.last:,} of " if counts.first else ""
    folded = counts.rows is not None and counts.rows != counts.matching
    if folded and shown:
        rows = "row" if counts.rows == 1 and not more else "rows"
        found = f"{shown}{counts.rows:,}{more} {rows}, {counts.matching:,}{more} matching"
    else:
        found = f"{shown}{counts.matching:,}{more} matching"
    parts.append("looking…" if counts.replacing else found)
    parts.append(f"received {counts.received:,}")
    if not counts.totals:
        return Line(" · ".join((*parts, *behind)))
    at = f" ({totals_key})" if totals_key else ""
    choices = [
        " · ".join((*parts, f"{counts.totals:,} {words}", *behind))
        for words in (f"totals not shown{at}", f"totals hidden{at}", f"totals{at}")
    ]
    return Line(next((text for text in choices if cell_len(text) <= width), choices[-1]))


def _said_behind(
    counts: Counts, filter_words: str, *, redacted: bool, low: bool, in_memory: bool
) -> list[str]:
    said = {
        f"{counts.rejected:,} rejected": counts.rejected,
        "in memory": in_memory,
        "redacted": redacted,
        "low bandwidth": low,
        filter_words: filter_words,
    }
    return [words for words, holds in said.items() if holds]


def empty_lines(
    healths: Iterable[Health],
    *,
    since: int,
    until: int | None,
    now: int,
    zone: tzinfo | None,
    filtered: bool,
    complete: bool,
    filter_time: During | None = None,
    totals: int = 0,
    totals_key: str = "T",
) -> list[Line]:
    """In place of rows: why there are none, and whether that is certain.

    Only where a source has verified the window does it say that nothing happened; ``totals``
    that match and are not shown are told of.
    """
    healths = list(healths)
    if not complete:
        return [Line("reading the journal…", Tone.QUIET)]
    if filtered:
        asked = filter_time or During()
        if asked.start is not None and asked.start < since:
            first = moment_words(since, now, zone)
            unread = Line(f"only the time since {first} is watched: --since reads more", Tone.WARN)
        else:
            unread = BLANK
        return [
            Line("no event read so far matches this filter"),
            *_totals_alone(totals, totals_key),
            unread,
            Line("F: filter off · / or f: change it", Tone.QUIET),
            *_unverified(healths, max(since, asked.start or since), until, now, zone),
        ]
    unverified = _unverified(healths, since, until, now, zone)
    if totals:
        return [*_totals_alone(totals, totals_key), *unverified]
    if unverified or not healths:
        return unverified or [Line("the journal holds nothing of this view")]
    if all(each.feed is Feed.LIVE for each in healths):
        return [Line("no change has come yet; only the audit log could tell that there was none")]
    window = span_words(since, min(until or now, now), now, zone)
    return [Line(f"nothing has changed: {window} is verified"), Line("", Tone.QUIET)]


def _totals_alone(totals: int, key: str) -> list[Line]:
    if not totals:
        return []
    how = f": {key} shows them" if key else ""
    return [Line(f"only recalculated totals, {totals:,} of them, which are not shown{how}")]


def _unverified(
    healths: Iterable[Health], since: int, until: int | None, now: int, zone: tzinfo | None
) -> list[Line]:
    """The foot says in full what is the matter; here only that it is."""
    window = span_words(since, min(until or now, now), now, zone)
    lines: list[Line] = []
    for health in healths:
        if health.feed is Feed.LIVE:
            continue  # a relay tells of changes, never that there was none
        if health.verified_from is not None and health.verified_from <= since:
            continue
        if health.state is State.REFUSED or health.words:
            tone = Tone.BAD if health.state is State.REFUSED else Tone.WARN
            words = f"{health.source} ({health.state}, see below)"
            lines.append(Line(f"{window} not verified: {words}", tone))
        else:
            lines.append(Line(f"reading {health.source}… {window} not verified yet"))
    return lines
