"""Who plays which role in how many events, and who of them has no name yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tui.events.event import Thing
from tui.journal.codec import COLUMNS, Value, linked_courses
from tui.query.ast import Role
from tui.query.sql import ids_resembling

KIND = "kind"
"""The role under which kinds are counted, with the kind's name for an id."""
LINKED = "linked"
"""Courses that were copied from or to."""

THINGS: Mapping[str, Thing] = {
    "course": Thing.COURSE,
    "assignment": Thing.ASSIGNMENT,
    "student": Thing.USER,
    "grader": Thing.USER,
    "actor": Thing.USER,
    "real_actor": Thing.USER,
    LINKED: Thing.COURSE,
}
"""What plays each role that has names."""

_COUNTED = tuple(
    (role, COLUMNS.index(role)) for role in (KIND, "account", *THINGS) if role in COLUMNS
)
_AT = COLUMNS.index("at")

Party = tuple[str, Value]


def events_resembling(db: sqlite3.Connection, role: Role, text: str, home_shard: int) -> int:
    """In how many events somebody plays the role whom ``text`` names."""
    chosen = ids_resembling(role, text, home_shard=home_shard)
    if chosen is None:
        return 0
    query = f"SELECT total(count) FROM parties WHERE role = ? AND id IN ({chosen.text})"  # noqa: S608  fixed text, parameters only
    return int(db.execute(query, (role.value, *chosen.params)).fetchone()[0])


@dataclass(slots=True)
class Tally:
    """What a transaction adds to and takes from the counts of parties."""

    counts: dict[Party, int] = field(default_factory=dict[Party, int])
    last_at: dict[Party, int] = field(default_factory=dict[Party, int])

    def add(self, row: Sequence[Value], sign: int) -> None:
        """Count the parties of one row in (+1) or out (−1)."""
        parties: list[Party] = [
            (role, row[place]) for role, place in _COUNTED if row[place] is not None
        ]
        parties.extend((LINKED, one) for one in linked_courses(row))
        at = row[_AT]
        moment = at if isinstance(at, int) else 0
        for party in parties:
            self.counts[party] = self.counts.get(party, 0) + sign
            if sign > 0:
                self.last_at[party] = max(self.last_at.get(party, moment), moment)

    def apply(self, db: sqlite3.Connection) -> None:
        """Write the counts; who plays no role any more is forgotten, who is new may lack a name."""
        changed = [
            (role, one, count, self.last_at.get((role, one), 0))
            for (role, one), count in self.counts.items()
            if count or (role, one) in self.last_at
        ]
        db.executemany(
            "INSERT INTO parties (role, id, count, last_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (role, id) DO UPDATE SET count = count + excluded.count,"
            " last_at = max(last_at, excluded.last_at)",
            changed,
        )
        gone = [(role, one) for role, one, count, _ in changed if count <= 0]
        db.executemany("DELETE FROM parties WHERE role = ? AND id = ? AND count <= 0", gone)
        db.executemany(
            "INSERT OR IGNORE INTO unnamed (asked, thing, id) SELECT 0, ?1, ?2 WHERE NOT EXISTS"
            " (SELECT 1 FROM names WHERE thing = ?1 AND id = ?2) AND NOT EXISTS"
            " (SELECT 1 FROM unnamed WHERE asked = 1 AND thing = ?1 AND id = ?2)",
            {
                (THINGS[role].value, one)
                for role, one, count, _ in changed
                if count > 0 and role in THINGS
            },
        )
