"""What the tests of sources share: a clock that sleeping moves, and a journal that is watched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from pydantic import SecretStr

from tests.kept import kept
from tui.campus.build import build
from tui.campus.campus import Campus
from tui.campus.school import Course
from tui.campus.server import CampusServer
from tui.events.event import Event
from tui.journal.journal import Journal
from tui.journal.records import Recorded
from tui.query.ast import EVERYTHING
from tui.sources.audit_api.source import AuditSource
from tui.sources.health import Health, State
from tui.sources.source import Source
from tui.sources.supervisor import Supervisor
from tui.sources.targets import Targets

NOON = 1_790_000_000_000
"""The time at which the simulated days begin: UTC ms, a whole second."""
DAY = 86_400_000


@dataclass
class Time:
    """A clock for client and server alike; nothing moves it but sleeping."""

    ms: int = NOON
    slept: list[float] = field(default_factory=list[float])

    def now(self) -> int:
        return self.ms

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.ms += round(seconds * 1000)
        await asyncio.sleep(0)


@dataclass
class Watch:
    """An observer that keeps what it is told; ``when`` is called after each report."""

    healths: list[Health] = field(default_factory=list[Health])
    records: list[Recorded] = field(default_factory=list[Recorded])
    when: Callable[[], None] = lambda: None

    def health_changed(self, health: Health) -> None:
        self.healths.append(health)
        self.when()

    def recorded(self, recorded: Recorded) -> None:
        self.records.append(recorded)
        self.when()

    def states(self, source: str) -> list[State]:
        return [health.state for health in self.healths if health.source == source]

    def words(self) -> list[str]:
        return [health.words for health in self.healths if health.words]


class Desk:
    """A journal in memory until the test ends, a clock, a watch, and sources that run into them."""

    def __init__(self, time: Time | None = None) -> None:
        self.time = time or Time()
        self.journal = kept(Journal.open(None, now=self.time.now))
        self.watch = Watch()

    def audit(
        self,
        url: str,
        token: str,
        targets: Targets,
        *,
        since: int = 0,
        until: int | None = None,
        interval: float = 30.0,
        patient: bool = True,
        seed: int = 1,
    ) -> AuditSource:
        return AuditSource(
            url,
            SecretStr(token),
            targets,
            since=since,
            until=until,
            poll_interval=interval,
            journal=self.journal,
            clock=self.time.now,
            sleep=self.time.sleep,
            random=Random(seed),  # noqa: S311  jitter
            patient=patient,
        )

    async def once(self, *sources: Source) -> None:
        await self._supervisor(sources).run(once=True)

    async def run(self, *sources: Source) -> None:
        """Follow until the sources end by themselves."""
        async with asyncio.timeout(60):
            await self._supervisor(sources).run(once=False)

    async def follow(self, *sources: Source, until: Callable[[], bool]) -> None:
        """Follow until a condition holds after something was reported."""
        reached = asyncio.Event()

        def look() -> None:
            if until():
                reached.set()

        self.watch.when = look
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            following = group.create_task(self._supervisor(sources).run(once=False))
            await reached.wait()
            following.cancel()

    def _supervisor(self, sources: tuple[Source, ...]) -> Supervisor:
        return Supervisor(
            sources, self.journal, self.watch, clock=self.time.now, sleep=self.time.sleep
        )

    def events(self) -> list[Event]:
        """All events, oldest first."""
        reader = self.journal.reader()
        try:
            return [stored.event for stored in reader.oldest_first(EVERYTHING)]
        finally:
            reader.close()

    def found(self) -> list[str]:
        """The keys of all events, oldest first."""
        return [event.key for event in self.events()]


def school(time: Time, *, history: int = 0, seed: int = 1, scenario: str = "ordinary") -> Campus:
    """A simulated Canvas on the same clock; its past ends just before now."""
    return build(scenario, seed=seed, history=history, now=time.now, courses=1)


def first_course(campus: Campus) -> Course:
    return campus.school.courses[campus.courses[0][0]]


def grade_many(
    campus: Campus, count: int, *, at: int, visible: int | None = None, hidden: bool = False
) -> None:
    """Grade ``count`` submissions of the first course's class at the same moment (UTC ms).

    ``hidden``: of assignments whose students Canvas hides, else of the others.
    """
    course = first_course(campus)
    registrar = campus.registrar
    with campus.lock:
        request = registrar.request()
        everything = campus.school.assignments
        if hidden:
            number = course.assignments[-1]
            everything[number] = replace(everything[number], anonymous=True, muted=True)
        works = [everything[number] for number in course.assignments]
        chosen = [work for work in works if work.protected is hidden]
        pairs = [(work, one) for work in chosen for one in course.students]
        for number in range(count):
            work, student = pairs[number % len(pairs)]
            registrar.grade(
                work,
                student,
                course.teachers[0],
                at=at,
                request=request,
                grade=str(number),
                score=float(number),
                visible=visible,
            )


def edit_course(campus: Campus, count: int, *, at: int) -> None:
    """Rename the first course ``count`` times at the same moment (UTC ms)."""
    course = first_course(campus)
    with campus.lock:
        for number in range(count):
            campus.registrar.course_event(
                course,
                course.teachers[0],
                "updated",
                at=at,
                request=campus.registrar.request(),
                data={"name": [f"Course {number}", f"Course {number + 1}"]},
            )


def true_keys(campus: Campus, *, student: int | None = None, end: int | None = None) -> set[str]:
    """The keys of the rows that the first course's grade log ought to show."""
    course = first_course(campus).id
    changes = campus.truth(course=course, student=student, end=end)
    return {f"audit:{change.id}" for change in changes}


def grades_of(campus: Campus) -> Targets:
    return Targets(courses=(str(first_course(campus).id),), course_events=False)


__all__ = [
    "DAY",
    "NOON",
    "CampusServer",
    "Desk",
    "Time",
    "Watch",
    "edit_course",
    "first_course",
    "grade_many",
    "grades_of",
    "school",
    "true_keys",
]
