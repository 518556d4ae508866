"""What rows look like: canvas-facts §1.6, §1.7, §2.1 and §6."""

from __future__ import annotations

from typing import Any

from tests.campus.wire import GRADES, Wire
from tui.campus.hand import Hand
from tui.campus.warts import Warts

FIELDS = {
    "id", "created_at", "event_type", "grade_before", "grade_after", "excused_before",
    "excused_after", "graded_anonymously", "points_possible_before", "points_possible_after",
    "version_number", "links",
}  # fmt: skip


def document(wire: Wire, path: str = "", **params: Any) -> dict[str, Any]:
    return wire.get(f"{GRADES}/courses/{wire.campus.courses[0][0]}{path}", params).json()


def test_a_row_has_exactly_the_fields_and_types_of_the_server(blank: Wire, hand: Hand) -> None:
    course = hand.course()
    hand.give(course.assignments[0], course.students[0], 3)
    found = document(blank)
    assert set(found) == {"links", "events", "linked"}
    (event,) = found["events"]
    assert set(event) == FIELDS
    assert event["event_type"] == "grade_change"
    assert event["version_number"] == 1
    assert (event["grade_before"], event["grade_after"]) == (None, "3")
    assert event["links"] == {
        "course": course.id,
        "assignment": course.assignments[0],
        "student": str(course.students[0]),
        "grader": str(course.teachers[0]),
        "page_view": None,
    }
    linked = found["linked"]
    assert linked["page_views"] == []
    assert [each["id"] for each in linked["assignments"]] == [course.assignments[0]]
    assert len(linked["assignments"][0]["description"]) > 1000, "pages are heavy"
    assert [each["id"] for each in linked["courses"]] == [course.id]
    assert {each["id"] for each in linked["users"]} == {course.students[0], course.teachers[0]}


def test_nobody_graded_is_a_null_grader_and_no_row_of_any_grader(blank: Wire, hand: Hand) -> None:
    course = hand.course()
    hand.quiz(course.assignments[1], course.students[0], 3)
    (event,) = document(blank)["events"]
    assert event["links"]["grader"] is None
    assert document(blank, f"/graders/{course.teachers[0]}")["events"] == []


def test_an_excusal_takes_the_grade_and_says_so(blank: Wire, hand: Hand) -> None:
    course = hand.course()
    hand.give(course.assignments[0], course.students[0], 3)
    hand.excuse(course.assignments[0], course.students[0])
    event = document(blank)["events"][0]
    assert (event["grade_before"], event["grade_after"]) == ("3", None)
    assert (event["excused_before"], event["excused_after"]) == (False, True)


def test_a_score_that_moves_inside_a_letter_is_a_row_with_equal_grades(
    blank: Wire, hand: Hand
) -> None:
    course = hand.course()
    essay = course.assignments[2]
    hand.give(essay, course.students[0], 91)
    hand.give(essay, course.students[0], 92)
    event = document(blank)["events"][0]
    assert event["grade_before"] == event["grade_after"] == "A-"
    assert event["version_number"] == 2


def test_current_grade_is_added_on_request_and_left_out_when_there_is_none(
    blank: Wire, hand: Hand
) -> None:
    course = hand.course()
    hand.give(course.assignments[0], course.students[0], 3)
    hand.give(course.assignments[0], course.students[0], 4)
    hand.excuse(course.assignments[0], course.students[1])
    assert "grade_current" not in document(blank)["events"][0]
    for name in ("include[]", "include"):
        events = document(blank, **{name: "current_grade"})["events"]
        assert [event.get("grade_current", "absent") for event in events] == ["absent", "4", "4"]


def test_an_anonymous_muted_assignment_withholds_students_until_it_is_posted(
    blank: Wire, hand: Hand
) -> None:
    course = hand.course()
    work, student = course.assignments[0], course.students[0]
    hand.hide(work)
    hand.give(work, student, 3)
    found = document(blank)
    (event,) = found["events"]
    assert event["links"]["student"] is None
    assert event["graded_anonymously"] is True
    assert student not in [each["id"] for each in found["linked"]["users"]]
    assert document(blank, f"/students/{student}")["events"] == []
    assert blank.events(f"{GRADES}/students/{student}") == []
    assert blank.campus.truth(student=student) == ()
    hand.post(work)
    (after,) = document(blank)["events"]
    assert after["links"]["student"] == str(student)
    assert {**event, "links": {}} == {**after, "links": {}}, "the same row"
    assert len(document(blank, f"/students/{student}")["events"]) == 1


