"""A filter as a condition over the journal's ``events`` table: text with parameters only.

The names it relies on: each :class:`Role` is a column of its own name that holds
:func:`id_value`; ``at`` is UTC ms; ``kind`` is the kind's name; ``grp`` is the group's number;
``names(thing, id, folded)`` holds what things are called. A column is NULL where a role is not
played. What else a filter asks for is in :mod:`tui.query.conditions`.
"""

from __future__ import annotations

from tui.events.event import Kind, Thing
from tui.events.ids import CanvasId
from tui.query.ast import (
    And,
    DoneBy,
    During,
    Filter,
    InGroup,
    Is,
    Mentions,
    Not,
    OfKind,
    Or,
    Resembles,
    Role,
)
from tui.query.conditions import condition
from tui.query.fold import fold
from tui.query.where import (
    LARGEST_INTEGER,
    NEVER,
    Where,
    among,
    contains,
    either,
    every,
    id_value,
    plainly_contains,
)

__all__ = ["LARGEST_INTEGER", "NAMED_AS", "Where", "id_value", "ids_resembling", "to_sql"]

NAMED_AS: dict[Role, Thing] = {
    Role.COURSE: Thing.COURSE,
    Role.ASSIGNMENT: Thing.ASSIGNMENT,
    Role.STUDENT: Thing.USER,
    Role.GRADER: Thing.USER,
    Role.ACTOR: Thing.USER,
}
"""What plays a role and so has a name; an account has none."""


def to_sql(tree: Filter, *, home_shard: int = 0) -> Where:
    """The condition that holds for exactly the rows ``tree`` describes.

    ``home_shard`` makes global ids of that shard equal to the local ones that are stored.
    """
    match tree:
        case And(terms):
            return every([to_sql(term, home_shard=home_shard) for term in terms])
        case Or(terms):
            return either([to_sql(term, home_shard=home_shard) for term in terms])
        case Not(term):
            # A comparison with NULL is NULL, and NOT NULL would be NULL too: the row would be
            # in neither the filter nor its opposite.
            inner = to_sql(term, home_shard=home_shard)
            return Where(f"({inner.text}) IS NOT TRUE", inner.params)
        case During(start, end):
            return _during(start, end)
        case OfKind(kinds):
            return among("kind", [kind.value for kind in kinds])
        case InGroup(group):
            return Where("grp = ?", (group,))
        case Is() | Resembles() | DoneBy() | Mentions():
            return _played(tree, home_shard)
        case _:
            return condition(tree)


def _played(tree: Is | Resembles | DoneBy | Mentions, home_shard: int) -> Where:
    match tree:
        case Is(role, ids):
            values = {id_value(one.seen_from(home_shard)) for one in ids}
            return among(role.value, sorted(values, key=str))
        case Resembles(role, text):
            return _resembles(role, text, home_shard)
        case DoneBy(text):
            editor = _resembles(Role.ACTOR, text, home_shard)
            edited = every([among("kind", [Kind.COURSE.value]), editor])
            return either([_resembles(Role.GRADER, text, home_shard), edited])
        case Mentions(text):
            return _mentions(text, home_shard)


def _during(start: int | None, end: int | None) -> Where:
    if start is not None and end is not None:
        return Where("at >= ? AND at < ?", (start, end))
    if start is not None:
        return Where("at >= ?", (start,))
    return Where("1") if end is None else Where("at < ?", (end,))


def _resembles(role: Role, text: str, home_shard: int) -> Where:
    """A part of the name, or the id; blank text: somebody plays the role at all."""
    if not fold(text):
        return Where(f"{role.value} IS NOT NULL")
    chosen = ids_resembling(role, text, home_shard=home_shard)
    if chosen is None:
        return NEVER
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


def _mentions(text: str, home_shard: int) -> Where:
    """Names and ids are in the index that is walked; types and grades only in the wide rows."""
    if not fold(text):
        return Where("1")
    parties = [_resembles(role, text, home_shard) for role in Role]
    grades = [contains(column, text) for column in ("before_grade", "after_grade")]
    return either([*parties, plainly_contains("type", text), *grades])
