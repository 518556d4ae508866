"""Which assignments' students may be shown, as the audit log has told last."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tui.journal.codec import Value
from tui.journal.meta import Meta
from tui.journal.whole import Secrecy

_KEEPS = frozenset({Secrecy.HIDDEN, Secrecy.PRESUMED})


@dataclass(slots=True)
class Secrets:
    """What one transaction knows and learns of assignments, each by the value of its column."""

    db: sqlite3.Connection
    meta: Meta
    _states: dict[Value, Secrecy] = field(default_factory=dict[Value, Secrecy])

    def load(self, assignments: Iterable[Value]) -> None:
        """Look up what is known of these."""
        wanted = json.dumps(list(assignments))
        query = (
            "SELECT assignment, state FROM secrecy"
            " WHERE assignment IN (SELECT value FROM json_each(?))"
        )
        for assignment, state in self.db.execute(query, (wanted,)):
            self._states[assignment] = Secrecy(state)

    def load_all(self) -> None:
        for assignment, state in self.db.execute("SELECT assignment, state FROM secrecy"):
            self._states[assignment] = Secrecy(state)

    def of(self, assignment: Value) -> Secrecy | None:
        """None: nothing is known of it, or it is none."""
        return self._states.get(assignment)

    def kept(self, assignment: Value) -> bool:
        """Whether anything of its events is withheld."""
        return self.of(assignment) in _KEEPS

    def learn(
        self, said: Mapping[Value, Secrecy], presumed: Iterable[Value]
    ) -> dict[Value, Secrecy]:
        """Take in what the log said and what may be presumed where it has said nothing.

        Answers what is new.
        """
        new = {one: state for one, state in said.items() if self.of(one) is not state}
        for one in presumed:
            if one not in said and self.of(one) is None:
                new[one] = Secrecy.PRESUMED
        self.db.executemany(
            "INSERT OR REPLACE INTO secrecy (assignment, state, touch) VALUES (?, ?, ?)",
            [(one, state.value, self.meta.touch) for one, state in new.items()],
        )
        return new

    def apply(self, new: Mapping[Value, Secrecy]) -> list[int]:
        """Make what :meth:`learn` answered hold; the rows that may have to change for it."""
        concerned = [one for one, state in new.items() if state in _KEEPS or self.of(one) in _KEEPS]
        self._states.update(new)
        return [id_ for one in concerned for id_ in rows_of(self.db, one)]

    def withheld_rows(self) -> list[int]:
        """All rows of the assignments of which something is withheld."""
        kept = [one for one, state in self._states.items() if state in _KEEPS]
        return [id_ for one in kept for id_ in rows_of(self.db, one)]


def rows_of(db: sqlite3.Connection, assignment: Value) -> list[int]:
    found = db.execute("SELECT id FROM events WHERE assignment = ?", (assignment,))
    return [id_ for (id_,) in found]


def forget_secrecy(db: sqlite3.Connection) -> None:
    """Drop what is known of assignments without events; what is hidden stays so."""
    db.execute(
        "DELETE FROM secrecy WHERE state = ? AND NOT EXISTS"
        " (SELECT 1 FROM events WHERE events.assignment = secrecy.assignment)",
        (Secrecy.SHOWN.value,),
    )


def merge_secrecy(db: sqlite3.Connection, moved: Iterable[tuple[Value, Value]]) -> None:
    """Assignments got another id (old, new); of two entries the newer one holds."""
    for old, new in moved:
        found = db.execute(
            "DELETE FROM secrecy WHERE assignment = ? RETURNING state, touch", (old,)
        ).fetchone()
        if found is not None:
            db.execute(
                "INSERT INTO secrecy (assignment, state, touch) VALUES (?1, ?2, ?3)"
                " ON CONFLICT (assignment) DO UPDATE SET state = ?2, touch = ?3"
                " WHERE ?2 <> 'presumed' AND (touch < ?3 OR state = 'presumed')",
                (new, *found),
            )
