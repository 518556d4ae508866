"""The summary's larger pictures: grades of one assignment, a grader's day, the rate; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from tui.app.columns import fit
from tui.app.lines import BLANK, Line, head, quiet
from tui.app.study.pictures import Box, Inks, bar, box_plot, histogram, labelled, widened
from tui.app.study.summary_lines import scale, short_number, tenths, what, who
from tui.app.study.summary_reading import Tables
from tui.events.event import Thing
from tui.events.times import to_datetime
from tui.report.summary.sums import HOUR, HOURS, QUARTER, AssignmentSum, GraderSum, RateSum
from tui.report.words import delta_words

HEIGHT = 6
"""Rows of a picture of one row of the list."""
_ROWS = 4
_BIN = 4
"""Cells of a tenth of the grades."""
ACT = "all changes of one request are one act"
_LABEL = 16
_DAYS = 10
_BESIDE = 26
"""Cells beside the hours of a day for the words about them."""


def of_grader(one: GraderSum, tables: Tables, zone: tzinfo, width: int, inks: Inks) -> list[Line]:
    """The grader in words, and the last 24 hours."""
    words = f"{who(one, tables.names)}: {_many(one.gradings, 'grading')} in "
    words += _many(one.acts, "act")
    if (moved := one.changes) is not None:
        words += f" · regrades moved by {delta_words(moved.lowest)}"
        if moved.highest != moved.lowest:
            words += f" to {delta_words(moved.highest)}"
    return [Line(fit(words, width)), *_hours(one.hours, tables.span.end, zone, width, inks)]


def of_assignment(one: AssignmentSum, tables: Tables, width: int, inks: Inks) -> list[Line]:
    """The assignment in words, and how its grades in force are spread."""
    parts = [f"{what(one, tables.names)}: {one.graded:,} of {one.students:,} students are graded"]
    if one.course is not None:
        parts[0] = f"{tables.names[Thing.COURSE, one.course]} · {parts[0]}"
    parts += [f"{one.excused:,} excused"] * bool(one.excused)
    if one.hidden:
        parts.append(f"{_many(one.hidden, 'grading')} of hidden students, not in the picture")
    first = Line(fit(" · ".join(parts), width))
    spread = one.grades
    if spread is None:
        return [first, quiet("no grade in force that is a number")]
    low, high = scale(one)
    found = tenths(one)
    across = len(found) * _BIN
    rows = [widened(row, _BIN) for row in histogram(found, _ROWS, inks=inks)]
    box = Box(spread.lowest, spread.lower, spread.median, spread.upper, spread.highest)
    beside = (
        f"lowest {short_number(spread.lowest)} · highest {short_number(spread.highest)}",
        f"mean {short_number(spread.mean)} · median {short_number(spread.median)}",
        f"half of them {short_number(spread.lower)} to {short_number(spread.upper)}",
        box_plot(box, low, high, min(30, max(8, width - across - 4))),
    )
    lines = [Line(f"{row}  {words}") for row, words in zip(rows, beside, strict=True)]
    ends = short_number(low), short_number(high)
    foot = ends[0] + ends[1].rjust(max(0, across - len(ends[0])))
    return [first, *lines, quiet(f"{foot}  [ ] the middle half, | the median")]


def _acts(acts: int, gradings: int) -> str:
    return f"{_many(acts, 'act')}, {_many(gradings, 'grading')}"


def _many(count: int, what: str) -> str:
    """``1 act``, ``1,200 acts``."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _hours(
    hours: Sequence[int], end: int, zone: tzinfo, width: int, inks: Inks, *, rows: int = _ROWS
) -> list[Line]:
    """The 24 hours up to ``end``, one column an hour, with the clock under them."""
    times = max(1, min(4, (width - _BESIDE) // HOURS))
    lines = [Line(widened(row, times)) for row in histogram(hours, rows, inks=inks)]
    labels: list[tuple[int, str]] = []
    for back in range(HOURS - 1, -1, -3):
        moment = to_datetime(end - (back + 1) * HOUR).astimezone(zone)
        labels.append(((HOURS - 1 - back) * times, f"{moment:%H:%M}"))
    most = f"  most {max(hours):,} in an hour" if any(hours) else "  nothing in 24 hours"
    axis = labelled(labels, HOURS * times) + most
    return [*lines, quiet(fit(axis, width))]


def rate_lines(tables: Tables, zone: tzinfo, width: int, inks: Inks) -> list[Line]:
    """The section of the rate: now, over the last day, over the hours of a day, by day."""
    rate, span = tables.rate, tables.span
    hours = max(1.0, (span.end - span.start) / HOUR)
    lines = [
        Line(f"last hour      {_acts(rate.hours[-1], rate.gradings_by_hour[-1])}"),
        Line(f"last 24 hours  {_acts(sum(rate.hours), sum(rate.gradings_by_hour))}"),
        Line(
            f"everything     {_many(rate.acts, 'act')}, {rate.acts / hours:,.1f} an hour on average"
        ),
        Line(
            f"gradings       {rate.gradings:,}: {rate.firsts:,} first,"
            f" {_many(rate.regrades, 'regrade')}"
        ),
    ]
    if rate.overrides:
        lines.append(Line(f"final grades   {rate.overrides:,} set by hand (not in the above)"))
    if rate.hidden:
        lines.append(
            Line(f"hidden         {_many(rate.hidden, 'grading')} of students whom Canvas hides")
        )
    lines += [quiet(ACT), BLANK, head("Acts of the last 24 hours, to now")]
    lines += _hours(rate.hours, span.end, zone, width, inks, rows=_ROWS)
    lines += [BLANK, head("Acts by the hour of the day, over all that was read")]
    lines += _clock(_by_hour(rate, zone), width, inks)
    lines += [BLANK, head("Acts by day, the newest first")]
    return lines + _days(rate, zone, width, inks)


def _by_hour(rate: RateSum, zone: tzinfo) -> list[int]:
    found = [0] * HOURS
    for quarter, count in rate.quarters.items():
        found[to_datetime(quarter * QUARTER).astimezone(zone).hour] += count
    return found


def _clock(hours: Sequence[int], width: int, inks: Inks) -> list[Line]:
    times = max(1, min(4, width // (HOURS + 1)))
    lines = [Line(widened(row, times)) for row in histogram(hours, _ROWS, inks=inks)]
    labels = [(hour * times, f"{hour:02}") for hour in range(0, HOURS, 3)]
    return [*lines, quiet(labelled(labels, HOURS * times))]


def _days(rate: RateSum, zone: tzinfo, width: int, inks: Inks) -> list[Line]:
    found: dict[str, int] = {}
    for quarter in sorted(rate.quarters, reverse=True):
        day = f"{to_datetime(quarter * QUARTER).astimezone(zone):%a %Y-%m-%d}"
        if day not in found and len(found) == _DAYS:
            break
        found[day] = found.get(day, 0) + rate.quarters[quarter]
    top = max(found.values(), default=0)
    across = max(8, width - _LABEL - 10)
    return [
        Line(f"{day}  {bar(count, top, across, inks=inks)} {count:,}")
        for day, count in found.items()
    ]
