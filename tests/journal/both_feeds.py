"""Audit rows and live reports that may tell of the same changes, and a plain reading of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.journal.making import NOW, local
from tui.events.event import Event, Feed, Flag, GradeState, Kind, Links
from tui.journal.records import Stored

HIDDEN = 2
"""The assignment whose students the log never tells."""

assignments = st.sampled_from([1, HIDDEN])
students = st.integers(5, 6)
graders = st.sampled_from([None, 4])
grades = st.sampled_from([None, "5", "5.0", "B"])
X, Y = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
requests = st.sampled_from([None, X, Y])
seconds = st.integers(0, 6).map(lambda second: NOW + second * 1000)
moments = st.integers(0, 90).map(lambda tenths: NOW + tenths * 100)


def grade_row(
    number: int,
    at: int,
    *,
    assignment: int = 1,
    student: int | None = 5,
    grader: int | None = 4,
    before: str | None = None,
    after: str | None = "5",
    page_view: str | None = None,
    version: int | None = None,
) -> Event:
    flags = Flag.AUTOMATIC if grader is None else Flag(0)
    return Event(
        key=f"audit:{number}",
        kind=Kind.GRADE,
        type="grade_change",
        at=at,
        seen_by=(Feed.AUDIT,),
        course=local(1),
        assignment=local(assignment),
        student=None if student is None else local(student),
        grader=None if grader is None else local(grader),
        before=GradeState(grade=before),
        after=GradeState(grade=after),
        flags=flags | (Flag.HIDDEN_STUDENT if student is None else Flag(0)),
        page_view=page_view,
        version=version,
    )


def grade_report(
    number: int,
    at: int,
    *,
    assignment: int = 1,
    student: int = 5,
    grader: int | None = 4,
    before: str | None = None,
    after: str | None = "5",
    request: str | None = X,
    posted: bool | None = True,
    actor: int | None = 4,
) -> Event:
    row = grade_row(
        number, at, assignment=assignment, student=student, grader=grader, before=before,
        after=after,
    )  # fmt: skip
    unposted = Flag.UNPOSTED if posted is False else Flag(0)
    return replace(
        row,
        key=f"live:{number:04}",
        seen_by=(Feed.LIVE,),
        actor=None if actor is None else local(actor),
        flags=row.flags | Flag.UNCONFIRMED | unposted,
        after=GradeState(grade=after, score=float(number), posted=posted),
        request_id=request,
        client_ip=f"10.0.0.{number}",
        url=f"https://canvas.test/submissions/{student}",
        links=Links(submission=local(1000 + number)),
    )


def override_row(number: int, at: int, student: int, grade: str | None) -> Event:
    return replace(
        grade_row(number, at, student=student, after=grade),
        kind=Kind.OVERRIDE,
        assignment=None,
        flags=Flag.OVERRIDE,
    )


def override_report(number: int, at: int, student: int, score: float | None) -> Event:
    return replace(
        grade_report(number, at, student=student, grader=None),
        kind=Kind.OVERRIDE,
        type="grade_override",
        assignment=None,
        after=GradeState(score=score),
        flags=Flag.OVERRIDE | Flag.UNCONFIRMED,
    )


def course_row(number: int, at: int, wire_type: str, actor: int | None) -> Event:
    return Event(
        key=f"audit:{number}",
        kind=Kind.COURSE,
        type=wire_type,
        at=at,
        seen_by=(Feed.AUDIT,),
        course=local(1),
        actor=None if actor is None else local(actor),
    )


def course_report(number: int, at: int, wire_type: str, actor: int | None) -> Event:
    return replace(
        course_row(number, at, wire_type, actor),
        key=f"live:{number:04}",
        seen_by=(Feed.LIVE,),
        flags=Flag.UNCONFIRMED,
        client_ip=f"10.0.0.{number}",
    )


def _seen_grade_row(event: Event) -> Event:
    if event.assignment != local(HIDDEN):
        return event
    return replace(event, student=None, flags=event.flags | Flag.HIDDEN_STUDENT)


numbers = st.integers(0, 9999)
grade_rows = st.builds(
    grade_row, numbers, seconds, assignment=assignments, student=students, grader=graders,
    before=grades, after=grades, page_view=requests, version=st.none() | st.integers(1, 2),
).map(_seen_grade_row)  # fmt: skip
grade_reports = st.builds(
    grade_report, numbers, moments, assignment=assignments, student=students, grader=graders,
    before=grades, after=grades, request=requests, posted=st.sampled_from([True, None, False]),
    actor=st.sampled_from([None, 4, 5]),
)  # fmt: skip
actors = st.sampled_from([None, 4, 5])
rows = st.one_of(
    grade_rows,
    grade_rows,
    st.builds(
        override_row, numbers, seconds, students, st.sampled_from([None, "B", "90%", "90,5%"])
    ),
    st.builds(course_row, numbers, seconds, st.sampled_from(["created", "updated"]), actors),
)
reports = st.one_of(
    grade_reports,
    grade_reports,
    st.builds(override_report, numbers, moments, students, st.sampled_from([None, 90.0, 90.5])),
    st.builds(
        course_report, numbers, moments, st.sampled_from(["course_created", "course_updated"]),
        actors,
    ),
)  # fmt: skip
few = st.sampled_from([1, HIDDEN, HIDDEN])
near_rows = st.builds(
    grade_row,
    numbers,
    st.sampled_from([NOW, NOW + 1000]),
    assignment=few,
    student=students,
    page_view=st.sampled_from([None, None, X]),
    version=st.none() | st.integers(1, 2),
).map(_seen_grade_row)
near_reports = st.builds(
    grade_report,
    numbers,
    st.integers(0, 29).map(lambda tenths: NOW + tenths * 100),
    assignment=few,
    student=students,
    request=requests,
)
"""The same grade over and over within three seconds: all compete with all."""


def _both(
    audit: st.SearchStrategy[Event], live: st.SearchStrategy[Event]
) -> st.SearchStrategy[tuple[list[Event], list[Event]]]:
    return st.tuples(
        st.lists(audit, max_size=7, unique_by=lambda row: row.key),
        st.lists(live, max_size=7, unique_by=lambda report: report.key),
    )


two_feeds = _both(rows, reports) | _both(near_rows, near_reports)


@dataclass(frozen=True, slots=True)
class Line:
    """What is asked of one row that is shown."""

    key: str
    live_key: str | None
    seen_by: tuple[Feed, ...]
    flags: Flag
    at: int
    student: int | None
    actor: int | None
    score: float | None
    client_ip: str | None
    request_id: str | None
    url: str | None
    submission: int | None


def line_of(event: Event, live_key: str | None) -> Line:
    return Line(
        event.key,
        live_key,
        event.seen_by,
        event.flags,
        event.at,
        None if event.student is None else event.student.local,
        None if event.actor is None else event.actor.local,
        event.after.score,
        event.client_ip,
        event.request_id,
        event.url,
        None if event.links.submission is None else event.links.submission.local,
    )


def lines(stored: Sequence[Stored]) -> set[Line]:
    found = [line_of(one.event, one.live_key) for one in stored]
    assert len(set(found)) == len(found), "nothing is there twice"
    return set(found)


def expected(audit: Sequence[Event], live: Sequence[Event], places: Mapping[str, int]) -> set[Line]:
    """The whole journal, read at once and slowly, one rule after the other."""
    pairs = _pairs(audit, live, places)
    unposted = {one.assignment for one in live if one.after.posted is False}
    told = {row.assignment: row.student is not None for row in audit if row.kind is Kind.GRADE}
    shown: set[Line] = set()
    for row in audit:
        partner = next((one for one in live if pairs.get(one.key) == row.key), None)
        shown.add(_line(row, partner, hidden=row.assignment is not None and not told[row.assignment]
                        if row.kind is Kind.GRADE else False))  # fmt: skip
    for one in live:
        if one.key in pairs:
            continue
        hidden = one.kind is Kind.GRADE and (
            told.get(one.assignment) is False
            or (one.assignment not in told and one.assignment in unposted and not one.after.posted)
        )
        shown.add(_line(one, None, hidden=hidden))
    return shown


def _line(own: Event, partner: Event | None, *, hidden: bool) -> Line:
    line = line_of(own, None)
    if partner is not None:
        extra = line_of(partner, None)
        added = extra.flags & (Flag.UNPOSTED | Flag.MASQUERADE)
        line = replace(
            line,
            live_key=partner.key,
            seen_by=(Feed.AUDIT, Feed.LIVE),
            flags=line.flags | added,
            actor=line.actor if line.actor is not None else extra.actor,
            score=extra.score,
            client_ip=extra.client_ip,
            request_id=extra.request_id,
            url=extra.url,
            submission=extra.submission,
        )
    if not hidden:
        return line
    whose = own.student or (None if partner is None else partner.student)
    line = replace(
        line, student=None, flags=line.flags | Flag.HIDDEN_STUDENT, request_id=None, url=None,
        submission=None,
    )  # fmt: skip
    by_student = whose is not None and line.actor == whose.local
    if own.grader is None or by_student:
        line = replace(line, actor=None, client_ip=None)
    return line


def _pairs(
    audit: Sequence[Event], live: Sequence[Event], places: Mapping[str, int]
) -> dict[str, str]:
    found: dict[str, str] = {}
    ranks = sorted({rank for row in audit for one in live if (rank := _rank(row, one)) is not None})
    ordered = sorted(audit, key=lambda row: (row.at, row.version or 0, places[row.key], row.key))
    for wanted in ranks:
        for one in sorted(live, key=lambda one: (one.at, one.key)):
            for row in ordered:
                free = one.key not in found and row.key not in found.values()
                if free and _rank(row, one) == wanted:
                    found[one.key] = row.key
    return found


def _rank(row: Event, one: Event) -> tuple[int, ...] | None:
    """How good a pair the two make, the best lowest; None: none at all."""
    if row.kind is not one.kind or row.assignment != one.assignment or row.course != one.course:
        return None
    view, request, later = row.page_view, one.request_id, one.at - row.at
    same = view is not None and view == request
    differ = view is not None and request is not None and view != request
    if differ or later < 0 or (later >= 2000 and not same):
        return None
    other = int(not same)
    if row.kind is Kind.COURSE:
        if (row.type, one.type) not in {
            ("created", "course_created"),
            ("updated", "course_updated"),
        }:
            return None
        if None in (row.actor, one.actor):
            return (1, other)
        return (0, other) if row.actor == one.actor else None
    if row.student is not None and row.student != one.student:
        return None
    hidden = int(row.student is None)
    if row.kind is Kind.OVERRIDE:
        numbers = {None: None, "90%": 90.0, "90,5%": 90.5}
        if row.after.grade == "B":
            return None if one.after.score is None else (hidden, 1, other)
        return (hidden, 0, other) if numbers[row.after.grade] == one.after.score else None
    fives = {"5", "5.0"}
    for said, told in ((row.before.grade, one.before.grade), (row.after.grade, one.after.grade)):
        if said != told and not {said, told} <= fives:
            return None
    return (hidden, other) if row.grader == one.grader else None
