"""The simulated Canvas as a process of its own: ``python -m tui.campus.serve --folder DIR``.

It may be killed at any moment; started again with the same folder it is the same Canvas. One JSON
line on stdout says that it is ready, others tell when people rest and all events are delivered.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import cast

from tui.campus.campus import Campus
from tui.campus.chronicle import Founded
from tui.campus.demo import wall_clock
from tui.campus.live import live
from tui.campus.live_events.courier import Courier, Retries
from tui.campus.live_events.faults import LiveFault, LiveFaults
from tui.campus.live_events.signing import Keys, Signer
from tui.campus.reopen import open_campus
from tui.campus.server import CampusServer

_JOBS_EVERY_S = 0.2


def main(words: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT."""
    asked = _parsed(words)
    founded = Founded(
        asked.scenario, asked.seed, asked.history, asked.courses, asked.students, wall_clock()
    )
    with open_campus(asked.folder, founded, now=wall_clock) as campus:
        asyncio.run(_serve(asked, campus))
    return 0


class _Asked(argparse.Namespace):
    folder: Path
    port: int
    seed: int
    scenario: str
    history: int
    courses: int | None
    students: int | None
    rate: float
    rows: int | None
    webhook: str | None
    secret_file: Path | None
    sign: str | None
    faults: str
    fault_seed: int
    retries: str


def _parsed(words: list[str] | None) -> _Asked:
    parser = argparse.ArgumentParser(prog="tui.campus.serve", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the campus is kept")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", default="ordinary")
    parser.add_argument("--history", type=int, default=0, help="rows in the past")
    parser.add_argument("--courses", type=int, help="how many; else as the history asks for")
    parser.add_argument("--students", type=int, help="in every class; else 30 to 300")
    parser.add_argument("--rate", type=float, default=1.0, help="rows a second")
    parser.add_argument("--rows", type=int, help="people rest after so many rows since founding")
    parser.add_argument("--webhook", help="where every live event is POSTed")
    parser.add_argument("--secret-file", type=Path, help="sent as Authorization")
    parser.add_argument("--sign", choices=("plain", "quoted"), help="as JWTs")
    parser.add_argument("--faults", default="{}", help="JSON: fault to probability")
    parser.add_argument("--fault-seed", type=int, default=0)
    parser.add_argument("--retries", default="0.05,0.1,0.2", help="seconds before each try")
    return parser.parse_args(words, namespace=_Asked())


async def _serve(asked: _Asked, campus: Campus) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(ending, stop.set)
    keys = _keys(asked)
    async with CampusServer(campus, port=asked.port, keys=keys) as server:
        _say(
            ready=True,
            canvas_url=server.url,
            canvas_token=campus.token,
            courses=[{"id": str(number), "name": name} for number, name in campus.courses],
            jwks_url=server.jwks_url,
        )
        async with asyncio.TaskGroup() as group:
            courier = None if asked.webhook is None else _courier(asked, campus, keys)
            at_work = [group.create_task(_people(asked, campus, courier))]
            if courier is not None:
                at_work.append(group.create_task(courier.run()))
            await stop.wait()
            for task in at_work:
                task.cancel()
    _say(fired=dict(campus.outbox.fired))


async def _people(asked: _Asked, campus: Campus, courier: Courier | None) -> None:
    until = None if asked.rows is None else campus.history + asked.rows
    await live(campus, rate=asked.rate, until=until)
    while campus.announcer is not None and not campus.announcer.idle:
        await asyncio.sleep(_JOBS_EVERY_S)
        campus.settle()
    _say(resting=True, rows=campus.registrar.rows - campus.history)
    if courier is not None:
        await courier.drained()
        _say(drained=True, fired=dict(campus.outbox.fired))
    while True:  # late rows go on becoming visible
        await asyncio.sleep(_JOBS_EVERY_S)
        campus.settle()


def _courier(asked: _Asked, campus: Campus, keys: Keys | None) -> Courier:
    chances = cast("dict[str, float]", json.loads(asked.faults))
    return Courier(
        campus.outbox,
        str(asked.webhook),
        secret=None if asked.secret_file is None else asked.secret_file.read_text().strip(),
        signer=None if keys is None else Signer(keys, quoted=asked.sign == "quoted"),
        faults=LiveFaults(
            chances={LiveFault(name): share for name, share in chances.items()},
            seed=asked.fault_seed,
        ),
        retries=Retries(tuple(float(part) for part in asked.retries.split(","))),
    )


def _keys(asked: _Asked) -> Keys | None:
    if asked.sign is None:
        return None
    kept = asked.folder / "keys.json"
    if not kept.exists():
        Keys.make().save(kept)
    return Keys.load(kept)


def _say(**said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
