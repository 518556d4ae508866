"""The API beside the audit log: users, courses, assignments, accounts."""

from __future__ import annotations

from tests.campus.wire import Wire


def test_self_is_whoever_holds_the_token(wire: Wire) -> None:
    teacher = wire.campus.school.courses[565].teachers[0]
    found = wire.get("/api/v1/users/self", token=wire.campus.teacher_token).json()
    assert found["id"] == teacher
    assert "sis_user_id" not in found
    assert "sis_user_id" in wire.get(f"/api/v1/users/{teacher}").json()


def test_a_teacher_sees_people_of_their_courses_only(wire: Wire) -> None:
    own = wire.campus.school.courses[565]
    token = wire.campus.teacher_token
    assert wire.get(f"/api/v1/users/{own.students[0]}", token=token).status_code == 200
    stranger = wire.campus.school.courses[566].teachers[0]
    assert wire.get(f"/api/v1/users/{stranger}", token=token).status_code == 401


def test_courses_are_those_of_the_caller(wire: Wire) -> None:
    mine = wire.get("/api/v1/courses", token=wire.campus.teacher_token).json()
    assert [course["id"] for course in mine] == [565]
    assert wire.get("/api/v1/courses").json() == []
    everything = wire.get("/api/v1/accounts/1/courses", {"per_page": 100}).json()
    assert {number for number, _ in wire.campus.courses} <= {each["id"] for each in everything}


def test_lists_are_paged_by_number_with_prev_and_last(wire: Wire) -> None:
    first = wire.get("/api/v1/courses/565/users", {"enrollment_type[]": "student"})
    assert set(first.links) == {"current", "next", "first", "last"}
    found = {user["id"] for user in first.json()}
    page = first
    while "next" in page.links:
        page = wire.get(page.links["next"]["url"])
        found |= {user["id"] for user in page.json()}
    assert "prev" in page.links
    assert found == set(wire.campus.school.courses[565].students)


def test_staff_can_be_asked_for_by_role(wire: Wire) -> None:
    course = wire.campus.school.courses[565]
    params = {"enrollment_type[]": ["teacher", "ta"], "per_page": 100}
    found = {user["id"] for user in wire.get("/api/v1/courses/565/users", params).json()}
    assert found == set(wire.campus.school.graders(course))


def test_an_assignment_is_found_in_its_own_course_only(wire: Wire) -> None:
    number = wire.campus.school.courses[565].assignments[0]
    found = wire.get(f"/api/v1/courses/565/assignments/{number}").json()
    assert found["name"] == wire.campus.school.assignments[number].name
    assert wire.get(f"/api/v1/courses/566/assignments/{number}").status_code == 404
    listed = wire.get("/api/v1/courses/565/assignments", {"per_page": 100}).json()
    assert number in [each["id"] for each in listed]


def test_accounts_and_unknown_things(wire: Wire) -> None:
    assert wire.get("/api/v1/accounts/1").json()["name"] == "Oxana University"
    assert wire.get("/api/v1/accounts/self").json()["id"] == 1
    assert wire.get("/api/v1/accounts/99").status_code == 404
    assert wire.get("/api/v1/courses/99").status_code == 404
    assert wire.get("/api/v1/nothing/at/all").status_code == 404
