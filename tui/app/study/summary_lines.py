"""The summary as lines: a row for each grader and each assignment; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import TypeVar

from tui.app.columns import fit, fit_numbered
from tui.app.filters import Pick
from tui.app.lines import Ask, Line
from tui.app.numbers import short_delta
from tui.app.study.pictures import Inks, fewer, in_tenths, sparkline
from tui.app.study.summary_reading import Names, Tables
from tui.events.event import Thing
from tui.journal.reader import number_of
from tui.query.ast import Role
from tui.report.inquiry.sums import count_words
from tui.report.summary.numbers import Spread
from tui.report.summary.sums import AssignmentSum, GraderSum
from tui.report.words import NOTHING, number_words

AT_MOST = 120
"""Rows on screen at once: a person sorts and filters, and does not scroll through thousands."""
ROOMY = 110
"""Cells from which pictures have a cell for each hour."""
_LEAST = 8
"""Cells of a name, however narrow the screen: a row is cut at the right then."""
_SHORT = 26
"""Cells of an assignment's name where its course stands beside it."""
_SHORTEST = 12
"""The same on a narrow screen, where only assignments of one name are told apart by it."""


class By(StrEnum):
    """What rows are sorted by; the value is its key."""

    NAME = "n"
    COUNT = "c"
    REGRADES = "r"
    MEAN = "m"
    HOUR = "h"


_WORDS = {
    By.NAME: "name",
    By.COUNT: "graded",
    By.REGRADES: "regrades",
    By.MEAN: "mean",
    By.HOUR: "last hour",
}


@dataclass(frozen=True, slots=True)
class Order:
    """How rows are sorted: names from A on, numbers from the largest on, unless ``reverse``."""

    by: By = By.COUNT
    reverse: bool = False

    @property
    def words(self) -> str:
        """``by count, largest first``."""
        names = self.by is By.NAME
        ends = ("A first", "Z first") if names else ("largest first", "smallest first")
        return f"by {_WORDS[self.by]}, {ends[self.reverse]}"

    def then(self, by: By) -> Order:
        """The order after its key was pressed: the same key again turns it round."""
        return Order(by, by is self.by and not self.reverse)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the summary, and whom or what ``i`` investigates on it."""

    line: Line
    pick: Pick | None = None
    subject: GraderSum | AssignmentSum | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a section shows: the words over its columns, and its rows."""

    header: str
    rows: tuple[Row, ...]
    words: str = ""
    """How many of them there are: ``14 graders``; the rows may be fewer."""


def of_graders(tables: Tables, *, others: bool) -> Ask | None:
    """Asks, in the same time, for all that these graders did, or for what everybody else did.

    None where nobody is known who graded.
    """
    numbers = [f"#{number_of(one.grader)}" for one in tables.graders if one.grader is not None]
    if not numbers:
        return None
    return Ask(f"{'-' if others else ''}grader:{','.join(numbers)}", instead=True)


def who(one: GraderSum, names: Names) -> str:
    """The grader's name; in words where nobody graded or it is not told who."""
    if one.grader is None:
        return "(automatic)" if one.automatic else "(not told who)"
    return names[Thing.USER, one.grader]


def what(one: AssignmentSum, names: Names) -> str:
    return names[Thing.ASSIGNMENT, one.assignment]


def graders(tables: Tables, order: Order, width: int, inks: Inks) -> Listing:
    """A row for each grader, in ``width`` cells; automatic grading always stands last."""
    names = tables.names

    def key(one: GraderSum) -> float:
        match order.by:
            case By.REGRADES:
                return one.regrades
            case By.MEAN:
                return _mean(one.changes)
            case By.HOUR:
                return one.last_hour
            case By.COUNT | By.NAME:
                return one.gradings

    found = _sorted(tables.graders, order, key)
    found.sort(key=lambda one: one.automatic)
    room = _Room(width, (7, 6, 6, 5, 6, 6, 6), 24 if width >= ROOMY else 12)

    def row(one: GraderSum) -> Row:
        cells = (
            _count(one.gradings),
            _count(one.acts),
            _count(one.firsts),
            _count(one.regrades),
            *_changes(one.changes),
            _count(one.last_hour),
        )
        picture = sparkline(fewer(one.hours, room.picture), inks=inks)
        if one.grader is None:
            act = Ask("is:automatic") if one.automatic else None
            return Row(Line(room.text(who(one, names), cells, picture), act=act), None, one)
        number = number_of(one.grader)
        text = room.text(who(one, names), cells, picture)
        pick = Pick(Role.GRADER, number, who(one, names))
        return Row(Line(text, act=Ask(f"grader:#{number}")), pick, one)

    labels = ("graded", "acts", "first", "regr", "meanΔ", "medΔ", "last h")
    header = room.text("grader", labels, "last 24 h")
    people = sum(one.grader is not None for one in found)
    return Listing(header, _rows(found, row), count_words(people, "grader"))


