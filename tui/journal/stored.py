"""Rows as people see them: the event, the names in it, and what is kept beside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from tui.events.attention import Hit, Rule
from tui.journal.codec import COLUMNS, from_row
from tui.journal.records import Labels, Stored

_LABELLED = (
    ("course", "course"),
    ("assignment", "assignment"),
    ("student", "user"),
    ("grader", "user"),
    ("actor", "user"),
    ("real_actor", "user"),
)
_BESIDE = (
    "events.id",
    "events.place",
    "touch",
    "revisions",
    "partners.key",
    "grp",
    "(SELECT group_concat(note, '; ') FROM marks WHERE marks.event = events.id)",
    "(SELECT json_group_array(json_array(rule, why)) FROM hits WHERE hits.event = events.id)",
)
_STORED = (
    f"SELECT {', '.join(_BESIDE)}, "  # noqa: S608  fixed names
    + ", ".join(f"events.{column}" for column in COLUMNS)
    + "".join(f", {role}_name.text" for role, _ in _LABELLED)
    + " FROM events"
    + "".join(
        f" LEFT JOIN names AS {role}_name"
        f" ON {role}_name.thing = '{thing}' AND {role}_name.id = {role}"
        for role, thing in _LABELLED
    )
    + " LEFT JOIN partners ON partners.event = events.id"
    + " WHERE events.id = ?"
)
_EVENT_BEGINS = len(_BESIDE)
_EVENT_ENDS = _EVENT_BEGINS + len(COLUMNS)
_ORDER = {rule.value: order for order, rule in enumerate(Rule)}


def read_stored(db: sqlite3.Connection, ids: Sequence[int], home_shard: int) -> list[Stored]:
    """The rows of these numbers, in the order asked; missing ones are left out."""
    rows = (db.execute(_STORED, (wanted,)).fetchone() for wanted in ids)
    return [_of_row(row, home_shard) for row in rows if row is not None]


def _of_row(row: Sequence[Any], home_shard: int) -> Stored:
    id_, place, touch, revisions, live_key, group, mark, hits = row[:_EVENT_BEGINS]
    return Stored(
        id=id_,
        place=place,
        touch=touch,
        event=from_row(row[_EVENT_BEGINS:_EVENT_ENDS], home_shard),
        labels=Labels(*row[_EVENT_ENDS:]),
        revisions=revisions,
        live_key=live_key,
        group=group,
        mark=mark,
        hits=_hits(hits),
    )


def _hits(text: str) -> tuple[Hit, ...]:
    """In the rules' order; of a rule that only a newer program knows nothing can be said."""
    if text == "[]":
        return ()
    kept = [(rule, why) for rule, why in json.loads(text) if rule in _ORDER]
    kept.sort(key=lambda hit: _ORDER[hit[0]])
    return tuple(Hit(Rule(rule), why) for rule, why in kept)
