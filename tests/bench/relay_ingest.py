"""How many events a second the relay acknowledges: `python -m tests.bench.relay_ingest`.

Each POST is one event of about 1,300 bytes and waits for its 204, which the relay gives once the
event is on disk. Beside it in the same run, for each number of connections:

- *no fsync*: the same relay whose fsync does nothing,
- *bare 204*: a Starlette endpoint that reads the body and forgets it,
- *fsync each*: such an endpoint that writes each event and has it on disk by itself.

Only the ratios travel from one machine to another. The sender shares the machine with the server.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.relay_load import post_for, running, say
from tui.relay.options import RelayOptions
from tui.relay.server import RelayAddress, serve_relay

CONCURRENCY = (1, 32, 256)
_MODULE = "tests.bench.relay_ingest"
_FIRST = 10_000_000
"""Numbers between the events of two measurements."""


def ready(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


def serve_as_relay(folder: Path) -> None:
    def told(address: RelayAddress) -> None:
        ready(int(address.base_url.rpartition(":")[2]))

    options = RelayOptions(data=folder / "relay", port=0)
    asyncio.run(serve_relay(options, ready=told, stop=asyncio.Event()))


def serve_without_fsync(folder: Path) -> None:
    os.fsync = _nothing
    serve_as_relay(folder)


def _nothing(_file: object) -> None:
    return


def serve_bare(_folder: Path) -> None:
    async def take(request: Request) -> Response:
        await request.body()
        return Response(status_code=204)

    _serve(take)


def serve_fsync_each(folder: Path) -> None:
    file = os.open(folder / "events", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def take(request: Request) -> Response:
        os.write(file, await request.body())
        os.fsync(file)
        return Response(status_code=204)

    _serve(take)


def _serve(take: Callable[[Request], Awaitable[Response]]) -> None:
    app = Starlette(routes=[Route("/v1/events", take, methods=["POST"])])
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off")
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        ready(listener.getsockname()[1])
        asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


ROLES: dict[str, Callable[[Path], None]] = {
    "relay": serve_as_relay,
    "no fsync": serve_without_fsync,
    "bare 204": serve_bare,
    "fsync each": serve_fsync_each,
}


def fsync_ms(folder: Path) -> float:
    """What one write of an event with its fsync takes here."""
    file = os.open(folder / "probe", os.O_WRONLY | os.O_CREAT, 0o600)
    rounds, begun = 50, perf_counter()
    for _ in range(rounds):
        os.write(file, b"x" * 1_300)
        os.fsync(file)
    os.close(file)
    return 1000 * (perf_counter() - begun) / rounds


def main(seconds: float, where: Path | None) -> None:
    with tempfile.TemporaryDirectory(dir=where) as name:
        folder = Path(name)
        say(f"one fsync of 1,300 bytes in {folder}: {fsync_ms(folder):.2f} ms")
        say("".join(f"{cell:>13}" for cell in ("connections", *ROLES, "relay:bare", "relay:each")))
        rates: dict[tuple[str, int], float] = {}
        for role in ROLES:
            home = folder / role.replace(" ", "-")
            home.mkdir()
            with running(_MODULE, ["--as", role, str(home)], home) as (_, port):
                for place, concurrency in enumerate(CONCURRENCY):
                    first = _FIRST * place
                    rates[role, concurrency] = asyncio.run(
                        post_for(int(port), concurrency, seconds, first)
                    )
        for concurrency in CONCURRENCY:
            found = [rates[role, concurrency] for role in ROLES]
            ratios = (found[0] / found[2], found[0] / found[3])
            say(
                f"{concurrency:>13}"
                + "".join(f"{rate:>11.0f}/s" for rate in found)
                + "".join(f"{ratio:>13.2f}" for ratio in ratios)
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--folder", type=Path, help="on the disk to be measured; else the usual")
    parser.add_argument("--as", dest="role", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.role:
        ROLES[asked.role[0]](Path(asked.role[1]))
    else:
        main(asked.seconds, asked.folder)