def assignments(tables: Tables, order: Order, width: int, inks: Inks) -> Listing:
    """A row for each assignment, in ``width`` cells."""
    names = tables.names

    def key(one: AssignmentSum) -> float:
        match order.by:
            case By.REGRADES:
                return one.regrades
            case By.MEAN:
                return _mean(one.grades)
            case By.COUNT | By.NAME | By.HOUR:
                return one.graded

    found = _sorted(tables.assignments, order, key)
    often = Counter(what(each, names) for each in found)
    room = _Room(width, (12, 5, 6, 6, 10), 24 if width >= ROOMY else 12)

    def row(one: AssignmentSum) -> Row:
        spread = one.grades
        graded = f"{_count(one.graded)} of {_count(one.students)}"
        cells = (
            graded if one.graded or not one.hidden else f"{_count(one.hidden)} hidden",
            _count(one.regrades),
            short_number(spread and spread.mean),
            short_number(spread and spread.median),
            sparkline(tenths(one), inks=inks) if spread else "",
        )
        progress = list(accumulate(fewer(one.stages, room.picture)))
        number = number_of(one.assignment)
        called = what(one, names)
        if one.course is not None and (width >= ROOMY or often[called] > 1):
            short = _SHORT if width >= ROOMY else _SHORTEST
            called = f"{fit(called, short)} {names[Thing.COURSE, one.course]}"
        text = room.text(called, cells, sparkline(progress, inks=inks))
        pick = Pick(Role.ASSIGNMENT, number, what(one, names))
        return Row(Line(text, act=Ask(f"assignment:#{number}")), pick, one)

    labels = ("graded", "regr", "mean", "median", "low..high")
    header = room.text("assignment", labels, "progress")
    return Listing(header, _rows(found, row), count_words(len(found), "assignment"))


_Sum = TypeVar("_Sum", GraderSum, AssignmentSum)


def _rows(found: Sequence[_Sum], row: Callable[[_Sum], Row]) -> tuple[Row, ...]:
    shown = [row(one) for one in found[:AT_MOST]]
    if len(found) > AT_MOST:
        shown.append(Row(Line(f"and {len(found) - AT_MOST:,} more: sort, or filter the table")))
    return tuple(shown)


def _sorted(sums: Sequence[_Sum], order: Order, key: Callable[[_Sum], float]) -> list[_Sum]:
    """``sums`` come by name and stay so where numbers are alike: a list looks the same again."""
    if order.by is By.NAME:
        return list(sums)[::-1] if order.reverse else list(sums)
    return sorted(sums, key=key, reverse=not order.reverse)


@dataclass(frozen=True, slots=True)
class _Room:
    """Columns of a row: a name, numbers of fixed widths, a picture at the right."""

    width: int
    widths: tuple[int, ...]
    picture: int

    def text(self, name: str, cells: Sequence[str], picture: str) -> str:
        taken = sum(self.widths) + len(self.widths) + 1 + self.picture
        parts = [fit_numbered(name, max(_LEAST, self.width - taken))]
        # All but the name is ours, a cell a sign: hundreds of rows are made between two frames.
        parts += [
            cell.rjust(width) if len(cell) <= width else fit(cell, width)
            for cell, width in zip(cells, self.widths, strict=True)
        ]
        text = " ".join([*parts, picture.ljust(self.picture)])
        return text if taken + _LEAST <= self.width else fit(text, self.width)


def tenths(one: AssignmentSum) -> list[int]:
    """How many grades are in each tenth of the way from the lowest possible to the highest."""
    return in_tenths(one.often, *scale(one))


def scale(one: AssignmentSum) -> tuple[float, float]:
    """From 0 to the points possible, and as far beyond as grades go."""
    spread = one.grades
    if spread is None:
        return 0.0, one.points or 1.0
    return min(0.0, spread.lowest), max(one.points or 0.0, spread.highest)


def _mean(spread: Spread | None) -> float:
    """Nothing known sorts as if lowest."""
    return float("-inf") if spread is None else spread.mean


def _changes(spread: Spread | None) -> tuple[str, str]:
    if spread is None:
        return NOTHING, NOTHING
    return short_delta(rounded(spread.mean), 6), short_delta(rounded(spread.median), 6)


def rounded(number: float) -> float:
    """To two decimals, unless that makes nothing of something."""
    return round(number, 2) or number


def short_number(number: float | None) -> str:
    """``7.25``, ``1234567``; ``–`` where there is none."""
    return NOTHING if number is None else number_words(rounded(number))


def _count(number: int) -> str:
    """``999``, ``12,345``, ``123k``, ``1.2M``: six cells at most."""
    if number < 100_000:
        return f"{number:,}"
    return f"{number // 1000}k" if number < 1_000_000 else f"{number / 1e6:.1f}M"