def test_an_override_has_no_assignment_no_points_and_version_0(blank: Wire, hand: Hand) -> None:
    course = hand.course()
    hand.give(course.assignments[0], course.students[0], 3)
    hand.override(course.id, course.students[0], "85.5%")
    hand.override(course.id, course.students[0], "90%", period=2)
    for path in ("", "/assignments/override"):
        event = document(blank, path)["events"][1]
        assert event["course_override_grade"] is True
        assert "assignment" not in event["links"]
        assert event["version_number"] == 0
        assert event["points_possible_after"] is None
        assert (event["grade_before"], event["grade_after"]) == (None, "85.5%")
    assert len(document(blank, "/assignments/override")["events"]) == 2
    assert len(blank.events(f"{GRADES}?course_id={course.id}&assignment_id=override")) == 2
    blank.server.warts = Warts(decimal_comma=True)
    assert document(blank)["events"][1]["grade_after"] == "85,5%"


def test_overrides_vanish_before_paging_from_courses_that_do_not_allow_them(
    blank: Wire, hand: Hand
) -> None:
    course = hand.course()
    hand.state(course.id, "available", overrides=False)
    for place, student in enumerate(course.students[:20]):
        hand.give(course.assignments[0], student, 3, at=blank.clock() - 90_000 + place * 1000)
        hand.override(course.id, student, "85%", at=blank.clock() - 60_000 + place * 1000)
    pages = blank.pages(f"{GRADES}/courses/{course.id}", {"per_page": 10})
    assert [len(page) for page in pages] == [10, 10]
    student = course.students[0]
    assert len(document(blank, f"/students/{student}")["events"]) == 1
    assert len(blank.events(f"{GRADES}/students/{student}")) == 2, "another view shows both"
    assert len(blank.events(f"{GRADES}?assignment_id=override")) == 20


def test_a_points_edit_writes_no_row_but_shows_at_the_next_grade(wire: Wire) -> None:
    changed = [
        each
        for course, _ in wire.campus.courses
        for each in wire.campus.truth(course=course)
        if each.points_before != each.points_after and each.assignment
    ]
    assert all(each.before is not None for each in changed)


def test_string_ids_reach_linked_objects_but_not_the_links_of_a_row(
    blank: Wire, hand: Hand
) -> None:
    course = hand.course()
    hand.give(course.assignments[0], course.students[0], 3)
    accept = {"Accept": "application/json+canvas-string-ids"}
    found = blank.get(f"{GRADES}/courses/{course.id}", headers=accept).json()
    assert found["linked"]["courses"][0]["id"] == str(course.id)
    assert found["linked"]["courses"][0]["account_id"] == "1"
    assert {each["id"] for each in found["linked"]["users"]} == {
        str(course.students[0]),
        str(course.teachers[0]),
    }
    assert found["events"][0]["links"]["course"] == course.id
    assert found["events"][0]["links"]["assignment"] == course.assignments[0]


def test_a_visitors_id_is_global_and_their_name_missing_from_linked(
    blank: Wire, hand: Hand
) -> None:
    course = hand.course()
    visitor = course.students[-1]
    assert visitor == 420000000000077
    hand.give(course.assignments[0], visitor, 3)
    found = document(blank)
    assert found["events"][0]["links"]["student"] == "420000000000077"
    assert [each["id"] for each in found["linked"]["users"]] == [course.teachers[0]]
    assert len(document(blank, "/students/42~77")["events"]) == 1


def test_a_self_hosted_server_gives_page_views_and_request_ids(blank: Wire, hand: Hand) -> None:
    course = hand.course()
    hand.bulk(course.id, 5)
    blank.server.warts = Warts(page_views=True, request_id=True)
    found = document(blank)
    (request,) = {event["request_id"] for event in found["events"]}
    assert {event["links"]["page_view"] for event in found["events"]} == {request}
    assert [view["id"] for view in found["linked"]["page_views"]] == [request]


def test_a_very_old_server_has_fewer_fields_and_integers(blank: Wire, hand: Hand) -> None:
    course = hand.course()
    hand.give(course.assignments[0], course.students[0], 3)
    blank.server.warts = Warts(old_shape=True)
    (event,) = document(blank)["events"]
    assert "excused_after" not in event
    assert event["links"]["student"] == course.students[0]
