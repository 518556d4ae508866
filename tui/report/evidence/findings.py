"""Every event of a question, read once: for the report, and for the lines its sum is taken of."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tui.events.delta import delta, numbers
from tui.events.event import Event, Flag, Kind
from tui.events.ids import CanvasId
from tui.journal.reader import Reader
from tui.journal.records import Fact, Gap, Stored, Stretch
from tui.report.evidence.question import Question
from tui.report.format import Format
from tui.report.formats import Printer, chunks
from tui.report.inquiry.inquiry import Sight
from tui.report.inquiry.sight import sight
from tui.report.inquiry.tally import Count, Tally, worth
from tui.report.redact import Redactor
from tui.report.words import who_words

AT_MOST = 100_000
"""Changes of one report: nobody reads more, and a table of them is larger than what shows it."""


class TooMany(Exception):
    """There are more changes than a report is for; ``str()`` is one line that says what to do."""

    def __init__(self) -> None:
        super().__init__(
            f"more than {AT_MOST:,} changes are too many for a report: narrow what is asked for "
            "(--student, --since, --filter), or take --format ndjson"
        )


@dataclass(frozen=True, slots=True)
class Topic:
    """What the changes of one part of the report have in common."""

    kind: Kind
    course: CanvasId | None
    assignment: CanvasId | None

    @classmethod
    def of(cls, event: Event) -> Topic:
        return cls(event.kind, event.course, event.assignment)


@dataclass(frozen=True, slots=True)
class _Doer:
    """Who did it, as :func:`who_words` says it; ``by`` None: nobody, or nobody who is told."""

    by: CanvasId | None
    masked: CanvasId | None
    automatic: bool

    @classmethod
    def of(cls, event: Event) -> _Doer:
        automatic = event.grader is None and Flag.AUTOMATIC in event.flags
        by = None if automatic else event.grader or event.actor
        return cls(by, event.real_actor, automatic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the journal had: events oldest first, numbered from 1 in that order."""

    parts: Mapping[Topic, Sequence[tuple[int, Stored]]]
    """Those that began first come first; redacted where the report is."""
    tally: Tally
    """Of all but the totals that Canvas recalculates."""
    graders: Sequence[tuple[str, Tally]]
    """What those who did it are called, none like another, and what each of them did."""
    sight: Sight | None
    """What was read of a subject; None where there is no one subject."""
    stretches: tuple[Stretch, ...]
    gaps: tuple[Gap, ...]
    courses: tuple[CanvasId, ...]
    lines: int
    """Of NDJSON: as many as events."""
    digest: str
    """SHA-256 of these lines, in hexadecimal."""
    redacted: bool


def find(
    reader: Reader,
    question: Question,
    *,
    redactor: Redactor | None,
    write: Callable[[str], None],
) -> Findings:
    """All events of the question; their NDJSON goes to ``write`` as it is read.

    Raises :class:`TooMany`.
    """
    parts: dict[Topic, list[tuple[int, Stored]]] = {}
    graders: dict[_Doer, tuple[str, Count]] = {}
    courses: dict[CanvasId, None] = {}
    total, digest, number = Count(), hashlib.sha256(), 0
    printer = Printer(format=Format.NDJSON)
    for chunk in chunks(reader.oldest_first(question.where)):
        shown = chunk if redactor is None else redactor.redact_all(chunk)
        text = printer.text(shown, reader)
        digest.update(text.encode())
        write(text)
        for own, told in zip(chunk, shown, strict=True):
            number += 1
            if number > AT_MOST:
                raise TooMany
            # By the ids it has, not by those it is told with: pseudonyms have none.
            parts.setdefault(Topic.of(own.event), []).append((number, told))
            if own.event.kind is not Kind.COURSE_SCORE:  # an echo of another change
                one = worth(fact_of(own))
                total.add(one)
                graders.setdefault(_Doer.of(own.event), (who_words(told), Count()))[1].add(one)
            if own.event.course is not None:
                courses[own.event.course] = None
    stretches, gaps = reader.coverage(), reader.gaps()
    subject = question.subject
    return Findings(
        parts=parts,
        tally=total.sum(),
        graders=_told_apart(graders, redacted=redactor is not None),
        sight=None if subject is None else sight(subject, list(courses), stretches, gaps),
        stretches=tuple(stretches),
        gaps=tuple(gaps),
        courses=tuple(courses),
        lines=number,
        digest=digest.hexdigest(),
        redacted=redactor is not None,
    )


def _told_apart(
    graders: Mapping[_Doer, tuple[str, Count]], *, redacted: bool
) -> list[tuple[str, Tally]]:
    """Those who share a name have their ids with it; a pseudonym is one person's already."""
    often = Counter(name for name, _ in graders.values())
    found: list[tuple[str, Tally]] = []
    for doer, (name, count) in graders.items():
        ids = [f"#{one}" for one in (doer.masked, doer.by) if one is not None]
        apart = often[name] > 1 and ids and not redacted
        found.append((f"{name} ({' as '.join(ids)})" if apart else name, count.sum()))
    return found


def fact_of(stored: Stored) -> Fact:
    """An event's numbers, as the journal's sums have them; its ids are of no account here."""
    event, told = stored.event, numbers(stored.event.before, stored.event.after)
    return Fact(
        id=stored.id,
        at=event.at,
        place=stored.place,
        kind=event.kind.value,
        course=None,
        assignment=None,
        student=None,
        grader=None,
        flags=int(event.flags),
        before=told.before,
        after=told.after,
        points=told.points,
        delta=delta(event.before, event.after),
        group=stored.group,
        graded=event.after.grade is not None or event.after.score is not None,
    )
