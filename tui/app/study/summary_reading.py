"""Reading what a summary sums up, a page at a time, with sums so far in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic

from tui.events.event import Kind, Thing
from tui.events.ids import CanvasId
from tui.journal.reader import Reader, number_of
from tui.query.ast import And, Filter, OfKind, Role
from tui.report.redact import Redactor
from tui.report.summary.sums import AssignmentSum, GraderSum, Id, RateSum, Span, Sums

FIRST = 2_000
"""Events of the first page: its sums are on screen at once."""
PAGE = 10_000
"""Events of each later page: a person who leaves waits for no more than one."""
_PAUSE = 0.5
"""Seconds between two pictures of sums so far."""
_SHARE = 4
"""Reading gets so many times the time that making those pictures takes."""

GRADINGS = OfKind((Kind.GRADE, Kind.OVERRIDE))

Names = Mapping[tuple[Thing, Id], str]


@dataclass(frozen=True, slots=True)
class Tables:
    """Sums of what was read, in the order of names."""

    graders: tuple[GraderSum, ...]
    assignments: tuple[AssignmentSum, ...]
    rate: RateSum
    names: Names
    """Of graders, assignments and courses; pseudonyms where people are not to be shown."""
    span: Span


@dataclass(frozen=True, slots=True)
class Step:
    """How far the reading is; ``tables`` where there are new ones."""

    read: int
    back_to: int | None
    """UTC ms of the oldest event so far; None before the first."""
    tables: Tables | None = None
    whole: bool = False


def reading(
    where: Filter, *, now: int, redactor: Redactor | None
) -> Callable[[Reader], Iterator[Step]]:
    """The steps that sum up the gradings among ``where``, newest first."""

    def steps(reader: Reader) -> Iterator[Step]:
        within = And((where, GRADINGS))
        extent = reader.extent(within) or (now, now)
        sums = Sums(Span(min(extent[0], now), max(extent[1], now) + 1))
        names = _Naming(redactor)
        limit, told, cost = FIRST, -_PAUSE, 0.0
        while True:
            page = reader.facts(within, before=sums.last, limit=limit)
            sums.add(page)
            back_to = None if sums.last is None else sums.last.at
            begun = monotonic()
            whole = len(page) < limit
            if whole or begun - told >= max(_PAUSE, _SHARE * cost):
                tables = _tables(reader, sums, names)
                told = monotonic()
                cost = told - begun
                yield Step(sums.read, back_to, tables, whole)
            else:
                yield Step(sums.read, back_to)
            if whole:
                return
            limit = PAGE

    return steps


def _tables(reader: Reader, sums: Sums, names: _Naming) -> Tables:
    graders, assignments = tuple(sums.graders()), tuple(sums.assignments())
    wanted = {(Thing.USER, each.grader) for each in graders if each.grader is not None}
    wanted |= {(Thing.ASSIGNMENT, each.assignment) for each in assignments}
    wanted |= {(Thing.COURSE, each.course) for each in assignments if each.course is not None}
    known = _told_apart(names.of(reader, wanted))

    def who(one: GraderSum) -> str:
        return "" if one.grader is None else known[Thing.USER, one.grader].casefold()

    def what(one: AssignmentSum) -> str:
        return known[Thing.ASSIGNMENT, one.assignment].casefold()

    # Sorted here: the screen's own thread has no time for thousands of names.
    return Tables(
        graders=tuple(sorted(graders, key=who)),
        assignments=tuple(sorted(assignments, key=what)),
        rate=sums.rate(),
        names=known,
        span=sums.span,
    )


def _told_apart(names: Names) -> Names:
    """Two people of one name have their ids beside it."""
    people = Counter(name for (thing, _), name in names.items() if thing is Thing.USER)
    return {
        (thing, number): f"{name} #{number_of(number)}"
        if thing is Thing.USER and people[name] > 1
        else name
        for (thing, number), name in names.items()
    }


_ROLES = {
    Thing.USER: Role.GRADER,
    Thing.ASSIGNMENT: Role.ASSIGNMENT,
    Thing.COURSE: Role.COURSE,
}


class _Naming:
    """What things are called, each asked for once."""

    def __init__(self, redactor: Redactor | None) -> None:
        self._redactor = redactor
        self._known: dict[tuple[Thing, Id], str] = {}

    def of(self, reader: Reader, wanted: set[tuple[Thing, Id]]) -> Names:
        """A name for each; its id with ``#`` where none is known."""
        unknown = {
            (thing, number): (thing, number_of(number))
            for thing, number in wanted
            if (thing, number) not in self._known
        }
        self._known |= self._pseudonyms(unknown) or self._names(reader, unknown)
        return dict(self._known)

    def _pseudonyms(
        self, unknown: dict[tuple[Thing, Id], tuple[Thing, CanvasId]]
    ) -> dict[tuple[Thing, Id], str]:
        redactor = self._redactor
        if redactor is None:
            return {}
        redactor.meet(unknown.values())
        return {
            key: redactor.name(thing, number, _ROLES[thing])
            for key, (thing, number) in unknown.items()
        }

    def _names(
        self, reader: Reader, unknown: dict[tuple[Thing, Id], tuple[Thing, CanvasId]]
    ) -> dict[tuple[Thing, Id], str]:
        if self._redactor is not None:
            return {}
        found = reader.names(list(unknown.values()))
        return {key: found.get(named, f"#{named[1]}") for key, named in unknown.items()}
