"""Whether a journal that has caught up is the truth: everything once, and nothing else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tui.campus.live_events.truth import Fate, LiveTruth
from tui.campus.truth import CourseChange, TrueChange
from tui.events.confirmation import Confirmation, confirmation
from tui.events.decode import decode
from tui.events.event import Event, Feed, Flag, GradeState, Kind
from tui.events.ids import CanvasId
from tui.journal.records import Gap, Stored

PAIRED_WITHIN_MS = 2_000
"""An event is at most so much later than its row's whole second (canvas-facts §7.5)."""
LATE_MS = 5_000
"""An event may reach the relay so much later than it happened: it was posted again."""


@dataclass(frozen=True, slots=True)
class Truth:
    """All that happened in the course that the client watches."""

    grades: tuple[TrueChange, ...]
    courses: tuple[CourseChange, ...]
    live: tuple[LiveTruth, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What the journal holds."""

    events: tuple[Stored, ...]
    gaps: tuple[Gap, ...]

    @property
    def live_keys(self) -> Counter[str]:
        """How often each live event is there, by itself or as the partner of a row."""
        alone = (one.event.key for one in self.events if one.event.key.startswith("live:"))
        paired = (one.live_key for one in self.events if one.live_key is not None)
        return Counter((*alone, *paired))


def faults(truth: Truth, held: Held, *, settled: int, may_lose: bool) -> list[str]:
    """Each difference in words; empty: the journal is the truth.

    Rows that Canvas shows only after ``settled`` (UTC ms) need not be there yet. With ``may_lose``
    an acknowledged live event may be missing where a gap says so.
    """
    return [
        *_row_faults(truth, held, settled),
        *_live_faults(truth, held, may_lose=may_lose),
        *_pair_faults(truth, held),
    ]


def _row_faults(truth: Truth, held: Held, settled: int) -> Iterator[str]:
    """Every audit row once, with the right content, and no other."""
    rows = [one for one in held.events if one.event.key.startswith("audit:")]
    counts = Counter(one.event.key for one in rows)
    yield from (f"{key} is there {count} times" for key, count in counts.items() if count > 1)
    stored = {one.event.key: one.event for one in rows}
    true = {f"audit:{row.id}" for row in (*truth.grades, *truth.courses)}
    yield from (f"{key} is not in the audit log" for key in stored.keys() - true)
    for row in truth.grades:
        event = stored.get(f"audit:{row.id}")
        if event is None:
            if row.visible <= settled:
                yield f"audit:{row.id} is missing: {row}"
        elif (said := _of_grade(event)) != (wanted := _grade_truth(row)):
            yield f"{event.key} says {said}, not {wanted}"
    for change in truth.courses:
        event = stored.get(f"audit:{change.id}")
        if event is None:
            yield f"audit:{change.id} is missing: {change}"
        elif (event.at, event.course, event.type) != (change.at, _id(change.course), change.type):
            yield f"{event.key} says {event}, not {change}"


def _of_grade(event: Event) -> tuple[object, ...]:
    return (
        event.at,
        event.kind is Kind.OVERRIDE,
        event.course,
        event.assignment,
        event.student,
        event.grader,
        event.before.grade,
        event.after.grade,
        bool(event.before.excused),
        bool(event.after.excused),
        event.version,
    )


def _grade_truth(row: TrueChange) -> tuple[object, ...]:
    return (
        row.at,
        row.override,
        _id(row.course),
        _id(row.assignment),
        _id(row.student),
        _id(row.grader),
        row.before,
        row.after,
        row.excused_before,
        row.excused_after,
        row.version,
    )


def _live_faults(truth: Truth, held: Held, *, may_lose: bool) -> Iterator[str]:
    """Every live event that the relay acknowledged once, or in a gap; none that never came."""
    counts = held.live_keys
    yield from (f"{key} is there {count} times" for key, count in counts.items() if count > 1)
    true = {one.key: one for one in truth.live}
    yield from (f"{key} never happened" for key in counts.keys() - true.keys())
    for key, one in true.items():
        if key in counts:
            if one.fate is Fate.DROPPED:
                yield f"{key} is there and was never posted"
        elif one.fate is Fate.DELIVERED and not (may_lose and _in_a_gap(one.at, held.gaps)):
            yield f"{key} was acknowledged and is lost: {one.name} at {one.at}, gaps {held.gaps}"
        elif one.fate is Fate.PENDING:
            yield f"{key} has no fate: the run ended too early"


def _in_a_gap(at: int, gaps: Iterable[Gap]) -> bool:
    live = (gap for gap in gaps if gap.feed is Feed.LIVE)
    return any(gap.start - LATE_MS <= at < gap.end for gap in live)


def _pair_faults(truth: Truth, held: Held) -> Iterator[str]:
    """Each live event with a row is paired with it, or with its like; the others stand alone.

    A posting or an edit of points says the same as a change from a grade to the same grade (a
    repeat, an excusal): of such doubles within two seconds any may be the partner.
    """
    partners = {one.event.key: one for one in held.events if one.live_key is not None}
    alone = {one.event.key: one for one in held.events if one.event.key.startswith("live:")}
    counts = held.live_keys
    likes = _likes(truth)
    wanted: defaultdict[object, set[str]] = defaultdict(set)
    for one in truth.live:
        if one.row is not None and one.key in counts:
            wanted[likes.get(f"audit:{one.row}")].add(one.key)
        elif one.key in alone:
            yield from _lonely_faults(one, alone[one.key].event)
    found: defaultdict[object, set[str]] = defaultdict(set)
    true = {one.key: one for one in truth.live}
    for key, stored in partners.items():
        if stored.live_key is None or stored.live_key not in true:
            continue
        found[likes.get(key)].add(stored.live_key)
        yield from _partner_faults(stored, true[stored.live_key])
    for like in wanted.keys() | found.keys():
        missed, taken = wanted[like] - found[like], found[like] - wanted[like]
        doubles = all(true[key].row is None and _like(true[key]) == like for key in taken)
        if len(missed) > len(taken) or not doubles:
            yield f"of {like}: not paired {sorted(missed)}, paired wrongly {sorted(taken)}"


def _like(live: LiveTruth) -> object:
    """The like of a row that an event without any cannot be told from: nobody could."""
    event = _decoded(live)
    if event.kind is not Kind.GRADE:
        return None
    student, grader = live.student, event.grader
    grades = (event.before.grade, event.after.grade, event.after.points_possible)
    return ("grade", live.assignment, student, grader and grader.local, *grades)


def _likes(truth: Truth) -> dict[str, object]:
    """What a live event can be told by, for each row: rows of one like may swap their partners."""
    grades: dict[str, object] = {
        f"audit:{row.id}": ("override", row.course, row.student)
        if row.override
        else (
            *("grade", row.assignment, row.student, row.grader),
            *(row.before, row.after, row.points_after),
        )
        for row in truth.grades
    }
    return grades | {f"audit:{change.id}": ("course", change.course) for change in truth.courses}


def _partner_faults(stored: Stored, live: LiveTruth) -> Iterator[str]:
    event = stored.event
    if event.seen_by != (Feed.AUDIT, Feed.LIVE) or Flag.UNCONFIRMED in event.flags:
        yield f"{event.key} is a pair and says {event.seen_by}, {event.flags!r}"
    if not 0 <= live.at - event.at < PAIRED_WITHIN_MS:
        yield f"{event.key} at {event.at} is paired with {live.key} at {live.at}"
    if event.kind is Kind.GRADE and event.after.score != _decoded(live).after.score:
        yield f"{event.key} has not its partner's score: {event.after}"


def _lonely_faults(live: LiveTruth, event: Event) -> Iterator[str]:
    """A live event without any row: its own content, and no hope of a row where none can be."""
    if event.seen_by != (Feed.LIVE,):
        yield f"{event.key} stands alone and says {event.seen_by}"
    if event.kind is Kind.COURSE_SCORE and confirmation(event) is not Confirmation.NEVER:
        yield f"{event.key} is a recalculation and says {confirmation(event)}"
    said = _decoded(live)
    if live.hidden:
        said = replace(said, student=None)
        if said.kind is Kind.COURSE_SCORE:
            said = replace(said, before=GradeState(), after=GradeState())
    wanted = (
        *(said.kind, said.at, said.course, said.assignment),
        *(said.student, said.before, said.after),
    )
    if wanted != (
        event.kind,
        event.at,
        event.course,
        event.assignment,
        event.student,
        event.before,
        event.after,
    ):
        yield f"{event.key} says {event}, not {wanted}"


def _decoded(live: LiveTruth) -> Event:
    (sighting,) = decode(live.document).sightings
    return sighting.event


def _id(number: int | None) -> CanvasId | None:
    return None if number is None else CanvasId.of(number)
