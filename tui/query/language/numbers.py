"""Fields for what can be counted, and for grades as they read."""

from __future__ import annotations

import re
from datetime import tzinfo
from math import isfinite
from typing import ClassVar

from tui.query.ast import Between, Compare, Comparison, Filter, Measure, Reads, Side
from tui.query.fold import fold
from tui.query.language.fault import Misread
from tui.query.language.field import Field, Here, Value, shown
from tui.query.language.quoting import quote, quoted

_NUMBER = re.compile(r"[+\-−]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_SIGN = re.compile(r"<=|>=|<|>|=|≤|≥")
_SIGNS = {"≤": "<=", "≥": ">="}
_NEARLY = re.compile(r"[-+−]?\d+,\d+")
NOTHING = "none"
"""The grade that says: there is none."""


class Number(Field):
    """A number of the event: compared, or within a range; both ends of a range belong to it."""

    measure: ClassVar[Measure]
    takes = "a number such as 5 or -2.5, with < <= > >= or = before it, or a range such as 60..70"
    values = (">", ">=", "<", "<=", "=")

    def read(self, value: Value, here: Here) -> Filter:
        del here
        text = value.text
        if (sign := _SIGN.match(text)) is not None:
            comparison = Comparison(_SIGNS.get(sign[0], sign[0]))
            return Compare(self.measure, comparison, self._number(text[sign.end() :], sign.end()))
        low, dots, high = text.partition("..")
        if not dots:
            return Compare(self.measure, Comparison.EQUAL, self._number(text, 0))
        return self._range(low, high)

    def _range(self, low: str, high: str) -> Filter:
        begins = len(low) + 2
        if not low and not high:
            raise Misread("a range of nothing", self.takes)
        if not high:
            return Compare(self.measure, Comparison.AT_LEAST, self._number(low, 0))
        most = self._number(high, begins)
        if not low:
            return Compare(self.measure, Comparison.AT_MOST, most)
        least = self._number(low, 0)
        if least > most:
            wrong = f"the range {shown(f'{low}..{high}')} ends below its beginning"
            raise Misread(wrong, "the lower number first", offset=0)
        return Between(self.measure, least, most)

    def _number(self, text: str, offset: int) -> float:
        bare = text.strip()
        if self.measure is Measure.PERCENT:
            bare = bare.removesuffix("%")
        if not bare:
            raise Misread("no number", self.takes, offset=offset)
        if _NUMBER.fullmatch(bare) is None:
            wrong = f"no number: {shown(text)}"
            if _NEARLY.fullmatch(bare):
                wrong += f"; did you mean {bare.replace(',', '.')}?"
            raise Misread(wrong, self.takes, offset=offset)
        number = float(bare.replace("−", "-")) + 0.0  # no negative zero
        if not isfinite(number):
            raise Misread(f"too large a number: {shown(text)}", self.takes, offset=offset)
        return number

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        del zone
        if isinstance(tree, Compare) and tree.measure is self.measure:
            return f"{self.name}:{tree.comparison}{plain(tree.number)}"
        if isinstance(tree, Between) and tree.measure is self.measure:
            return f"{self.name}:{plain(tree.low)}..{plain(tree.high)}"
        return None


class Grade(Number):
    """The number at one side of a change, or the grade as it reads."""

    side: ClassVar[Side]
    takes = f"{Number.takes}; a grade such as A-; or {NOTHING}"
    values = (*Number.values, NOTHING)

    def read(self, value: Value, here: Here) -> Filter:
        text = value.text
        if value.quoted:
            if not fold(text):
                raise Misread("no grade", self.takes)
            return Reads(self.side, text)
        if text.casefold() == NOTHING:
            return Reads(self.side, None)
        if self._counts(text):
            return super().read(value, here)
        return Reads(self.side, text)

    def _counts(self, text: str) -> bool:
        """Whether it is meant as a number: a grade neither begins nor reads so."""
        return bool(_SIGN.match(text)) or ".." in text or _looks(text)

    def write(self, tree: Filter, zone: tzinfo) -> str | None:
        if not isinstance(tree, Reads):
            return super().write(tree, zone)
        if tree.side is not self.side:
            return None
        if tree.grade is None:
            return f"{self.name}:{NOTHING}"
        bare = not self._counts(tree.grade) and tree.grade.casefold() != NOTHING
        return f"{self.name}:{quote(tree.grade) if bare else quoted(tree.grade)}"


class Before(Grade):
    """``before:``."""

    name = "before"
    measure = Measure.BEFORE
    side = Side.BEFORE
    words = "the grade before: as a number, as it reads, or none"
    examples = ("before:<60", "before:A-", "before:none")


class After(Grade):
    """``after:``."""

    name = "after"
    measure = Measure.AFTER
    side = Side.AFTER
    words = "the grade after: as a number, as it reads, or none"
    examples = ("after:>=60", "after:60..70", "after:complete")


class Delta(Number):
    """``delta:``."""

    name = "delta"
    measure = Measure.DELTA
    words = "by how much the grade went up or, below zero, down"
    examples = ("delta:>5", "delta:-10..-2.5")


class Score(Number):
    """``score:``."""

    name = "score"
    measure = Measure.SCORE
    words = "the points given"
    examples = ("score:0", "score:<=7.5")


class Points(Number):
    """``points:``."""

    name = "points"
    measure = Measure.POINTS
    words = "the points that are possible"
    examples = ("points:>=100",)


class Percent(Number):
    """``percent:``."""

    name = "percent"
    measure = Measure.PERCENT
    words = "the points given, in hundredths of those possible"
    examples = ("percent:60..70", "percent:>100")


def plain(number: float) -> str:
    """The shortest text that reads as ``number``."""
    return repr(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _looks(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None or _NEARLY.fullmatch(text) is not None
