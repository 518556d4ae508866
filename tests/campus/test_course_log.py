"""The course log: canvas-facts §2.2."""

from __future__ import annotations

import json
from typing import Any

from tests.campus.wire import COURSES, Wire
from tui.campus.hand import Hand
from tui.campus.warts import Warts


def log(wire: Wire, **params: Any) -> dict[str, Any]:
    return wire.get(f"{COURSES}/courses/{wire.campus.courses[0][0]}", params).json()


def test_an_update_has_pairs_an_integer_user_and_a_source(blank: Wire, hand: Hand) -> None:
    course = hand.course()
    hand.course_event(course.id, "updated", data={"name": ["Course 1", "Course 2"]}, source="api")
    found = log(blank)
    (event,) = found["events"]
    assert event["event_type"] == "updated"
    assert event["event_source"] == "api"
    assert event["event_data"] == {"name": ["Course 1", "Course 2"]}
    assert event["links"] == {
        "course": course.id,
        "user": course.teachers[0],
        "page_view": None,
        "sis_batch": None,
    }
    assert set(found["linked"]) == {"page_views", "courses", "users"}
    assert found["linked"]["users"][0]["id"] == course.teachers[0]


def test_a_copy_names_the_other_course_in_its_links_and_both_in_linked(wire: Wire) -> None:
    events = [
        event
        for account in (1, 2, 3)
        for event in wire.events(f"{COURSES}/accounts/{account}", {"per_page": 100})
    ]
    copied = [event for event in events if event["event_type"] == "copied_to"]
    assert copied
    for event in copied:
        other = event["links"]["copied_to"]
        assert event["event_data"] == {}
        response = wire.get(f"{COURSES}/courses/{other}").json()
        back = next(each for each in response["events"] if each["event_type"] == "copied_from")
        assert back["links"]["copied_from"] == event["links"]["course"]
        assert {each["id"] for each in response["linked"]["courses"]} >= {
            other,
            event["links"]["course"],
        }


def test_long_strings_are_cut_at_a_thousand_characters(blank: Wire, hand: Hand) -> None:
    hand.course_event(hand.course().id, "updated", data={"syllabus_body": [None, "x" * 60_000]})
    (event,) = log(blank)["events"]
    assert event["event_data"] == {"syllabus_body": [None, "x" * 1000]}


def test_a_sis_change_has_a_batch_and_no_user(blank: Wire, hand: Hand) -> None:
    hand.course_event(hand.course().id, "deleted", source="sis", sis_batch=77)
    (event,) = log(blank)["events"]
    assert event["event_source"] == "sis"
    assert (event["links"]["user"], event["links"]["sis_batch"]) == (None, 77)
    assert event["event_data"] == {}


def test_event_data_can_arrive_as_text(blank: Wire, hand: Hand) -> None:
    hand.course_event(hand.course().id, "updated", data={"is_public": [False, True]})
    blank.server.warts = Warts(string_event_data=True)
    (event,) = log(blank)["events"]
    assert json.loads(event["event_data"]) == {"is_public": [False, True]}


def test_pages_of_courses_and_accounts_hold_every_row_once(wire: Wire) -> None:
    truth = wire.campus.course_truth
    for account in (1, 2, 3):
        true = [each.id for each in truth(account=account)]
        assert wire.ids(f"{COURSES}/accounts/{account}", {"per_page": 2}) == true
    for course in wire.campus.school.courses:
        true = [each.id for each in truth(course=course)]
        assert wire.ids(f"{COURSES}/courses/{course}", {"per_page": 1}) == true
    assert truth(account=1, token=wire.campus.teacher_token) == ()
    assert wire.get(f"{COURSES}/courses/999999").status_code == 404
