"""An event as a row of the journal and back: every field survives, whatever its size."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from functools import lru_cache
from math import isnan
from types import MappingProxyType
from typing import Any

from tui.events.delta import delta, numbers
from tui.events.event import NO_CHANGES, Change, Event, Feed, Flag, GradeState, Kind, Links
from tui.events.ids import CanvasId
from tui.query.sql import LARGEST_INTEGER, id_value

Value = int | float | str | None
"""What a column holds."""
Row = tuple[Value, ...]

COLUMNS: tuple[str, ...] = (
    "key", "kind", "type", "at", "seen",
    "account", "course", "assignment", "student", "grader", "actor", "real_actor",
    "before_grade", "before_score", "before_points", "before_excused", "before_posted",
    "after_grade", "after_score", "after_points", "after_excused", "after_posted",
    "delta", "flags", "links", "changes",
    "request_id", "page_view", "client_ip", "user_agent", "url",
    "version", "current_grade", "event_source",
)  # fmt: skip
"""The columns an event fills, in the order of :func:`to_row`."""

NUMBERS: tuple[str, ...] = (
    "before_number", "after_number", "score_number", "points_number", "percent_number",
)  # fmt: skip
"""The columns that :func:`numbers_of` fills: made of the others, for filters to compare."""

SEEN: dict[Feed, int] = {Feed.AUDIT: 1, Feed.LIVE: 2}
"""The bit of ``seen`` that says a feed reported the event."""

_LINK_NAMES = tuple(field.name for field in fields(Links))
_NO_LINKS = Links()
_COURSE_LINKS = ("copied_from", "copied_to", "reset_from", "reset_to")
_LINKS = COLUMNS.index("links")
_BEFORE, _AFTER = COLUMNS.index("before_grade"), COLUMNS.index("after_grade")


def to_row(event: Event, home_shard: int) -> Row:
    """The row of an event, its ids as seen from the home shard."""

    def number(one: CanvasId | None) -> int | str | None:
        if one is None or one.shard in local:
            return None if one is None else one.local
        return id_value(one)

    local = (0, home_shard)
    return (
        event.key,
        event.kind.value,
        event.type,
        event.at,
        _seen(event.seen_by),
        number(event.account),
        number(event.course),
        number(event.assignment),
        number(event.student),
        number(event.grader),
        number(event.actor),
        number(event.real_actor),
        *_state_values(event.before),
        *_state_values(event.after),
        _finite(delta(event.before, event.after)),
        int(event.flags),
        _links_text(event.links, home_shard),
        _changes_text(event.changes),
        event.request_id,
        event.page_view,
        event.client_ip,
        event.user_agent,
        event.url,
        _whole(event.version),
        event.current_grade,
        event.event_source,
    )


def from_row(row: Sequence[Any], home_shard: int) -> Event:
    """The event of a row in the order of :data:`COLUMNS`."""

    def number(value: int | str | None) -> CanvasId | None:
        return None if value is None else CanvasId.of(int(value)).seen_from(home_shard)

    return Event(
        key=row[0],
        kind=Kind(row[1]),
        type=row[2],
        at=row[3],
        seen_by=tuple(feed for feed, bit in SEEN.items() if row[4] & bit),
        account=number(row[5]),
        course=number(row[6]),
        assignment=number(row[7]),
        student=number(row[8]),
        grader=number(row[9]),
        actor=number(row[10]),
        real_actor=number(row[11]),
        before=_state(row[12:17]),
        after=_state(row[17:22]),
        flags=Flag(row[23]),
        links=_links(row[24], home_shard),
        changes=_changes(row[25]),
        request_id=row[26],
        page_view=row[27],
        client_ip=row[28],
        user_agent=row[29],
        url=row[30],
        version=None if row[31] is None else int(row[31]),
        current_grade=row[32],
        event_source=row[33],
    )


def numbers_of(row: Sequence[Value]) -> Row:
    """What a row in the order of :data:`COLUMNS` has in its columns :data:`NUMBERS`."""
    return change_numbers(*row[_BEFORE : _BEFORE + 3], *row[_AFTER : _AFTER + 3])


@lru_cache(maxsize=4096)  # a school knows few different changes
def change_numbers(*sides: Value) -> Row:
    """The columns :data:`NUMBERS` of a change: grade, score, points possible before, then after."""
    return astuple(numbers(_numbered(sides[:3]), _numbered(sides[3:])))


def _numbered(values: Sequence[Any]) -> GradeState:
    return GradeState(grade=values[0], score=values[1], points_possible=values[2])


def row_text(row: Sequence[Value]) -> str:
    """A row as JSON, for keeping an older content whose columns may have changed since."""
    return json.dumps(dict(zip(COLUMNS, row, strict=True)))


def row_of_text(text: str) -> Row:
    """The row that :func:`row_text` kept; what was no column then is NULL."""
    kept: dict[str, Value] = json.loads(text)
    return tuple(kept.get(column) for column in COLUMNS)


def linked_courses(row: Sequence[Value]) -> tuple[int | str, ...]:
    """The other courses that a row's event was copied or reset from or to, as ids in columns."""
    text = row[_LINKS]
    if not isinstance(text, str) or not any(name in text for name in _COURSE_LINKS):
        return ()
    kept: dict[str, str] = json.loads(text)
    return tuple(id_value(CanvasId.of(int(kept[name]))) for name in _COURSE_LINKS if name in kept)


def _seen(feeds: tuple[Feed, ...]) -> int:
    return SEEN[feeds[0]] if len(feeds) == 1 else sum(SEEN[feed] for feed in set(feeds))


def _state_values(state: GradeState) -> Row:
    return (
        state.grade,
        _finite(state.score),
        _finite(state.points_possible),
        _bit(state.excused),
        _bit(state.posted),
    )


def _state(values: Sequence[Any]) -> GradeState:
    return GradeState(
        grade=values[0],
        score=values[1],
        points_possible=values[2],
        excused=_truth(values[3]),
        posted=_truth(values[4]),
    )


def _finite(number: float | None) -> float | None:
    # NaN is not equal to itself: a row with one would look changed at each reading.
    return None if number is None or isnan(number) else number


def _bit(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _whole(number: int | None) -> int | str | None:
    """A whole number of any size, as ids are: text where 64 bits do not take it."""
    if number is None or -LARGEST_INTEGER <= number <= LARGEST_INTEGER:
        return number
    return str(number)


def _links_text(links: Links, home_shard: int) -> str | None:
    if links == _NO_LINKS:
        return None
    given = ((name, _link(links, name)) for name in _LINK_NAMES)
    kept = {name: str(one.seen_from(home_shard)) for name, one in given if one is not None}
    return json.dumps(kept)


def _link(links: Links, name: str) -> CanvasId | None:
    one: CanvasId | None = getattr(links, name)
    return one


def _links(text: str | None, home_shard: int) -> Links:
    if text is None:
        return Links()
    kept: dict[str, str] = json.loads(text)
    numbers = {name: CanvasId.of(int(kept[name])) for name in _LINK_NAMES if name in kept}
    return Links(**{name: one.seen_from(home_shard) for name, one in numbers.items()})


def _changes_text(changes: Mapping[str, Change]) -> str | None:
    if not changes:
        return None
    return json.dumps({field: [change.old, change.new] for field, change in changes.items()})


def _changes(text: str | None) -> Mapping[str, Change]:
    if text is None:
        return NO_CHANGES
    kept: dict[str, list[object]] = json.loads(text)
    return MappingProxyType({field: Change(old, new) for field, (old, new) in kept.items()})
