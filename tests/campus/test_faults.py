"""What can go wrong on the way, and that each fault is counted when it did."""

from __future__ import annotations

import httpx
import pytest

from tests.campus.wire import GRADES, Wire
from tui.campus.warts import Fault, Faults, Warts

PATH = f"{GRADES}/courses/565"


def arrange(wire: Wire, *script: Fault) -> None:
    wire.server.warts = Warts(faults=Faults(script=dict(enumerate(script))))


def test_a_connection_can_vanish_before_the_answer_and_break_in_the_middle(wire: Wire) -> None:
    arrange(wire, Fault.VANISH, Fault.DISCONNECT)
    for _ in range(2):
        with pytest.raises(httpx.RemoteProtocolError):
            wire.get(PATH)
    assert wire.get(PATH).status_code == 200
    assert wire.server.fired == {"vanish": 1, "disconnect": 1}
    assert [each.status for each in wire.server.requests] == [0, 0, 200]


def test_errors_come_as_json_and_as_html(wire: Wire) -> None:
    arrange(wire, Fault.ERROR_500, Fault.HTML)
    assert wire.get(PATH).json()["errors"][0]["error_code"] == "internal_server_error"
    page = wire.get(PATH)
    assert page.status_code == 502
    assert page.headers["Content-Type"].startswith("text/html")


def test_an_empty_page_leads_to_the_rows_it_skipped(wire: Wire) -> None:
    true = [each.id for each in wire.campus.truth(course=565)]
    arrange(wire, Fault.EMPTY_PAGE, *[Fault.EMPTY_PAGE] * 3)
    pages = wire.pages(PATH, {"per_page": 100})
    assert [len(page) for page in pages][:5] == [0, 0, 0, 0, min(100, len(true))]
    assert [event["id"] for page in pages for event in page] == true
    assert wire.server.fired == {"empty_page": 4}


def test_a_restarted_pager_serves_page_one_again_and_says_so(wire: Wire) -> None:
    first = wire.get(PATH)
    arrange(wire, Fault.RESTART, Fault.RESTART)
    assert wire.get(PATH).json() == first.json()
    assert wire.server.fired == {}, "page one was asked for anyway"
    again = wire.get(first.links["next"]["url"])
    assert again.json()["events"] == first.json()["events"]
    assert "page=first" in again.links["current"]["url"]
    assert wire.server.fired == {"restart": 1}


def test_links_and_redirects_can_point_to_another_host(wire: Wire) -> None:
    arrange(wire, Fault.FOREIGN_LINK, Fault.REDIRECT)
    assert wire.get(PATH).links["next"]["url"].startswith("http://canvas.example.net/api/v1/")
    moved = wire.get(PATH)
    assert moved.status_code == 302
    assert moved.headers["Location"] == f"http://canvas.example.net{PATH}"
    assert wire.server.fired == {"foreign_link": 1, "redirect": 1}


def test_faults_by_chance_are_the_same_for_the_same_seed() -> None:
    chances = {Fault.THROTTLE: 0.2, Fault.HTML: 0.1}
    plans = [Faults(chances=chances, seed=seed) for seed in (1, 1, 2)]
    drawn = [[plan.of(number) for number in range(400)] for plan in plans]
    assert drawn[0] == drawn[1] != drawn[2]
    assert 50 < drawn[0].count(Fault.THROTTLE) < 110
    assert 20 < drawn[0].count(Fault.HTML) < 70


def test_the_log_says_what_was_asked_and_whether_a_token_came_along(wire: Wire) -> None:
    wire.get(PATH, {"per_page": 3}, headers={"User-Agent": "gradewatch-test"})
    wire.http.get(wire.server.url + PATH)
    with_token, without = wire.server.requests
    assert (with_token.method, with_token.path) == ("GET", PATH)
    assert with_token.params == (("per_page", "3"),)
    assert (with_token.authorized, with_token.user_agent) == (True, "gradewatch-test")
    assert (without.authorized, without.status) == (False, 401)


def test_the_date_header_is_the_servers_own_clock(wire: Wire) -> None:
    wire.server.warts = Warts(skew_ms=90_000)
    assert wire.get(PATH).headers["Date"] == "Mon, 21 Sep 2026 14:14:50 GMT"
