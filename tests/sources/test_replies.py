"""What an answer means is read from its body and headers, not from its status alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.setting import NOON
from tui.sources.audit_api.replies import Verdict, classify, next_link

UNAUTHORIZED = {"status": "unauthorized", "errors": [{"message": "user not authorized"}]}
LOGGED_OUT = {"status": "unauthenticated", "errors": [{"message": "user authorization required"}]}
PLAIN = {"content-type": "text/plain; charset=utf-8"}
HTML = {"content-type": "text/html"}


@pytest.mark.parametrize(
    ("status", "headers", "body", "verdict"),
    [
        (200, {}, {"events": []}, Verdict.OK),
        (200, HTML, "<html>", Verdict.NOT_API),
        (200, {}, "", Verdict.NOT_API),
        (401, {}, UNAUTHORIZED, Verdict.NOT_ALLOWED),
        (403, {}, UNAUTHORIZED, Verdict.NOT_ALLOWED),
        (403, {"x-rate-limit-remaining": "0.0"}, UNAUTHORIZED, Verdict.NOT_ALLOWED),
        (401, {}, LOGGED_OUT, Verdict.UNAUTHENTICATED),
        (
            401,
            {"www-authenticate": 'Bearer realm="canvas-lms"'},
            {"errors": [{"message": "Invalid access token."}]},
            Verdict.UNAUTHENTICATED,
        ),
        (401, {}, {"errors": [{"message": "Insufficient scopes"}]}, Verdict.DOUBTFUL),
        (401, PLAIN, "no", Verdict.DOUBTFUL),
        (403, PLAIN, "403 Forbidden (Rate Limit Exceeded)\n", Verdict.THROTTLED),
        (403, {**PLAIN, "x-rate-limit-remaining": "0.0"}, "403 Verboten\n", Verdict.THROTTLED),
        (429, {}, {"errors": []}, Verdict.THROTTLED),
        (429, HTML, "<html>", Verdict.THROTTLED),
        (403, HTML, "<html>blocked", Verdict.NOT_API),
        (404, {}, {"errors": [{"message": "gone"}]}, Verdict.NOT_FOUND),
        (404, HTML, "<html>", Verdict.NOT_API),
        (400, {}, {"message": "Must specify"}, Verdict.BAD_REQUEST),
        (422, {}, {"message": "no"}, Verdict.BAD_REQUEST),
        (500, {}, {"errors": []}, Verdict.SERVER_ERROR),
        (503, HTML, "<html>", Verdict.SERVER_ERROR),
        (302, {}, "", Verdict.NOT_API),
    ],
)
def test_verdicts(status: int, headers: dict[str, str], body: object, verdict: Verdict) -> None:
    wire = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    assert classify(status, headers, wire, now=NOON).verdict is verdict


def test_headers_are_read() -> None:
    headers = {
        "link": '<https://c/x?page=bookmark:abc,def&per_page=9>; rel="next",<https://c>; rel=first',
        "x-rate-limit-remaining": "-12.5",
        "date": "Mon, 21 Sep 2026 14:13:20 GMT",
        "retry-after": "Mon, 21 Sep 2026 14:13:50 GMT",
    }
    reply = classify(200, headers, b"[]", now=NOON)
    assert reply.next_link == "https://c/x?page=bookmark:abc,def&per_page=9"
    assert reply.remaining == -12.5
    assert reply.server_ms == NOON
    assert reply.retry_after == 30.0


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ("", None),
        ("<a>; rel=next", "a"),
        ('<a>; rel="prev next"', "a"),
        ('<a>; title="x, y; rel=z"; rel="next"', "a"),
        ('<a>;rel="current",<b>;rel="next",<c>;rel="first"', "b"),
        ('<a>; rel="nextish"', None),
        ('a; rel="next"', None),
        ('< b >; rel="NEXT"', "b"),
    ],
)
def test_the_next_link_is_found(header: str, link: str | None) -> None:
    assert next_link(header) == link


def test_an_anti_hijack_prefix_and_broken_bytes_do_not_spoil_a_document() -> None:
    assert classify(200, {}, b'while(1);{"events":[]}', now=0).document == {"events": []}
    assert classify(200, {}, b'\xef\xbb\xbf["\xff"]', now=0).document == ["\ufffd"]


@given(
    status=st.integers(100, 599),
    headers=st.dictionaries(
        st.sampled_from(
            ["link", "date", "retry-after", "x-rate-limit-remaining", "content-type", "x"]
        ),
        st.text(max_size=60) | st.sampled_from(["nan", "inf", "-1", "1e400", "text/html"]),
    ),
    body=st.binary(max_size=200)
    | st.sampled_from([b"[" * 100_000, b"1" * 5000, b'{"errors":{"a":[1]}}', b'{"errors":"no"}']),
)
def test_no_answer_is_too_strange(status: int, headers: dict[str, str], body: bytes) -> None:
    reply = classify(status, headers, body, now=NOON)
    assert reply.verdict in Verdict
    assert len(reply.message) <= 200
    assert reply.retry_after is None or reply.retry_after >= 0
    assert reply.remaining is None or abs(reply.remaining) < 1e12
