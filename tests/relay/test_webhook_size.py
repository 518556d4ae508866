"""Bodies that are too large, lie about it, or never end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from tests.relay.posting import (
    URL,
    GatedLog,
    PlainConnection,
    Relay,
    grade_change,
    relay,
)
from tui.relay.ingest.intake import LARGEST, IngestCounts


def padded(size: int) -> str:
    """A live event of ``size`` bytes."""
    text = json.dumps(grade_change(1, url="@"))
    return text.replace("@", "x" * (size - len(text) + 1))


class TestSize:
    async def test_a_mebibyte_is_taken(self, open_relay: Relay) -> None:
        body = padded(LARGEST)
        assert len(body) == LARGEST
        assert (await open_relay.post(body)).status_code == 204

    async def test_a_byte_more_is_413(self, open_relay: Relay) -> None:
        reply = await open_relay.post(padded(LARGEST + 1))
        assert reply.status_code == 413
        assert open_relay.intake.counts == IngestCounts(too_large=1)

    async def test_what_grows_in_the_log_is_taken_by_the_size_it_came_with(
        self, open_relay: Relay
    ) -> None:
        numbers = ",".join(["1e9"] * 250_000)
        body = json.dumps(grade_change(1, numbers="@")).replace('"@"', f"[{numbers}]")
        assert len(body) < LARGEST
        assert (await open_relay.post(body)).status_code == 204
        (arrival,) = await open_relay.log.arrivals()
        assert len(arrival.event) > LARGEST

    async def test_in_chunks_too(self, open_relay: Relay) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(40):
                yield b" " * 32 * 1024

        reply = await open_relay.http.post(URL, content=chunks())
        assert reply.status_code == 413

    async def test_endless_chunks_are_answered_before_they_end(self, open_relay: Relay) -> None:
        async with PlainConnection(open_relay) as (reader, writer):
            writer.write(
                b"POST /v1/events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            for _ in range(LARGEST // 65536 + 1):
                writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
            assert b"connection: close" in (await reader.read()).lower()

    async def test_what_is_announced_too_large_is_not_read(self, open_relay: Relay) -> None:
        async with PlainConnection(open_relay) as (reader, writer):
            writer.write(
                b"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999\r\n\r\n{"
            )
            assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")

    async def test_what_is_announced_too_short_is_read_as_announced(
        self, open_relay: Relay
    ) -> None:
        body = json.dumps(grade_change()).encode()
        async with PlainConnection(open_relay) as (reader, writer):
            head = f"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body) - 1}\r\n\r\n"
            writer.write(head.encode() + body + b" " * 2 * LARGEST)
            assert (await reader.readline()).startswith(b"HTTP/1.1 400 ")
        assert await open_relay.log.keys() == []

    async def test_a_body_that_does_not_come_is_given_up(self, log: GatedLog) -> None:
        async with relay(log, patience_s=0.05) as found, PlainConnection(found) as (reader, writer):
            writer.write(b"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{")
            assert (await reader.readline()).startswith(b"HTTP/1.1 400 ")

    async def test_who_goes_away_in_the_middle_leaves_nothing(
        self, open_relay: Relay, caplog: pytest.LogCaptureFixture
    ) -> None:
        body = json.dumps(grade_change()).encode()
        async with PlainConnection(open_relay) as (_, writer):
            head = f"POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body[:-1])
            await writer.drain()
        assert (await open_relay.post(grade_change(2))).status_code == 204
        assert len(await open_relay.log.keys()) == 1
        assert [each for each in caplog.records if each.exc_info] == []
