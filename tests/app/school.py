"""A small school for the tests of this room: events by number, recorded in a real journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from tui.app.setup import WatchSetup
from tui.events.event import (
    Change,
    Event,
    Feed,
    Flag,
    GradeState,
    Kind,
    Links,
    Name,
    Sighting,
    Thing,
)
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.records import Batch, Slot, place_of
from tui.query.ast import EVERYTHING
from tui.sources.health import Health
from tui.sources.source import Recorder, Source

NOON = 1_793_620_800_000
"""2026-11-02 12:00 UTC."""
NOW = NOON + 2_700_000
STUDENTS = ("Ana Lima", "Bo Chen", "Céline Öztürk", "王小明", "Dev Rao", "Eve Ng", "Finn Ó Sé")
GRADERS = ("Gil Ro", "Hana Sato", "Iris Vane")
ESSAYS = ("Essay 1", "Lab report: osmosis", "Quiz 3", "Final project, part one")


def graded(number: int, *, at: int | None = None, **parts: object) -> Event:
    """The grade change of that number, one a second from noon on unless ``at`` says otherwise."""
    old, new = number % 7, (number * 3) % 11
    event = Event(
        key=f"audit:{number:08}",
        kind=Kind.GRADE,
        type="grade_change",
        at=NOON + number * 1000 if at is None else at,
        seen_by=(Feed.AUDIT,),
        course=CanvasId.of(565),
        assignment=CanvasId.of(300 + number % len(ESSAYS)),
        student=CanvasId.of(40 + number % len(STUDENTS)),
        grader=CanvasId.of(980 + number % len(GRADERS)),
        before=GradeState(None if number % 5 == 0 else str(old)),
        after=GradeState(str(new)),
        flags=Flag(0) if number % 5 == 0 else Flag.REGRADE,
        version=1 + number % 3,
        links=Links(submission=CanvasId.of(11_000 + number)),
    )
    return replace(event, **parts)


def edited(number: int, **parts: object) -> Event:
    """A course event: a rename."""
    event = Event(
        key=f"audit:c{number:07}",
        kind=Kind.COURSE,
        type="updated",
        at=NOON + number * 1000,
        seen_by=(Feed.AUDIT,),
        course=CanvasId.of(565),
        actor=CanvasId.of(981),
        changes={
            "name": Change("Biology 101", "Biology 101 (autumn)"),
            "start_at": Change(None, "2026-09-01T00:00:00Z"),
        },
        event_source="manual",
        links=Links(copied_from=CanvasId.of(560)),
    )
    return replace(event, **parts)


def total(number: int, **parts: object) -> Event:
    """A student's total of the course, recalculated by Canvas: a live event that stays one."""
    event = Event(
        key=f"live:{number:064}",
        kind=Kind.COURSE_SCORE,
        type="course_grade_change",
        at=NOON + number * 1000,
        seen_by=(Feed.LIVE,),
        course=CanvasId.of(565),
        student=CanvasId.of(40 + number % len(STUDENTS)),
        before=GradeState(score=80.0),
        after=GradeState(score=80.0 + number % 10),
        changes={"current_score": Change(80.0, 80.0 + number % 10)},
    )
    return replace(event, **parts)


def names() -> tuple[Name, ...]:
    people = [(40 + each, name) for each, name in enumerate(STUDENTS)]
    people += [(980 + each, name) for each, name in enumerate(GRADERS)]
    return (
        Name(Thing.COURSE, CanvasId.of(565), "Biology 101"),
        Name(Thing.COURSE, CanvasId.of(560), "Biology 100"),
        *(Name(Thing.USER, CanvasId.of(number), name) for number, name in people),
        *(
            Name(Thing.ASSIGNMENT, CanvasId.of(300 + each), name)
            for each, name in enumerate(ESSAYS)
        ),
    )


def batch(events: Iterable[Event], *, named: bool = True) -> Batch:
    """Events as a source would hand them over, oldest first."""
    sightings = tuple(
        Sighting(each, '{"id":"' + each.key + '","event_type":"' + each.type + '"}')
        for each in events
    )
    return Batch(
        sightings=sightings, names=names() if named else (), place=place_of(NOW), origin="a test"
    )


def journal_of(events: Iterable[Event], path: Path | None = None) -> Journal:
    """A journal that holds these, on disk where there is a path."""
    journal = Journal.open(path, now=lambda: NOW)
    journal.record(batch(events))
    return journal


class Saying:
    """A source that reads nothing and says how it is."""

    def __init__(self, *healths: Health) -> None:
        self._healths = healths

    @property
    def name(self) -> str:
        return self._healths[0].source

    async def run(self, recorder: Recorder, *, once: bool) -> None:
        del once
        for health in self._healths:
            recorder.report(health)


def setup_of(journal: Journal, *sources: Source, **parts: object) -> WatchSetup:
    """A watch with a clock that stands still."""
    setup = WatchSetup(
        journal=journal,
        sources=tuple(sources),
        since=NOON - 3_600_000,
        now=lambda: NOW,
        scope=EVERYTHING,
        canvas_url="https://canvas.example",
        zone=UTC,
    )
    return replace(setup, **parts)


def slot(number: int, *, place: int = 0) -> Slot:
    """The slot of an event that happened ``number`` seconds after noon."""
    return Slot(NOON + number * 1000, place or number, number)
