"""One line over the time that is watched: what was verified, only heard, or not read at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from rich.cells import cell_len

from tui.app.coverage import FRESH_MS, Coverage
from tui.app.lines import Line, Tone
from tui.app.spanwords import moment_words, span_words
from tui.events.spans import Spans
from tui.journal.records import Gap

LEAST_CELLS = 10
"""With fewer a strip says nothing that can be read."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A cell's sign: all of it verified, some of it only heard, some of it not read at all."""

    verified: str
    heard: str
    nothing: str


BLOCKS = Glyphs("█", "▒", "·")
PLAIN = Glyphs("#", "=", ".")
"""Where the terminal's locale is not UTF-8."""


def coverage_strip(
    coverage: Coverage,
    since: int,
    until: int | None,
    now: int,
    width: int,
    *,
    zone: tzinfo | None,
    glyphs: Glyphs = BLOCKS,
) -> Line | None:
    """``11:00 ███▒▒▒··███ now``; None where there is no room or no time.

    A cell shows the worst of its time: the shortest gap is seen. What ends within
    :data:`~tui.app.coverage.FRESH_MS` before now counts as reaching to now.
    """
    end = now if until is None else min(until, now)
    first = moment_words(since, now, zone)
    last = "now" if end == now else moment_words(end, now, zone)
    cells = width - cell_len(first) - cell_len(last) - 2
    if cells < LEAST_CELLS or since >= end:
        return None
    verified = coverage.verified.reaching(now, FRESH_MS)
    either = verified | coverage.heard.reaching(now, FRESH_MS) - _lost(coverage)
    signs = "".join(_sign(cell, verified, either, glyphs) for cell in _cells(since, end, cells))
    return Line(f"{first} {signs} {last}", Tone.PLAIN)


def _cells(since: int, end: int, count: int) -> Iterator[tuple[int, int]]:
    """The time of each cell; at least a millisecond, so that each has some."""
    length = end - since
    for cell in range(count):
        start = since + length * cell // count
        yield start, max(start + 1, since + length * (cell + 1) // count)


def _sign(cell: tuple[int, int], verified: Spans, either: Spans, glyphs: Glyphs) -> str:
    if verified.covers(*cell):
        return glyphs.verified
    return glyphs.heard if either.covers(*cell) else glyphs.nothing


def _lost(coverage: Coverage) -> Spans:
    return Spans.of((gap.start, gap.end) for gap in coverage.gaps)


def gap_line(
    coverage: Coverage,
    since: int,
    until: int | None,
    now: int,
    zone: tzinfo | None,
    *,
    redacted: bool,
) -> Line | None:
    """``no data 12:01–12:09 (relay forgot: …)``: the newest gap in the time that is watched."""
    end = now if until is None else min(until, now)
    window = Spans.of([(since, end)])
    found = [(gap, left) for gap in coverage.gaps if (left := _open(gap, coverage) & window)]
    if not found:
        return None
    newest, left = found[-1]
    words = span_words(left.parts[0][0], left.parts[-1][1], now, zone)
    why = "x shows why" if redacted else newest.reason
    more = f" · and {len(found) - 1} more" if len(found) > 1 else ""
    return Line(f"no data {words} ({why}){more}", Tone.WARN)


def _open(gap: Gap, coverage: Coverage) -> Spans:
    return Spans(((gap.start, gap.end),)) - coverage.verified
