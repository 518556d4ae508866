"""Reading how many events there are in columns of time, a few columns at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from tui.app.study.timescale import runs
from tui.journal.reader import Reader
from tui.query.ast import And, Filter, Has, Trait

_SLICES = 12
"""Steps in which the columns of a screen are read: each is a moment after which one may leave."""


@dataclass(frozen=True, slots=True)
class Heights:
    """How many events there are in each of some columns; ``flagged``: those a rule points at."""

    columns: tuple[tuple[int, int], ...]
    """``start <= t < end`` each, UTC ms."""
    counts: tuple[int, ...]
    flagged: bool


@dataclass(frozen=True, slots=True)
class Ends:
    """When the oldest and the newest match happened, UTC ms; None: nothing matches."""

    extent: tuple[int, int] | None
    touch: int
    """The journal's touch before that was read."""


def ends_of(where: Filter) -> Callable[[Reader], Iterator[Ends]]:
    """The one step that finds out from when to when there is anything."""

    def steps(reader: Reader) -> Iterator[Ends]:
        touch = reader.touch()
        yield Ends(reader.extent(where), touch)

    return steps


def heights_of(
    where: Filter, edges: tuple[int, ...], wanted: Collection[int]
) -> Callable[[Reader], Iterator[Heights]]:
    """The steps that count in the ``wanted`` columns between ``edges``, the newest first."""
    parts = runs(edges, wanted, max(1, len(wanted) // _SLICES))[::-1]

    def steps(reader: Reader) -> Iterator[Heights]:
        for tree, flagged in ((where, False), (And((where, Has(Trait.FLAGGED))), True)):
            for run in parts:
                counts = reader.histogram(tree, start=run.start, width=run.width, count=run.count)
                columns = tuple(
                    (edges[at], edges[at + 1]) for at in range(run.at, run.at + run.count)
                )
                yield Heights(columns, tuple(counts), flagged)

    return steps
