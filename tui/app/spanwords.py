"""Moments, ages and stretches of time in words, coarse: an idle screen must keep still."""

from __future__ import annotations

from datetime import tzinfo

from tui.events.times import to_datetime

STEP = 10_000
MINUTE = 60_000
_HOUR = 60 * MINUTE


def age_words(ms: int) -> str:
    """``just now``, ``20 s ago``, ``4 min ago``: coarse, so that an idle screen stays as it is."""
    return "just now" if ms < STEP else f"{duration_words(ms)} ago"


def duration_words(ms: int) -> str:
    """Tens of seconds, then minutes, then hours; never less than 10 s."""
    if ms < MINUTE:
        return f"{max(1, ms // STEP) * 10} s"
    return f"{ms // MINUTE} min" if ms < _HOUR else f"{ms // _HOUR} h"


def span_words(start: int, end: int, now: int, zone: tzinfo | None) -> str:
    """``12:01–14:30``; with the day where it is not today's."""
    begin, finish = (to_datetime(ms).astimezone(zone) for ms in (start, end))
    alone = finish.date() == begin.date()
    last = f"{finish:%H:%M}" if alone else f"{finish:%m-%d %H:%M}"
    return f"{moment_words(start, now, zone)}–{last}"


def moment_words(ms: int, now: int, zone: tzinfo | None) -> str:
    """``12:01``; with the day where it is not today."""
    moment, today = (to_datetime(each).astimezone(zone) for each in (ms, now))
    return f"{moment:%H:%M}" if moment.date() == today.date() else f"{moment:%m-%d %H:%M}"
