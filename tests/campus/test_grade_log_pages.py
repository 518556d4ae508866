"""Paging of the grade log: canvas-facts §1.2 and §1.3, and §3.2 on late rows."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.campus.wire import GRADES, NOW, Wire
from tui.campus.hand import Hand
from tui.campus.warts import Warts
from tui.events.times import iso, iso_second


def course_path(wire: Wire) -> str:
    return f"{GRADES}/courses/{wire.campus.courses[0][0]}"


@pytest.mark.parametrize("size", [1, 7, 10, 50, 100])
def test_pages_of_any_size_hold_every_row_once_in_the_true_order(wire: Wire, size: int) -> None:
    course = wire.campus.courses[0][0]
    true = [change.id for change in wire.campus.truth(course=course)]
    assert wire.ids(course_path(wire), {"per_page": size}) == true
    assert len(true) > 100


def test_rows_of_one_second_are_split_over_pages_without_loss(blank: Wire, hand: Hand) -> None:
    hand.bulk(hand.course().id, 333)
    found = blank.events(course_path(blank), {"per_page": 50})
    assert len({event["id"] for event in found}) == len(found) == 333
    assert len({event["created_at"] for event in found}) == 1


def test_an_old_server_loses_rows_that_share_the_second_of_a_pages_last(
    blank: Wire, hand: Hand
) -> None:
    hand.bulk(hand.course().id, 30, at=NOW - 60_000)
    hand.bulk(hand.course().id, 5, at=NOW - 90_000)
    blank.server.warts = Warts(old_bookmarks=True)
    pages = blank.pages(course_path(blank), {"per_page": 10})
    assert [len(page) for page in pages] == [10, 5]


def test_the_newest_second_comes_first_and_inside_it_the_newest_insertion(
    blank: Wire, hand: Hand
) -> None:
    course = hand.course()
    for place, seconds in enumerate((30, 10, 20, 10)):
        hand.give(course.assignments[0], course.students[place], 3, at=NOW - seconds * 1000)
    order = [event["links"]["student"] for event in blank.events(course_path(blank))]
    assert order == [str(course.students[place]) for place in (3, 1, 2, 0)]


def test_per_page_is_ten_by_default_and_clamped(wire: Wire) -> None:
    def count(**params: Any) -> int:
        return len(wire.get(course_path(wire), params).json()["events"])

    assert count() == 10
    assert count(per_page=0) == count(per_page=-5) == count(per_page="x") == 1
    assert count(per_page=1000) == 100
    wire.server.warts = Warts(max_per_page=50)
    assert count(per_page=1000) == 50


def test_the_link_header_has_current_next_first_and_repeats_the_query_without_secrets(
    wire: Wire,
) -> None:
    params = {"start_time": iso(0), "access_token": wire.campus.token, "per_page": 500}
    response = wire.get(course_path(wire), params)
    assert set(response.links) == {"current", "next", "first"}
    for link in response.links.values():
        assert link["url"].startswith(wire.server.url + course_path(wire) + "?start_time=")
        assert "access_token" not in link["url"]
        assert link["url"].endswith("&per_page=100")
    assert "page=bookmark:" in response.links["next"]["url"]
    assert "page=first" in response.links["first"]["url"]


def test_the_last_page_has_no_next(wire: Wire) -> None:
    course = wire.campus.courses[0][0]
    newest = wire.campus.truth(course=course)[0]
    params = {"start_time": iso(newest.at), "per_page": 100}
    assert "next" not in wire.get(course_path(wire), params).links


def test_a_link_header_over_six_kilobytes_loses_its_least_useful_links(wire: Wire) -> None:
    params = {"start_time": iso(0), "padding": "x" * 2500}
    response = wire.get(course_path(wire), params)
    assert set(response.links) == {"next", "current"}


def test_a_numbered_page_is_not_found_except_the_first(wire: Wire) -> None:
    first = wire.get(course_path(wire)).json()["events"]
    assert wire.get(course_path(wire), {"page": "1"}).json()["events"] == first
    assert wire.get(course_path(wire), {"page": "first"}).json()["events"] == first
    assert wire.get(course_path(wire), {"page": "2"}).status_code == 404


@pytest.mark.parametrize("page", ["bookmark:", "bookmark:!!", "bookmark:eyJ9", "nonsense"])
def test_a_bad_bookmark_starts_again_at_page_one(wire: Wire, page: str) -> None:
    response = wire.get(course_path(wire), {"page": page})
    assert response.json()["events"] == wire.get(course_path(wire)).json()["events"]
    assert "page=first" in response.links["current"]["url"]


def test_a_bookmark_of_a_time_alone_is_still_understood(wire: Wire) -> None:
    true = wire.campus.truth(course=wire.campus.courses[0][0])
    text = base64.urlsafe_b64encode(json.dumps(iso_second(true[20].at)).encode()).decode()
    events = wire.get(course_path(wire), {"page": f"bookmark:{text}"}).json()["events"]
    assert events[0]["id"] == next(each.id for each in true if each.at < true[20].at)


def test_bounds_are_inclusive_and_compared_with_whole_seconds(blank: Wire, hand: Hand) -> None:
    course = hand.course()
    hand.give(course.assignments[0], course.students[0], 3, at=NOW - NOW % 1000 + 900)
    second = NOW - NOW % 1000

    def count(**params: str) -> int:
        return len(blank.events(course_path(blank), params))

    assert count(start_time=iso(second), end_time=iso(second)) == 1
    assert count(start_time=iso(second + 500)) == 0, "the row's .9 has been cut off"
    assert count(end_time=iso(second - 1)) == 0
    assert count(start_time=iso(second + 1000)) == 0


@pytest.mark.parametrize("text", ["gestern", "", "2026-13-45", "2012-07-19T15:00:00 00:00"])
def test_an_unreadable_bound_is_ignored(wire: Wire, text: str) -> None:
    assert wire.ids(course_path(wire), {"start_time": text, "end_time": text}) == wire.ids(
        course_path(wire)
    )


def test_rows_that_arrive_while_paging_do_not_move_later_pages(blank: Wire, hand: Hand) -> None:
    course = hand.course()
    hand.bulk(course.id, 30)
    first = blank.get(course_path(blank))
    before = [change.id for change in blank.campus.truth(course=course.id)]
    blank.clock.tick(2)
    hand.bulk(course.id, 15)
    rest = blank.ids(first.links["next"]["url"])
    assert [event["id"] for event in first.json()["events"]] + rest == before


def test_a_late_row_appears_behind_newer_ones_once_it_is_inserted(blank: Wire, hand: Hand) -> None:
    course = hand.course()
    hand.give(course.assignments[0], course.students[0], 0, grader=0, visible=NOW + 120_000)
    blank.clock.tick(60)
    hand.give(course.assignments[0], course.students[1], 3)
    assert len(blank.ids(course_path(blank))) == 1 == len(blank.campus.truth(course=course.id))
    blank.clock.tick(61)
    late = blank.events(course_path(blank))[1]
    assert late["created_at"] == iso_second(NOW)
    assert late["links"]["student"] == str(course.students[0])
