"""Times as people type them: a moment, or a span of time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from tui.events.times import to_datetime, to_ms
from tui.query.ast import During

TAKEN = "2026-11-01, 2026-11-01T14:30, 14:30, today, yesterday, -2h, -3d, 2026-11-01..2026-11-03"
"""The forms, for whoever typed another one."""

_UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_AGO = re.compile(r"-\s?(\d{1,6})\s?([smhdw])", re.ASCII)
_DAY_AND_CLOCK = re.compile(r"(today|yesterday|\d{4}-\d\d?-\d\d?)(?:(?:t|\s+)(.*))?", re.ASCII)
_CLOCK = re.compile(
    r"(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(?:\s?(z|[+-]\d\d(?::?\d\d)?))?", re.ASCII
)


class SpanError(ValueError):
    """A time nobody can read; ``str()`` is one line: what was wrong and what is taken."""

    def __init__(self, wrong: str) -> None:
        super().__init__(f"{wrong} (taken: {TAKEN})")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One time as typed, in UTC ms.

    Said alone it is the span ``start`` to ``after`` (None = open), as wide as what was typed is
    exact: a day, a minute, a second. As the end of a range it ends at ``until``: a day counts
    whole, a time of day to the moment it names.
    """

    start: int
    after: int | None
    until: int


def parse_span(text: str, *, now_ms: int, zone: tzinfo) -> During:
    """The span that ``text`` means in ``zone``; blank text is all of time.

    A day is that whole day, ``14:30`` that minute of today, ``-2h`` all since two hours ago;
    ``a..b``, ``a..`` and ``..b`` are ranges, in which a day is whole and a time of day a moment.
    Raises :class:`SpanError`.
    """
    text = text.strip()
    if not text:
        return During()
    begin, dots, finish = text.partition("..")
    if not dots:
        reading = _read(text, now_ms, zone)
        return During(reading.start, reading.after)
    start = _read(begin, now_ms, zone).start if begin.strip() else None
    end = _read(finish, now_ms, zone).until if finish.strip() else None
    if start is not None and end is not None and start >= end:
        raise SpanError(f"{text[:60]!r} ends before it begins")
    return During(start, end)


def parse_moment(text: str, *, now_ms: int, zone: tzinfo) -> int:
    """The UTC ms that ``text`` names: where its day, minute or second begins.

    Raises :class:`SpanError`.
    """
    return _read(text, now_ms, zone).start


def _read(text: str, now_ms: int, zone: tzinfo) -> _Reading:
    word = text.strip().lower()
    try:
        today = to_datetime(now_ms).astimezone(zone).date()
        if word == "now":
            return _Reading(now_ms, None, now_ms)
        if (ago := _AGO.fullmatch(word)) is not None:
            moment = now_ms - int(ago[1]) * _UNITS[ago[2]]
            to_datetime(moment)  # OverflowError before the first year
            return _Reading(moment, None, moment)
        parts = _DAY_AND_CLOCK.fullmatch(word)
        if parts is None:
            return _time_of_day(today, word, zone)
        day = _day(parts[1], today)
        clock = (parts[2] or "").strip()
        return _time_of_day(day, clock, zone) if clock else _whole_day(day, zone)
    except (ValueError, OverflowError) as wrong:
        raise SpanError(f"no time: {text.strip()[:60]!r}") from wrong


def _day(word: str, today: date) -> date:
    if word in {"today", "yesterday"}:
        return today - timedelta(days=word == "yesterday")
    year, month, day = (int(part) for part in word.split("-"))
    return date(year, month, day)


def _whole_day(day: date, zone: tzinfo) -> _Reading:
    # The next day's beginning, not 24 hours on: days with a clock change are 23 or 25 hours long.
    start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    return _Reading(start, end, end)


def _midnight(day: date, zone: tzinfo) -> int:
    return to_ms(datetime.combine(day, time(), zone))


def _time_of_day(day: date, text: str, zone: tzinfo) -> _Reading:
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        raise ValueError(text)
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    fraction = int((clock[4] or "0").ljust(3, "0"))
    offset = _offset(clock[5])
    moment = datetime.combine(day, time(hour, minute, second, fraction * 1000), offset or zone)
    width = 1 if clock[4] else 1_000 if clock[3] else 60_000
    start = to_ms(moment)
    # A time the clock shows twice (or never) ends at its last reading, so nothing is cut off.
    until = max(start, to_ms(moment.replace(fold=1)))
    return _Reading(start, until + width, until)


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    padded = text.upper() if len(text) != 3 else f"{text}00"  # %z takes no bare hours
    return datetime.strptime(padded, "%z").tzinfo
