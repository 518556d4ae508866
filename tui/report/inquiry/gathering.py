"""Facts become sections, shares and sums; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tui.events.event import Event, Flag, Kind
from tui.events.ids import CanvasId
from tui.journal.reader import number_of
from tui.journal.records import Fact, Stored
from tui.query.ast import Role
from tui.report.inquiry.inquiry import Inquiry, Section, Share, Topic
from tui.report.inquiry.subject import Subject
from tui.report.inquiry.tally import Count, Tally, worth

_Id = int | str | None
_HIDDEN = int(Flag.HIDDEN_STUDENT)
_Key = TypeVar("_Key")


@dataclass
class Gathering:
    """An inquiry under way: facts may come in any order, each once."""

    subject: Subject
    hidden: int = 0
    _total: Count = field(default_factory=Count)
    _topics: dict[tuple[str, _Id, _Id, _Id], Count] = field(
        default_factory=dict[tuple[str, _Id, _Id, _Id], Count]
    )
    _graders: dict[_Id, Count] = field(default_factory=dict[_Id, Count])
    _courses: dict[_Id, Count] = field(default_factory=dict[_Id, Count])

    def add(self, facts: Iterable[Fact]) -> None:
        """Count these too."""
        by_student = self.subject.role is Role.ASSIGNMENT
        topics, graders, courses = self._topics, self._graders, self._courses
        for fact in facts:
            one = worth(fact)
            self._total.add(one)
            self.hidden += fact.student is None and bool(fact.flags & _HIDDEN)
            student = fact.student if by_student else None
            assignment = None if by_student else fact.assignment
            topic = (fact.kind, fact.course, assignment, student)
            _of(topics, topic).add(one)
            _of(courses, fact.course).add(one)
            if fact.kind != Kind.COURSE:  # a fact does not tell who edited a course
                _of(graders, fact.grader).add(one)

    @property
    def tally(self) -> Tally:
        """The sums so far."""
        return self._total.sum()

    def found(self, events: Sequence[Stored] = (), *, complete: bool = True) -> Inquiry:
        """What has been gathered; ``events`` are put into their sections, oldest first."""
        held: dict[Topic, list[Stored]] = {}
        for each in sorted(events, key=lambda one: (one.event.at, one.place, one.id)):
            held.setdefault(topic_of(self.subject, each.event), []).append(each)
        sections = [
            Section(topic, count.sum(), tuple(held.get(topic, ())))
            for topic, count in ((_topic(raw), count) for raw, count in self._topics.items())
        ]
        sections.sort(key=lambda one: (-(one.tally.last_at or 0), one.topic.kind, str(one.topic)))
        return Inquiry(
            subject=self.subject,
            tally=self._total.sum(),
            sections=tuple(sections),
            graders=_shares(self._graders),
            courses=_shares({each: n for each, n in self._courses.items() if each is not None}),
            hidden=self.hidden,
            complete=complete,
        )


def topic_of(subject: Subject, event: Event) -> Topic:
    """The section that an event belongs to."""
    by_student = subject.role is Role.ASSIGNMENT
    return Topic(
        event.kind,
        event.course,
        None if by_student else event.assignment,
        event.student if by_student else None,
    )


def _topic(raw: tuple[str, _Id, _Id, _Id]) -> Topic:
    kind, course, assignment, student = raw
    return Topic(Kind(kind), _party(course), _party(assignment), _party(student))


def _party(value: _Id) -> CanvasId | None:
    return None if value is None else number_of(value)


def _of(counts: dict[_Key, Count], key: _Key) -> Count:
    found = counts.get(key)
    if found is None:
        found = counts[key] = Count()
    return found


def _shares(counts: dict[_Id, Count]) -> tuple[Share, ...]:
    shares = [Share(_party(party), count.sum()) for party, count in counts.items()]
    return tuple(sorted(shares, key=lambda one: (-one.tally.changes, str(one.party))))
