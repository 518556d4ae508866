"""The fields of a course event, old beside new: dates in the reader's zone, long texts by words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo

from tui.app.columns import fit
from tui.app.lines import LABEL, Line, quiet
from tui.events.event import Change
from tui.events.times import parse_time
from tui.report.worddiff import is_long, word_diff
from tui.report.words import TimeStyle, time_words, value_words

_OLD = 20
"""Cells of the old value."""
_SHOWN = 20_000
"""Characters of a text that are shown."""


def text_diffs(changes: Mapping[str, Change]) -> dict[str, str]:
    """The fields whose texts are long, compared word by word: too slow for the thread of keys."""
    return {
        field: word_diff(change.old, change.new)
        for field, change in changes.items()
        if isinstance(change.old, str)
        and isinstance(change.new, str)
        and change.old != change.new
        and (is_long(change.old) or is_long(change.new))
    }


def field_lines(
    changes: Mapping[str, Change], diffs: Mapping[str, str], zone: tzinfo | None
) -> Iterator[Line]:
    """A line for each field that is told; ``diffs`` are those of :func:`text_diffs`."""
    yield quiet(f"{fit('', LABEL)} {fit('old', _OLD)} new")
    for field, change in changes.items():
        label = fit(field.replace("_", " "), LABEL)
        if field in diffs:
            yield Line(f"{label} {cut(diffs[field])}")
            continue
        old, new = _words(field, change.old, zone), _words(field, change.new, zone)
        yield Line(f"{label} {fit(old, _OLD)} {cut(new)}")
    if diffs:
        yield quiet("[-gone-] {+come+}: long texts word by word")


def cut(words: str) -> str:
    """As much of a text as a screen shows: breaking a million letters into lines takes seconds."""
    if len(words) <= _SHOWN:
        return words
    return f"{words[:_SHOWN]}… ({len(words) - _SHOWN:,} more characters)"


def _words(field: str, value: object, zone: tzinfo | None) -> str:
    """A value in words; Canvas names the fields that hold a time ``…_at``."""
    if field.endswith("_at") and isinstance(value, str):
        try:
            return time_words(parse_time(value), zone, TimeStyle.FULL)
        except ValueError:
            return value_words(value)
    return value_words(value)
