"""Requests that no library of ours makes: each is answered at once, in JSON, and nothing hangs."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.events.wire import Json
from tests.relay.raw import UPGRADE, dialled, head, refusal_of, sent
from tests.relay.serving import PATIENCE, Serving, change, refused, serving, subscribed
from tui.relay.event_log import LogUnavailable
from tui.relay.logs import logging_to
from tui.relay.options import RelayOptions
from tui.relay.reception import LONGEST_TARGET
from tui.relay.tokens import add_token


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncGenerator[Serving]:
    async with serving(tmp_path) as running:
        yield running


async def test_a_thousand_courses_can_be_asked_for_at_once(relay: Serving) -> None:
    query = "&".join(f"course=2107~{number:013}" for number in range(1, 1001))
    assert 3 * 8192 < len(query) < LONGEST_TARGET
    async with subscribed(relay.url(query)) as client:
        await client.info("caught_up")
        await relay.append(change(1, course=5000), change(2, course=565))
        assert await client.seqs(1) == [2]


async def test_a_long_query_is_understood_or_refused_like_a_short_one(relay: Serving) -> None:
    request = head(relay, f"GET /v1/subscribe?course={'1' * 8300}", UPGRADE)
    status, body = await refusal_of(relay, request)
    assert (status, body["error"]) == (400, "InvalidParameter")


async def test_a_query_beyond_the_bound_is_refused_by_name(relay: Serving) -> None:
    query = "&".join("course=565" for _ in range(LONGEST_TARGET // 10))
    status, body = await refusal_of(relay, head(relay, f"GET /v1/subscribe?{query}", UPGRADE))
    assert (status, body["error"]) == (414, "InvalidParameter")


@pytest.mark.parametrize(
    "headers",
    [f"X-Long: {'x' * 9000}\r\n", "".join(f"X-{number}: x\r\n" for number in range(200))],
    ids=["a long header", "many headers"],
)
async def test_an_upgrade_that_the_library_cannot_read_is_refused(
    relay: Serving, headers: str
) -> None:
    request = head(relay, "GET /v1/subscribe", UPGRADE + headers)
    status, body = await refusal_of(relay, request)
    assert (status, body["error"]) == (400, "InvalidParameter")


async def test_an_upgrade_by_another_method_is_refused(relay: Serving) -> None:
    status, body = await refusal_of(relay, head(relay, "POST /v1/subscribe", UPGRADE))
    assert (status, body["error"]) == (405, "MethodNotAllowed")


async def test_what_is_no_http_is_refused_in_json(relay: Serving) -> None:
    status, body = await refusal_of(relay, b"\x16\x03\x01\r\n\r\n")
    assert (status, body["error"]) == (400, "BadRequest")


async def test_a_path_that_is_not_there_and_a_wrong_method_are_told_in_json(
    relay: Serving,
) -> None:
    async with relay.http() as http:
        for path in ("/", "/v1/nothing", "/healthz/"):
            nothing = await http.get(path)
            assert (nothing.status_code, nothing.json()["error"]) == (404, "NotFound")
        wrong = await http.get("/v1/events")
        assert (wrong.status_code, wrong.json()["error"]) == (405, "MethodNotAllowed")
        assert wrong.headers["Allow"] == "POST"


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/events", "/"])
async def test_a_websocket_elsewhere_is_told_so(relay: Serving, path: str) -> None:
    base = relay.address.subscribe_url.removesuffix("/v1/subscribe")
    status, body = await refused(f"{base}{path}")
    assert (status, body["error"]) == (404, "NotFound")


async def test_a_log_that_is_away_takes_no_new_subscriber(
    relay: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_arrivals: object) -> int:
        raise LogUnavailable("NATS is away")

    with monkeypatch.context() as patch:
        patch.setattr(relay.log, "append", away)
        status, body = await refused(relay.url())
    assert (status, body["error"]) == (503, "LogUnavailable")
    async with subscribed(relay.url()) as client:
        await client.info("caught_up")


async def upgraded(relay: Serving, *frames: bytes) -> bytes:
    """What the relay says to these bytes on a websocket that is open, until it closes."""
    async with dialled(relay) as (reader, writer), asyncio.timeout(PATIENCE):
        writer.write(head(relay, "GET /v1/subscribe", UPGRADE))
        await reader.readuntil(b'"caught_up"')
        for frame in frames:
            writer.write(frame)
        return await reader.read()


@pytest.mark.parametrize("size", [0, 125, 64 * 1024 + 1, 1 << 20])
async def test_a_data_frame_of_any_size_closes_with_1008(relay: Serving, size: int) -> None:
    sized = bytes([0x80 | size]) if size < 126 else b"\xff" + size.to_bytes(8)
    frame = b"\x82" + sized + bytes(4) + bytes(size)
    close = bytes([0x88, 0x80 | 2]) + bytes(4) + (1008).to_bytes(2)
    said = await upgraded(relay, frame, close)
    place = said.rindex(b"\x88")
    assert said[place + 2 : place + 4] == (1008).to_bytes(2)


class TestMetrics:
    """They are for this machine alone, and for who has a token for them."""

    @pytest.fixture
    async def guarded(self, tmp_path: Path) -> AsyncGenerator[Serving]:
        tokens = tmp_path / "tokens.jsonl"
        add_token(tokens, "kim")
        async with serving(tmp_path, RelayOptions(tokens=tokens, grace_s=2)) as running:
            yield running

    @pytest.mark.parametrize(
        "header",
        [
            {"Host": "relay.example.edu"},
            {"Forwarded": "for=192.0.2.1"},
            {"X-Forwarded-Proto": "https"},
            {"X-Real-IP": "192.0.2.1"},
            {"Via": "1.1 proxy"},
        ],
        ids=lambda header: next(iter(header)),
    )
    async def test_what_a_proxy_passes_on_is_not_from_here(
        self, guarded: Serving, header: dict[str, str]
    ) -> None:
        async with guarded.http() as http:
            assert (await http.get("/metrics")).status_code == 200
            assert (await http.get("/metrics", headers=header)).status_code == 401


async def test_nobody_makes_the_relay_log_faults(tmp_path: Path) -> None:
    """Refusals of all kinds, clients that go away in between, and bytes without sense."""
    stream = io.StringIO()
    with logging_to(stream):
        async with serving(tmp_path) as relay:
            for query in ("cursor=other.1", "colour=blue"):
                await refused(relay.url(query))
            base = relay.address.subscribe_url.removesuffix("/v1/subscribe")
            await refused(f"{base}/v1/nothing")
            for request in (
                head(relay, "GET /v1/subscribe", UPGRADE),
                head(relay, "GET /v1/subscribe?cursor=other.1", UPGRADE),
                head(relay, "POST /v1/events", "Content-Length: 99\r\n") + b"{",
            ):
                async with dialled(relay) as (_, writer):
                    writer.write(request)
            await sent(relay, head(relay, "GET /healthz") + b"\x00\x00\r\n\r\n")
            await upgraded(relay, b"\x81\x01x")
    lines: list[Json] = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert "relay stopped" in [line["event"] for line in lines]
    assert [line for line in lines if line["level"] == "error" or "fault" in line] == []
