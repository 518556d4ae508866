"""The timeline as lines: columns of events, what was read under them, an axis, words; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import Enum

from tui.app.columns import fit
from tui.app.coverage import FRESH_MS, Coverage
from tui.app.lines import Line, Tone, quiet
from tui.app.strip import Glyphs
from tui.app.study.axis import axis
from tui.app.study.pictures import Inks, histogram
from tui.app.study.scene import Scene
from tui.events.spans import Spans
from tui.events.times import to_datetime

_UNTOLD = "no feed here tells what was read: where nothing is, what happened may not be read"
LEAST_ROWS = 3
"""Rows of the columns, however low the screen."""
_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000

Column = tuple[int, int]
"""``start <= t < end``, UTC ms."""


class Known(Enum):
    """What the feeds in force have read of a column; the value says it to a person."""

    VERIFIED = "read in the audit log"
    HEARD = "only listened to"
    NOTHING = "not read, or lost, in part at least"
    FUTURE = "still to come"
    UNTOLD = ""
    """No feed is in force that would say."""


@dataclass(slots=True)
class Counted:
    """What was counted so far, by column."""

    counts: dict[Column, int] = field(default_factory=dict[Column, int])
    flagged: dict[Column, int] = field(default_factory=dict[Column, int])


def known(scene: Scene, coverage: Coverage | None, now: int) -> list[Known]:
    """For each column the worst of its time, up to ``now``."""
    if coverage is None:
        return [Known.UNTOLD] * scene.count
    window = Spans.of([(scene.edges[0], scene.edges[-1])])
    lost = Spans.of((gap.start, gap.end) for gap in coverage.gaps)
    verified = coverage.verified.reaching(now, FRESH_MS) & window
    either = verified | ((coverage.heard.reaching(now, FRESH_MS) & window) - lost)

    def of(start: int, end: int) -> Known:
        if start >= now:
            return Known.FUTURE
        if verified.covers(start, min(end, now)):
            return Known.VERIFIED
        return Known.HEARD if either.covers(start, min(end, now)) else Known.NOTHING

    edges = scene.edges
    return [of(edges[at], edges[at + 1]) for at in range(scene.count)]


def timeline_lines(
    scene: Scene,
    counted: Counted,
    coverage: Coverage | None,
    *,
    now: int,
    rows: int,
    inks: Inks,
    glyphs: Glyphs,
) -> list[Line]:
    """The whole picture in ``rows`` rows or a few more, each as wide as there are columns."""
    columns = [(scene.edges[at], scene.edges[at + 1]) for at in range(scene.count)]
    counts = [counted.counts.get(each, 0) for each in columns]
    state = known(scene, coverage, now)
    below = _below(scene, columns, counted, state, glyphs)
    said = _said(scene, columns, counted, state, glyphs)
    height = max(LEAST_ROWS, rows - len(below) - len(said) - 1)
    ground = [glyphs.nothing if each is Known.NOTHING else " " for each in state]
    bars = [Line(row) for row in histogram(counts, height, inks=inks, ground=ground)]
    most = f"most in a column: {max(counts, default=0):,} · a column is {scene.unit.words}"
    return [quiet(fit(most, scene.count)), *bars, *below, *said]


def _below(
    scene: Scene,
    columns: list[Column],
    counted: Counted,
    state: list[Known],
    glyphs: Glyphs,
) -> list[Line]:
    flags = "".join("!" if counted.flagged.get(each, 0) else " " for each in columns)
    lines = [Line(flags, Tone.WARN)]
    if Known.UNTOLD not in state:
        signs = {
            Known.VERIFIED: glyphs.verified,
            Known.HEARD: glyphs.heard,
            Known.NOTHING: glyphs.nothing,
        }
        lines.append(quiet("".join(signs.get(each, " ") for each in state)))
    marks = "".join(
        "^" if at == scene.cursor else "=" if scene.brushed(at) else " "
        for at in range(scene.count)
    )
    lines.append(Line(marks, Tone.HEAD))
    return lines + [quiet(row) for row in axis(scene.unit, scene.edges, scene.zone)]


def _said(
    scene: Scene,
    columns: list[Column],
    counted: Counted,
    state: list[Known],
    glyphs: Glyphs,
) -> list[Line]:
    here = columns[scene.cursor]
    count = counted.counts.get(here)
    words = f"^ {span_words(*here, scene.zone)}: {events_words(count)}"
    if flagged := counted.flagged.get(here, 0):
        words += f", {flagged:,} flagged"
    if read := state[scene.cursor].value:
        words += f" · {read}"
    lines = [Line(fit(words, scene.count))]
    if scene.anchor is not None:
        start, end = scene.chosen
        chosen = [counted.counts.get(each) for each in columns if start <= each[0] < end]
        whole = start >= scene.edges[0] and end <= scene.edges[-1] and None not in chosen
        total = sum(each or 0 for each in chosen)
        words = f"= {span_words(start, end, scene.zone)} ({length_words(end - start)}): "
        words += events_words(total) if whole else f"{total:,} or more events"
        lines.append(Line(fit(words, scene.count)))
    legend = _UNTOLD if Known.UNTOLD in state else _legend(glyphs)
    lines.append(quiet(fit(legend, scene.count)))
    return lines


def _legend(glyphs: Glyphs) -> str:
    parts = (
        f"{glyphs.verified} read in the audit log",
        f"{glyphs.heard} only listened to",
        f"{glyphs.nothing} not read, or lost",
        "! flagged",
    )
    return "  ".join(parts)


def events_words(count: int | None) -> str:
    """``1 event``; None: not counted yet."""
    if count is None:
        return "counting…"
    return f"{count:,} event" + ("" if count == 1 else "s")


def span_words(start: int, end: int, zone: tzinfo) -> str:
    """``Tue 2026-11-03 14:00–14:30``; the day again where it is another, seconds where needed."""
    first, last = (to_datetime(each).astimezone(zone) for each in (start, end))
    clock = "%H:%M:%S" if (start % _MINUTE or end % _MINUTE) else "%H:%M"
    form = clock if first.date() == last.date() else f"%a %Y-%m-%d {clock}"
    words = f"{first:%a %Y-%m-%d {clock}}–{last:{form}}"
    changed = first.utcoffset() != last.utcoffset()
    return f"{words} (clocks change)" if changed else words


def length_words(ms: int) -> str:
    """``2 h 30 min``: the two largest parts that are not nothing."""
    parts: list[str] = []
    for name, size in (("d", _DAY), ("h", _HOUR), ("min", _MINUTE), ("s", 1000)):
        number, ms = divmod(ms, size)
        if number:
            parts.append(f"{number} {name}")
    return " ".join(parts[:2]) or "no time"


def in_view(scene: Scene, counts: Mapping[Column, int]) -> tuple[int, int]:
    """How many events are in view as far as they are counted, and how many columns are not."""
    columns = [(scene.edges[at], scene.edges[at + 1]) for at in range(scene.count)]
    found = [counts[each] for each in columns if each in counts]
    return sum(found), len(columns) - len(found)
