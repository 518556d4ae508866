"""Which assignments' students may be shown, as the audit log has told last."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tui.events.event import Kind
from tui.journal.codec import COLUMNS, Row, Value
from tui.journal.meta import Meta
from tui.journal.whole import Secrecy

KEEPS = frozenset({Secrecy.HIDDEN, Secrecy.PRESUMED})
"""Where something of an assignment's events is withheld."""

_KIND, _COURSE, _ASSIGNMENT = (COLUMNS.index(name) for name in ("kind", "course", "assignment"))
KEPT_IN = "SELECT EXISTS (SELECT 1 FROM secrecy WHERE course = ? AND state <> 'shown')"
QUIET_TOTALS = (
    "SELECT id FROM events INDEXED BY quiet_totals"
    " WHERE kind = 'course_score' AND before_score IS after_score AND course = ?"
)
_LEARN = (
    "INSERT INTO secrecy (assignment, state, touch, course) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (assignment) DO UPDATE"
    " SET state = ?2, touch = ?3, course = coalesce(?4, course)"
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one assignment; its course may have been named by nothing yet."""

    state: Secrecy
    course: Value

    @property
    def kept_in(self) -> set[Value]:
        """The course whose totals it makes secret."""
        return {self.course} - {None} if self.state in KEEPS else set()


@dataclass(slots=True)
class Secrets:
    """What one transaction knows and learns of assignments, each by the value of its column."""

    db: sqlite3.Connection
    meta: Meta
    _known: dict[Value, _Known] = field(default_factory=dict[Value, _Known])
    _courses: dict[Value, bool] = field(default_factory=dict[Value, bool])
    """Whether something in a course is kept."""

    def load(self, assignments: Iterable[Value]) -> None:
        """Look up what is known of these."""
        wanted = json.dumps(list(assignments))
        query = (
            "SELECT assignment, state, course FROM secrecy"
            " WHERE assignment IN (SELECT value FROM json_each(?))"
        )
        for assignment, state, course in self.db.execute(query, (wanted,)):
            self._known[assignment] = _Known(Secrecy(state), course)

    def load_all(self) -> None:
        query = "SELECT assignment, state, course FROM secrecy"
        for assignment, state, course in self.db.execute(query):
            self._known[assignment] = _Known(Secrecy(state), course)

    def of_row(self, row: Row) -> Secrecy | None:
        """What is known of its assignment; of a course total, whether its course keeps anything.

        None: nothing.
        """
        if row[_KIND] == Kind.COURSE_SCORE:
            return Secrecy.HIDDEN if self._keeps(row[_COURSE]) else None
        known = self._known.get(row[_ASSIGNMENT])
        return None if known is None else known.state

    def learn(
        self,
        said: Mapping[Value, Secrecy],
        presumed: Iterable[Value],
        courses: Mapping[Value, Value],
    ) -> list[int]:
        """Take in what the log said, what may be presumed where it has said nothing, and where the
        assignments are.

        Answers the rows that may have to change for it.
        """
        states: dict[Value, Secrecy] = {
            one: Secrecy.PRESUMED for one in presumed if one not in self._known
        }
        states.update(said)
        new: dict[Value, _Known] = {}
        for one in states.keys() | (courses.keys() & self._known.keys()):
            old = self._known.get(one)
            state = states[one] if old is None else states.get(one, old.state)
            course = courses.get(one, None if old is None else old.course)
            if old != _Known(state, course):
                new[one] = _Known(state, course)
        concerned = {course for one in new for course in self._kept_in(one) | new[one].kept_in}
        kept = {course for course in concerned if self._keeps(course)}
        self.db.executemany(
            _LEARN,
            [(one, now.state.value, self.meta.touch, now.course) for one, now in new.items()],
        )
        stale: list[int] = []
        for one, now in new.items():
            old = self._known.get(one)
            was = None if old is None else old.state
            if now.state is not was and {now.state, was} & KEEPS:
                stale += rows_of(self.db, one)
        self._known.update(new)
        self._courses.clear()
        for course in concerned:
            if self._keeps(course) != (course in kept):
                stale += quiet_totals_of(self.db, course)
        return stale

    def withheld_rows(self) -> list[int]:
        """All rows of which something is withheld, for what is known of assignments."""
        kept = [one for one, known in self._known.items() if known.state in KEEPS]
        courses = {course for one in kept for course in self._kept_in(one)}
        rows = [id_ for one in kept for id_ in rows_of(self.db, one)]
        return rows + [id_ for course in courses for id_ in quiet_totals_of(self.db, course)]

    def _kept_in(self, assignment: Value) -> set[Value]:
        known = self._known.get(assignment)
        return set() if known is None else known.kept_in

    def _keeps(self, course: Value) -> bool:
        """Whether any assignment of the course is kept."""
        if course not in self._courses:
            found = self.db.execute(KEPT_IN, (course,)).fetchone()
            self._courses[course] = bool(found[0])
        return self._courses[course]


def rows_of(db: sqlite3.Connection, assignment: Value) -> list[int]:
    found = db.execute("SELECT id FROM events WHERE assignment = ?", (assignment,))
    return [id_ for (id_,) in found]


def quiet_totals_of(db: sqlite3.Connection, course: Value) -> list[int]:
    """The totals of a course that may be :func:`tui.journal.whole.is_quiet_total`."""
    return [id_ for (id_,) in db.execute(QUIET_TOTALS, (course,))]


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
            "DELETE FROM secrecy WHERE assignment = ? RETURNING state, touch, course", (old,)
        ).fetchone()
        if found is not None:
            db.execute(
                "INSERT INTO secrecy (assignment, state, touch, course) VALUES (?1, ?2, ?3, ?4)"
                " ON CONFLICT (assignment) DO UPDATE"
                " SET state = ?2, touch = ?3, course = coalesce(?4, course)"
                " WHERE ?2 <> 'presumed' AND (touch < ?3 OR state = 'presumed')",
                (new, *found),
            )
