"""What the row of a group says: many changes of one request in the columns of one change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from rich.cells import cell_len

from tui.app.cells import (
    RowText,
    by_words,
    joined,
    lent,
    seen_words,
    short_change,
    sign_letters,
    signs,
    when_words,
)
from tui.app.columns import Column, Layout
from tui.app.numbers import short_delta, squeezed
from tui.events.times import to_datetime
from tui.journal.records import GroupSum, Stored
from tui.query.ast import Role
from tui.report.words import party_words

_SHORT = {"assignments": "asgmts", "students": "stud."}
MIXED = "mix"
"""In place of flags and feeds that are not the same of all."""
_FOR_INSTANCE = "e.g. "
_NUMBER = 6
"""Cells that a difference takes at most among other words."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a group is drawn with."""

    closed: str
    opened: str
    times: str
    up: str
    down: str


DRAWN = Glyphs("▸", "▾", "×", "↑", "↓")
TYPED = Glyphs("+", "-", "x", " up", " down")


def group_text(
    stored: Stored,
    summed: GroupSum,
    layout: Layout,
    zone: tzinfo | None,
    today: date,
    glyphs: Glyphs,
) -> RowText:
    """The row: ``stored`` stands for the group, and has what all of it have in common."""
    delta = next(placed.width for placed in layout.placed if placed.column is Column.DELTA)
    mean = short_delta(_rounded(summed.mean), delta)
    texts = {
        column: (_cell(stored, summed, column, width, layout, zone, today, glyphs), width)
        for column, width in lent(layout, mean).items()
    }
    texts[Column.DELTA] = mean, texts[Column.DELTA][1]
    return joined(texts, signs(marked=summed.marked > 0, flagged=summed.flagged > 0))


def _cell(
    stored: Stored,
    summed: GroupSum,
    column: Column,
    width: int,
    layout: Layout,
    zone: tzinfo | None,
    today: date,
    glyphs: Glyphs,
) -> str:
    match column:
        case Column.TIME:
            return span_of(summed, zone, today, full=layout.full_time)
        case Column.KIND:
            return _fitting(_times(summed, glyphs), width)
        case Column.COURSE:
            return _one_or_many(party_words(stored, Role.COURSE), summed.courses, "courses", width)
        case Column.ASSIGNMENT:
            one = party_words(stored, Role.ASSIGNMENT)
            return _one_or_many(one, summed.assignments, "assignments", width)
        case Column.STUDENT:
            return _one_or_many(_student(stored, summed), summed.students, "students", width)
        case Column.GRADER:
            return _one_or_many(by_words(stored), summed.graders, "graders", width)
        case Column.CHANGE:
            if summed.lowest is None:
                example = short_change(stored.event)
                return _FOR_INSTANCE + squeezed(example, width - cell_len(_FOR_INSTANCE))
            return _fitting([*_spread(summed, glyphs), _range(summed, tight=True)], width)
        case Column.DELTA:
            return ""
        case Column.FLAGS:
            return sign_letters(stored.event) if summed.alike else MIXED
        case Column.SEEN_BY:
            return seen_words(stored.event) if summed.alike else MIXED


def group_words(
    stored: Stored, summed: GroupSum, zone: tzinfo | None, today: date, glyphs: Glyphs
) -> list[str]:
    """Of an opened group in parts, the weightiest first: what it is, whose, of what, how much."""
    event = stored.event
    told = event.request_id is not None or event.page_view is not None
    what = "of one request" if told else "made in one go"
    spread = next(_spread(summed, glyphs), "")
    today_ended = to_datetime(summed.last_at).astimezone(zone).date() == today
    parts = [
        f"{glyphs.opened} {_count_words(summed)} {what}",
        f"by {_one_or_many(by_words(stored), summed.graders, 'graders', 99)}",
        _one_or_many(party_words(stored, Role.ASSIGNMENT), summed.assignments, "assignments", 99),
        _one_or_many(_student(stored, summed), summed.students, "students", 99),
        spread,
        span_of(summed, zone, today, full=not today_ended),
    ]
    return [part for part in parts if part]


