"""What the foot of the screen says: how the sources are, and how much of the truth is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import tzinfo

from tui.app.lines import BLANK, Line, Tone
from tui.events.times import to_datetime
from tui.query.ast import During
from tui.sources.health import Health, State

_TROUBLED = {State.REFUSED: Tone.BAD, State.RETRYING: Tone.WARN, State.WAITING: Tone.WARN}
_X = "(x shows why)"
_STEP = 10_000
_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_FRESH = 2 * _MINUTE
"""How far back a verified stretch may end and still reach to now: the age of the poll says it."""


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


def view_line(
    counts: Counts,
    *,
    following: bool,
    filter_words: str = "",
    redacted: bool = False,
    low: bool = False,
    in_memory: bool = False,
) -> Line:
    """``following · 1–20 of 12,300+ matching · +3 new · received 1,204``."""
    parts = ["following" if following else "holding"]
    if counts.held:
        parts[0] += f" · +{counts.held:,} new"
    more = "" if counts.complete else "+"
    shown = f"{counts.first:,}–{counts.last:,} of " if counts.first else ""
    parts.append(f"{shown}{counts.matching:,}{more} matching")
    parts.append(f"received {counts.received:,}")
    if counts.rejected:
        parts.append(f"{counts.rejected:,} rejected")
    if in_memory:
        parts.append("in memory")
    if redacted:
        parts.append("redacted")
    if low:
        parts.append("low bandwidth")
    if filter_words:
        parts.append(filter_words)
    return Line(" · ".join(parts))


def source_lines(
    healths: Iterable[Health], *, now: int, zone: tzinfo | None, redacted: bool = False
) -> list[Line]:
    """A line for each source in trouble, and one for all the others together.

    On a redacted screen sources have numbers: their names and words may hold ids.
    """
    named = list(healths)
    if redacted:
        named = [
            replace(each, source=f"source {number}", words="" if not each.words else _X)
            for number, each in enumerate(named, 1)
        ]
    well = [each for each in named if each.state not in _TROUBLED and not each.words]
    troubled = [each for each in named if each not in well]
    if len(well) > 1:
        well = [_well_together(well)]
    lines = [Line(_source(each, now, zone), _TROUBLED.get(each.state, Tone.PLAIN)) for each in well]
    lines += [
        Line(_source(each, now, zone), _TROUBLED.get(each.state, Tone.WARN))
        for each in _alike_together(troubled)
    ]
    return lines or [Line("no source: what the journal holds", Tone.QUIET)]


def _well_together(healths: list[Health]) -> Health:
    """The feeds that are well, in one: reading while any of them reads."""
    live = all(each.state is State.LIVE for each in healths)
    return _together(healths, State.LIVE if live else State.READING)


def _alike_together(healths: list[Health]) -> list[Health]:
    """One health for each trouble: all feeds of a Canvas that is gone say the same."""
    alike: dict[tuple[State, str], list[Health]] = {}
    for health in healths:
        alike.setdefault((health.state, health.words), []).append(health)
    return [
        group[0] if len(group) == 1 else _together(group, group[0].state)
        for group in alike.values()
    ]


def _together(healths: list[Health], state: State) -> Health:
    """Several in one: the oldest poll, the stretch verified by all, the least quota."""
    quotas = [each.quota for each in healths if each.quota is not None]
    return replace(
        healths[0],
        source=f"{len(healths)} sources",
        state=state,
        last_good=_of_all((each.last_good for each in healths), min),
        verified_from=_of_all((each.verified_from for each in healths), max),
        verified_to=_of_all((each.verified_to for each in healths), min),
        quota=min(quotas) if quotas else None,
        skew_ms=next((each.skew_ms for each in healths if each.skew_ms is not None), None),
    )


def _of_all(values: Iterable[int | None], pick: Callable[[list[int]], int]) -> int | None:
    """One of the values; None if any is not known."""
    listed = list(values)
    known = [each for each in listed if each is not None]
    return pick(known) if len(known) == len(listed) else None


def _source(health: Health, now: int, zone: tzinfo | None) -> str:
    parts = [f"{health.source}: {health.state.value}"]
    if health.words:
        parts[0] += f": {health.words}"
    waits = health.state in (State.RETRYING, State.WAITING)
    if waits and health.retry_at is not None and health.retry_at - now >= _MINUTE:
        parts.append(f"next try in {duration_words(health.retry_at - now)}")
    if health.last_good is not None:
        parts.append(f"read {age_words(now - health.last_good)}")
    if health.verified_from is not None and health.verified_to is not None:
        parts.append(f"verified {_stretch(health.verified_from, health.verified_to, now, zone)}")
    elif health.state is not State.REFUSED:
        parts.append("nothing verified yet")
    if health.quota is not None:
        parts.append(f"quota {int(health.quota) // 10 * 10}")
    if health.skew_ms is not None and abs(health.skew_ms) >= 5_000:
        direction = "ahead" if health.skew_ms > 0 else "behind"
        parts.append(f"Canvas's clock is {duration_words(abs(health.skew_ms))} {direction}")
    return " · ".join(parts)


def _stretch(start: int, end: int, now: int, zone: tzinfo | None) -> str:
    """``since 12:01`` where it reaches to now; else where it ends too."""
    if now - end > _FRESH:
        return span_words(start, end, now, zone)
    return f"since {span_words(start, start, now, zone).partition('–')[0]}"


def age_words(ms: int) -> str:
    """``just now``, ``20 s ago``, ``4 min ago``: coarse, so that an idle screen stays as it is."""
    return "just now" if ms < _STEP else f"{duration_words(ms)} ago"


def duration_words(ms: int) -> str:
    """Tens of seconds, then minutes, then hours; never less than 10 s."""
    if ms < _MINUTE:
        return f"{max(1, ms // _STEP) * 10} s"
    return f"{ms // _MINUTE} min" if ms < _HOUR else f"{ms // _HOUR} h"


def span_words(start: int, end: int, now: int, zone: tzinfo | None) -> str:
    """``12:01–14:30``; with the day where it is not today's."""
    begin, finish = (to_datetime(ms).astimezone(zone) for ms in (start, end))
    today = to_datetime(now).astimezone(zone).date()
    begin_words = f"{begin:%H:%M}" if begin.date() == today else f"{begin:%m-%d %H:%M}"
    alone = finish.date() == begin.date()
    return f"{begin_words}–{finish:%H:%M}" if alone else f"{begin_words}–{finish:%m-%d %H:%M}"


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
) -> list[Line]:
    """In place of rows: why there are none, and whether that is certain.

    Only where a source has verified the window does it say that nothing happened.
    """
    healths = list(healths)
    if not complete:
        return [Line("reading the journal…", Tone.QUIET)]
    if filtered:
        asked = filter_time or During()
        if asked.start is not None and asked.start < since:
            first = span_words(since, since, now, zone).partition("–")[0]
            unread = Line(f"only the time since {first} is watched: --since reads more", Tone.WARN)
        else:
            unread = BLANK
        return [
            Line("no event read so far matches this filter"),
            unread,
            Line("F: filter off · f: change it", Tone.QUIET),
            *_unverified(healths, max(since, asked.start or since), until, now, zone),
        ]
    unverified = _unverified(healths, since, until, now, zone)
    if unverified or not healths:
        return unverified or [Line("the journal holds nothing of this view")]
    window = span_words(since, min(until or now, now), now, zone)
    return [Line(f"nothing has changed: {window} is verified"), Line("", Tone.QUIET)]


def _unverified(
    healths: Iterable[Health], since: int, until: int | None, now: int, zone: tzinfo | None
) -> list[Line]:
    window = span_words(since, min(until or now, now), now, zone)
    lines: list[Line] = []
    for health in healths:
        if health.verified_from is not None and health.verified_from <= since:
            continue
        if health.state is State.REFUSED:
            lines.append(Line(f"{health.source}: {health.words}", Tone.BAD))
        elif health.words:
            lines.append(Line(f"{health.source}: {health.words}", Tone.WARN))
            lines.append(Line(f"{window} not verified yet", Tone.QUIET))
        else:
            lines.append(Line(f"reading {health.source}… {window} not verified yet"))
    return lines
