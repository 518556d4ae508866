"""An inquiry read from the journal, step by step: a little at once, then all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tui.events.event import Kind, Thing
from tui.events.ids import CanvasId
from tui.journal.names import ThingId
from tui.journal.reader import Reader
from tui.journal.records import Fact, Slot, Stored
from tui.query.ast import And, Filter, Has, OfKind, Role, Trait
from tui.report.inquiry.gathering import Gathering
from tui.report.inquiry.inquiry import Inquiry
from tui.report.inquiry.sight import sight
from tui.report.inquiry.subject import Subject, subjects_of
from tui.report.redact import Redactor

EVENTS_AT_MOST = 1000
"""Changes that an inquiry holds whole: the newest of them. Sums are over all."""
POINTED_AT_MOST = 200
"""Overrides, flagged and marked changes that it holds: the newest of each."""
_FIRST = 120
"""Facts of the first step: as many as are read at once without being noticed."""
_STEP = 10_000


def inquire(
    reader: Reader, subject: Subject, redactor: Redactor | None = None
) -> Iterator[Inquiry]:
    """What the journal knows of ``subject``: sections of the newest at once, then sums, then all.

    The last answer is complete. Raises :class:`~tui.journal.faults.JournalFault`.
    """
    gathering = Gathering(subject)
    newest: list[Slot] = []
    told: Inquiry | None = None
    for slots in _all_facts(reader, subject, gathering):
        if told is None or not told.sections:
            newest = slots
            shown = reader.stored([slot.id for slot in newest])
            told = _told(reader, gathering.found(shown, complete=False), redactor)
        else:
            newest = sorted([*newest, *slots], key=_time, reverse=True)[:EVENTS_AT_MOST]
            told = replace(told, tally=gathering.tally)
        yield told
    found = gathering.found(reader.stored([slot.id for slot in newest]))
    courses = [share.party for share in found.courses if share.party is not None]
    full = replace(
        found,
        overrides=_pointed(reader, subject, OfKind((Kind.OVERRIDE,))),
        flagged=_pointed(reader, subject, Has(Trait.FLAGGED)),
        marked=_pointed(reader, subject, Has(Trait.MARKED)),
        sight=sight(subject, courses, reader.coverage(), reader.gaps()),
    )
    yield _told(reader, full, redactor)


def _time(slot: Slot) -> tuple[int, int, int]:
    return slot.at, slot.place, slot.id


def _all_facts(reader: Reader, subject: Subject, gathering: Gathering) -> Iterator[list[Slot]]:
    """Adds all facts, newest first within each question; yields the slots of the newest added.

    There are none where :data:`EVENTS_AT_MOST` newer ones of the same question have been.
    """
    for where in subject.wheres:
        before: Slot | None = None
        limit, given = _FIRST, 0
        while True:
            facts = reader.facts(where, before=before, limit=limit)
            gathering.add(facts)
            slots = [_slot(fact) for fact in facts[: EVENTS_AT_MOST - given]]
            given += len(slots)
            yield slots
            if len(facts) < limit:
                break
            before, limit = _slot(facts[-1]), _STEP


def _slot(fact: Fact) -> Slot:
    return Slot(fact.at, fact.place, fact.id)


def _pointed(reader: Reader, subject: Subject, term: Filter) -> tuple[Stored, ...]:
    """The newest of the subject's events for which ``term`` holds, oldest first."""
    slots = [
        slot
        for where in subject.wheres
        for slot in reader.slots(And((where, term)), limit=POINTED_AT_MOST)
    ]
    slots.sort(key=_time)
    return tuple(reader.stored([slot.id for slot in slots[-POINTED_AT_MOST:]]))


def _told(reader: Reader, found: Inquiry, redactor: Redactor | None) -> Inquiry:
    """With the names of all that is mentioned; with a redactor, pseudonyms and nothing else."""
    roles = _mentioned(found)
    found = replace(found, parties={each.id: subjects_of(each.event) for each in _whole(found)})
    if redactor is None:
        return replace(found, names=reader.names(list(roles)))
    redactor.meet(roles)
    names = {
        (thing, party): redactor.name(thing, party, role) for (thing, party), role in roles.items()
    }

    def veiled(events: Sequence[Stored]) -> tuple[Stored, ...]:
        return tuple(redactor.redact_all(events))

    return replace(
        found,
        sections=tuple(replace(each, events=veiled(each.events)) for each in found.sections),
        overrides=veiled(found.overrides),
        flagged=veiled(found.flagged),
        marked=veiled(found.marked),
        names=names,
        redacted=True,
    )


def _whole(found: Inquiry) -> Iterator[Stored]:
    """Every change that is held whole, some of them twice."""
    for section in found.sections:
        yield from section.events
    yield from (*found.overrides, *found.flagged, *found.marked)


def _mentioned(found: Inquiry) -> dict[ThingId, Role]:
    """All things that stand in sections and shares, each with the first role it is met in."""
    met: dict[ThingId, Role] = {(found.subject.thing, found.subject.id): found.subject.role}

    def meet(thing: Thing, party: CanvasId | None, role: Role) -> None:
        if party is not None:
            met.setdefault((thing, party), role)

    for share in found.graders:
        meet(Thing.USER, share.party, Role.GRADER)
    for share in found.courses:
        meet(Thing.COURSE, share.party, Role.COURSE)
    for section in found.sections:
        meet(Thing.COURSE, section.topic.course, Role.COURSE)
        meet(Thing.ASSIGNMENT, section.topic.assignment, Role.ASSIGNMENT)
        meet(Thing.USER, section.topic.student, Role.STUDENT)
    return met
