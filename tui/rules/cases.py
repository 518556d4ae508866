"""Rows of the journal as the cases that rules are given, oldest first."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import cast

from tui.events.event import Change, Event, Feed, Flag, Kind
from tui.events.ids import CanvasId
from tui.journal.codec import SEEN
from tui.journal.disturbances import Party
from tui.journal.timelines import CaseRow, group_sizes
from tui.rules.case import NO_TERMS, Case, Terms, terms_of

_KINDS = {kind.value: kind for kind in Kind}
_LIVE = SEEN[Feed.LIVE]


@dataclass(slots=True)
class Cases:
    """Makes cases; remembers the ids and flags that come again and again."""

    home_shard: int
    _ids: dict[Party | None, CanvasId | None] = field(
        default_factory=lambda: cast("dict[Party | None, CanvasId | None]", {None: None})
    )
    _flags: dict[int, Flag] = field(default_factory=dict[int, Flag])

    def of(self, db: sqlite3.Connection, rows: Sequence[CaseRow]) -> list[Case]:
        """The cases of these rows, with the sizes of their groups."""
        groups = {row.grp for row in rows if row.grp is not None}
        sizes = group_sizes(db, groups) if groups else {}
        return [
            self._case(row, sizes.get(row.grp, 1) if row.grp is not None else 1) for row in rows
        ]

    def id_of(self, value: Party | None) -> CanvasId | None:
        try:
            return self._ids[value]
        except KeyError:
            one = None if value is None else CanvasId.of(int(value)).seen_from(self.home_shard)
            self._ids[value] = one
            return one

    def _case(self, row: CaseRow, size: int) -> Case:
        flags = self._flags.get(row.flags)
        if flags is None:
            flags = self._flags[row.flags] = Flag(row.flags)
        one = self.id_of
        return Case(
            id=row.id,
            at=row.at,
            place=row.place,
            kind=_KINDS[row.kind],
            course=one(row.course),
            assignment=one(row.assignment),
            student=None if Flag.HIDDEN_STUDENT in flags else one(row.student),
            grader=one(row.grader),
            actor=one(row.actor),
            before=row.before_grade,
            after=row.after_grade,
            score_before=row.before_score,
            score_after=row.after_score,
            points_before=row.before_points,
            points_after=row.after_points,
            excused_before=None if row.before_excused is None else bool(row.before_excused),
            excused_after=None if row.after_excused is None else bool(row.after_excused),
            delta=row.delta,
            flags=flags,
            group=row.grp,
            group_size=size,
            live=bool(row.seen & _LIVE),
            request=row.request_id or row.page_view,
            client_ip=row.client_ip,
            user_agent=row.user_agent,
            event_source=row.event_source,
            sis_batch=None if row.links is None else self._batch(row.links),
            terms=NO_TERMS if row.kind != Kind.COURSE else _terms(row),
        )

    def _batch(self, links: str) -> CanvasId | None:
        kept: dict[str, str] = json.loads(links)
        return self.id_of(kept.get("sis_batch"))


def _terms(row: CaseRow) -> Terms:
    changed: dict[str, list[object]] = {} if row.changes is None else json.loads(row.changes)
    changes = {field: Change(old, new) for field, (old, new) in changed.items()}
    event = Event(
        key="",
        kind=Kind.COURSE,
        type=row.type,
        at=row.at,
        seen_by=(Feed.AUDIT,),
        changes=MappingProxyType(changes),
    )
    return terms_of(event)
