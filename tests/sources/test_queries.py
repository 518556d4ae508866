"""Targets become the queries Canvas has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.events.event import Event, Feed, Kind
from tui.events.ids import CanvasId
from tui.sources.audit_api.queries import Log, Query, queries
from tui.sources.targets import Targets

GRADES = "audit/grade_change"


@pytest.mark.parametrize(
    ("query", "path"),
    [
        (Query(course="5"), f"{GRADES}/courses/5"),
        (Query(assignment="6"), f"{GRADES}/assignments/6"),
        (Query(student="7"), f"{GRADES}/students/7"),
        (Query(grader="8"), f"{GRADES}/graders/8"),
        (Query(course="5", assignment="6"), f"{GRADES}/courses/5/assignments/6"),
        (Query(course="5", grader="8"), f"{GRADES}/courses/5/graders/8"),
        (Query(course="5", student="7"), f"{GRADES}/courses/5/students/7"),
        (
            Query(course="5", assignment="override", student="7"),
            f"{GRADES}/courses/5/assignments/override/students/7",
        ),
        (
            Query(course="5", assignment="6", grader="8"),
            f"{GRADES}/courses/5/assignments/6/graders/8",
        ),
        (
            Query(course="5", assignment="6", grader="8", student="7"),
            f"{GRADES}/courses/5/assignments/6/graders/8/students/7",
        ),
        (Query(course="5", grader="8", student="7"), f"{GRADES}/courses/5/graders/8/students/7"),
        (Query(grader="8", student="7"), GRADES),
        (Query(assignment="override"), GRADES),
        (Query(log=Log.COURSES, course="5"), "audit/course/courses/5"),
        (Query(log=Log.COURSES, account="1"), "audit/course/accounts/1"),
        (
            Query(assignment="sis_assignment_id:a/b c"),
            f"{GRADES}/assignments/sis_assignment_id:a%2Fb%20c",
        ),
    ],
)
def test_the_best_route_comes_first(query: Query, path: str) -> None:
    assert query.routes[0].path == path


def test_the_advanced_query_says_the_same() -> None:
    query = Query(course="5", assignment="override", student="7", grader="8")
    assert query.routes[1].path == GRADES
    assert query.routes[1].params == (
        ("course_id", "5"),
        ("assignment_id", "override"),
        ("student_id", "7"),
        ("grader_id", "8"),
    )


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (Query(course="565"), "grades of course 565"),
        (Query(course="5", student="7"), "grades of course 5, student 7"),
        (Query(course="5", assignment="override"), "final-grade overrides of course 5"),
        (Query(assignment="override"), "final-grade overrides"),
        (Query(log=Log.COURSES, account="1"), "course events of account 1"),
    ],
)
def test_names_are_words(query: Query, name: str) -> None:
    assert query.name == name


def test_kinds_are_anded_and_repeats_ored() -> None:
    asked = queries(Targets(courses=("1", "2", "1"), students=("7", "8")))
    assert [(one.course, one.student) for one in asked] == [
        ("1", "7"),
        ("1", "8"),
        ("2", "7"),
        ("2", "8"),
    ]


def test_course_events_come_with_courses_and_accounts() -> None:
    asked = queries(Targets(courses=("1",), accounts=("9",)))
    assert [one.name for one in asked] == [
        "grades of course 1",
        "course events of course 1",
        "course events of account 9",
    ]
    assert [one.name for one in queries(Targets(courses=("1",), course_events=False))] == [
        "grades of course 1"
    ]
    assert [one.name for one in queries(Targets(courses=("1",), graders=("3",)))] == [
        "grades of course 1, grader 3"
    ]
    assert [one.name for one in queries(Targets(accounts=("9",)))] == ["course events of account 9"]
    assert queries(Targets(accounts=("9",), course_events=False)) == ()


ids = st.lists(st.integers(1, 9).map(str), max_size=3).map(tuple)


@given(courses=ids, assignments=ids, students=ids, graders=ids, accounts=ids)
def test_each_query_is_asked_once_and_each_combination_is_there(
    courses: tuple[str, ...],
    assignments: tuple[str, ...],
    students: tuple[str, ...],
    graders: tuple[str, ...],
    accounts: tuple[str, ...],
) -> None:
    asked = queries(Targets(courses, assignments, students, graders, accounts))
    names = [query.name for query in asked]
    assert len(names) == len(set(names))
    grades = [query for query in asked if query.log is Log.GRADES]
    product = 1
    for kind in (courses, assignments, students, graders):
        product *= max(1, len(set(kind)))
    some = any((courses, assignments, students, graders))
    assert len(grades) == (product if some else 0)
    assert all(query.routes for query in asked)


def test_a_broader_answer_is_sifted_by_ids() -> None:
    query = Query(student="7", grader="8")
    assert [route.exact for route in query.routes] == [True, False, False]
    event = Event(
        key="audit:1",
        kind=Kind.GRADE,
        type="grade_change",
        at=0,
        seen_by=(Feed.AUDIT,),
        student=CanvasId(0, 7),
        grader=CanvasId(0, 8),
    )
    assert query.holds(event)
    assert not Query(student="7", grader="9").holds(event)
    assert not Query(student="7", assignment="override").holds(event)
