"""Which timelines a change concerns, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.events.event import Kind
from tui.journal.disturbances import Moment, Party, around, students_in
from tui.journal.docket import Docket
from tui.journal.hits import Verdict
from tui.journal.timelines import Line
from tui.rules.case import Along, AttentionRule, Case
from tui.rules.stretches import LATEST, Reach, Span, changed_spans

_OF_STUDENTS = frozenset({Kind.GRADE.value, Kind.OVERRIDE.value})
_ON_LINES = _OF_STUDENTS | {Kind.COURSE.value, ""}


def concerned(
    docket: Docket, line: Line, reach: Reach, moments: Sequence[Moment]
) -> dict[Party, list[Span]]:
    """In which of these timelines something changed, and when."""
    times: dict[Party, set[int]] = {}
    terms: dict[Party, int] = {}
    for each in _widened(docket, line, reach, moments):
        party = {"grader": each.grader, "course": each.course, "student": each.student}[line]
        if party is None or each.kind not in _ON_LINES:
            continue
        times.setdefault(party, set()).add(each.at)
        if line == "course" and each.kind == Kind.COURSE:
            terms[party] = min(each.at, terms.get(party, each.at))
    spans = {party: list(changed_spans(whole, reach)) for party, whole in times.items()}
    for party, start in terms.items():  # a course's terms count for all that comes after
        spans[party].append(Span(start, LATEST))
    return spans


def _widened(
    docket: Docket, line: Line, reach: Reach, moments: Sequence[Moment]
) -> Iterator[Moment]:
    """With all that a moment may be of, where it does not tell."""
    times: dict[tuple[str, Party], set[int]] = {}
    for each in moments:
        if each.everywhere:
            span = reach.concerned(Span(each.at, each.at))
            with docket.reading() as (db, _):
                found = around(db, span.start, span.end)
            yield from (moment._replace(at=each.at) for moment in found)
            continue
        yield each
        place = each.assignment if each.kind == Kind.GRADE else each.course
        if line == "student" and each.anyone and each.kind in _OF_STUDENTS and place is not None:
            times.setdefault((str(each.kind), place), set()).add(each.at)
    for (kind, place), whole in times.items():
        for span in changed_spans(whole, reach):
            wide = reach.concerned(span)
            with docket.reading() as (db, _):
                students = students_in(db, kind, place, wide.start, wide.end)
            for student in students:
                for at in (span.start, span.end):
                    yield Moment(None, at, "", None, None, student, None, None)


def unlined(
    rules: Sequence[tuple[Along, Sequence[AttentionRule]]], cases: Sequence[Case]
) -> Iterator[Verdict]:
    """Of cases that are in no timeline of a kind, those rules say nothing: not any more either."""
    for along, chosen in rules:
        ids = [case.id for case in cases if case.kind in _ON_LINES and not _is_on(along, case)]
        if ids:
            yield from (Verdict(rule.name, ids, {}) for rule in chosen)


def _is_on(along: Along, case: Case) -> bool:
    match along:
        case Along.EVENT:
            return True
        case Along.GRADER:
            return case.grader is not None
        case Along.COURSE:
            return case.course is not None
        case Along.SUBMISSION:
            one = case.assignment if case.kind is Kind.GRADE else case.course
            return case.kind in _OF_STUDENTS and case.student is not None and one is not None
