"""The token goes to the configured origin and nowhere else."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import SecretStr

from tests.sources.setting import NOON, Desk, Time
from tests.sources.wire import Answer, Request, Wire, json_answer, page, row
from tui.sources.audit_api.client import CanvasClient, Limits, skew
from tui.sources.audit_api.replies import Verdict
from tui.sources.source import Outcome, SourceFailed
from tui.sources.targets import Targets

TOKEN = "1~verySecretToken0123456789"
COURSE = Targets(courses=("5",), course_events=False)


def client(url: str, time: Time | None = None) -> CanvasClient:
    time = time or Time()
    return CanvasClient(url, SecretStr(TOKEN), clock=time.now, sleep=time.sleep)


async def test_a_redirect_to_another_port_is_refused_and_that_port_hears_nothing() -> None:
    async with Wire(lambda _: json_answer([])) as other:
        leads = f"{other.url}/api/v1/users/self"
        async with Wire(lambda _: Answer(302, headers={"Location": leads})) as canvas:
            async with client(canvas.url) as asking:
                reply = await asking.get("users/self")
            assert canvas.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
        assert reply.verdict is Verdict.ELSEWHERE
        assert reply.message == other.url
        assert other.requests == []


async def test_a_redirect_inside_the_origin_is_followed_a_few_times_only() -> None:
    def answer(request: Request) -> Answer:
        if request.path == "/there":
            return json_answer({"id": 1})
        onward = "/there" if request.path.endswith("self") else request.path
        return Answer(302, headers={"Location": onward})

    async with Wire(answer) as canvas, client(canvas.url) as asking:
        assert (await asking.get("users/self")).verdict is Verdict.OK
        assert canvas.requests[-1].headers["authorization"] == f"Bearer {TOKEN}"
        assert (await asking.get("circle")).verdict is Verdict.NOT_API
        assert len(canvas.requests) == 7


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:{other}/x",
        "//127.0.0.1:{other}/x",
        "http://127.0.0.1:{own}@127.0.0.1:{other}/x",
        "http://user:pass@127.0.0.1:{own}/x",
        "http://localhost:{own}/x",
        "https://127.0.0.1:{own}/x",
        "http://[::1:{own}/x",
        "file:///etc/passwd",
    ],
)
async def test_a_link_that_leaves_the_origin_is_not_followed(link: str) -> None:
    async with Wire(lambda _: json_answer([])) as other, Wire(lambda _: json_answer([])) as canvas:
        own, foreign = canvas.url.rpartition(":")[2], other.url.rpartition(":")[2]
        async with client(canvas.url) as asking:
            leads = link.format(own=own, other=foreign)
            reply = await asking.follow(leads, f"{canvas.url}/api/v1/courses")
        assert reply.verdict is Verdict.ELSEWHERE
        assert canvas.requests == []
        assert other.requests == []


async def test_a_foreign_next_link_is_refused_in_words_and_the_rest_is_read_by_time() -> None:
    async with Wire(lambda _: json_answer([])) as other:

        def answer(request: Request) -> Answer:
            if "end_time" in request.params:
                return json_answer(page(row(2, NOON - 5000), row(1, NOON - 9000)))
            leads = f'<{other.url}/api/v1/audit?page=2&token=abc>; rel="next"'
            return json_answer(page(row(3, NOON - 2000), row(2, NOON - 5000)), Link=leads)

        desk = Desk()
        async with Wire(answer) as canvas:
            await desk.once(desk.audit(canvas.url, TOKEN, COURSE))
        assert other.requests == []
        assert desk.found() == ["audit:row-1", "audit:row-2", "audit:row-3"]
        (words,) = {words for words in desk.watch.words() if "refused" in words}
        assert other.url in words
        assert "abc" not in words


async def test_a_redirecting_canvas_fails_with_words_that_name_the_other_host() -> None:
    leads = "https://login.example.edu/sso?token=abc"
    desk = Desk()
    async with Wire(lambda _: Answer(302, headers={"Location": leads})) as canvas:
        with pytest.raises(SourceFailed) as failed:
            await desk.once(desk.audit(canvas.url, TOKEN, COURSE))
    assert "https://login.example.edu" in str(failed.value)
    assert "--canvas-url" in str(failed.value)
    assert "abc" not in str(failed.value)
    assert failed.value.outcome is Outcome.USAGE


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://canvas.example.edu", "unencrypted"),
        ("http://10.0.0.7:3000", "unencrypted"),
        ("https://me:secret@canvas.example.edu", "password"),
        ("ftp://canvas.example.edu", "looks like https://"),
        ("canvas.example.edu", "looks like https://"),
        ("https://", "looks like https://"),
        ("https://[", "looks like https://"),
        ("https://canvas.example.edu:port", "no address"),
    ],
)
def test_addresses_that_would_give_the_token_away_are_refused(address: str, says: str) -> None:
    with pytest.raises(SourceFailed, match=says) as failed:
        client(address)
    assert failed.value.outcome is Outcome.USAGE
    assert "secret" not in str(failed.value)


@pytest.mark.parametrize("token", ["", "  ", "two words", "line\nbreak", "ключ"])
def test_a_token_that_cannot_be_one_is_a_usage_error(token: str) -> None:
    time = Time()
    with pytest.raises(SourceFailed, match="token"):
        CanvasClient(
            "https://canvas.example.edu", SecretStr(token), clock=time.now, sleep=time.sleep
        )


async def test_cookies_are_not_kept() -> None:
    async with Wire(lambda _: json_answer([], Set_Cookie="canvas_session=1; Path=/")) as canvas:
        async with client(canvas.url) as asking:
            await asking.get("users/self")
            await asking.get("users/self")
        assert "cookie" not in canvas.requests[1].headers


async def test_a_base_path_and_a_pasted_api_path_are_understood() -> None:
    async with Wire(lambda _: json_answer([])) as canvas:
        for pasted in ("/", "/api/v1", "/api/v1/", ""):
            async with client(canvas.url + pasted) as asking:
                await asking.get("users/self")
        assert {request.path for request in canvas.requests} == {"/api/v1/users/self"}
        async with client(f"{canvas.url}/canvas/") as asking:
            await asking.get("users/self")
        assert canvas.requests[-1].path == "/canvas/api/v1/users/self"


async def test_a_server_that_never_answers_or_drips_is_given_up() -> None:
    async def never(request: Request) -> Answer:
        await asyncio.sleep(3600 if request.path.endswith("never") else 0)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n["
        return Answer(raw=head)

    time = Time()
    limits = Limits(silence=0.2, whole=0.4)
    async with (
        Wire(never) as canvas,
        CanvasClient(
            canvas.url, SecretStr(TOKEN), clock=time.now, sleep=time.sleep, limits=limits
        ) as asking,
    ):
        assert (await asking.get("never")).message == "no answer in time"
        broken = await asking.get("broken")
    assert broken.verdict is Verdict.NETWORK
    assert broken.message == "the connection broke in the middle of an answer"


@pytest.mark.parametrize(
    ("server", "ours", "skewed"),
    [(NOON, NOON, 0), (NOON, NOON + 999, 0), (NOON, NOON + 1500, -501), (NOON + 5000, NOON, 5000)],
)
def test_a_date_of_whole_seconds_is_no_skew_of_its_own(server: int, ours: int, skewed: int) -> None:
    assert skew(server, ours) == skewed
