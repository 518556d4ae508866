"""The reports among which partners are looked for, by what any pair must have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tui.events.event import Event
from tui.events.ids import CanvasId
from tui.journal.pairing import Likeness, is_live, likeness, strength

_LIVES = 0
"""In place of a number of rows: that the reports around a like were said."""


@dataclass(slots=True)
class Side:
    """A report as it came, and where it is: a row of its own, or the partner of one."""

    event: Event
    place: int
    raw: str | None
    row: int | None
    """The row that shows it by itself; of a partner, the one that did."""
    partner_of: int | None = None
    is_live: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_live = is_live(self.event)


@dataclass(slots=True)
class Sides:
    """Sides by key; rows that nothing tells apart but their order are asked for once."""

    of: dict[str, Side] = field(default_factory=dict[str, Side])
    _by_row: dict[int, Side] = field(default_factory=dict[int, Side])
    """Those with a row of their own."""
    _partner_of: dict[int, Side] = field(default_factory=dict[int, Side])
    _alike: dict[Likeness, list[Side]] = field(default_factory=dict[Likeness, list[Side]])
    """Rows of the log."""
    _of_student: dict[CanvasId | None, list[Likeness]] = field(
        default_factory=dict[CanvasId | None, list[Likeness]]
    )
    _lives: list[Side] = field(default_factory=list[Side])
    _lives_of: dict[CanvasId | None, list[Side]] = field(
        default_factory=dict[CanvasId | None, list[Side]]
    )

    def add(self, side: Side) -> None:
        """Take in one that is not there yet."""
        event = side.event
        self.of[event.key] = side
        if side.partner_of is not None:
            self._partner_of[side.partner_of] = side
        elif side.row is not None:
            self._by_row[side.row] = side
        if side.is_live:
            self._lives.append(side)
            self._lives_of.setdefault(event.student, []).append(side)
            return
        like = likeness(event)
        if like not in self._alike:
            self._alike[like] = []
            self._of_student.setdefault(event.student, []).append(like)
        self._alike[like].append(side)

    def has_row(self, row: int) -> bool:
        """Whether the report that row ``row`` shows by itself is here."""
        return row in self._by_row

    def around(self, side: Side, seen: set[tuple[Likeness, int]]) -> Iterator[Side]:
        """All that are, or could be, a pair with ``side``.

        ``seen`` collects of which likes that was said already: they are left out the next time.
        """
        if side.is_live:
            if side.partner_of in self._by_row:
                yield self._by_row[side.partner_of]
            yield from self._rows_around(side.event, seen)
            return
        if side.row in self._partner_of:
            yield self._partner_of[side.row]
        like = likeness(side.event)
        if (like, _LIVES) not in seen:
            seen.add((like, _LIVES))
            student = side.event.student
            lives = self._lives if student is None else self._lives_of.get(student, [])
            yield from (live for live in lives if strength(side.event, live.event) is not None)

    def _rows_around(self, live: Event, seen: set[tuple[Likeness, int]]) -> Iterator[Side]:
        for student in {None, live.student}:
            for like in self._of_student.get(student, []):
                rows = self._alike[like]
                if (like, len(rows)) not in seen and strength(rows[0].event, live) is not None:
                    seen.add((like, len(rows)))
                    yield from rows
