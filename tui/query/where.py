"""Conditions over the journal's ``events`` table: text and parameters, and how they are joined."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tui.events.ids import CanvasId
from tui.query.fold import fold

LARGEST_INTEGER = 2**63 - 1
"""What a column of SQLite holds as a number."""

FEW = 50
"""Up to so many ids are parameters of their own; more travel as one JSON array."""

FOLD = "fold_text"
"""The SQL function of :func:`tui.query.fold.fold` that a connection must have."""

_ODD = "'*[^!-~]*'"
"""Matches text of which ``lower`` is not all that folding does."""
_LIKE = re.compile(r"[\\%_]")


@dataclass(frozen=True, slots=True)
class Where:
    """A condition and its parameters, in the order of its question marks."""

    text: str
    params: tuple[object, ...] = ()


NEVER = Where("0")


def id_value(of: CanvasId) -> int | str:
    """The id as a column holds it: a number where 64 bits take it, else its digits."""
    number = of.number
    return number if number <= LARGEST_INTEGER else str(number)


def every(parts: Sequence[Where]) -> Where:
    """All of them hold."""
    return _joined(parts, " AND ", "1")


def either(parts: Sequence[Where]) -> Where:
    """At least one of them holds."""
    return _joined(parts, " OR ", "0")


def among(column: str, values: Sequence[int | str]) -> Where:
    """The column holds one of the values."""
    if not values:
        return NEVER
    if len(values) > FEW:
        many = f"{column} IN (SELECT value FROM json_each(?))"  # noqa: S608  a column of ours
        return Where(many, (json.dumps(values),))
    return Where(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


def reads(column: str, text: str) -> Where:
    """The column reads ``text``, ignoring case and accents."""
    folded = fold(text)
    odd = f"{column} GLOB {_ODD} AND {FOLD}({column}) = ?"
    return Where(f"lower({column}) = ? OR ({odd})", (folded, folded))


def contains(column: str, text: str) -> Where:
    """``text`` is part of what the column reads, ignoring case and accents."""
    folded = fold(text)
    plain = plainly_contains(column, text)
    # Most text needs no function of Python's: a filter on a million rows calls it for few.
    odd = f"length({column}) <> length(CAST({column} AS BLOB)) OR instr({column}, '  ')"
    whole = f"{plain.text} OR (({odd}) AND instr({FOLD}({column}), ?))"
    return Where(whole, (*plain.params, folded))


def plainly_contains(column: str, text: str) -> Where:
    """The same where the column holds ASCII with single blanks: LIKE is twice as quick."""
    escaped = _LIKE.sub(r"\\\g<0>", fold(text))
    return Where(f"{column} LIKE ? ESCAPE '\\'", (f"%{escaped}%",))


def _joined(parts: Sequence[Where], glue: str, empty: str) -> Where:
    if not parts:
        return Where(empty)
    text = glue.join(f"({part.text})" for part in parts)
    return Where(text, tuple(param for part in parts for param in part.params))
