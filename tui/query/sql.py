"""A filter as a condition over the journal's ``events`` table: text with parameters only.

The names it relies on: each :class:`Role` is a column of its own name that holds
:func:`id_value`; ``at`` is UTC ms; ``kind`` is the kind's name; ``names(thing, id, folded)`` holds
what things are called. A column is NULL where a role is not played.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tui.events.event import Thing
from tui.events.ids import CanvasId
from tui.query.ast import And, During, Filter, Is, Not, OfKind, Or, Resembles, Role
from tui.query.fold import fold

LARGEST_INTEGER = 2**63 - 1
"""What a column of SQLite holds as a number."""

FEW = 50
"""Up to so many ids are parameters of their own; more travel as one JSON array."""

NAMED_AS: dict[Role, Thing] = {
    Role.COURSE: Thing.COURSE,
    Role.ASSIGNMENT: Thing.ASSIGNMENT,
    Role.STUDENT: Thing.USER,
    Role.GRADER: Thing.USER,
    Role.ACTOR: Thing.USER,
}
"""What plays a role and so has a name; an account has none."""


@dataclass(frozen=True, slots=True)
class Where:
    """A condition and its parameters, in the order of its question marks."""

    text: str
    params: tuple[object, ...] = ()


def id_value(of: CanvasId) -> int | str:
    """The id as a column holds it: a number where 64 bits take it, else its digits."""
    number = of.number
    return number if number <= LARGEST_INTEGER else str(number)


def to_sql(tree: Filter, *, home_shard: int = 0) -> Where:
    """The condition that holds for exactly the rows ``tree`` describes.

    ``home_shard`` makes global ids of that shard equal to the local ones that are stored.
    """
    match tree:
        case And(terms):
            return _joined(terms, " AND ", "1", home_shard)
        case Or(terms):
            return _joined(terms, " OR ", "0", home_shard)
        case Not(term):
            # A comparison with NULL is NULL, and NOT NULL would be NULL too: the row would be
            # in neither the filter nor its opposite.
            inner = to_sql(term, home_shard=home_shard)
            return Where(f"({inner.text}) IS NOT TRUE", inner.params)
        case During(start, end):
            return _during(start, end)
        case OfKind(kinds):
            return _among("kind", [kind.value for kind in kinds])
        case Is(role, ids):
            values = {id_value(one.seen_from(home_shard)) for one in ids}
            return _among(role.value, sorted(values, key=str))
        case Resembles(role, text):
            return _resembles(role, text, home_shard)
        case _:
            raise NotImplementedError(type(tree).__name__)


def _joined(terms: Sequence[Filter], glue: str, empty: str, home_shard: int) -> Where:
    if not terms:
        return Where(empty)
    parts = [to_sql(term, home_shard=home_shard) for term in terms]
    text = glue.join(f"({part.text})" for part in parts)
    return Where(text, tuple(param for part in parts for param in part.params))


def _during(start: int | None, end: int | None) -> Where:
    if start is not None and end is not None:
        return Where("at >= ? AND at < ?", (start, end))
    if start is not None:
        return Where("at >= ?", (start,))
    return Where("1") if end is None else Where("at < ?", (end,))


def _among(column: str, values: Sequence[int | str]) -> Where:
    if not values:
        return Where("0")
    if len(values) > FEW:
        many = f"{column} IN (SELECT value FROM json_each(?))"  # noqa: S608  a column of ours
        return Where(many, (json.dumps(values),))
    return Where(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


def _resembles(role: Role, text: str, home_shard: int) -> Where:
    """A part of the name, or the id; blank text: somebody plays the role at all."""
    if not fold(text):
        return Where(f"{role.value} IS NOT NULL")
    chosen = ids_resembling(role, text, home_shard=home_shard)
    if chosen is None:
        return Where("0")
    return Where(f"{role.value} IN ({chosen.text})", chosen.params)


def ids_resembling(role: Role, text: str, *, home_shard: int = 0) -> Where | None:
    """A subquery for the ids that ``text`` names in a role; None where there can be none."""
    parts: list[Where] = []
    if (thing := NAMED_AS.get(role)) is not None:
        named = "SELECT id FROM names WHERE thing = ? AND instr(folded, ?)"
        parts.append(Where(named, (thing.value, fold(text))))
    try:
        given = CanvasId.parse(text).seen_from(home_shard)
    except ValueError:
        pass  # no id, then: only a part of a name
    else:
        parts.append(Where("SELECT ?", (id_value(given),)))
    if not parts:
        return None
    params = tuple(param for part in parts for param in part.params)
    return Where(" UNION ALL ".join(part.text for part in parts), params)
