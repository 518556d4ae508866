"""Rows that may belong together, and a plain reading of which of them do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hypothesis import strategies as st

from tests.journal.both_feeds import (
    HIDDEN,
    X,
    Y,
    course_row,
    grade_report,
    grade_row,
    override_row,
    requests,
)
from tests.journal.making import NOW, local
from tui.events.event import Event, Feed, Flag, Kind
from tui.journal.reader import Reader
from tui.journal.records import Stored
from tui.query.ast import EVERYTHING

_numbers = st.integers(0, 9999)
_seconds = st.integers(0, 8).map(lambda second: NOW + second * 1000)
_moments = st.integers(0, 80).map(lambda tenths: NOW + tenths * 100)
_mostly_one = st.sampled_from([4, 4, 4, 5, None])
_views = st.sampled_from([None, None, None, None, X, Y, "MISSING"])


def _hidden(row: Event) -> Event:
    if row.assignment != local(HIDDEN):
        return row
    return replace(row, student=None, flags=row.flags | Flag.HIDDEN_STUDENT)


def _hide(row: Event) -> Event:
    return _hidden(replace(row, assignment=local(HIDDEN), page_view=None))


def _in_course(row: Event, course: int) -> Event:
    return replace(row, course=local(course))


def _as_page_of(row: Event) -> Event:
    return replace(row, page_view=X)


def _as_total(report: Event) -> Event:
    return replace(report, kind=Kind.COURSE_SCORE, assignment=None)


def _chained(rows: list[Event], reports: list[Event]) -> list[Event]:
    return [*rows, *reports]


_grade_rows = st.builds(
    grade_row,
    _numbers,
    _seconds,
    assignment=st.sampled_from([1, 1, 3, HIDDEN]),
    student=st.integers(5, 7),
    grader=_mostly_one,
    page_view=_views,
).map(_hidden)
_elsewhere = st.builds(_in_course, _grade_rows, st.sampled_from([1, 1, 2]))
_reports = st.builds(
    grade_report,
    _numbers,
    _moments,
    assignment=st.sampled_from([1, 3, HIDDEN]),
    student=st.integers(5, 7),
    grader=_mostly_one,
    request=requests,
    posted=st.sampled_from([True, True, True, False]),
)
_others = st.one_of(
    st.builds(override_row, _numbers, _seconds, st.integers(5, 7), st.just("90%")),
    st.builds(course_row, _numbers, _seconds, st.just("updated"), st.none()).map(_as_page_of),
    _reports.map(_as_total),
)
_quick_rows = st.builds(
    grade_row, _numbers, _seconds, assignment=st.just(1), student=st.integers(5, 7)
)
_quick_reports = st.builds(
    grade_report, _numbers, _moments, student=st.integers(5, 7), request=requests
)


def _crowd(part: st.SearchStrategy[Event], least: int, most: int) -> st.SearchStrategy[list[Event]]:
    return st.lists(part, min_size=least, max_size=most, unique_by=lambda event: event.key)


_quick = st.builds(_chained, _crowd(_quick_rows, 4, 20), _crowd(_quick_reports, 0, 3))
"""A grader at work, confirmed here and there."""
crowds = (
    _crowd(_elsewhere | _reports | _others, 0, 30)
    | _quick
    | _quick
    | _crowd(_quick_rows.map(_hide), 5, 20)
)


def groups_of(reader: Reader) -> dict[int, frozenset[str]]:
    """The keys of the rows of each group, as the journal has them."""
    found: dict[int, set[str]] = {}
    for one in all_of(reader):
        if one.group is not None:
            found.setdefault(one.group, set()).add(one.event.key)
    return {group: frozenset(keys) for group, keys in found.items()}


def all_of(reader: Reader) -> list[Stored]:
    return list(reader.oldest_first(EVERYTHING))


def read_plainly(stored: Iterable[Stored]) -> set[frozenset[str]]:
    """The groups among these, found by comparing all with all."""
    rows = [one.event for one in stored]
    left, groups = list(rows), set[frozenset[str]]()
    while left:
        piece = [left.pop()]
        for one in piece:
            joined = [other for other in left if _together(one, other)]
            left = [other for other in left if other not in joined]
            piece.extend(joined)
        if _is_group(piece):
            groups.add(frozenset(one.key for one in piece))
    return groups


def _is_group(piece: Sequence[Event]) -> bool:
    if _request(piece[0]) is None:
        return len(piece) >= 5 and _is_log(piece[0])
    kinds = {Kind.GRADE, Kind.OVERRIDE, Kind.COURSE}
    return sum(one.kind in kinds for one in piece) >= 3


def _together(one: Event, other: Event) -> bool:
    requests = _request(one), _request(other)
    if requests != (None, None):
        return requests[0] == requests[1]
    if not (_is_log(one) and _is_log(other)) or one.grader is None or one.course is None:
        return False
    hidden = Flag.HIDDEN_STUDENT in one.flags
    return (
        (one.grader, one.course) == (other.grader, other.course)
        and hidden == (Flag.HIDDEN_STUDENT in other.flags)
        and (not hidden or (one.assignment is not None and one.assignment == other.assignment))
        and abs(one.at - other.at) <= 1000
    )


def _is_log(one: Event) -> bool:
    return Feed.AUDIT in one.seen_by and one.kind in {Kind.GRADE, Kind.OVERRIDE}


def _request(one: Event) -> str | None:
    told = None if one.page_view == "MISSING" else one.page_view
    return told or one.request_id
