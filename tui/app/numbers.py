"""Numbers in narrow columns: rounded where they must be, and never cut.

A number whose last digits are cut off reads as another number; a rounded one is nearly right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from rich.cells import cell_len

from tui.report.words import ARROW, MAYBE_SHORT, delta_words

ABOUT = " ≈ "
"""In place of the arrow: two numbers that differ by less than can be shown."""
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*", re.ASCII)
_DECIMAL = re.compile(r"(?<![\w.,])[+-]?\d+\.\d+(?![\d.,])", re.ASCII)
_NUMBER_ALONE = re.compile(r"([+-]?\d+(?:\.\d+)?)(%?)", re.ASCII)
_LABELLED = re.compile(r"(\D+) ([+-]?\d+(?:\.\d+)?)", re.ASCII)
_WITH_SCORE = re.compile(r".* \(([+-]?\d+(?:\.\d+)?)\)", re.ASCII)
_FEWER = (2, 1, 0)
"""Decimals of a rounded number, as many as there is room for."""
LONGEST_SIDE = 200
"""Characters of a grade that are looked at; no column is as wide."""


def short_delta(delta: float | None, width: int) -> str:
    """``-19.25`` in at most ``width`` cells (at least 5): ``-19.3``; never zero where it is not."""
    whole = delta_words(delta)
    if delta is None or len(whole) <= width:
        return whole
    sign = "+" if delta > 0 else "-"
    number = Decimal(whole)
    for text in _shorter(number):
        if not Decimal(text):
            return f"{sign}≈0"
        if len(signed := _signed(text)) <= width:
            return signed
    return f"{sign}huge"


def _signed(text: str) -> str:
    return text if text.startswith("-") else f"+{text}"


def _shorter(number: Decimal) -> Iterator[str]:
    """The number with two decimals, one, none, then as a power of ten."""
    yield from (_rounded(number, decimals) for decimals in _FEWER)
    yield from (_power(number, decimals) for decimals in (1, 0))


def _rounded(number: Decimal, decimals: int) -> str:
    words = f"{number:.{decimals}f}"
    if not Decimal(words):
        return "0"
    return words.rstrip("0").rstrip(".") if "." in words else words


def _power(number: Decimal, decimals: int) -> str:
    digits, _, exponent = f"{number:.{decimals}e}".partition("e")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"{digits}e{int(exponent)}"


def squeezed(change: str, width: int) -> str:
    """``complete → incomplete`` in at most ``width`` cells: both sides give way.

    Numbers are rounded as little as serves; two that differ still do, or stand beside ``≈``.
    """
    if cell_len(change) <= width:
        return change
    if change.endswith(MAYBE_SHORT):
        return _same_grade(_bounded(change.partition(" = ")[0]), width)
    before, arrow, after = change.partition(ARROW)
    if not arrow:
        return change
    before, after = _bounded(before), _bounded(after)
    scores = _WITH_SCORE.fullmatch(before), _WITH_SCORE.fullmatch(after)
    if scores[0] and scores[1]:  # the grade is the same text on both sides: what moved is the score
        return squeezed(scores[0][1] + ARROW + scores[1][1], width)
    alone = _number(before), _number(after)
    if None in alone:
        sides = [_sides(before, after, decimals) for decimals in _FEWER]
    else:
        sides = [*_one_digit_more(before, after), *_powers(before, after)]
    for old, new in sides:
        if (old != new or before == after) and cell_len(words := old + ARROW + new) <= width:
            return words
    if None not in alone:
        for old, new in sides:
            if old == new and cell_len(words := old + ABOUT + new) <= width:
                return words
    old, new = _sides(before, after, 0)
    return _cut_sides(old, ARROW if old != new or before == after else ABOUT, new, width)


def _bounded(side: str) -> str:
    """A side no longer than any column: what follows looks at its text again and again."""
    return side if len(side) <= LONGEST_SIDE else side[:LONGEST_SIDE] + "…"


def _same_grade(grade: str, width: int) -> str:
    """``85 = score?``: the grade once, since it reads the same on both sides."""
    tail = f" = {MAYBE_SHORT}"
    room = width - cell_len(tail)
    shorter = (_with_decimals(grade, decimals) for decimals in _FEWER)
    fitting = next((words for words in shorter if cell_len(words) <= room), None)
    return (fitting or _cut(grade, room)) + tail


def _sides(before: str, after: str, decimals: int) -> tuple[str, str]:
    return _with_decimals(before, decimals), _with_decimals(after, decimals)


def _one_digit_more(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Two numbers with ever fewer digits; of two alike the second keeps one more if that tells."""
    rising = _value(before) < _value(after)
    for decimals in _FEWER:
        yield _sides(before, after, decimals)
        if decimals < _FEWER[0] or before == after:
            continue  # 97 → 97.3 would make of a small change a large one
        old, new = _with_decimals(before, decimals - 1), _with_decimals(after, decimals)
        if _value(old) != _value(new) and (_value(old) < _value(new)) == rising:
            yield old, new


def _powers(before: str, after: str) -> Iterator[tuple[str, str]]:
    if min(abs(_value(before)), abs(_value(after))) >= 1:
        yield from ((_power(_value(before), each), _power(_value(after), each)) for each in (1, 0))


def _number(side: str) -> Decimal | None:
    """The number that a side is, with nothing beside it but a percent sign."""
    found = _NUMBER_ALONE.fullmatch(side)
    return None if found is None else Decimal(found[1])


def _value(number: str) -> Decimal:
    return Decimal(number.removesuffix("%"))


def _with_decimals(text: str, decimals: int) -> str:
    """``text`` with each number in it rounded."""
    return _DECIMAL.sub(lambda found: _rounded(Decimal(found[0]), decimals), text)


def _cut_sides(before: str, arrow: str, after: str, width: int) -> str:
    room = width - cell_len(arrow)
    left = max(room // 2, room - cell_len(after))
    before = _cut(before, left)
    return before + arrow + _cut(after, room - cell_len(before))


def _cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells; of a number there is all or nothing."""
    if cell_len(text) <= width:
        return text
    if (found := _LABELLED.fullmatch(text)) and cell_len(found[2]) + 3 <= width:
        return f"{_cut(found[1], width - cell_len(found[2]) - 1)} {found[2]}"
    end = len(text)
    while end and cell_len(text[:end]) > width - 1:
        end -= 1
    for number in _NUMBER.finditer(text):
        if number.start() < end < number.end():
            end = number.start()
    return text[:end] + "…" if width > 0 else ""
