"""The rows of one transaction: what each one's own report says, and what is shown of it.

A row shows its own report, less what is withheld and more where a live report was paired with it.
Where that differs, the table ``truths`` keeps what the report itself says.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tui.events.event import Event
from tui.journal.codec import (
    COLUMNS,
    NUMBERS,
    Row,
    from_row,
    numbers_of,
    row_of_text,
    row_text,
    to_row,
)
from tui.journal.grouping import Grouping
from tui.journal.marks import carry
from tui.journal.meta import Meta
from tui.journal.moves import add_move
from tui.journal.pairing import is_hidden, is_live, request_of
from tui.journal.parties import Tally
from tui.journal.records import Slot
from tui.journal.whole import Secrecy, is_withheld, shown

_FILLED = ", ".join(COLUMNS)
_WRITTEN = (*COLUMNS, *NUMBERS)
_INSERT = (
    f"INSERT INTO events (id, touch, place, {', '.join(_WRITTEN)})"  # noqa: S608  fixed column names
    f" VALUES (?, ?, ?{', ?' * len(_WRITTEN)})"
)
_UPDATE = (
    f"UPDATE events SET {', '.join(f'{column} = ?' for column in _WRITTEN)},"  # noqa: S608  same
    " touch = ? WHERE id = ?"
)
_OWN = ", ".join(f"events.{column}" for column in COLUMNS)
_ONE = (
    f"SELECT truths.content, truths.raw, raw.text, partners.content, {_OWN} FROM events"  # noqa: S608  same
    " LEFT JOIN truths ON truths.event = events.id LEFT JOIN raw ON raw.id = events.id"
    " LEFT JOIN partners ON partners.event = events.id WHERE events.id = ?"
)

SecrecyOf = Callable[[Row], Secrecy | None]
"""What is known of the assignment of a row, or of the course of a course total's."""


@dataclass(slots=True)
class Rows:
    """Writes rows and counts their parties; ``settle`` at the end writes the counts."""

    db: sqlite3.Connection
    meta: Meta
    tally: Tally = field(default_factory=Tally)
    _counted: dict[int, tuple[Row | None, Row | None]] = field(
        default_factory=dict[int, tuple[Row | None, Row | None]]
    )
    """What the counts knew of each row that was written, and what it is now."""
    _inserts: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    _raws: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    _became: dict[int, tuple[int, int]] = field(default_factory=dict[int, tuple[int, int]])
    """Rows that are shown by another one now: the group, and that other row."""

    def event_of(self, text: str) -> Event:
        """The event that :func:`row_text` kept."""
        return from_row(row_of_text(text), self.meta.home_shard)

    def text_of(self, event: Event) -> str:
        return row_text(to_row(event, self.meta.home_shard))

    def insert(self, row: Row, raw: str | None, place: int) -> int:
        """A new row; its id."""
        touch = self.meta.next()
        self._inserts.append((touch, touch, place, *row, *numbers_of(row)))
        if raw is not None:
            self._raws.append((touch, raw))
        self._counted[touch] = (None, row)
        return touch

    def write(self) -> None:
        """Bring the new rows into the tables, so that queries find them."""
        self.db.executemany(_INSERT, self._inserts)
        self.db.executemany("INSERT INTO raw (id, text) VALUES (?, ?)", self._raws)
        self._inserts.clear()
        self._raws.clear()

    def remove(self, gone: Slot, new: int) -> None:
        """Take a row away whose change row ``new`` shows."""
        found = self.db.execute(f"SELECT grp, {_FILLED} FROM events WHERE id = ?", (gone.id,))  # noqa: S608  fixed names
        group, *row = found.fetchone()
        self._count(gone.id, tuple(row), None)
        if group is not None:
            self._became[gone.id] = (group, new)
        carry(self.db, gone.id, new)
        for statement in (
            "DELETE FROM events WHERE id = ?",
            "DELETE FROM raw WHERE id = ?",
            "DELETE FROM truths WHERE event = ?",
            "DELETE FROM revisions WHERE event = ?",
        ):
            self.db.execute(statement, (gone.id,))
        if self._counted[gone.id][0] is not None:  # else nobody has seen it
            add_move(self.db, gone, self.meta.next(), new)

    def set_own(self, id_: int, own: Event, raw: str) -> None:
        """Keep what a row's report says now; :meth:`refresh` shows it."""
        self.db.execute(
            "INSERT INTO truths (event, request, content, raw) VALUES (?1, ?2, ?3, NULL)"
            " ON CONFLICT (event) DO UPDATE SET request = ?2, content = ?3, raw = NULL",
            (id_, request_of(own), self.text_of(own)),
        )
        self.db.execute("INSERT OR REPLACE INTO raw (id, text) VALUES (?, ?)", (id_, raw))

    def refresh(self, id_: int, secrecy_of: SecrecyOf) -> None:
        """Show of a row what is to be shown now; it is touched if that is something else."""
        found = self.db.execute(_ONE, (id_,)).fetchone()
        if found is None:
            return
        content, sealed, open_raw, partner, *current = found
        home = self.meta.home_shard
        before = from_row(current, home)
        secrecy = secrecy_of(tuple(current))
        own = before if content is None else self.event_of(content)
        now = shown(own, None if partner is None else self.event_of(partner), secrecy)
        # What Canvas itself answered without the student is safe to show as it came.
        seal = is_withheld(own, secrecy) and (is_live(own) or not is_hidden(own))
        raw = open_raw if sealed is None else sealed
        if now == own and not seal:
            self.db.execute("DELETE FROM truths WHERE event = ?", (id_,))
        else:
            self.db.execute(
                "INSERT OR REPLACE INTO truths (event, request, content, raw) VALUES (?, ?, ?, ?)",
                (id_, request_of(own), self.text_of(own), raw if seal else None),
            )
        if seal:
            self.db.execute("DELETE FROM raw WHERE id = ?", (id_,))
        elif sealed is not None:
            self.db.execute("INSERT OR REPLACE INTO raw (id, text) VALUES (?, ?)", (id_, raw))
        if now != before:
            row = to_row(now, home)
            self._count(id_, tuple(current), row)
            self.db.execute(_UPDATE, (*row, *numbers_of(row), self.meta.next(), id_))

    def settle(self) -> None:
        """Write who plays which role how often now, and what belongs together."""
        if not self.meta.ungrouped:
            Grouping(self.db, self.meta).follow(self._counted, self._became)
        self._became.clear()
        for before, after in self._counted.values():
            if before != after:
                if before is not None:
                    self.tally.add(before, -1)
                if after is not None:
                    self.tally.add(after, 1)
        self._counted.clear()
        self.tally.apply(self.db)

    def _count(self, id_: int, before: Row, after: Row | None) -> None:
        self._counted[id_] = (self._counted.get(id_, (before, None))[0], after)
