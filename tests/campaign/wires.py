"""A TCP connection's way, and what can go wrong on it: the campaign's proxies."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic

from tests.campaign.frames import Flow, Framing, Tear

_PIECE = 65_536
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time to linger: closing sends RST."""


class Harm(StrEnum):
    """What was done to a connection, as :attr:`Wire.fired` counts it."""

    TORN = "torn"
    """A piece of data ended in its middle, with a reset."""
    SWALLOWED = "swallowed"
    """An answer was lost whole, with a reset."""
    RESET = "reset"
    HALF_CLOSED = "half closed"
    HELD = "held"
    """Data was kept back while all was silent."""
    DELAYED = "delayed"
    REFUSED = "refused"
    """Somebody connected and was reset."""


class Wire:
    """127.0.0.1:``port``, whose connections lead to the servers behind it, in turn.

    A server that does not answer is passed over. All harm is done on request.
    """

    def __init__(
        self, servers: Sequence[int], listener: socket.socket, *, framed: bool = False
    ) -> None:
        self.framed = framed
        self._servers = tuple(servers)
        self._listener = listener
        self.port: int = listener.getsockname()[1]
        self.fired: Counter[Harm] = Counter()
        self.heard: Counter[str] = Counter()
        """How often each of :attr:`words` went by on the way down, in one piece."""
        self.words: tuple[str, ...] = ()
        self.delay_s = 0.0
        self.refusing = False
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._tear: Tear | None = None
        self._carried: dict[asyncio.Task[None], _Carried] = {}
        self._turn = 0

    @property
    def open(self) -> int:
        """Connections that lead somewhere."""
        return sum(1 for one in self._carried.values() if one.server is not None)

    @property
    def carried_in_all(self) -> int:
        """Connections that were taken since the beginning, those refused left out."""
        return self._turn

    def tear(self, tear: Tear) -> None:
        """Arm a tear: :attr:`fired` says when it has happened."""
        self._tear = tear

    def stall(self) -> None:
        """Be silent from now on: nothing is lost, nothing arrives, nobody is told."""
        self._flowing.clear()

    def resume(self) -> None:
        """Heal: let all flow, at once, to everybody."""
        self._flowing.set()
        self.delay_s = 0.0
        self.refusing = False
        self._tear = None

    def reset(self) -> None:
        """Reset every connection there is."""
        for task, carried in list(self._carried.items()):
            if carried.server is not None:
                self.fired[Harm.RESET] += 1
            task.cancel()

    def half_close(self, flow: Flow) -> None:
        """End one direction of every connection; the other stays as it is."""
        for carried in self._carried.values():
            if carried.server is not None and _finish(carried.sink(flow)):
                carried.ended.add(flow)
                self.fired[Harm.HALF_CLOSED] += 1

    async def serve(self) -> None:
        """Carry connections until cancelled."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            while True:
                client, _ = await loop.sock_accept(self._listener)
                client.setblocking(False)
                carried = _Carried(client)
                task = group.create_task(self._carry(carried))
                self._carried[task] = carried
                task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._carried.pop(task).close()

    async def _carry(self, carried: _Carried) -> None:
        if self.refusing:
            self.fired[Harm.REFUSED] += 1
            return
        carried.server = await self._connect()
        if carried.server is None:
            return
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(carried, Flow.UP))
                group.create_task(self._pump(carried, Flow.DOWN))
            carried.clean = True
        except* (OSError, _Torn):
            pass  # the connection is over: closing it resets the other end

    async def _connect(self) -> socket.socket | None:
        """A connection to the next server in turn that takes one."""
        loop = asyncio.get_running_loop()
        self._turn += 1
        for place in range(len(self._servers)):
            number = self._servers[(self._turn + place) % len(self._servers)]
            server = socket.socket()
            server.setblocking(False)
            try:
                await loop.sock_connect(server, ("127.0.0.1", number))
            except OSError:
                server.close()
            except BaseException:
                server.close()
                raise
            else:
                server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return server
        return None

    async def _pump(self, carried: _Carried, flow: Flow) -> None:
        loop = asyncio.get_running_loop()
        source, sink = carried.source(flow), carried.sink(flow)
        framing = Framing() if self.framed and flow is Flow.DOWN else None
        while piece := await loop.sock_recv(source, _PIECE):
            if flow in carried.ended:
                continue
            if not self._flowing.is_set():
                self.fired[Harm.HELD] += 1
                await self._flowing.wait()
            if self.delay_s:
                self.fired[Harm.DELAYED] += 1
                await asyncio.sleep(self.delay_s)
            if flow is Flow.DOWN:
                self.heard.update(word for word in self.words if word.encode() in piece)
            cut = self._where(piece, flow, framing)
            if cut is None:
                await loop.sock_sendall(sink, piece)
                continue
            await loop.sock_sendall(sink, piece[:cut])
            self.fired[Harm.TORN if cut else Harm.SWALLOWED] += 1
            raise _Torn
        if flow not in carried.ended:
            _finish(sink)

    def _where(self, piece: bytes, flow: Flow, framing: Framing | None) -> int | None:
        """How many bytes of the piece are passed on before the cut; None: no cut."""
        tear = self._tear
        if tear is not None and tear.flow is not flow:
            tear = None
        if framing is not None:
            place = framing.take(piece, tear)
        elif tear is not None and len(piece) >= tear.least:
            place = min(len(piece) - 1, int(len(piece) * tear.keep))
        else:
            place = None
        if place is not None:
            self._tear = None
        return place


class _Torn(Exception):
    """A tear has happened."""


@dataclass(slots=True, eq=False)
class _Carried:
    """One connection and where it leads."""

    client: socket.socket
    server: socket.socket | None = None
    clean: bool = False
    """Both directions have ended by themselves."""
    ended: set[Flow] = field(default_factory=set[Flow])
    """Directions that were half-closed: what still comes is lost."""

    def source(self, flow: Flow) -> socket.socket:
        return self.client if flow is Flow.UP else self._other()

    def sink(self, flow: Flow) -> socket.socket:
        return self._other() if flow is Flow.UP else self.client

    def _other(self) -> socket.socket:
        assert self.server is not None, "it leads nowhere yet"
        return self.server

    def close(self) -> None:
        for end in (self.client, self.server):
            if end is None:
                continue
            if not self.clean:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            end.close()


def _finish(end: socket.socket) -> bool:
    """Send FIN; False where the connection is gone already."""
    try:
        end.shutdown(socket.SHUT_WR)
    except OSError:
        return False
    return True


@asynccontextmanager
async def wired(*servers: int, framed: bool = False) -> AsyncGenerator[Wire]:
    """A wire to the servers at these ports of 127.0.0.1; ``framed`` carries websockets only."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        listener.setblocking(False)
        wire = Wire(servers, listener, framed=framed)
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(wire.serve())
            try:
                yield wire
            finally:
                serving.cancel()


async def until(
    seen: Callable[[], bool], what: str, *, patience_s: float = 180.0, every_s: float = 0.02
) -> None:
    """Return once ``seen()`` is true; ``AssertionError`` naming ``what`` if it never is."""
    end = monotonic() + patience_s
    while monotonic() < end:
        if seen():
            return
        await asyncio.sleep(every_s)
    raise AssertionError(f"never came to pass: {what}")
