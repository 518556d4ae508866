"""What goes into the journal and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tui.events.attention import Hit
from tui.events.event import Event, Feed, Name, Rejected, Sighting
from tui.events.ids import CanvasId
from tui.events.relay_wire import Cursor


@dataclass(frozen=True, slots=True)
class Stretch:
    """``start <= t < end`` (UTC ms) of which ``feed`` was read to the end for ``target``.

    ``target`` is the query's own words (``grades of course 565``); ``checked_at`` is when.
    """

    feed: Feed
    target: str
    start: int
    end: int
    checked_at: int


@dataclass(frozen=True, slots=True)
class Gap:
    """``start <= t < end`` (UTC ms) of which ``feed`` lost what it would have told of ``target``.

    Kept for good as a record; another feed that was read over the same time may fill it.
    """

    feed: Feed
    target: str
    start: int
    end: int
    reason: str
    """One line: what happened."""


@dataclass(frozen=True, slots=True)
class RelayCursor:
    """Where a subscription goes on; ``at`` (UTC ms) is up to when its stream has been listened to.

    ``relay`` names the relay and what was subscribed to: a cursor says nothing of another filter.
    """

    relay: str
    cursor: Cursor
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is committed together.

    ``place`` orders events of the same millisecond: the first sighting gets ``place``, and each
    further one ``place + step`` (audit pages list newest first: ``step`` −1; live and replay: +1).
    Higher is newer. See :func:`place_of` for its origin.
    """

    sightings: tuple[Sighting, ...] = ()
    names: tuple[Name, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    origin: str = ""
    """Where rejected documents came from, in words."""
    home_shard: int = 0
    covered: tuple[Stretch, ...] = ()
    cursor: RelayCursor | None = None
    """Committed with the events it covers: what a crash loses is asked for again."""
    gaps: tuple[Gap, ...] = ()
    place: int = 0
    step: int = 1
    recent: bool = True
    """Whether its rows of the audit log were read just now. When a file of them was written nobody
    knows: after its rows."""


PLACES_PER_MS = 1_000_000


def place_of(ms: int, offset: int = 0) -> int:
    """The place of what was read at ``ms``, ``offset`` steps away; later reads are higher."""
    return ms * PLACES_PER_MS + offset


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a batch did: counts of sightings by outcome; ``touch`` is the journal's newest touch.

    ``new + changed + known`` = the number of sightings.
    """

    new: int = 0
    changed: int = 0
    """Known rows whose content is newer now; the old content is kept as a revision."""
    known: int = 0
    rejected: int = 0
    names: int = 0
    """Names learnt or changed."""
    touch: int = 0
    gaps: tuple[Gap, ...] = ()
    """What the batch said was lost."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an event stands in the order of time, compared as ``(at, place, id)``."""

    at: int
    place: int
    id: int


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of an event's parties, None where none is known."""

    course: str | None = None
    assignment: str | None = None
    student: str | None = None
    grader: str | None = None
    actor: str | None = None
    real_actor: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as the journal has it now; ``id`` is the journal's own row number."""

    id: int
    place: int
    touch: int
    event: Event
    labels: Labels
    revisions: int = 0
    """How many older contents of this row are kept."""
    live_key: str | None = None
    """The key of the live report that was paired with this row of the audit log."""
    group: int | None = None
    """Which changes of one request it belongs to; None: it is no part of a group."""
    mark: str | None = None
    """The note of the mark on it, which may be empty; None: there is no mark."""
    hits: tuple[Hit, ...] = ()
    """What attention rules said of it, in the rules' order."""

    @property
    def slot(self) -> Slot:
        return Slot(self.event.at, self.place, self.id)


@dataclass(frozen=True, slots=True)
class Touched:
    """An event that came or changed since a touch, and whether it matches the filter."""

    slot: Slot
    matches: bool
    new: bool
    """False if the row was there before and its content changed."""
    became: Slot | None = None
    """This row is gone: the audit log has confirmed it, and this other row shows both."""
    group: int | None = None
    """See :attr:`Stored.group`."""


@dataclass(frozen=True, slots=True)
class GroupSum:
    """The changes of one request that match a filter, summed up; times in UTC ms."""

    group: int
    count: int
    students: int
    """How many different students are named among them."""
    assignments: int
    first_at: int
    last_at: int
    raised: int
    lowered: int
    lowest: float | None
    """The smallest difference, with its sign; None: none is known."""
    highest: float | None
    mean: float | None
    courses: int = 1
    graders: int = 1
    alike: bool = True
    """All have the same flags and were seen by the same feeds."""
    marked: int = 0
    flagged: int = 0
    """How many of them an attention rule points at."""
    whole: int | None = None
    """How many changes the request has beyond the filter too; None: nobody asked."""


class Fact(NamedTuple):
    """An event's numbers and parties alone, for sums over very many; ids as the journal has them.

    ``number_of(id)`` of the reader's module makes a :class:`CanvasId` of one.
    """

    id: int
    at: int
    place: int
    kind: str
    course: int | str | None
    assignment: int | str | None
    student: int | str | None
    grader: int | str | None
    flags: int
    before: float | None
    after: float | None
    points: float | None
    delta: float | None
    group: int | None
    graded: bool
    """There is a grade or a score after it: none after one was taken away."""


@dataclass(frozen=True, slots=True)
class Touches:
    """All that happened to the journal after some touch, whichever process wrote it."""

    touch: int
    """Ask for what follows this one next time."""
    events: tuple[Touched, ...]
    names_changed: bool
    """A name was learnt or changed: filters by name may match other events now."""
    purged: bool
    """Events were deleted: begin again."""


@dataclass(frozen=True, slots=True)
class Revision:
    """An older content of a row, and when a newer one was seen."""

    event: Event
    replaced_at: int


@dataclass(frozen=True, slots=True)
class Info:
    """``journal info``: sizes in bytes, times in UTC ms."""

    path: str
    size: int
    schema: int
    events: int
    by_kind: tuple[tuple[str, int], ...]
    oldest: int | None
    newest: int | None
    names: int
    revisions: int
    rejected: int
    rejections: tuple[tuple[str, int], ...]
    """Reasons and how often, the commonest first."""
    coverage: tuple[Stretch, ...]
    home_shard: int
    marked: int = 0
    """Events with a mark."""
    flagged: int = 0
    """Events that an attention rule points at."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who or what plays a role; ``name`` is ``#id`` where no name is known."""

    id: CanvasId
    name: str
