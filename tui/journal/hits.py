"""What the attention rules said of rows: written as verdicts, each of exactly the rows judged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tui.events.attention import Hit, Rule
from tui.journal.meta import Meta

PIECE = 5_000
"""Hits taken away in one transaction."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule said of rows: ``whys`` of those to look at, nothing of the others judged."""

    rule: Rule
    judged: Collection[int]
    whys: Mapping[int, str]
    """A subset of ``judged``, each with its reason."""


@dataclass(frozen=True, slots=True)
class Found:
    """A row that a rule points at since just now; ``at`` in UTC ms."""

    row: int
    at: int
    hit: Hit


def put_verdicts(db: sqlite3.Connection, meta: Meta, verdicts: Sequence[Verdict]) -> list[Found]:
    """Write verdicts; rows whose hits are others now are touched. What was not there before.

    A row that has gone meanwhile gets none.
    """
    kept = _kept(db, {row for verdict in verdicts for row in verdict.judged})
    gone: set[tuple[int, str]] = set()
    said: dict[tuple[int, str], str] = {}
    for verdict in verdicts:
        rule = verdict.rule.value
        for row in kept.get(rule, {}).keys() & set(verdict.judged):
            gone.add((row, rule))
        said.update({(row, rule): why for row, why in verdict.whys.items()})
    gone -= said.keys()
    other = {
        place: why for place, why in said.items() if kept.get(place[1], {}).get(place[0]) != why
    }
    times = _times(db, {row for row, _ in other})
    other = {place: why for place, why in other.items() if place[0] in times}
    db.executemany("DELETE FROM hits WHERE event = ? AND rule = ?", gone)
    db.executemany(
        "INSERT OR REPLACE INTO hits (event, rule, why) VALUES (?, ?, ?)",
        [(*place, why) for place, why in other.items()],
    )
    _touch(db, meta, {row for row, _ in gone} | times.keys())
    return [
        Found(row, times[row], Hit(Rule(rule), why))
        for (row, rule), why in other.items()
        if row not in kept.get(rule, {})
    ]


def drop_other_rules(db: sqlite3.Connection, meta: Meta, rules: Collection[Rule]) -> bool:
    """Take away some hits of rules that are not among these; False if there are none left."""
    names = json.dumps([rule.value for rule in rules])
    rows = db.execute(
        "SELECT event, rule FROM hits WHERE rule NOT IN (SELECT value FROM json_each(?)) LIMIT ?",
        (names, PIECE),
    ).fetchall()
    db.executemany("DELETE FROM hits WHERE event = ? AND rule = ?", rows)
    _touch(db, meta, {row for row, _ in rows})
    return bool(rows)


def _kept(db: sqlite3.Connection, rows: Collection[int]) -> dict[str, dict[int, str]]:
    """The hits of these rows, by rule."""
    query = "SELECT event, rule, why FROM hits WHERE event IN (SELECT value FROM json_each(?))"
    kept: dict[str, dict[int, str]] = {}
    for row, rule, why in db.execute(query, (json.dumps(list(rows)),)):
        kept.setdefault(rule, {})[row] = why
    return kept


def _times(db: sqlite3.Connection, rows: Collection[int]) -> dict[int, int]:
    query = "SELECT id, at FROM events WHERE id IN (SELECT value FROM json_each(?))"
    return dict(db.execute(query, (json.dumps(list(rows)),)).fetchall())


def _touch(db: sqlite3.Connection, meta: Meta, rows: Collection[int]) -> None:
    touches = [(meta.next(), row) for row in sorted(rows)]
    db.executemany("UPDATE events SET touch = ? WHERE id = ?", touches)
