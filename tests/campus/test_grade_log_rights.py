"""Who may ask the grade log what, and in which words it refuses: canvas-facts §1.1, §1.4, §1.5."""

from __future__ import annotations

import pytest

from tests.campus.wire import COURSES, GRADES, Wire
from tui.campus.hand import Hand
from tui.campus.warts import Warts


def seen(wire: Wire, path: str, token: str) -> int:
    return wire.get(path, token=token).status_code


def test_every_route_of_the_course_family_answers_with_exactly_its_rows(wire: Wire) -> None:
    course = wire.campus.courses[0][0]
    true = wire.campus.truth(course=course)
    row = next(each for each in true if each.assignment and each.grader and each.student)
    a, s, g = row.assignment, row.student, row.grader
    base = f"{GRADES}/courses/{course}"
    token = wire.campus.teacher_token
    truth = wire.campus.truth
    asked = {
        f"/assignments/{a}": truth(course=course, assignment=a),
        f"/assignments/{a}/graders/{g}": truth(course=course, assignment=a, grader=g),
        f"/assignments/{a}/graders/{g}/students/{s}": truth(
            course=course, assignment=a, grader=g, student=s
        ),
        f"/assignments/{a}/students/{s}": truth(course=course, assignment=a, student=s),
        f"/graders/{g}": truth(course=course, grader=g),
        f"/graders/{g}/students/{s}": truth(course=course, grader=g, student=s),
        f"/students/{s}": truth(course=course, student=s),
    }
    for path, expected in asked.items():
        assert wire.ids(base + path, token=token) == [each.id for each in expected], path
        assert expected, path


def test_an_admin_may_ask_by_assignment_student_grader_and_by_any_combination(
    wire: Wire,
) -> None:
    row = next(each for each in wire.campus.truth(course=565) if each.assignment and each.grader)
    truth = wire.campus.truth
    asked = {
        f"{GRADES}/assignments/{row.assignment}": truth(assignment=row.assignment),
        f"{GRADES}/students/{row.student}": truth(student=row.student),
        f"{GRADES}/graders/{row.grader}": truth(grader=row.grader),
        f"{GRADES}?assignment_id={row.assignment}&grader_id={row.grader}": truth(
            assignment=row.assignment, grader=row.grader
        ),
        f"{GRADES}?course_id=565&student_id={row.student}": truth(course=565, student=row.student),
    }
    for path, expected in asked.items():
        assert wire.ids(path) == [each.id for each in expected], path
        assert expected, path


def test_a_teacher_is_refused_on_admin_routes_other_courses_and_the_course_log(
    wire: Wire,
) -> None:
    other = wire.campus.courses[1][0]
    row = wire.campus.truth(course=565)[-1]
    for token in (wire.campus.teacher_token, wire.campus.ta_token):
        for path in (
            f"{GRADES}/assignments/{row.assignment}",
            f"{GRADES}/students/{row.student}",
            f"{GRADES}/graders/{row.grader}",
            f"{GRADES}?student_id={row.student}",
            GRADES,
            f"{GRADES}/courses/{other}",
            f"{COURSES}/courses/565",
            f"{COURSES}/accounts/1",
        ):
            response = wire.get(path, token=token)
            assert (response.status_code, response.json()["status"]) == (401, "unauthorized"), path
        assert seen(wire, f"{GRADES}/courses/565", token) == 200
        assert seen(wire, f"{GRADES}?course_id=565", token) == 200


def test_students_and_sub_account_admins_are_refused_everywhere(wire: Wire) -> None:
    for token in (wire.campus.student_token, wire.campus.subadmin_token):
        assert seen(wire, f"{GRADES}/courses/565", token) == 401
        assert seen(wire, f"{GRADES}/students/60", token) == 401
        assert wire.campus.truth(course=565, token=token) == ()


def test_not_allowed_is_403_where_the_site_says_so(wire: Wire) -> None:
    wire.server.warts = Warts(not_allowed_status=403)
    response = wire.get(f"{GRADES}/students/60", token=wire.campus.teacher_token)
    assert response.status_code == 403
    assert response.json()["status"] == "unauthorized"
    assert "X-Rate-Limit-Remaining" in response.headers


@pytest.mark.parametrize("token", ["revoked", "unknown", "none"])
def test_without_a_valid_token_it_is_unauthenticated(wire: Wire, token: str) -> None:
    text = {"revoked": wire.campus.revoked_token, "unknown": "2107~x", "none": ""}[token]
    response = wire.get(f"{GRADES}/courses/565", token=text)
    assert response.status_code == 401
    assert response.json()["status"] == "unauthenticated"
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="canvas-lms"'


