"""What the foot says of the sources: the state of each in words, and how fresh what it read is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import tzinfo

from rich.cells import cell_len

from tui.app.coverage import FRESH_MS
from tui.app.lines import Line, Tone
from tui.app.spanwords import STEP, age_words, duration_words, moment_words, span_words
from tui.events.event import Feed
from tui.sources.health import Health, State

_TROUBLED = {
    State.REFUSED: Tone.BAD,
    State.STOPPED: Tone.WARN,
    State.RETRYING: Tone.WARN,
    State.WAITING: Tone.WARN,
}
_X = "(x shows why)"
_BESIDE = " | "
_SKEWED_MS = 5_000


def source_lines(
    healths: Iterable[Health],
    *,
    now: int,
    zone: tzinfo | None,
    redacted: bool = False,
    width: int = 120,
) -> list[Line]:
    """One line for the sources that are well, and one more for each trouble.

    The audit log's feeds are told together, a relay beside them. On a redacted screen sources have
    numbers: their names and words may hold ids.
    """
    named = without_names(healths) if redacted else list(healths)
    well = [each for each in named if each.state not in _TROUBLED and not each.words]
    troubled = [each for each in named if each not in well]
    lines = [Line(text) for text in _well(well, now, zone, width)]
    lines += [
        Line(_in_full(each, now, zone), _TROUBLED.get(each.state, Tone.WARN))
        for each in _alike_together(troubled)
    ]
    return lines or [Line("no source: what the journal holds", Tone.QUIET)]


def without_names(healths: Iterable[Health]) -> list[Health]:
    """The same, with numbers for names and without words, for a redacted screen."""
    return [
        replace(
            each,
            source="relay" if each.feed is Feed.LIVE else f"source {number}",
            words="" if not each.words else _X,
        )
        for number, each in enumerate(healths, 1)
    ]


def _well(healths: list[Health], now: int, zone: tzinfo | None, width: int) -> list[str]:
    """On one line if they can be told in that many cells, shortened if need be."""
    relays = [each for each in healths if each.feed is Feed.LIVE]
    others = [each for each in healths if each.feed is not Feed.LIVE]
    if not others:
        return [_in_full(each, now, zone) for each in relays]
    whole = others[0] if len(others) == 1 else _well_together(others)
    beside = [_in_full(each, now, zone) for each in relays]
    briefly = [
        _in_full(replace(each, source=each.source.partition(" ")[0]), now, zone) for each in relays
    ]
    in_full, shorter, shortest = (_in_full(whole, now, zone, less=less) for less in range(3))
    choices = [
        [in_full.replace("quota ", "quota left: ", 1), *beside],
        [in_full, *beside],
        [shorter, *beside],
        [shorter, *briefly],
        [shortest, *briefly],
    ]
    lines = [_BESIDE.join(choice) for choice in choices]
    return next(([line] for line in lines if cell_len(line) <= width), [in_full, *beside])


def _well_together(healths: list[Health]) -> Health:
    """The feeds that are well, in one: reading while any of them reads."""
    live = all(each.state is State.LIVE for each in healths)
    return _together(healths, State.LIVE if live else State.READING)


def _alike_together(healths: list[Health]) -> list[Health]:
    """One health for each trouble: all feeds of a Canvas that is gone say the same."""
    alike: dict[tuple[State, str, bool], list[Health]] = {}
    for health in healths:
        kind = (health.state, health.words, health.feed is Feed.LIVE)
        alike.setdefault(kind, []).append(health)
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


def _in_full(health: Health, now: int, zone: tzinfo | None, *, less: int = 0) -> str:
    """All there is to say; with ``less`` 1 without the quota, with 2 without what the strip shows.

    What is wrong, a clock too, is never left out.
    """
    parts = [f"{health.source}: {_state(health, now)}"]
    if health.feed is Feed.LIVE:
        parts += _heard(health, now, zone)
    else:
        parts += _verified(health, now, zone)[: 1 if less > 1 else None]
    if health.skew_ms is not None and abs(health.skew_ms) >= _SKEWED_MS:
        whose = "the relay" if health.feed is Feed.LIVE else "Canvas"
        direction = "ahead" if health.skew_ms > 0 else "behind"
        parts.append(f"{whose}'s clock is {duration_words(abs(health.skew_ms))} {direction}")
    if health.quota is not None and not less:
        parts.append(f"quota {int(health.quota) // 10 * 10}")
    return " · ".join(parts)


def _state(health: Health, now: int) -> str:
    """``live`` · ``reading, behind by 1,234`` · ``retrying in 20 s: why`` · ``refused: why``."""
    words = health.state.value
    left = 0 if health.retry_at is None else health.retry_at - now
    if health.state is State.READING and health.behind:
        words += f", behind by {health.behind:,}"
    if health.state is State.RETRYING and left > 0:
        words += f" in {duration_words(left + STEP - 1)}"
    if health.state is State.WAITING and left > 0:
        words += f" {duration_words(left + STEP - 1)}"
    return f"{words}: {health.words}" if health.words else words


def _verified(health: Health, now: int, zone: tzinfo | None) -> list[str]:
    parts: list[str] = []
    if health.last_good is not None:
        parts.append(f"read {age_words(now - health.last_good)}")
    if health.verified_from is not None and health.verified_to is not None:
        parts.append(f"verified {_stretch(health.verified_from, health.verified_to, now, zone)}")
    elif health.state is not State.REFUSED:
        parts.append("nothing verified yet")
    return parts


def _heard(health: Health, now: int, zone: tzinfo | None) -> list[str]:
    """Up to when a relay was listened to, where that is not now."""
    if health.verified_to is None or health.state in (State.LIVE, State.READING):
        return []
    return [f"heard up to {moment_words(health.verified_to, now, zone)}"]


def _stretch(start: int, end: int, now: int, zone: tzinfo | None) -> str:
    """``since 12:01`` where it reaches to now; else where it ends too."""
    if now - end > FRESH_MS:
        return span_words(start, end, now, zone)
    return f"since {moment_words(start, now, zone)}"
