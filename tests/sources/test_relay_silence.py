"""Quiet or dead: told apart by signs of life, through a wire that swallows what is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.sources.listening import Listener
from tests.sources.scripted_relay import Relay, Visit, keys, scripted, soon
from tests.sources.setting import NOON
from tui.sources.health import State


@dataclass
class Wire:
    """A proxy on loopback; once ``swallows``, nothing gets through and nothing is closed."""

    port: int = 0
    swallows: bool = False
    carried: int = 0
    ends: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        swallowed = self.swallows
        while data := await reader.read(65_536):
            if self.swallows and not swallowed:
                continue
            self.carried += 1
            writer.write(data)
        writer.close()


@asynccontextmanager
async def wire_to(relay: Relay) -> AsyncGenerator[Wire, None]:
    wire = Wire()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", relay.port)
        wire.ends += [writer, back]
        try:
            await asyncio.gather(wire.carry(reader, back), wire.carry(there, writer))
        except ConnectionError:
            pass  # the listener has hung up
        finally:
            for end in (writer, back):
                end.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        for end in wire.ends:
            end.transport.abort()
        await asyncio.sleep(0.05)


async def test_a_wire_that_swallows_everything_is_found_dead_and_opened_anew() -> None:
    async def first(visit: Visit) -> None:
        await visit.hello(1, 4)
        await visit.event(4)
        await visit.stay()

    async def second(visit: Visit) -> None:
        await visit.hello(1, 6)
        await visit.event(5)
        await visit.stay()

    listener = Listener()
    async with scripted(first, second) as relay, wire_to(relay) as wire:

        def look() -> bool:
            wire.swallows = wire.swallows or bool(listener.found)
            return len(listener.found) == 2

        source = listener.source(wire.url, since=NOON)
        await listener.follow(source, until=look)
    assert relay.cursors == [None, "e1.5"]
    assert "the connection is dead: no sign of life" in listener.words
    assert listener.found == keys([4, 5])
    assert listener.gaps == []


async def test_a_quiet_relay_is_live_and_what_was_listened_to_grows() -> None:
    async def quiet(visit: Visit) -> None:
        await visit.hello(1, 1)
        await visit.stay()

    listener = Listener()
    async with scripted(quiet) as relay:
        source = listener.source(relay)
        async with asyncio.TaskGroup() as group:

            def grown() -> bool:
                listener.desk.time.ms += 5_000
                return bool(listener.listened) and listener.listened[0].end >= NOON + 3

            following = group.create_task(listener.follow(source, until=grown))
            await soon(following.done)
    assert len(relay.openings) == 1
    assert listener.states == [State.CONNECTING, State.LIVE]
