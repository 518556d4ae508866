"""The proxies do what they say, to the byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosedError

from tests.campaign.frames import Flow, Tear
from tests.campaign.wires import Harm, until, wired

WORDS = b"0123456789" * 100


class Echo:
    """A server that sends back what it gets, and remembers it."""

    def __init__(self, mark: bytes = b"") -> None:
        self.got = bytearray()
        self.mark = mark
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(65_536):
                self.got += piece
                writer.write(self.mark + piece)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def echoing(mark: bytes = b"") -> AsyncGenerator[Echo]:
    echo = Echo(mark)
    server = await asyncio.start_server(echo.answer, "127.0.0.1", 0)
    echo.port = server.sockets[0].getsockname()[1]
    async with server:
        yield echo


@asynccontextmanager
async def connected(port: int) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def test_it_passes_all_on_both_ways_and_ends_when_both_have_ended() -> None:
    async with (
        echoing() as echo,
        wired(echo.port) as wire,
        connected(wire.port) as (reader, writer),
    ):
        writer.write(WORDS)
        assert await reader.readexactly(len(WORDS)) == WORDS
        writer.write_eof()
        assert await reader.read() == b""
        await until(lambda: wire.open == 0, "the connection is forgotten")
    assert not wire.fired


@pytest.mark.parametrize("flow", list(Flow))
async def test_a_tear_passes_on_its_share_of_the_piece_and_resets(flow: Flow) -> None:
    async with (
        echoing() as echo,
        wired(echo.port) as wire,
        connected(wire.port) as (reader, writer),
    ):
        writer.write(b"short")
        assert await reader.readexactly(5) == b"short"
        wire.tear(Tear(flow, keep=0.25))
        writer.write(b"short")
        assert await reader.readexactly(5) == b"short", "too short to be torn"
        writer.write(WORDS)
        if flow is Flow.DOWN:
            assert await reader.readexactly(250) == WORDS[:250]
            assert echo.got == b"shortshort" + WORDS
        with pytest.raises(ConnectionResetError):
            await reader.read(1)
        if flow is Flow.UP:
            await until(lambda: len(echo.got) == 260, "the share arrives")
    assert wire.fired == {Harm.TORN: 1}


async def test_a_swallowed_answer_leaves_the_request_delivered() -> None:
    async with (
        echoing() as echo,
        wired(echo.port) as wire,
        connected(wire.port) as (reader, writer),
    ):
        wire.tear(Tear(Flow.DOWN, keep=0.0, least=1))
        writer.write(WORDS)
        with pytest.raises(ConnectionResetError):
            await reader.read(1)
        assert echo.got == WORDS
    assert wire.fired == {Harm.SWALLOWED: 1}


async def test_a_stall_is_silent_and_loses_nothing() -> None:
    async with (
        echoing() as echo,
        wired(echo.port) as wire,
        connected(wire.port) as (reader, writer),
    ):
        writer.write(b"before")
        await reader.readexactly(6)
        wire.stall()
        writer.write(b"after")
        await until(lambda: wire.fired[Harm.HELD] == 1, "something is held back")
        assert echo.got == b"before"
        wire.resume()
        assert await reader.readexactly(5) == b"after"


async def test_a_half_close_ends_one_direction_only() -> None:
    async with (
        echoing() as echo,
        wired(echo.port) as wire,
        connected(wire.port) as (reader, writer),
    ):
        writer.write(b"before")
        await reader.readexactly(6)
        wire.half_close(Flow.DOWN)
        assert await reader.read() == b""
        writer.write(b"after")
        await until(lambda: bytes(echo.got) == b"beforeafter", "the way up is open")
    assert wire.fired == {Harm.HALF_CLOSED: 1}


async def test_delay_refusal_and_reset_are_counted() -> None:
    async with echoing() as echo, wired(echo.port) as wire:
        async with connected(wire.port) as (reader, writer):
            wire.delay_s = 0.01
            writer.write(b"late")
            assert await reader.readexactly(4) == b"late"
            assert wire.fired[Harm.DELAYED] == 2
            wire.reset()
            with pytest.raises(ConnectionResetError):
                await reader.read(1)
        wire.refusing = True
        async with connected(wire.port) as (reader, writer):
            with pytest.raises(ConnectionResetError):
                await reader.read(1)
        wire.resume()
        async with connected(wire.port) as (reader, writer):
            writer.write(b"again")
            assert await reader.readexactly(5) == b"again"
    assert wire.fired[Harm.RESET] == wire.fired[Harm.REFUSED] == 1


async def test_connections_go_to_each_server_in_turn_and_past_one_that_is_gone() -> None:
    async with echoing(b"A") as first, echoing(b"B") as second:
        async with wired(first.port, second.port) as wire:
            marks = {await answer_of(wire.port) for _ in range(2)}
            assert marks == {b"A", b"B"}
        async with echoing() as gone:
            pass
        async with wired(gone.port, second.port) as wire:
            assert [await answer_of(wire.port) for _ in range(3)] == [b"B"] * 3


async def answer_of(port: int) -> bytes:
    async with connected(port) as (reader, writer):
        writer.write(b"?")
        return (await reader.readexactly(2))[:1]


@pytest.mark.parametrize("size", [300, 3_000, 70_000])
async def test_a_framed_wire_tears_inside_a_frame_that_is_long_enough(size: int) -> None:
    async def send(connection: ServerConnection) -> None:
        await connection.send("x" * 20)
        await connection.send("y" * size)

    async with serve(send, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        async with wired(port, framed=True) as wire:
            wire.words = ("gradewatch.v9", "101 Switching")
            wire.tear(Tear(Flow.DOWN, keep=0.5))
            async with connect(f"ws://127.0.0.1:{wire.port}", compression=None) as client:
                assert await client.recv() == "x" * 20
                with pytest.raises(ConnectionClosedError):
                    await client.recv()
    assert wire.fired == {Harm.TORN: 1}
    assert wire.heard == {"101 Switching": 1}
