"""Two relays on one JetStream behind a balancer: when one is killed its clients go on at the other.

Everything is a process: nats-server, both relays, and ``gradewatch tail`` as a client.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.campaign.programs import GRADEWATCH, Program, cleared, free_port, home_env
from tests.campaign.wires import Wire, until, wired
from tests.campaign.witness import Witness
from tests.relay.nats_process import NatsServer, every_nats_server, nats_process
from tests.relay.serving import change
from tui.campus.demo import wall_clock
from tui.events.decode import decode
from tui.journal.journal import Journal
from tui.query.ast import EVERYTHING

WITNESSES, TAILS, EVENTS = 4, 2, 90
_AGAIN_S = 0.05


@dataclass
class House:
    """Two relays with one log, and the wires that lead to whichever answers."""

    relays: tuple[Program, Program]
    ports: tuple[int, int]
    listeners: Wire
    posts: Wire
    folder: Path

    def tail(self, name: str) -> Program:
        command = [
            *(GRADEWATCH, "tail", "--relay-url", f"ws://127.0.0.1:{self.listeners.port}"),
            *("--since", "-1h", "--journal", str(self.folder / f"{name}.sqlite3")),
        ]
        return Program(name, command, self.folder, env=home_env(self.folder))

    def live_keys(self, name: str) -> Counter[str]:
        """How often each event is in a tail's journal."""
        path = self.folder / f"{name}.sqlite3"
        with (
            closing(Journal.open(path, now=wall_clock)) as journal,
            closing(journal.reader()) as reader,
        ):
            assert reader.gaps() == []
            return Counter(one.event.key for one in reader.oldest_first(EVERYTHING))


@asynccontextmanager
async def house(server: NatsServer, folder: Path) -> AsyncGenerator[House]:
    """Running; in the end nothing does."""
    async with AsyncExitStack() as stack:
        nats = stack.enter_context(nats_process(server, folder))
        await nats.start()
        ports = (free_port(), free_port())
        relays = (relay(1, ports[0], nats.url, folder), relay(2, ports[1], nats.url, folder))
        stack.enter_context(cleared(*relays))
        for program in relays:
            await program.start()
        listeners = await stack.enter_async_context(wired(*ports))
        posts = await stack.enter_async_context(wired(*ports))
        yield House(relays, ports, listeners, posts, folder)


def relay(number: int, port: int, nats: str, folder: Path) -> Program:
    command = [GRADEWATCH, "relay", "--listen", f"127.0.0.1:{port}", "--nats", nats]
    return Program(
        f"relay{number}",
        command,
        folder,
        env=home_env(folder / f"home{number}"),
        ready=lambda said: "subscribe to" in said,
    )


async def post_all(posts: Wire, first: int, number: int) -> list[str]:
    """Post events as Canvas does: again, until it is acknowledged; the keys."""
    keys: list[str] = []
    for place in range(first, first + number):
        document = change(place)
        (sighting,) = decode(document).sightings
        keys.append(sighting.event.key)
        while True:
            try:
                # a connection of its own for each: they go to both relays in turn
                async with httpx.AsyncClient(trust_env=False) as http:
                    answer = await http.post(
                        f"http://127.0.0.1:{posts.port}/v1/events", content=json.dumps(document)
                    )
                if answer.status_code == 204:
                    break
            except httpx.TransportError:
                pass
            await asyncio.sleep(_AGAIN_S)
    return keys


@every_nats_server
async def test_clients_of_a_killed_relay_go_on_at_the_other(
    server: NatsServer, tmp_path: Path
) -> None:
    async with house(server, tmp_path) as at, asyncio.TaskGroup() as group:
        witnesses = [Witness(f"ws://127.0.0.1:{at.listeners.port}") for _ in range(WITNESSES)]
        listening = [group.create_task(one.listen()) for one in witnesses]
        tails = [at.tail(f"tail{number}") for number in range(TAILS)]
        with cleared(*tails):
            for program in tails:
                await program.start()
            await until(
                lambda: at.listeners.open == WITNESSES + TAILS and all(w.epoch for w in witnesses),
                "everybody listens",
            )
            keys = await post_all(at.posts, 0, EVENTS // 3)
            before = [witness.next for witness in witnesses]
            posting = group.create_task(post_all(at.posts, len(keys), EVENTS // 3))
            await until(
                lambda: all(one.next > begun for one, begun in zip(witnesses, before, strict=True)),
                "events flow",
            )
            at.relays[0].kill()
            keys += await posting
            keys += await post_all(at.posts, len(keys), EVENTS // 3)
            await until(
                lambda: all(set(one.taken_at) >= set(keys) for one in witnesses),
                "every witness has all",
            )
            await until(
                lambda: all(set(at.live_keys(one.name)) >= set(keys) for one in tails),
                "every tail has all",
                every_s=0.2,
            )
        for task in listening:
            task.cancel()
    assert at.listeners.carried_in_all >= WITNESSES + TAILS + (WITNESSES + TAILS) // 2, "half moved"
    assert len({witness.epoch for witness in witnesses}) == 1
    assert len({witness.next for witness in witnesses}) == 1, "one sequence for all"
    assert [witness.repeated for witness in witnesses] == [[]] * WITNESSES
    assert all(set(witness.taken_at) == set(keys) for witness in witnesses)
    for program in tails:
        assert at.live_keys(program.name) == dict.fromkeys(keys, 1)
