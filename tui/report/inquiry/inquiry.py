"""What an inquiry finds: sums, sections with their changes, and what of the time was read; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.events.event import Kind, Thing
from tui.events.ids import CanvasId
from tui.events.spans import NEVER, Spans
from tui.journal.names import ThingId
from tui.journal.records import Gap, Stored, Stretch
from tui.query.ast import Role
from tui.report.inquiry.subject import Subject
from tui.report.inquiry.tally import Tally
from tui.report.redact import MARK


@dataclass(frozen=True, slots=True, order=True)
class Topic:
    """What changes of a section have in common; what does not apply to it is None.

    About a student, a grader or a course it is an assignment (or the final grade of a course, or
    the course itself); about an assignment it is a student, None being all whom Canvas hides.
    """

    kind: Kind
    course: CanvasId | None = None
    assignment: CanvasId | None = None
    student: CanvasId | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The changes of one topic, oldest first; ``events`` are the newest ``tally.changes`` of them.

    All of them, unless the inquiry found more than it could hold.
    """

    topic: Topic
    tally: Tally
    events: tuple[Stored, ...] = ()

    @property
    def left_out(self) -> int:
        return self.tally.changes - len(self.events)


@dataclass(frozen=True, slots=True)
class Share:
    """The changes that one party had a part in; ``party`` None: nobody (automatic), or hidden."""

    party: CanvasId | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Sight:
    """What of the time was read, of all that is about a subject.

    ``whole``: the audit log was read for the subject itself, or for all of the only course it is
    of. ``courses``: beyond that it was read for the subject's changes in this course.
    ``heard``: a relay was listened to, which is a hint and no record.
    """

    whole: Spans = NEVER
    courses: Mapping[CanvasId, Spans] = field(default_factory=dict[CanvasId, Spans])
    heard: Spans = NEVER
    gaps: tuple[Gap, ...] = ()
    """What a relay lost and the audit log has not filled, ascending."""
    stretches: tuple[Stretch, ...] = ()
    """The journal's records that the above is made of, under their own names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """All that the journal holds about a subject when it was asked. Times are UTC ms.

    Sums are over all events. ``sections`` hold those events whole that were the newest; so do
    ``overrides``, ``flagged`` and ``marked``, each oldest first. While ``complete`` is False more
    is being read: every number is then "at least".
    """

    subject: Subject
    tally: Tally
    sections: tuple[Section, ...] = ()
    """Those that changed last come first."""
    graders: tuple[Share, ...] = ()
    """By number of changes; who edited a course is one of them."""
    courses: tuple[Share, ...] = ()
    overrides: tuple[Stored, ...] = ()
    flagged: tuple[Stored, ...] = ()
    """What attention rules point at: ``hits`` say why."""
    marked: tuple[Stored, ...] = ()
    hidden: int = 0
    """Changes whose student Canvas hides."""
    sight: Sight = field(default_factory=Sight)
    names: Mapping[ThingId, str] = field(default_factory=dict[ThingId, str])
    """Of everything that is mentioned, as far as known; pseudonyms where it is redacted."""
    parties: Mapping[int, Mapping[Role, Subject]] = field(
        default_factory=dict[int, Mapping[Role, Subject]]
    )
    """Of each change that is held whole, by its row: whom else one could ask about."""
    redacted: bool = False
    complete: bool = True

    def called(self, thing: Thing, party: CanvasId) -> str:
        """What to call one of those that are mentioned: no id leaves a redacted inquiry."""
        name = self.names.get((thing, party))
        return name or (MARK if self.redacted else f"#{party}")

    @property
    def name(self) -> str:
        """What to call the subject."""
        return self.called(self.subject.thing, self.subject.id)
