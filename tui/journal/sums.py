"""Many events as few numbers: groups summed up, facts for sums, counts over time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, overload

from tui.journal.plan import Plan
from tui.journal.records import Fact, GroupSum, Slot
from tui.journal.walking import walk_sql
from tui.query.sql import Where

_FACT = (
    "id, at, place, kind, course, assignment, student, grader, flags,"
    " before_number, after_number, points_number, delta, grp,"
    " coalesce(after_grade, after_score) IS NOT NULL"
)
"""In the order of :class:`Fact`; the index by time holds all of them."""
_SUM = (
    "grp, count(*), count(DISTINCT student), count(DISTINCT assignment), min(at), max(at),"
    " count(*) FILTER (WHERE delta > 0), count(*) FILTER (WHERE delta < 0),"
    " min(delta), max(delta), avg(delta),"
    " count(DISTINCT course), count(DISTINCT grader),"
    " min(flags) = max(flags) AND min(seen) = max(seen),"
    " count(*) FILTER (WHERE EXISTS (SELECT 1 FROM marks WHERE marks.event = events.id)),"
    " count(*) FILTER (WHERE EXISTS (SELECT 1 FROM hits WHERE hits.event = events.id))"
)
_ALIKE = 13
"""Where :attr:`GroupSum.alike` is among these."""


def read_group_sums(
    db: sqlite3.Connection, groups: Sequence[int], where: Where
) -> dict[int, GroupSum]:
    """What of each group matches, summed up; a group of which nothing does is left out."""
    rows = db.execute(
        f"SELECT {_SUM} FROM events INDEXED BY by_group"  # noqa: S608  parameters only
        f" WHERE grp IN (SELECT value FROM json_each(?)) AND ({where.text}) GROUP BY grp",
        (json.dumps(list(groups)), *where.params),
    )
    return {
        row[0]: GroupSum(*row[:_ALIKE], alike=bool(row[_ALIKE]), marked=row[-2], flagged=row[-1])
        for row in rows
    }


def read_members(db: sqlite3.Connection, group: int, where: Where, limit: int) -> list[int]:
    """The rows of a group that match, oldest first."""
    rows = db.execute(
        "SELECT id FROM events INDEXED BY by_group"  # noqa: S608  parameters only
        f" WHERE grp = ? AND ({where.text}) ORDER BY at, place, id LIMIT ?",
        (group, *where.params, limit),
    )
    return [id_ for (id_,) in rows]


class Facts(Sequence[Fact]):
    """Facts of rows, each made when it is asked for.

    Plain tuples of numbers are let alone when garbage is looked for; thousands of facts would not
    be, and keys would wait for it.
    """

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Fact]:
        return map(Fact._make, self._rows)

    @overload
    def __getitem__(self, index: int) -> Fact: ...
    @overload
    def __getitem__(self, index: slice) -> Facts: ...
    def __getitem__(self, index: int | slice) -> Fact | Facts:
        if isinstance(index, slice):
            return Facts(self._rows[index])
        return Fact._make(self._rows[index])


def read_facts(db: sqlite3.Connection, chosen: Plan, before: Slot | None, limit: int) -> Facts:
    """The newest first."""
    text, params = walk_sql(_FACT, chosen, before, limit, newest_first=True)
    return Facts(db.execute(text, params).fetchall())


def read_histogram(
    db: sqlite3.Connection, chosen: Plan, start: int, width: int, count: int
) -> list[int]:
    """How many events there are in each of ``count`` stretches of ``width`` ms from ``start``.

    ``chosen`` finds none outside of them.
    """
    if chosen.by_time:  # counted in the index: no event is looked at twice
        stretches = json.dumps([start + place * width for place in range(count)])
        rows = db.execute(
            f"SELECT (SELECT count(*) FROM {chosen.source}"  # noqa: S608  parameters only
            f" WHERE at >= stretch.begins AND at < stretch.begins + ? AND ({chosen.text}))"
            " FROM (SELECT value AS begins FROM json_each(?)) AS stretch",
            (width, *chosen.params, stretches),
        )
        return [height for (height,) in rows]
    heights = [0] * count
    rows = db.execute(
        f"SELECT (at - {int(start)}) / {int(width)} AS stretch, count(*) FROM {chosen.source}"  # noqa: S608  numbers
        f" WHERE {chosen.text} GROUP BY stretch",
        chosen.params,
    )
    for stretch, height in rows:
        heights[stretch] = height
    return heights
