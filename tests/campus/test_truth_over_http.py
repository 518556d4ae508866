"""The oracle and the server, written apart, agree on whatever is asked."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.campus.wire import GRADES, NOW, Clock, Wire
from tui.campus.build import build
from tui.campus.server import CampusServer
from tui.events.times import iso

DAY = 86_400_000


@pytest.fixture(scope="module")
def busy() -> Iterator[Wire]:
    clock = Clock()
    campus = build("anonymous", seed=8, history=4000, now=clock)
    with CampusServer(campus) as server, httpx.Client() as http:
        yield Wire(campus, server, http, clock)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_what_is_paged_over_http_is_what_the_oracle_knows(busy: Wire, data: st.DataObject) -> None:
    campus = busy.campus
    course = data.draw(st.sampled_from([None, *(number for number, _ in campus.courses)]))
    within = campus.school.courses[course or 565]
    assignment = data.draw(st.sampled_from([None, None, "override", *within.assignments[:4]]))
    student = data.draw(st.sampled_from([None, None, *within.students[:6]]))
    grader = data.draw(st.sampled_from([None, None, *campus.school.graders(within)]))
    start = data.draw(st.none() | st.integers(NOW - DAY, NOW))
    end = data.draw(st.none() | st.integers(NOW - DAY, NOW))
    token = data.draw(st.sampled_from([campus.token, campus.teacher_token, campus.ta_token]))
    asked = {
        "course_id": course,
        "assignment_id": assignment,
        "student_id": student,
        "grader_id": grader,
        "start_time": None if start is None else iso(start),
        "end_time": None if end is None else iso(end),
        "per_page": data.draw(st.sampled_from([3, 50, 100])),
    }
    params = {name: value for name, value in asked.items() if value is not None}
    true = campus.truth(
        course=course,
        assignment=assignment,
        student=student,
        grader=grader,
        start=start,
        end=end,
        token=token,
    )
    if course is assignment is student is grader is None:
        assert busy.get(GRADES, params, token=token).status_code in (400, 401)
        return
    response = busy.get(GRADES, params, token=token)
    if response.status_code != 200:
        assert response.status_code == 401
        assert true == ()
        return
    found = busy.events(GRADES, params, token=token)
    assert [event["id"] for event in found] == [each.id for each in true]
    for event, each in zip(found, true, strict=True):
        links = event["links"]
        assert links["student"] == (None if each.student is None else str(each.student))
        assert links["grader"] == (None if each.grader is None else str(each.grader))
        assert links.get("assignment") == each.assignment
        assert (event["grade_before"], event["grade_after"]) == (each.before, each.after)
        assert event["excused_after"] == each.excused_after
