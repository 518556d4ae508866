"""Sums over gradings, fed newest first, a page at a time; pure.

The changes of one request are one *act*: a person who imports a file or sets a default grade has
done one thing, however many rows it makes. Where work is counted (gradings, first grades, regrades)
each row counts; where pace is meant (rates) acts do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tui.events.event import Flag, Kind
from tui.journal.records import Fact, Slot
from tui.report.summary.numbers import Numbers, Spread

HOUR = 3_600_000
QUARTER = 900_000
"""Every zone's clock is off UTC by a multiple of it."""
HOURS = 24
"""Hours of the day up to now of which each has its own count."""
STAGES = 24
"""Parts of the whole time in which progress is told."""

Id = int | str
"""As the journal has it; ``number_of`` makes a :class:`~tui.events.ids.CanvasId` of it."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time summed up: from the oldest match to now, UTC ms; ``start < end``."""

    start: int
    end: int

    def stage(self, at: int) -> int:
        """Which of :data:`STAGES` equal parts ``at`` is in; what lies outside is in the next."""
        place = (at - self.start) * STAGES // (self.end - self.start)
        return min(max(place, 0), STAGES - 1)


@dataclass(frozen=True, slots=True)
class GraderSum:
    """What one grader did. ``grader`` None: nobody (``automatic``), or it is not told who."""

    grader: Id | None
    automatic: bool
    gradings: int
    acts: int
    firsts: int
    regrades: int
    changes: Spread | None
    """By how much regrades moved grades, where both sides are numbers."""
    hours: tuple[int, ...]
    """Acts of each of the last 24 hours, the oldest first."""

    @property
    def last_hour(self) -> int:
        return self.hours[-1]


@dataclass(frozen=True, slots=True)
class AssignmentSum:
    """How far one assignment has come. Of hidden students only the number of rows is told."""

    assignment: Id
    course: Id | None
    gradings: int
    regrades: int
    graded: int
    """Students who have a grade now."""
    excused: int
    students: int
    """Students of its course who were seen in what was read: never fewer than are graded."""
    hidden: int
    """Rows of students whom Canvas withholds: how many students they are nobody can know."""
    grades: Spread | None
    """The grades in force that are numbers."""
    often: dict[float, int]
    """Each of those and how often it is in force."""
    points: float | None
    """Points possible, as they were told last."""
    stages: tuple[int, ...]
    """First grades in each of 24 equal parts of the whole time."""


@dataclass(frozen=True, slots=True)
class RateSum:
    """How fast it goes, over all graders."""

    gradings: int
    acts: int
    firsts: int
    regrades: int
    overrides: int
    hidden: int
    hours: tuple[int, ...]
    """Acts of each of the last 24 hours, the oldest first."""
    gradings_by_hour: tuple[int, ...]
    quarters: dict[int, int]
    """Acts by quarter of an hour since 1970, UTC."""


@dataclass(slots=True)
class _Grader:
    gradings: int = 0
    acts: int = 0
    firsts: int = 0
    regrades: int = 0
    changes: Numbers = field(default_factory=Numbers)
    hours: list[int] = field(default_factory=lambda: [0] * HOURS)


@dataclass(slots=True)
class _Assignment:
    course: Id | None = None
    gradings: int = 0
    regrades: int = 0
    graded: int = 0
    excused: int = 0
    hidden: int = 0
    grades: Numbers = field(default_factory=Numbers)
    points: float | None = None
    roll: dict[Id, int] = field(default_factory=dict[Id, int])
    """Students of its course, each with a number: shared by the course's assignments."""
    met: int = 0
    """A bit for each of them whose grade in force is known. A million students in sets would be
    looked through, with everything waiting, whenever memory is tidied up."""
    stages: list[int] = field(default_factory=lambda: [0] * STAGES)


_GRADE, _OVERRIDE = Kind.GRADE.value, Kind.OVERRIDE.value
_REGRADE, _EXCUSED, _AUTOMATIC = int(Flag.REGRADE), int(Flag.EXCUSED), int(Flag.AUTOMATIC)


