"""Completion: who or what was seen in a role, for the first letters of a name or an id."""

from __future__ import annotations

import sqlite3

from tui.events.ids import CanvasId
from tui.journal.parties import THINGS
from tui.journal.records import Suggestion
from tui.query.ast import Role
from tui.query.fold import fold


def suggest(db: sqlite3.Connection, role: Role, text: str, limit: int) -> list[Suggestion]:
    """Names that contain ``text``, or ids that begin with it.

    First names that begin with it, then those in which a word does, then the rest; among equals
    who was seen last. Blank text suggests whoever was seen last.
    """
    thing = THINGS.get(role.value)
    part = fold(text)
    digits = part if part.isascii() and part.isdigit() else None
    rows = db.execute(
        "SELECT parties.id, names.text,"
        " CASE WHEN ?1 = '' OR instr(folded, ?1) = 1 THEN 0"
        " WHEN instr(folded, ' ' || ?1) THEN 1 ELSE 2 END AS rank FROM parties LEFT JOIN names"
        " ON names.thing = ?2 AND names.id = parties.id"
        " WHERE role = ?3 AND (instr(folded, ?1) OR ?1 = '' OR substr(parties.id, 1, ?5) = ?4)"
        " ORDER BY rank, last_at DESC, parties.id LIMIT ?6",
        (
            part,
            None if thing is None else thing.value,
            role.value,
            digits,
            0 if digits is None else len(digits),
            limit,
        ),
    )
    return [Suggestion(CanvasId.of(int(one)), name or f"#{one}") for one, name, _ in rows]