def span_of(summed: GroupSum, zone: tzinfo | None, today: date, *, full: bool) -> str:
    """``12:03:07–16``, ``12:03–12:05``; only the end where there is no room for a beginning."""
    first = to_datetime(summed.first_at).astimezone(zone)
    last = to_datetime(summed.last_at).astimezone(zone)
    single = when_words(summed.last_at, zone, today, full=full)
    if summed.last_at - summed.first_at < 1000 or first.date() != last.date():
        return single
    if first.year != today.year or (first.date() != today and not full):
        return single
    day = f"{first:%m-%d} " if full else ""
    if first.replace(second=0, microsecond=0) == last.replace(second=0, microsecond=0):
        return f"{day}{first:%H:%M:%S}–{last:%S}"
    return f"{day}{first:%H:%M}–{last:%H:%M}"


def _student(stored: Stored, summed: GroupSum) -> str:
    """The one student, or that it is one: not every event of a group needs to have a student."""
    if summed.students == 1 and stored.event.student is None:
        return "1 student"
    return party_words(stored, Role.STUDENT)


def _one_or_many(one: str, count: int, what: str, width: int) -> str:
    if count <= 1:
        return one
    short = _SHORT.get(what, what[:4] + ".")
    return _fitting([f"{count:,} {what}", f"{count} {short}", f"{count}"], width)


def _count_words(summed: GroupSum) -> str:
    """``32 changes``; ``29 of 38 changes`` where the filter leaves some out."""
    if summed.whole is not None and summed.whole > summed.count:
        return f"{summed.count:,} of {summed.whole:,} changes"
    return f"{summed.count:,} change{'s' * (summed.count != 1)}"


def _times(summed: GroupSum, glyphs: Glyphs) -> list[str]:
    sign, times, count, whole = glyphs.closed, glyphs.times, summed.count, summed.whole
    some = whole is not None and whole > count
    return [
        *([f"{sign} {count}/{whole}{times}", f"{sign}{count}/{whole}"] if some else []),
        f"{sign} {count:,}{times}",
        f"{sign}{count}{times}",
        f"{sign}{count}",
        f"{sign}{count // 1000}k{times}",
    ]


def _spread(summed: GroupSum, glyphs: Glyphs) -> Iterator[str]:
    """How far and which way, the longest words first; nothing where no difference is known."""
    if summed.lowest is None:
        return
    spread = _range(summed)
    way, short_way = _way(summed, glyphs)
    if summed.lowest != summed.highest:
        yield f"{spread} (mean {short_delta(_rounded(summed.mean), _NUMBER)}) · {way}"
    yield f"{spread} · {way}"
    yield f"{spread} · {short_way}"
    yield spread


def _range(summed: GroupSum, *, tight: bool = False) -> str:
    low, high = short_delta(summed.lowest, _NUMBER), short_delta(summed.highest, _NUMBER)
    if summed.lowest == summed.highest:
        return f"each {low}"
    return f"{low}…{high}" if tight else f"{low} … {high}"


def _way(summed: GroupSum, glyphs: Glyphs) -> tuple[str, str]:
    """``all up``; ``28 up, 4 down``, and the same short."""
    up, down = summed.raised, summed.lowered
    for all_of, words in ((up, "all up"), (down, "all down")):
        if all_of == summed.count:
            return words, words
    if not up and not down:
        return "none moved", "none moved"
    sides = [(up, "up", glyphs.up), (down, "down", glyphs.down)]
    return (
        ", ".join(f"{count:,} {words}" for count, words, _ in sides if count),
        " ".join(f"{count}{sign}" for count, _, sign in sides if count),
    )


def _rounded(mean: float | None) -> float | None:
    """With two decimals, if that leaves anything of it."""
    return mean if mean is None else round(mean, 2) or mean


def _fitting(choices: Sequence[str], width: int) -> str:
    return next((words for words in choices if cell_len(words) <= width), choices[-1])
