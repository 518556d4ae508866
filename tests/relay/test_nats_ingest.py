"""Events from a NATS work queue, against real servers of every version found."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.js.client import JetStreamContext

from tests.relay.nats_process import NatsProcess, NatsServer, nats_process, nats_servers
from tests.relay.posting import NOW, SCHOOL, GatedLog, gated_log, grade_change, until
from tui.events.decode import decode
from tui.relay.ingest.intake import IngestCounts, Intake
from tui.relay.ingest.nats import DURABLE, STREAM, SUBJECT, run_nats_ingest


@dataclass
class Publisher:
    """Whoever has events, and looks at what is left of them."""

    client: Client
    context: JetStreamContext

    async def send(self, *bodies: bytes) -> None:
        for body in bodies:
            await self.context.publish(SUBJECT, body)

    async def left(self) -> int:
        return (await self.context.stream_info(STREAM)).state.messages

    async def emptied(self) -> None:
        async with asyncio.timeout(60):
            while await self.left():  # noqa: ASYNC110  the queue tells nobody
                await asyncio.sleep(0.05)


@asynccontextmanager
async def publishing(process: NatsProcess) -> AsyncGenerator[Publisher]:
    client = Client()
    await client.connect(process.url, allow_reconnect=False)
    try:
        yield Publisher(client, JetStreamContext(client))
    finally:
        await client.close()


@dataclass
class Sleeps:
    """Counts the waits after a failure and makes them short."""

    asked: list[float] = field(default_factory=list[float])

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(0.02)


@asynccontextmanager
async def taking(url: str, *intakes: Intake) -> AsyncGenerator[Sleeps]:
    """While the queue's events are taken, by each of the relays."""
    sleep = Sleeps()
    tasks = [
        asyncio.ensure_future(run_nats_ingest(url, intake, sleep=sleep, later_s=0.1))
        for intake in intakes
    ]
    try:
        yield sleep
        assert not any(task.done() for task in tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@pytest.fixture(params=nats_servers(), ids=lambda server: server.name)
async def nats(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[NatsProcess]:
    server = request.param
    assert isinstance(server, NatsServer)
    (tmp_path / "nats").mkdir()
    with nats_process(server, tmp_path / "nats") as process:
        await process.start()
        yield process


@pytest.fixture
def intake(log: GatedLog) -> Intake:
    return Intake(log, account_uuid=SCHOOL, clock=lambda: NOW)


def bodies(numbers: Sequence[int]) -> list[bytes]:
    return [json.dumps(grade_change(number)).encode() for number in numbers]


def keys(numbers: Sequence[int]) -> list[str]:
    found = (decode(body.decode()).sightings[0].event.key for body in bodies(numbers))
    return sorted(found)


async def ready(publisher: Publisher) -> None:
    """Wait until a relay has made the queue."""

    async def there() -> bool:
        streams = await publisher.context.streams_info()
        return any(stream.config.name == STREAM for stream in streams)

    async with asyncio.timeout(60):
        while not await there():  # noqa: ASYNC110  the server tells nobody
            await asyncio.sleep(0.05)


async def test_events_are_taken_once_and_forgotten_by_the_queue(
    nats: NatsProcess, intake: Intake, log: GatedLog
) -> None:
    async with taking(nats.url, intake) as sleep, publishing(nats) as publisher:
        await ready(publisher)
        await publisher.send(*bodies([number % 20 for number in range(50)]))
        await publisher.emptied()
        assert sleep.asked == []
    assert sorted(await log.keys()) == keys(range(20))
    assert intake.counts == IngestCounts(taken=20, duplicates=30)


async def test_what_can_never_be_taken_does_not_come_again(
    nats: NatsProcess, intake: Intake, log: GatedLog, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = json.dumps(grade_change(2, root_account_uuid="another", user_login="Oxana"))
    async with taking(nats.url, intake), publishing(nats) as publisher:
        await ready(publisher)
        await publisher.send(b"", b"\xff\xfe\xfd", b"Oxana", foreign.encode(), *bodies([1]))
        await publisher.emptied()
    assert await log.keys() == keys([1])
    assert intake.counts == IngestCounts(taken=1, malformed=3, foreign=1)
    ours = [record for record in caplog.records if record.name == "gradewatch.relay"]
    assert len(ours) == 4
    assert not any("Oxana" in str(record.__dict__) for record in ours)


async def test_while_the_log_is_away_they_stay_and_come_again(
    nats: NatsProcess, intake: Intake, log: GatedLog
) -> None:
    log.away = True
    async with taking(nats.url, intake), publishing(nats) as publisher:
        await ready(publisher)
        await publisher.send(*bodies(range(3)))
        await until(lambda: intake.counts.unavailable > 9)
        assert await publisher.left() == 3
        log.away = False
        await publisher.emptied()
    assert sorted(await log.keys()) == keys(range(3))


async def test_what_was_not_acknowledged_comes_again(
    nats: NatsProcess, intake: Intake, log: GatedLog
) -> None:
    log.held = asyncio.Event()
    async with publishing(nats) as publisher:
        async with taking(nats.url, intake):
            await ready(publisher)
            await publisher.send(*bodies(range(5)))
            await until(lambda: log.waiting == 5)
        assert await publisher.left() == 5
        info = await publisher.context.consumer_info(STREAM, DURABLE)
        assert info.num_ack_pending == 5


async def test_relays_share_the_queue(nats: NatsProcess, tmp_path: Path) -> None:
    async with (
        gated_log(tmp_path / "one") as one,
        gated_log(tmp_path / "two") as two,
        publishing(nats) as publisher,
    ):
        intakes = [Intake(log, clock=lambda: NOW) for log in (one, two)]
        async with taking(nats.url, *intakes):
            await ready(publisher)
            await publisher.send(*bodies(range(200)))
            await publisher.emptied()
        first, second = await one.keys(), await two.keys()
    assert sorted(first + second) == keys(range(200))
    assert first
    assert second


async def test_a_server_that_dies_is_waited_for(
    nats: NatsProcess, intake: Intake, log: GatedLog
) -> None:
    async with taking(nats.url, intake) as sleep:
        async with publishing(nats) as publisher:
            await ready(publisher)
            await publisher.send(*bodies(range(5)))
            await publisher.emptied()
        nats.kill()
        await until(lambda: len(sleep.asked) > 2)
        await nats.start()
        async with publishing(nats) as publisher:
            await publisher.send(*bodies(range(5, 10)))
            await publisher.emptied()
    assert sorted(await log.keys()) == keys(range(10))


async def test_killed_in_the_middle_it_loses_and_repeats_nothing(
    nats: NatsProcess, tmp_path: Path
) -> None:
    folder = tmp_path / "log"
    async with publishing(nats) as publisher:
        sent = 0
        for _ in range(2):
            before = size(folder)
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.relay.queue_process", nats.url, str(folder)
            )
            await ready(publisher)
            while size(folder) <= before + 2000:
                await publisher.send(*bodies([sent]))
                sent += 1
                await asyncio.sleep(0.01)
            await publisher.send(*bodies(range(sent, sent + 30)))
            sent += 30
            process.kill()
            assert await process.wait() == -9
        async with gated_log(tmp_path) as log:
            async with taking(nats.url, Intake(log, clock=lambda: NOW)):
                await publisher.emptied()
            assert sorted(await log.keys()) == keys(range(sent))


def size(folder: Path) -> int:
    """Bytes of all the files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
