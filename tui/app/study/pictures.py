"""Pictures of numbers as plain text: columns, bars, boxes; pure. All widths are cells.

A picture never says anything that words beside it do not say as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tui.app.columns import fit


@dataclass(frozen=True, slots=True)
class Inks:
    """What pictures are drawn with; each sign is one cell wide."""

    levels: str
    """Columns from nearly empty to full; the last fills its cell."""
    parts: str
    """Bars from nearly empty to full, likewise."""


BLOCKS = Inks("▁▂▃▄▅▆▇█", "▏▎▍▌▋▊▉█")
PLAIN = Inks("_.:-=+*#", "#")
"""Where the terminal's locale is not UTF-8."""


def sparkline(numbers: Sequence[float], *, top: float | None = None, inks: Inks = BLOCKS) -> str:
    """One column of one row for each number, the largest (or ``top``) full; blank is none at all.

    Numbers below 0 count as 0; anything above it is seen.
    """
    return histogram(numbers, 1, top=top, inks=inks)[0]


def histogram(
    numbers: Sequence[float],
    height: int,
    *,
    top: float | None = None,
    inks: Inks = BLOCKS,
    ground: Sequence[str] = (),
) -> list[str]:
    """``height`` rows, the highest first, one column for each number.

    ``ground`` has a sign for each column, which fills what is left empty of it; without it that is
    blank.
    """
    full = len(inks.levels)
    most = max(numbers, default=0) if top is None else top
    steps = [_steps(number, most, height * full) for number in numbers]
    blanks = list(ground) or [" "] * len(numbers)
    rows: list[str] = []
    for row in range(height - 1, -1, -1):
        signs = [
            inks.levels[min(step - row * full, full) - 1] if step > row * full else blank
            for step, blank in zip(steps, blanks, strict=True)
        ]
        rows.append("".join(signs))
    return rows


def bar(number: float, top: float, width: int, *, inks: Inks = BLOCKS) -> str:
    """A bar along exactly ``width`` cells, full at ``top``; anything above 0 is seen."""
    full = len(inks.parts)
    steps = _steps(number, top, width * full)
    whole, part = divmod(steps, full)
    return (inks.parts[-1] * whole + (inks.parts[part - 1] if part else "")).ljust(width)


def _steps(number: float, top: float, room: int) -> int:
    """How many of ``room`` steps a number takes: none only for none, all only for the top."""
    if number <= 0 or top <= 0:
        return 0
    if number >= top:
        return room
    return min(max(1, round(number / top * room)), max(1, room - 1))


def in_tenths(numbers: dict[float, int], low: float, high: float, bins: int = 10) -> list[int]:
    """How many of ``numbers`` (number → how often) lie in each of ``bins`` equal parts.

    ``high`` itself is in the last part; what lies outside is in the part next to it.
    """
    found = [0] * bins
    for number, count in numbers.items():
        place = int((number - low) / (high - low) * bins) if high > low else 0
        found[min(max(place, 0), bins - 1)] += count
    return found


@dataclass(frozen=True, slots=True)
class Box:
    """Five numbers of a distribution, ascending."""

    lowest: float
    lower: float
    """A quarter is at most this."""
    median: float
    upper: float
    """A quarter is at least this."""
    highest: float


def box_plot(box: Box, low: float, high: float, width: int) -> str:
    """``  |---[==|=====]-|  `` along exactly ``width`` cells from ``low`` to ``high``."""
    cells = [" "] * width
    ends = [_cell(each, low, high, width) for each in (box.lowest, box.lower, box.upper)]
    last = _cell(box.highest, low, high, width)
    first, lower, upper = ends
    cells[first : last + 1] = "-" * (last + 1 - first)
    cells[lower : upper + 1] = "=" * (upper + 1 - lower)
    for at, sign in ((first, "|"), (last, "|"), (lower, "["), (upper, "]")):
        cells[at] = sign
    cells[_cell(box.median, low, high, width)] = "|"
    return "".join(cells)


def _cell(number: float, low: float, high: float, width: int) -> int:
    share = (number - low) / (high - low) if high > low else 0.5
    return min(max(round(share * (width - 1)), 0), width - 1)


def widened(picture: str, times: int) -> str:
    """Each column ``times`` cells wide."""
    return "".join(sign * times for sign in picture)


def fewer(counts: Sequence[int], columns: int) -> list[int]:
    """The same counts in at most ``columns`` parts of equal length, the last ones whole."""
    size = max(1, -(-len(counts) // max(1, columns)))
    begin = -(-len(counts) // size) * size - len(counts)
    padded = [0] * begin + list(counts)
    return [sum(padded[at : at + size]) for at in range(0, len(padded), size)]


def labelled(labels: Sequence[tuple[int, str]], width: int) -> str:
    """Each text from its column on, where it fits without touching the one before it."""
    row, used = "", -1
    for at, text in labels:
        if at > used and at + cell_len(text) <= width:
            row = fit(row, at) + text
            used = at + cell_len(text)
    return fit(row, width)
