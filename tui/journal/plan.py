"""Which index a filter walks: the choice that keeps a filter on a million events quick.

By time, newest first, a walk ends as soon as it has found enough: right for filters that most
events pass. By a party, it sees only that party's events: right for filters that few pass; so it is
by a list of rows, where a term knows one. What the counts say decides; a wrong guess costs time,
never correctness.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from tui.journal.few import Few, few
from tui.journal.parties import events_resembling
from tui.query.ast import And, Filter, InGroup, Is, Resembles, Role
from tui.query.sql import id_value, to_sql

INDEXED: dict[Role, str] = {
    Role.COURSE: "by_course",
    Role.ASSIGNMENT: "by_assignment",
    Role.STUDENT: "by_student",
    Role.GRADER: "by_grader",
    Role.ACTOR: "by_actor",
}
BY_TIME = "events INDEXED BY by_time"
"""The source that is in the order of time."""
LOOKUP = 20
"""What one row of a list costs, in events passed over in an index: it is looked up and sorted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which rows to walk in what order, with the condition and its parameters."""

    source: str
    """What stands after FROM: all events by an index, or those of a short list."""
    text: str
    params: tuple[object, ...]
    """Those of the source, then those of the condition."""

    @property
    def by_time(self) -> bool:
        """Whether all events are walked, in the order of time."""
        return self.source == BY_TIME


def plan(db: sqlite3.Connection, tree: Filter, home_shard: int, *, page: int = 0) -> Plan:
    """How to walk ``tree``.

    ``page``: one of many pages of so many events is wanted, so that what counts is the time of
    all of them; 0: what counts is that even the worst case is over quickly.
    """
    total = _total(db)
    plain: list[Filter] = []
    parties: list[tuple[float, Is | Resembles]] = []
    lists: list[Few] = []
    for term in _flat(tree):
        if _selective(term):
            parties.append((_events_of(db, term, home_shard), term))
            continue
        plain.append(term)
        if isinstance(term, InGroup):
            return _by_group(tree, term, home_shard)
        listed = few(db, term, home_shard, total // LOOKUP)
        if listed is not None:
            lists.append(listed)
    # SQLite tries the terms in the order of the text: those that reject most come first.
    parties.sort(key=lambda found: found[0])
    where = to_sql(And((*plain, *(term for _, term in parties))), home_shard=home_shard)
    # At worst a walk by time passes over every event that some term rejects; a page of many
    # usually over as many as it takes to fill it. By party it sorts all of the party's.
    shares = [share for share, _ in parties] + [float(listed.count) for listed in lists]
    passed = sum(max(0.0, total - share) for share in shares)
    if page:
        passed = min(passed, page * total / max(min(shares, default=total), 1.0))
    cheapest, best = min(passed, float(total)), Plan(BY_TIME, where.text, where.params)
    if parties and parties[0][0] < cheapest:
        cheapest, rarest = parties[0]
        best = Plan(f"events INDEXED BY {INDEXED[rarest.role]}", where.text, where.params)
    shortest = min(lists, key=lambda listed: listed.count, default=None)
    if shortest is not None and shortest.count * LOOKUP <= cheapest:
        best = Plan(shortest.source, where.text, (*shortest.rows.params, *where.params))
    return best


def _by_group(tree: Filter, term: InGroup, home_shard: int) -> Plan:
    where = to_sql(tree, home_shard=home_shard)
    # Said once more at the beginning: its index is only of rows that are in one.
    return Plan(
        "events INDEXED BY by_group", f"grp = ? AND ({where.text})", (term.group, *where.params)
    )


def _flat(tree: Filter) -> Iterator[Filter]:
    """The terms that must all hold."""
    if isinstance(tree, And):
        for term in tree.terms:
            yield from _flat(term)
    else:
        yield tree


def _selective(term: Filter) -> TypeGuard[Is | Resembles]:
    """Whether an index of its role can be walked for the term."""
    if isinstance(term, Is):
        return bool(term.ids) and term.role in INDEXED
    return isinstance(term, Resembles) and term.role in INDEXED


def _total(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT total(count) FROM parties WHERE role = 'kind'").fetchone()[0])


def _events_of(db: sqlite3.Connection, term: Is | Resembles, home_shard: int) -> float:
    """In how many events the term's role is played by whom it names."""
    if isinstance(term, Resembles):
        return events_resembling(db, term.role, term.text, home_shard)
    values = [id_value(one.seen_from(home_shard)) for one in term.ids]
    query = "SELECT count FROM parties WHERE role = ? AND id = ?"
    counts = (db.execute(query, (term.role.value, value)).fetchone() for value in values)
    return sum(found[0] for found in counts if found is not None)
