"""A campus that is kept in a folder: founded once, the same again after every restart."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from tui.campus.acts_done import CourseLogged, Done, Graded, Overridden, Put, Settled
from tui.campus.build import build
from tui.campus.campus import Campus
from tui.campus.chronicle import Chronicle, Founded, Opened, Record, read
from tui.campus.course_acts import term_begins
from tui.campus.live_events.announcer import Ways
from tui.campus.live_events.outbox import Emitted, Fated, Fired
from tui.campus.people import Person, dice
from tui.campus.registrar import Clock, Registrar
from tui.campus.school import Account, Assignment, Course


@contextmanager
def open_campus(
    folder: Path, founded: Founded, *, now: Clock, ways: Ways | None = None
) -> Generator[Campus]:
    """The campus of ``folder``, which goes on, announces what happens and remembers it.

    ``founded`` counts only when there is none yet. Its past, tokens and ids are as they were; what
    people will do next is not what they did before. ``BlockingIOError`` if somebody has it open.
    """
    with Chronicle(folder) as chronicle:
        records = list(read(folder))
        if not records:
            chronicle.write(founded)
            records = [founded]
        life = 1 + sum(isinstance(each, Opened) for each in records)
        campus = _rebuilt(records, now)
        chronicle.write(Opened(life))

        def remember(done: Done) -> None:
            chronicle.write(done.thing if isinstance(done, Put) else done)

        campus.registrar.record_to(remember)
        campus.outbox.record = chronicle.write
        campus.announce(ways)
        if life > 1:
            seed = next(each.seed for each in records if isinstance(each, Founded))
            campus.stage.scene.random = dice(f"{seed}:acts:{life}")
            # who had closed a course and was to open it again is gone
            campus.stage.cue(term_begins(campus.stage.scene), now())
        try:
            yield campus
        finally:
            with campus.lock:
                campus.registrar.record_to(None)
                campus.outbox.record = None


def read_campus(folder: Path, *, now: Clock) -> Campus:
    """The campus of ``folder`` as it has been recorded by now, whoever has it open: the oracle.

    ``ValueError`` if there is none.
    """
    return _rebuilt(read(folder), now)


def _rebuilt(records: Iterable[Record], now: Clock) -> Campus:
    found = iter(records)
    founded = next(found, None)
    if not isinstance(founded, Founded):
        raise ValueError("no campus was founded here")
    campus = build(
        founded.scenario,
        seed=founded.seed,
        history=founded.history,
        now=lambda: founded.now,
        courses=founded.courses,
        students=founded.students,
    )
    campus.registrar.now = now
    for record in found:
        _again(campus, record)
    return campus


def _again(campus: Campus, record: Record) -> None:
    registrar, school = campus.registrar, campus.school
    match record:
        case Graded() | Overridden() | CourseLogged() | Settled():
            _act_again(registrar, record)
        case Account() | Person() | Course() | Assignment():
            school.put(record)
        case Emitted():
            registrar.past(record.request)
            campus.outbox.restore(record)
        case Fated() | Fired():
            campus.outbox.restore(record)
        case Founded() | Opened():
            pass


def _act_again(registrar: Registrar, record: Graded | Overridden | CourseLogged | Settled) -> None:
    school = registrar.school
    match record:
        case Graded():
            registrar.past(record.request)
            registrar.grade(
                school.assignments[record.assignment],
                record.student,
                record.grader,
                at=record.at,
                request=record.request,
                grade=record.grade,
                score=record.score,
                excused=record.excused,
                visible=record.visible,
            )
        case Overridden():
            registrar.past(record.request)
            registrar.override(
                school.courses[record.course],
                record.student,
                record.grader,
                record.grade,
                at=record.at,
                request=record.request,
                period=record.period,
                score=record.score,
            )
        case CourseLogged():
            registrar.past(record.request)
            registrar.course_event(
                school.courses[record.course],
                record.user,
                record.type,
                at=record.at,
                request=record.request,
                source=record.source,
                data=record.data,
                links=record.links,
                sis_batch=record.sis_batch,
            )
        case Settled():
            registrar.settle(record.ms)