def test_an_unknown_course_is_hidden_from_all_but_admins_and_404_in_the_advanced_query(
    wire: Wire,
) -> None:
    assert seen(wire, f"{GRADES}/courses/999999", wire.campus.token) == 404
    assert seen(wire, f"{GRADES}/courses/999999", wire.campus.teacher_token) == 401
    for token in (wire.campus.token, wire.campus.teacher_token, wire.campus.student_token):
        for query in ("course_id=999999", "assignment_id=999999", "student_id=999999"):
            assert seen(wire, f"{GRADES}?{query}", token) == 404


def test_the_advanced_query_without_a_condition_is_400_with_a_message_alone(wire: Wire) -> None:
    response = wire.get(GRADES)
    assert response.status_code == 400
    assert response.json() == {"message": "Must specify at least one query condition"}


def test_sis_forms_resolve_only_where_canvas_uses_its_finder(wire: Wire) -> None:
    school = wire.campus.school
    course = school.courses[565]
    assignment = next(
        each for each in map(school.assignments.__getitem__, course.assignments) if each.sis_id
    )
    student = school.people[course.students[0]]
    admin = wire.campus.token
    hexed = f"hex:sis_course_id:{str(course.sis_id).encode().hex()}"
    for path in (
        f"{GRADES}?course_id=sis_course_id:{course.sis_id}",
        f"{GRADES}?course_id={hexed}",
        f"{GRADES}?course_id=uuid:{course.uuid}",
        f"{GRADES}?student_id=sis_user_id:{student.sis_id}",
        f"{GRADES}?student_id=sis_login_id:{student.login}",
        f"{GRADES}/assignments/sis_assignment_id:{assignment.sis_id}",
        f"/api/v1/courses/sis_course_id:{course.sis_id}",
    ):
        assert seen(wire, path, admin) == 200, path
    for path in (
        f"{GRADES}/courses/sis_course_id:{course.sis_id}",
        f"{GRADES}/students/sis_user_id:{student.sis_id}",
        f"{GRADES}/students/self",
        f"{COURSES}/courses/sis_course_id:{course.sis_id}",
    ):
        assert seen(wire, path, admin) == 404, path


def test_global_ids_and_the_short_form_name_the_same_course(wire: Wire) -> None:
    local = wire.ids(f"{GRADES}/courses/565")
    assert wire.ids(f"{GRADES}/courses/21070000000000565") == local
    assert wire.ids(f"{GRADES}/courses/2107~565") == local


def test_deleted_things_answer_on_course_routes_and_nowhere_else(blank: Wire, hand: Hand) -> None:
    course = hand.course()
    work, student, teacher = course.assignments[0], course.students[0], course.teachers[0]
    hand.give(work, student, 3)
    hand.delete_assignment(work)
    hand.delete_user(student)
    hand.delete_user(teacher)
    hand.state(course.id, "deleted")
    base = f"{GRADES}/courses/{course.id}"
    for path in ("", f"/assignments/{work}", f"/students/{student}", f"/graders/{teacher}"):
        assert len(blank.ids(base + path)) == 1, path
    for path in (f"/assignments/{work}", f"/students/{student}", f"/graders/{teacher}"):
        assert seen(blank, GRADES + path, blank.campus.token) == 404, path
    assert seen(blank, f"{COURSES}/courses/{course.id}", blank.campus.token) == 200


def test_a_section_limited_ta_sees_only_their_section_filtered_after_paging(
    blank: Wire, hand: Hand
) -> None:
    course = hand.course()
    other, mine = course.sections[1].students, course.sections[0].students
    limited = next(each for each in course.assistants if each.sections)
    assert limited.sections == (course.sections[0].id,)
    for place, student in enumerate((*mine[:3], *other[:12])):
        hand.give(course.assignments[0], student, 3, at=blank.clock() - 60_000 + place * 1000)
    token = blank.campus.ta_token
    pages = blank.pages(f"{GRADES}/courses/{course.id}", {"per_page": 5}, token=token)
    assert [len(page) for page in pages] == [0, 0, 3], "empty pages that still have a next"
    assert len(blank.ids(f"{GRADES}/courses/{course.id}")) == 15


def test_an_old_server_has_no_advanced_query_and_none_of_the_undocumented_routes(
    wire: Wire,
) -> None:
    wire.server.warts = Warts(advanced_query=False, undocumented=False, course_log=False)
    for path in (
        f"{GRADES}?course_id=565",
        f"{GRADES}/courses/565/students/60",
        f"{COURSES}/courses/565",
    ):
        response = wire.get(path)
        assert response.status_code == 404, path
        assert response.json()["error_report_id"] == 1047
    assert seen(wire, f"{GRADES}/courses/565", wire.campus.token) == 200
