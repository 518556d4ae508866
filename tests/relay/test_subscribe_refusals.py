"""What is refused before the upgrade, over real HTTP: names, statuses and floors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from tests.relay.serving import Serving, change, refused, serving, subscribed
from tui.relay.options import RelayOptions
from tui.relay.tokens import add_token

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
"""What makes a request one for a websocket."""


async def first_seq(url: str) -> int:
    """The sequence number of the first event that a subscription gets."""
    async with subscribed(url) as client:
        (seq,) = await client.seqs(1)
        return seq


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncGenerator[Serving]:
    async with serving(tmp_path) as running:
        await running.append(change(1), change(2))
        yield running


async def test_a_cursor_below_the_floor_is_too_old_and_the_floor_is_told(relay: Serving) -> None:
    status, body = await refused(relay.url(relay.cursor(0)))
    assert (status, body["error"], body["floor"]) == (400, "CursorTooOld", 1)


async def test_a_cursor_beyond_the_head_is_in_the_future(relay: Serving) -> None:
    status, body = await refused(relay.url(relay.cursor(4)))
    assert (status, body["error"], body["floor"]) == (400, "CursorInFuture", 1)


async def test_a_cursor_from_a_relay_that_is_ahead_is_waited_for(relay: Serving) -> None:
    async with asyncio.TaskGroup() as group:
        early = group.create_task(first_seq(relay.url(relay.cursor(4))))
        await asyncio.sleep(0.05)
        await relay.append(change(3), change(4))
        assert await early == 4


async def test_a_cursor_of_another_epoch_is_never_trusted(relay: Serving) -> None:
    status, body = await refused(relay.url("cursor=another.1"))
    assert (status, body["error"], body["floor"]) == (400, "EpochChanged", 1)


@pytest.mark.parametrize("query", ["colour=blue", "kind=grades", "course=x", "cursor=5", "kind"])
async def test_what_is_not_understood_is_an_invalid_parameter(relay: Serving, query: str) -> None:
    status, body = await refused(relay.url(query))
    assert (status, body["error"]) == (400, "InvalidParameter")
    assert "floor" not in body


async def test_another_subprotocol_is_refused_by_name(relay: Serving) -> None:
    headers = {"Sec-WebSocket-Protocol": "other.v2, more"}
    status, body = await refused(relay.url(), **headers)
    assert (status, body["error"]) == (400, "InvalidParameter")
    assert "gradewatch.v1.json" in str(body["message"])


async def test_one_good_subprotocol_among_others_is_taken(relay: Serving) -> None:
    async with subscribed(relay.url(), subprotocols=["x", "gradewatch.v1.json"]) as client:
        assert client.wire.subprotocol == "gradewatch.v1.json"


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:8642", "null"])
async def test_a_web_page_may_not_subscribe(relay: Serving, origin: str) -> None:
    status, body = await refused(relay.url(), Origin=origin)
    assert (status, body["error"]) == (403, "Forbidden")
    assert "web page" in str(body["message"])


async def test_a_web_page_may_not_post(relay: Serving) -> None:
    async with relay.http() as http:
        answer = await http.post(
            "/v1/events", json=change(3), headers={"Origin": "https://evil.example"}
        )
    assert answer.status_code == 403
    assert relay.log.head == 3


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8642", "localhost.evil.example"])
async def test_a_name_made_to_mean_this_machine_is_refused(relay: Serving, host: str) -> None:
    async with relay.http(headers={"Host": host}) as http:
        answer = await http.get("/v1/subscribe", headers=UPGRADE)
        assert (answer.status_code, answer.json()["error"]) == (403, "Forbidden")
        assert (await http.post("/v1/events", json=change(3))).status_code == 403
        assert (await http.get("/healthz")).status_code == 403
        assert (await http.get("/metrics")).status_code == 403
    assert relay.log.head == 3


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.9.9.9:80", "[::1]:5"]
)
async def test_this_machine_s_own_names_are_answered(relay: Serving, host: str) -> None:
    async with relay.http(headers={"Host": host}) as http:
        assert (await http.get("/healthz")).status_code == 200


def edit(tokens: Path, change: Callable[[str], str]) -> None:
    """As a person does with an editor."""
    tokens.write_text(change(tokens.read_text()))


class TestWithTokens:
    """A relay that asks for tokens."""

    @pytest.fixture
    def tokens(self, tmp_path: Path) -> Path:
        return tmp_path / "tokens.jsonl"

    @pytest.fixture
    def all_courses(self, tokens: Path) -> str:
        return add_token(tokens, "admin").get_secret_value()

    @pytest.fixture
    def one_course(self, tokens: Path) -> str:
        return add_token(tokens, "ta", ("565",)).get_secret_value()

    @pytest.fixture
    async def guarded(
        self, tmp_path: Path, tokens: Path, one_course: str, all_courses: str
    ) -> AsyncGenerator[Serving]:
        assert all_courses != one_course
        options = RelayOptions(tokens=tokens, sweep_s=0.05, grace_s=2)
        async with serving(tmp_path, options) as running:
            yield running

    @pytest.mark.parametrize(
        "header", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic a2ltOmtpbQ==", "wrong"]
    )
    async def test_no_good_token_is_unauthorized(
        self, guarded: Serving, header: str | None
    ) -> None:
        headers = {} if header is None else {"Authorization": header}
        status, body = await refused(guarded.url("colour=blue"), **headers)
        assert (status, body["error"]) == (401, "Unauthorized")

    async def test_a_token_in_the_query_is_not_looked_at(
        self, guarded: Serving, all_courses: str
    ) -> None:
        status, body = await refused(guarded.url(f"access_token={all_courses}"))
        assert (status, body["error"]) == (401, "Unauthorized")

    async def test_a_course_outside_the_scope_is_forbidden(
        self, guarded: Serving, one_course: str
    ) -> None:
        bearer = {"Authorization": f"bearer {one_course}"}
        status, body = await refused(guarded.url("course=565&course=12"), **bearer)
        assert (status, body["error"]) == (403, "Forbidden")
        assert "12" in str(body["message"])

    async def test_a_limited_token_gets_its_course_and_nothing_of_others(
        self, guarded: Serving, one_course: str, all_courses: str
    ) -> None:
        await guarded.append(
            change(1),
            change(2, course=12),
            change(3, context_type="Account"),
            change(4, event_name="enrollment_created"),
        )
        async with subscribed(guarded.url(guarded.cursor(1)), one_course) as client:
            frames = [await client.event(), await client.event()]
            assert [frame["seq"] for frame in frames] == [1, 4]
            assert (await client.info("caught_up"))["seq"] == 5
        assert "0000000000012" not in str(frames)
        async with subscribed(guarded.url(guarded.cursor(1)), all_courses) as client:
            assert await client.seqs(4) == [1, 2, 3, 4]

    async def test_a_host_of_any_name_is_answered(self, guarded: Serving, all_courses: str) -> None:
        bearer = {"Authorization": f"Bearer {all_courses}"}
        async with guarded.http(headers={"Host": "relay.example.edu"} | bearer) as http:
            answer = await http.get("/v1/subscribe?cursor=other.1", headers=UPGRADE)
            assert answer.json()["error"] == "EpochChanged"

    async def test_a_token_taken_away_ends_its_open_subscriptions(
        self, guarded: Serving, tokens: Path, one_course: str, all_courses: str
    ) -> None:
        async with (
            subscribed(guarded.url(), one_course) as gone,
            subscribed(guarded.url(), all_courses) as stays,
        ):
            await gone.info("caught_up")
            await stays.info("caught_up")
            edit(tokens, lambda text: f"# {text}")  # the first line is the TA's
            code, error = await gone.end()
            assert code == 4501
            assert error is not None
            assert error["error"] == "Unauthorized"
            await guarded.append(change(1))
            assert await stays.seqs(1) == [1]
        bearer = {"Authorization": f"Bearer {one_course}"}
        assert (await refused(guarded.url(), **bearer))[0] == 401

    async def test_a_token_whose_courses_change_is_asked_to_come_again(
        self, guarded: Serving, tokens: Path, one_course: str
    ) -> None:
        async with subscribed(guarded.url(), one_course) as client:
            await client.info("caught_up")
            edit(tokens, lambda text: text.replace('"565"', '"12"'))
            code, error = await client.end()
        assert code == 4013
        assert error is not None
        assert error["error"] == "Forbidden"
        await guarded.append(change(1), change(2, course=12))
        async with subscribed(guarded.url(guarded.cursor(1)), one_course) as client:
            assert await client.seqs(1) == [2]

    async def test_a_new_token_works_without_a_restart(
        self, guarded: Serving, tokens: Path
    ) -> None:
        late = add_token(tokens, "late").get_secret_value()
        async with subscribed(guarded.url(), late) as client:
            assert (await client.frame())["type"] == "hello"

    async def test_a_broken_tokens_file_ends_nothing(
        self, guarded: Serving, tokens: Path, one_course: str
    ) -> None:
        async with subscribed(guarded.url(), one_course) as client:
            await client.info("caught_up")
            edit(tokens, lambda _text: "nonsense")
            async with subscribed(guarded.url(), one_course) as other:
                await other.info("caught_up")
            await guarded.append(change(1))
            assert await client.seqs(1) == [1]

    async def test_a_token_for_the_metrics_sees_no_events(
        self, guarded: Serving, tokens: Path
    ) -> None:
        token = add_token(tokens, "prometheus", metrics=True).get_secret_value()
        bearer = {"Authorization": f"Bearer {token}"}
        status, body = await refused(guarded.url(), **bearer)
        assert (status, body["error"]) == (403, "Forbidden")
