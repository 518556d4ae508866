"""Connections that say nothing, or half: limited in time and in number."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.relay.raw import dialled, head, sent
from tests.relay.serving import PATIENCE, Serving, change, serving, subscribed
from tests.relay.test_server import certificate
from tui.relay.crowd import Crowd, Stage
from tui.relay.options import RelayOptions
from tui.relay.patience import Patience

OPTIONS = RelayOptions(grace_s=2)
HURRY = Patience(head_s=0.3, exchange_s=0.6, handshake_s=0.3)
HALF_HEAD = b"POST /v1/ev"


def half_head(_relay: Serving) -> bytes:
    return HALF_HEAD


def half_post(relay: Serving) -> bytes:
    return head(relay, "POST /v1/events", "Content-Length: 99\r\n") + b"{"


@pytest.mark.parametrize("begun", [b"", HALF_HEAD], ids=["nothing", "half a head"])
async def test_who_does_not_ask_in_time_is_closed(tmp_path: Path, begun: bytes) -> None:
    async with serving(tmp_path, replace(OPTIONS, patience=HURRY)) as relay:
        assert await sent(relay, begun) == b""


async def test_a_head_that_comes_byte_by_byte_has_no_longer(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, replace(OPTIONS, patience=HURRY)) as relay,
        dialled(relay) as (reader, writer),
        asyncio.timeout(PATIENCE),
    ):
        with suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(b"G")
                await writer.drain()
                await asyncio.sleep(0.02)


async def test_after_an_answer_the_next_request_has_no_longer(tmp_path: Path) -> None:
    """Bytes that come after an answer do not keep the connection."""
    async with serving(tmp_path, replace(OPTIONS, patience=HURRY)) as relay:
        assert (await sent(relay, head(relay, "GET /healthz"), HALF_HEAD)).startswith(
            b"HTTP/1.1 200"
        )


async def test_a_body_without_end_to_a_path_that_is_not_there_is_closed(tmp_path: Path) -> None:
    """It is answered before its end: what still comes does not keep the connection."""
    async with serving(tmp_path, replace(OPTIONS, patience=HURRY)) as relay:
        half = half_post(relay).replace(b"/v1/events", b"/v1/nothing")
        assert (await sent(relay, half)).startswith(b"HTTP/1.1 404")


async def test_a_tls_handshake_that_does_not_begin_is_closed(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    options = replace(OPTIONS, patience=HURRY, tls_cert=cert, tls_key=key)
    async with serving(tmp_path, options) as relay:
        assert await sent(relay) == b""


async def test_a_subscription_outlives_those_limits(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, replace(OPTIONS, patience=HURRY)) as relay,
        subscribed(relay.url()) as client,
    ):
        await client.info("caught_up")
        await asyncio.sleep(1.0)
        await relay.append(change(1))
        assert await client.seqs(1) == [1]


@pytest.fixture
async def small(tmp_path: Path) -> AsyncGenerator[Serving]:
    async with serving(tmp_path, replace(OPTIONS, most_connections=8)) as relay:
        yield relay


@pytest.mark.parametrize("half", [half_head, half_post], ids=["heads", "bodies"])
async def test_those_who_only_begin_do_not_keep_out_those_who_ask(
    small: Serving, half: Callable[[Serving], bytes]
) -> None:
    with ExitStack() as held:
        async with subscribed(small.url()) as client:
            await client.info("caught_up")
            for _ in range(40):
                one = socket.create_connection(("127.0.0.1", small.address.port))
                held.enter_context(one)
                one.sendall(half(small))
            async with small.http() as http:
                assert (await http.post("/v1/events", json=change(1))).status_code == 204
            assert await client.seqs(1) == [1]


async def test_when_all_are_being_served_a_new_one_is_closed(small: Serving) -> None:
    async with asyncio.TaskGroup() as group:
        enough = asyncio.Event()
        there: list[int] = []

        async def listen(number: int) -> None:
            async with subscribed(small.url()) as client:
                await client.info("caught_up")
                there.append(number)
                await enough.wait()

        for number in range(8):
            group.create_task(listen(number))
        async with asyncio.timeout(PATIENCE):
            while len(there) < 8:  # noqa: ASYNC110  a list sets no event
                await asyncio.sleep(0.02)
        assert await sent(small) == b""
        enough.set()
    async with small.http() as http:
        assert (await http.get("/healthz")).status_code == 200


STAGES = st.sampled_from(Stage)


@given(st.lists(st.tuples(st.integers(0, 9), STAGES), max_size=40))
def test_the_oldest_of_the_least_served_goes_first(moves: list[tuple[int, Stage]]) -> None:
    crowd = Crowd(100)
    dropped: list[int] = []
    last: dict[int, Stage] = {}
    for who, stage in moves:
        crowd.put(who, stage, lambda who=who: dropped.append(who))
        if last.get(who) is not stage:
            last.pop(who, None)
            last[who] = stage
    crowd.drop_unserved()
    silent = [who for who, stage in last.items() if stage is Stage.SILENT]
    half = [who for who, stage in last.items() if stage is Stage.HALF_SENT]
    assert dropped == silent + half
    assert len(crowd) == len(last) - len(dropped)
