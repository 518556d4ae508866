"""What happens in a simulated school, as its audit log tells it and the journal keeps it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from functools import cache

from tests.sources.setting import Desk, Time
from tui.campus.build import build
from tui.campus.campus import Campus
from tui.campus.server import CampusServer
from tui.events.attention import Rule
from tui.events.decode import decode
from tui.journal.records import Batch, place_of
from tui.query.ast import EVERYTHING
from tui.rules.case import Case
from tui.rules.catalog import rules_of
from tui.rules.settings import RuleSettings
from tui.sources.targets import Targets


@dataclass(frozen=True, slots=True)
class Told:
    """All cases, oldest first, and who is a student of which course, by Canvas's numbers."""

    cases: list[Case]
    students: dict[int, frozenset[int]]

    def hits(self, rule: Rule, profile: str = "ta") -> dict[int, str]:
        """What the rule says of which of the cases, by their ids."""
        settings = RuleSettings.model_validate({"profile": profile, rule.value: {"on": True}})
        (found,) = [each for each in rules_of(settings) if each.name is rule]
        return {case.id: why for case, why in found.hits(self.cases)}

    def by_student(self, case: Case) -> bool:
        """Whether the grader is a student of that course."""
        if case.course is None or case.grader is None:
            return False
        return case.grader.number in self.students.get(case.course.number, ())


def read(campus: Campus, time: Time) -> Told:
    """Everything that an admin of the campus reads, by way of a journal; live events before."""
    desk = Desk(time)
    for emitted in campus.outbox.emitted:
        said = decode(json.loads(emitted.text))
        desk.journal.record(
            Batch(
                sightings=said.sightings,
                home_shard=said.home_shard,
                place=place_of(time.now(), emitted.number),
            )
        )
    targets = Targets(courses=tuple(str(course) for course, _ in campus.courses))
    with CampusServer(campus) as server:
        asyncio.run(desk.once(desk.audit(server.url, campus.token, targets)))
    stored = list(desk.journal.reader().oldest_first(EVERYTHING))
    sizes = Counter(each.group for each in stored)
    return Told(
        [Case.of(each, sizes[each.group]) for each in stored],
        {each.id: frozenset(each.students) for each in campus.school.courses.values()},
    )


@cache
def past(scenario: str, *, seed: int, rows: int) -> Told:
    """The past of a scenario."""
    time = Time()
    return read(build(scenario, seed=seed, history=rows, now=time.now), time)
