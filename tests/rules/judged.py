"""Histories for the attention rules, and what the rules say of them read plainly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.journal.making import NOW, local
from tui.events.attention import Hit
from tui.events.event import Change, Event, Feed, Flag, GradeState, Kind, Sighting
from tui.events.ids import CanvasId
from tui.journal.journal import Journal
from tui.journal.records import Batch, Stored
from tui.query.ast import EVERYTHING
from tui.rules.case import Along, Case
from tui.rules.catalog import rules_of
from tui.rules.judging import Judge
from tui.rules.settings import RuleSettings

HOUR = 3_600_000
DAY = 24 * HOUR
TOUCHY = RuleSettings.model_validate(
    {
        "profile": "admin",
        "bulk": 4,
        "after_cutoff": {"grace_days": 0},
        "jump": {"percent": 5},
        "unusual_grader": {"others": 2, "usual": 2, "days": 3},
        "burst": {"regrades": 2, "minutes": 60, "times": 1.0, "days": 2},
        "one_student": {"assignments": 2, "days": 2, "students": 1},
        "off_hours": {"gradings": 2, "days": 3, "usual_percent": 60},
        "new_origin": {"gradings": 2, "days": 3},
        "flip_flop": {"days": 2, "typo_minutes": 0},
        "skew": {"regrades": 2, "each": 2, "students": 1, "days": 2},
        "whole_class": {"students": 2},
    }
)
"""So low thresholds that a few events trip every rule, and so short times that windows end."""
RULES = rules_of(TOUCHY, ZoneInfo("Europe/Berlin"))

Said = Mapping[str, tuple[Hit, ...]]
"""Hits by the key of the event."""


def judge_of(
    journal: Journal,
    *,
    bite: int = 7,
    many: int = 1000,
    settings: str = "a",
    take_over: bool = False,
    since: int | None = None,
) -> Judge:
    return Judge(
        journal.docket(), RULES, settings, take_over=take_over, since=since, bite=bite, many=many
    )


def judged(journal: Journal, *, bite: int = 7) -> None:
    """Bring the hits up to date."""
    with closing(judge_of(journal, bite=bite)) as judge:
        judge.catch_up()


def stored(journal: Journal) -> list[Stored]:
    with closing(journal.reader()) as reader:
        return list(reader.oldest_first(EVERYTHING))


def said(journal: Journal) -> Said:
    return {row.event.key: row.hits for row in stored(journal) if row.hits}


def plainly(journal: Journal) -> Said:
    """What the rules say if each is given the whole of every timeline."""
    rows = stored(journal)
    sizes = Counter(row.group for row in rows)
    cases = [Case.of(row, sizes[row.group]) for row in rows]
    keys = {row.id: row.event.key for row in rows}
    found: dict[str, list[Hit]] = {}
    for rule in RULES:
        for timeline in _timelines(cases, rule.along):
            for case, why in rule.hits(timeline):
                found.setdefault(keys[case.id], []).append(Hit(rule.name, why))
    return {key: tuple(hits) for key, hits in found.items()}


def _timelines(cases: Iterable[Case], along: Along) -> Iterable[list[Case]]:
    parts: dict[object, list[Case]] = {}
    for case in cases:
        if case.kind in {Kind.COURSE_SCORE, Kind.OTHER} and along is not Along.EVENT:
            continue
        match along:
            case Along.EVENT:
                key: object = 0
            case Along.GRADER:
                key = case.grader
            case Along.COURSE:
                key = case.course
            case Along.SUBMISSION:
                one = case.assignment if case.kind is Kind.GRADE else case.course
                known = case.student is not None and one is not None
                if case.kind is Kind.COURSE or not known:
                    continue
                key = (case.kind, case.student, one)
        if key is not None:
            parts.setdefault(key, []).append(case)
    return parts.values()


def afresh(journal: Journal, *, now: int = NOW) -> Journal:
    """A new journal in memory with what is in this one, as it came to be."""
    new = Journal.open(None, now=lambda: now)
    sightings = tuple(Sighting(row.event, "{}") for row in stored(journal))
    new.record(Batch(sightings=sightings))
    return new


few = st.sampled_from([1, 1, 1, 2, 3]).map(local)
students = st.sampled_from([1, 11, 11, 12, 13]).map(local)


def _moment(day: int, hour: int, second: int) -> int:
    return NOW - NOW % DAY - day * DAY + hour * HOUR + second * 1000


moments = st.builds(
    _moment,
    st.sampled_from([0, 0, 1, 2, 5, 9]),
    st.sampled_from([1, 2, 9, 14]),
    st.sampled_from([0, 1, 2, 600, 1200, 1800]),
)
grades = st.sampled_from([None, "1", "5", "9", "10", "5", "9", "F", "A"])


def _state(grade: str | None) -> GradeState:
    return GradeState(grade=grade, points_possible=10.0)


def _grading(
    key: UUID,
    at: int,
    course: CanvasId,
    assignment: int | None,
    student: CanvasId,
    grader: CanvasId | None,
    old: str | None,
    new: str | None,
    request: str | None,
) -> Event:
    regraded = old is not None and new is not None
    return Event(
        key=f"audit:{key}",
        kind=Kind.OVERRIDE if assignment is None else Kind.GRADE,
        type="grade_change",
        at=at,
        seen_by=(Feed.AUDIT,),
        course=course,
        assignment=None if assignment is None else local(assignment),
        student=student,
        grader=grader,
        before=_state(old),
        after=_state(new),
        flags=(Flag.REGRADE if regraded else Flag(0))
        | (Flag.AUTOMATIC if grader is None else Flag(0))
        | (Flag.OVERRIDE if assignment is None else Flag(0)),
        page_view=request,
    )


gradings = st.builds(
    _grading,
    key=st.uuids(version=4),
    at=moments,
    course=few,
    assignment=st.sampled_from([None, 1, 1, 2, 2, 3]),
    student=students,
    grader=few | few | st.none(),
    old=grades,
    new=grades,
    request=st.none() | st.none() | st.sampled_from([f"{n:032x}" for n in range(3)]),
)


def _edit(key: UUID, at: int, course: CanvasId, type_: str) -> Event:
    zone = {"time_zone": Change(None, "Asia/Tokyo")} if type_ == "updated" else {}
    return Event(
        key=f"audit:{key}",
        kind=Kind.COURSE,
        type=type_,
        at=at,
        seen_by=(Feed.AUDIT,),
        course=course,
        actor=local(1),
        changes=zone,
    )


edits = st.builds(
    _edit,
    key=st.uuids(version=4),
    at=moments,
    course=few,
    type_=st.sampled_from(["concluded", "unconcluded", "updated"]),
)
histories = st.lists(
    st.one_of(gradings, gradings, gradings, gradings, edits),
    min_size=6,
    max_size=40,
    unique_by=lambda event: event.key,
)


def live_of(row: Event) -> Event:
    """The report that the relay passes on of the same change."""
    return replace(
        row,
        key=row.key.replace("audit", "live"),
        at=row.at + 700,
        seen_by=(Feed.LIVE,),
        flags=row.flags | Flag.UNCONFIRMED,
        page_view=None,
        request_id=row.page_view,
        after=replace(row.after, posted=True),
        client_ip=f"10.0.0.{row.at // DAY % 2}",
        user_agent="Firefox",
    )
