"""What a subscription asks a relay for, and which of its events are kept; pure.

Little is kept: an event that no target could show is left out. What is not told of an event (a
grader, a course) does not rule it out: the row of the audit log may tell it, and be paired.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.events.event import Event, Flag, Kind
from tui.events.ids import CanvasId
from tui.sources.targets import OVERRIDE, Targets

_PEOPLE_GRADE = frozenset({Kind.GRADE, Kind.OVERRIDE})


@dataclass(frozen=True, slots=True)
class Interest:
    """The targets as ids. Different kinds are ANDed, the same kind ORed; without any: all."""

    courses: tuple[CanvasId, ...]
    assignments: tuple[CanvasId, ...]
    students: tuple[CanvasId, ...]
    graders: tuple[CanvasId, ...]
    accounts: tuple[CanvasId, ...]
    overrides: bool
    """Final-grade overrides were asked for in place of an assignment."""
    course_events: bool

    @classmethod
    def of(cls, targets: Targets) -> Interest:
        """``ValueError`` where an id is no number yet (a SIS form)."""
        return cls(
            courses=_ids(targets.courses),
            assignments=_ids(one for one in targets.assignments if one != OVERRIDE),
            students=_ids(targets.students),
            graders=_ids(targets.graders),
            accounts=_ids(targets.accounts),
            overrides=OVERRIDE in targets.assignments,
            course_events=targets.course_events,
        )

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that can show; the rest is not asked for. None can where that is empty."""
        return tuple(
            kind
            for kind in (Kind.GRADE, Kind.OVERRIDE, Kind.COURSE_SCORE, Kind.COURSE)
            if self._takes(kind)
        )

    @property
    def params(self) -> tuple[tuple[str, str], ...]:
        """The subscription on the wire. Beside accounts no course can narrow it."""
        courses = () if self.accounts else self.courses
        return (
            *(("kind", kind.value) for kind in self.kinds),
            *(("course", str(course)) for course in courses),
        )

    @property
    def words(self) -> str:
        """``live events of course 565``: also the target of coverage in the journal."""
        parties = (
            ("course", self.courses),
            ("assignment", self.assignments),
            ("student", self.students),
            ("grader", self.graders),
            ("account", self.accounts),
        )
        named = [f"{name} {one}" for name, ids in parties for one in ids]
        if self.overrides:
            named.append("overrides")
        what = "live events" if self.course_events else "live grades"
        return f"{what} of {', '.join(named)}" if named else what

    def may_show(self, event: Event) -> bool:
        """Whether the event, or the row that confirms it, could be among the targets."""
        if not self._takes(event.kind):
            return False
        if not (self._narrowed or self.accounts):
            return True
        in_account = event.kind is Kind.COURSE and _meets(self.accounts, event.account)
        return (bool(self.accounts) and in_account) or (self._narrowed and self._in_parties(event))

    @property
    def _narrowed(self) -> bool:
        parties = (self.courses, self.assignments, self.students, self.graders)
        return self.overrides or any(parties)

    def _takes(self, kind: Kind) -> bool:
        """Whether an event of this kind can be among the targets at all."""
        works = bool(self.assignments) or self.overrides
        everything = not (self._narrowed or self.accounts)
        match kind:
            case Kind.GRADE:
                of_work = bool(self.assignments) or not self.overrides
                return everything or (self._narrowed and of_work)
            case Kind.OVERRIDE:
                return everything or (self._narrowed and (self.overrides or not works))
            case Kind.COURSE_SCORE:
                return everything or (self._narrowed and not works and not self.graders)
            case Kind.COURSE:
                of_course = bool(self.courses) and not (works or self.students or self.graders)
                return self.course_events and (everything or of_course or bool(self.accounts))
            case Kind.OTHER:
                return False

    def _in_parties(self, event: Event) -> bool:
        if not _meets(self.courses, event.course):
            return False
        if event.kind is Kind.COURSE:
            return not (self.students or self.graders or self.assignments or self.overrides)
        if event.kind is Kind.GRADE and not _meets(self.assignments, event.assignment):
            return False
        automatic = bool(event.flags & Flag.AUTOMATIC)
        if self.graders and (automatic or event.kind not in _PEOPLE_GRADE):
            return False
        return _meets(self.students, event.student) and _meets(self.graders, event.grader)


def _meets(wanted: Sequence[CanvasId], found: CanvasId | None) -> bool:
    return not wanted or found is None or any(one.may_be(found) for one in wanted)


def _ids(texts: Iterable[str]) -> tuple[CanvasId, ...]:
    return tuple(dict.fromkeys(CanvasId.parse(text) for text in texts))
