"""Frames a second from one relay to many subscribers: `python -m tests.bench.relay_fanout`.

The subscribers are in other processes, each a connection of its own that only counts. Events are
posted to the relay as fast as they are acknowledged; each goes to every subscriber. The peer, in
the same run, is the plainest server there is for it: ``websockets.broadcast`` of a frame of the
same size, with no log, no filters and nothing posted.

Printed of each: frames a second from the first event to the last frame, the server's processor
seconds meanwhile, and its resident memory for each subscriber (connected, at rest). Only the
ratios travel from one machine to another: here the subscribers take their share of the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import resource
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from time import perf_counter

from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.bench.relay_load import cpu, document, memory, post_all, running, say

PROCESSES = 2
_MODULE = "tests.bench.relay_fanout"
_MARK = b'"type":"event"'
_POSTERS = 8
_PATIENCE_S = 120.0


def tell(words: object) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def heard() -> str:
    """The next line that the bench says to this process."""
    return (await asyncio.to_thread(sys.stdin.readline)).strip()


def allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Counter(asyncio.Protocol):
    """One subscriber: asks for the upgrade, then counts frames of events."""

    def __init__(self, port: int, count: Callable[[int], None], opened: Callable[[], None]) -> None:
        self._port, self._count, self._opened = port, count, opened
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /v1/subscribe HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        if b"hello" in data:
            self._opened()
        self._count(data.count(_MARK))
        self._rest = data[-(len(_MARK) - 1) :]


async def subscribe(port: int, subscribers: int, expected: int) -> None:
    """Says ``open`` when all are, and ``done`` when all frames have come."""
    found = opened = 0
    all_open, done = asyncio.Event(), asyncio.Event()

    def count(more: int) -> None:
        nonlocal found
        found += more
        if found >= expected:
            done.set()

    def open_one() -> None:
        nonlocal opened
        opened += 1
        if opened == subscribers:
            all_open.set()

    loop = asyncio.get_running_loop()
    for _ in range(subscribers):
        await loop.create_connection(lambda: Counter(port, count, open_one), "127.0.0.1", port)
    await all_open.wait()
    tell("open")
    async with asyncio.timeout(_PATIENCE_S):
        await done.wait()
    tell(f"done {found}")


async def serve_peer(events: int) -> None:
    """Greets, then broadcasts when it is told to."""
    connections: set[ServerConnection] = set()

    async def greet(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.send('{"type":"hello"}')
        await connection.wait_closed()

    frames = [
        f'{{"type":"event","seq":{number},"received_at":1793620800000,'
        f'"key":"live:{"0" * 64}","event":{document(number).decode()}}}'
        for number in range(events)
    ]
    async with serve(greet, "127.0.0.1", 0, compression=None, backlog=2048) as server:
        tell(server.sockets[0].getsockname()[1])
        await heard()
        for frame in frames:
            broadcast(connections, frame)
            await asyncio.sleep(0)
        await heard()


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one server."""

    frames_s: float
    cpu_s: float
    bytes_each: float
    """Resident memory a subscriber."""


@contextmanager
def relay(folder: Path) -> Generator[tuple[Popen[str], int]]:
    words = ["--as", "relay", str(folder)]
    with running("tests.bench.relay_ingest", words, folder) as (process, port):
        yield process, int(port)


@contextmanager
def peer(folder: Path, events: int) -> Generator[tuple[Popen[str], int]]:
    with running(_MODULE, ["--as", "peer", str(events)], folder) as (process, port):
        yield process, int(port)


@asynccontextmanager
async def subscribers(
    port: int, number: int, events: int, folder: Path
) -> AsyncGenerator[list[Popen[str]]]:
    each = number // PROCESSES
    words = ["--as", "subscribers", str(port), str(each), str(each * events)]
    with (
        running(_MODULE, words, folder) as (first, one),
        running(_MODULE, words, folder) as (second, other),
    ):
        if (one, other) != ("open", "open"):
            raise SystemExit(f"the subscribers are not open: {one} {other}")
        yield [first, second]


async def measure(
    server: Popen[str], port: int, number: int, events: int, folder: Path, *, posted: bool
) -> Figures:
    before = memory(server.pid)
    async with subscribers(port, number, events, folder) as listening:
        each = (memory(server.pid) - before) / number
        used, begun = cpu(server.pid), perf_counter()
        if posted:
            await post_all(port, _POSTERS, 0, events)
        else:
            assert server.stdin is not None
            server.stdin.write("go\n")
            server.stdin.flush()
        for process in listening:
            assert process.stdout is not None
            line = await asyncio.to_thread(process.stdout.readline)
            if not line.startswith("done"):
                raise SystemExit("not all frames came")
        took = perf_counter() - begun
        return Figures(number * events / took, cpu(server.pid) - used, each)


async def main(number: int, events: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with relay(folder) as (process, port):
            ours = await measure(process, port, number, events, folder, posted=True)
        with peer(folder, events) as (process, port):
            plain = await measure(process, port, number, events, folder, posted=False)
    size = len(document(0))
    say(f"{number} subscribers, {events} events of {size} bytes: {number * events:,} frames")
    for words, one in (("relay", ours), ("websockets.broadcast", plain)):
        say(
            f"{words:<22} {one.frames_s:>9,.0f} frames/s {one.cpu_s:>7.2f} s of processor "
            f"{one.bytes_each / 1024:>7.1f} KiB a subscriber"
        )
    say(
        f"{'relay : peer':<22} {ours.frames_s / plain.frames_s:>9.2f} "
        f"{ours.cpu_s / plain.cpu_s:>16.2f} {ours.bytes_each / plain.bytes_each:>20.2f}"
    )


def child(words: list[str]) -> None:
    allow_many_files()
    if words[0] == "peer":
        asyncio.run(serve_peer(int(words[1])))
    else:
        asyncio.run(subscribe(*map(int, words[1:])))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--subscribers", type=int, default=1_000)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--as", dest="role", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    allow_many_files()
    if asked.role:
        child(asked.role)
    else:
        asyncio.run(main(asked.subscribers, asked.events))