class Sums:
    """Sums of what was read so far. A page may not hold what is newer than an earlier page."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.read = 0
        """Events so far, those included that are no gradings."""
        self.last: Slot | None = None
        """The oldest so far."""
        self._recent = span.end - HOURS * HOUR
        self._graders: dict[tuple[Id | None, bool], _Grader] = {}
        self._assignments: dict[Id, _Assignment] = {}
        self._rolls: dict[Id, dict[Id, int]] = {}
        self._groups: set[int] = set()
        self._overrides = 0
        self._gradings_by_hour = [0] * HOURS
        self._quarters: dict[int, int] = {}

    def add(self, page: Sequence[Fact]) -> None:
        """Sum these up, which are older than all before them, newest first."""
        for fact in page:  # a million times: what can be left to the end is
            if fact.kind == _GRADE:
                self._grading(fact)
            elif fact.kind == _OVERRIDE:
                self._overrides += 1
        self.read += len(page)
        if page:
            last = page[-1]
            self.last = Slot(last.at, last.place, last.id)

    def _grading(self, fact: Fact) -> None:
        _, at, _, _, _, assignment, _, number, flags, before, _, _, delta, group, graded = fact
        regrade = flags & _REGRADE
        first = graded and not regrade and before is None and not flags & _EXCUSED
        act = group is None or group not in self._groups
        key = (number, number is None and flags & _AUTOMATIC != 0)
        grader = self._graders.get(key)
        if grader is None:
            grader = self._graders[key] = _Grader()
        grader.gradings += 1
        if first:
            grader.firsts += 1
        elif regrade:
            grader.regrades += 1
            if delta is not None:
                grader.changes.add(delta)
        if act:
            grader.acts += 1
            quarter = at // QUARTER
            self._quarters[quarter] = self._quarters.get(quarter, 0) + 1
            if group is not None:
                self._groups.add(group)
        if at >= self._recent:
            self._recently(grader, at, act=act)
        if assignment is not None:
            self._assigned(assignment, fact, first=first)

    def _recently(self, grader: _Grader, at: int, *, act: bool) -> None:
        hour = HOURS - 1 - (self.span.end - 1 - at) // HOUR
        if 0 <= hour < HOURS:
            self._gradings_by_hour[hour] += 1
            grader.hours[hour] += act

    def _assigned(self, number: Id, fact: Fact, *, first: bool) -> None:
        _, at, _, _, course, _, student, _, flags, _, after, points, _, _, graded = fact
        one = self._assignments.get(number)
        if one is None:
            one = self._assignments[number] = _Assignment()
            if course is not None:
                one.roll = self._rolls.setdefault(course, one.roll)
        one.gradings += 1
        if course is not None and one.course is None:
            one.course = course
        if points is not None and one.points is None:
            one.points = points
        if first:
            one.stages[self.span.stage(at)] += 1
        elif flags & _REGRADE:
            one.regrades += 1
        if student is None:
            one.hidden += 1
            return
        bit = 1 << one.roll.setdefault(student, len(one.roll))
        if one.met & bit:
            return  # a newer change of the same submission said what is in force
        one.met |= bit
        if flags & _EXCUSED:
            one.excused += 1
        elif after is not None:
            one.graded += 1
            one.grades.add(after)
        elif graded:
            one.graded += 1  # a grade that is no number

    # What they come to

    def graders(self) -> list[GraderSum]:
        """Each who graded, in no order that means anything."""
        return [
            GraderSum(
                grader=number,
                automatic=nobody,
                gradings=each.gradings,
                acts=each.acts,
                firsts=each.firsts,
                regrades=each.regrades,
                changes=each.changes.spread(),
                hours=tuple(each.hours),
            )
            for (number, nobody), each in self._graders.items()
        ]

    def assignments(self) -> list[AssignmentSum]:
        """Each in which something was graded, in no order that means anything."""
        return [
            AssignmentSum(
                assignment=number,
                course=each.course,
                gradings=each.gradings,
                regrades=each.regrades,
                graded=each.graded,
                excused=each.excused,
                students=len(each.roll),
                hidden=each.hidden,
                grades=each.grades.spread(),
                often=dict(each.grades.often),
                points=each.points,
                stages=tuple(each.stages),
            )
            for number, each in self._assignments.items()
        ]

    def rate(self) -> RateSum:
        graders = self._graders.values()
        return RateSum(
            gradings=sum(each.gradings for each in graders),
            acts=sum(each.acts for each in graders),
            firsts=sum(each.firsts for each in graders),
            regrades=sum(each.regrades for each in graders),
            overrides=self._overrides,
            hidden=sum(each.hidden for each in self._assignments.values()),
            hours=tuple(map(sum, zip([0] * HOURS, *(each.hours for each in graders), strict=True))),
            gradings_by_hour=tuple(self._gradings_by_hour),
            quarters=dict(self._quarters),
        )
