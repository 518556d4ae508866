"""Events from an SQS queue, against moto's server of it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Awaitable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast
from uuid import uuid4

import pytest
from moto.server import ThreadedMotoServer

from tests.relay.posting import NOW, SCHOOL, GatedLog, gated_log, grade_change, until
from tui.events.decode import decode
from tui.events.fields import as_object
from tui.relay.ingest.intake import IngestCounts, Intake
from tui.relay.ingest.sqs import run_sqs
from tui.relay.ingest.sqs_client import QueuePlace, SqsMissing, connect


class Sender(Protocol):
    """What Canvas does with a queue, and what tells how much is in it."""

    def create_queue(self, **asked: object) -> Awaitable[Mapping[str, str]]: ...

    def delete_queue(self, **asked: object) -> Awaitable[object]: ...

    def send_message_batch(self, **asked: object) -> Awaitable[object]: ...

    def get_queue_attributes(self, **asked: object) -> Awaitable[Mapping[str, object]]: ...


@dataclass
class Queue:
    """A queue whose messages come again after a second without a word about them."""

    sender: Sender
    url: str

    async def send(self, *bodies: str) -> None:
        for begin in range(0, len(bodies), 10):
            entries = [
                {"Id": str(place), "MessageBody": body}
                for place, body in enumerate(bodies[begin : begin + 10])
            ]
            await self.sender.send_message_batch(QueueUrl=self.url, Entries=entries)

    async def left(self) -> int:
        """How many messages it has, seen and unseen."""
        reply = await self.sender.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])
        told = as_object(reply["Attributes"]) or {}
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(str(told[name])) for name in names)

    async def emptied(self) -> None:
        async with asyncio.timeout(60):
            while await self.left():  # noqa: ASYNC110  the queue tells nobody
                await asyncio.sleep(0.05)


@dataclass
class Sleeps:
    """Counts the waits after a failure and makes them short."""

    asked: list[float] = field(default_factory=list[float])

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of moto's server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Those of nobody, in the usual place."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nobody")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
async def queue(server: str) -> AsyncGenerator[Queue]:
    async with connect(QueuePlace("us-east-1", server), calls=2, patience_s=30) as client:
        sender = cast("Sender", client)
        made = await sender.create_queue(
            QueueName=f"canvas-live-events-{uuid4()}", Attributes={"VisibilityTimeout": "1"}
        )
        yield Queue(sender, made["QueueUrl"])


@asynccontextmanager
async def taking(
    queue: Queue, intake: Intake, sleep: Sleeps | None = None
) -> AsyncGenerator[Sleeps]:
    """While the queue's events are taken."""
    sleep = sleep or Sleeps()
    task = asyncio.ensure_future(run_sqs(queue.url, intake, sleep=sleep, long_poll_s=1))
    try:
        yield sleep
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture
def intake(log: GatedLog) -> Intake:
    return Intake(log, account_uuid=SCHOOL, clock=lambda: NOW)


def bodies(numbers: Sequence[int]) -> list[str]:
    return [json.dumps(grade_change(number)) for number in numbers]


def keys(numbers: Sequence[int]) -> list[str]:
    return sorted(decode(body).sightings[0].event.key for body in bodies(numbers))


async def test_events_are_taken_and_deleted(queue: Queue, intake: Intake, log: GatedLog) -> None:
    await queue.send(*bodies(range(25)))
    async with taking(queue, intake) as sleep:
        await queue.emptied()
        await queue.send(*bodies(range(25, 30)))
        await until(lambda: log.head == 31)
        await queue.emptied()
    assert sorted(await log.keys()) == keys(range(30))
    assert sleep.asked == []


async def test_duplicates_and_disorder_are_stored_once(
    queue: Queue, intake: Intake, log: GatedLog
) -> None:
    numbers = [number * 37 % 60 % 20 for number in range(60)]
    await queue.send(*bodies(numbers))
    async with taking(queue, intake):
        await queue.emptied()
    assert sorted(await log.keys()) == keys(range(20))
    assert intake.counts == IngestCounts(taken=20, duplicates=40)


async def test_sns_wraps_them(queue: Queue, intake: Intake, log: GatedLog) -> None:
    (body,) = bodies([1])
    await queue.send(json.dumps({"Type": "Notification", "Message": body, "TopicArn": "x"}))
    async with taking(queue, intake):
        await queue.emptied()
    assert await log.keys() == keys([1])


async def test_what_can_never_be_taken_does_not_come_again(
    queue: Queue, intake: Intake, log: GatedLog, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = json.dumps(grade_change(2, root_account_uuid="another", user_login="Oxana"))
    await queue.send("Oxana", "{}", "[" * 10_000, foreign, *bodies([1]))
    async with taking(queue, intake):
        await queue.emptied()
    assert await log.keys() == keys([1])
    assert intake.counts == IngestCounts(taken=1, malformed=3, foreign=1)
    ours = [record for record in caplog.records if record.name == "gradewatch.relay"]
    assert len(ours) == 4
    assert not any("Oxana" in str(record.__dict__) for record in ours)


async def test_while_the_log_is_away_they_stay_in_the_queue(
    queue: Queue, intake: Intake, log: GatedLog
) -> None:
    log.away = True
    await queue.send("never", *bodies(range(5)))
    async with taking(queue, intake) as sleep:
        await until(lambda: intake.counts.unavailable >= 5 and intake.counts.malformed == 1)
        assert await queue.left() == 5
        assert await log.keys() == []
        log.away = False
        await queue.emptied()
        assert sleep.asked
    assert sorted(await log.keys()) == keys(range(5))


async def test_a_queue_that_is_not_there_is_waited_for_longer_and_longer(
    queue: Queue, intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    await queue.sender.delete_queue(QueueUrl=queue.url)
    sleep = Sleeps()
    task = asyncio.ensure_future(
        run_sqs(queue.url, intake, sleep=sleep, spread=lambda: 1.0, receivers=1)
    )
    await until(lambda: len(sleep.asked) >= 9)
    task.cancel()
    await asyncio.wait([task])
    assert sleep.asked[:9] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    ours = [record for record in caplog.records if record.name == "gradewatch.relay"]
    assert "NonExistentQueue" in ours[0].__dict__["why"]


async def test_a_network_that_is_away_is_waited_out(intake: Intake) -> None:
    sleep = Sleeps()
    task = asyncio.ensure_future(
        run_sqs("http://127.0.0.1:1/1/canvas-live-events", intake, sleep=sleep)
    )
    await until(lambda: len(sleep.asked) > 8)
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])


async def test_rights_that_are_missing_are_waited_out(
    queue: Queue, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    async with taking(queue, intake) as sleep:
        await until(lambda: len(sleep.asked) > 4)


async def test_stopped_in_the_middle_it_goes_on_where_it_was(
    queue: Queue, intake: Intake, log: GatedLog
) -> None:
    await queue.send(*bodies(range(40)))
    log.held = asyncio.Event()
    async with taking(queue, intake):
        await until(lambda: log.waiting > 0)
    assert await queue.left() == 40
    log.held = None
    async with taking(queue, intake):
        await until(lambda: log.head > 11)
    async with taking(queue, intake):
        await queue.emptied()
    assert sorted(await log.keys()) == keys(range(40))


async def test_killed_again_and_again_it_loses_and_repeats_nothing(
    queue: Queue, tmp_path: Path
) -> None:
    folder = tmp_path / "log"
    for wave in range(3):
        await queue.send(*bodies(range(wave * 100, wave * 100 + 100)))
        before = size(folder)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.relay.queue_process", queue.url, str(folder)
        )
        await until(lambda: size(folder) > before + 1000)  # noqa: B023  awaited in its round
        process.kill()
        assert await process.wait() == -9
    async with gated_log(tmp_path) as log:
        assert log.head > 1
        async with taking(queue, Intake(log, clock=lambda: NOW)):
            await queue.emptied()
        assert sorted(await log.keys()) == keys(range(300))


def size(folder: Path) -> int:
    """Bytes of all the files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize(
    ("url", "region", "endpoint"),
    [
        ("https://sqs.eu-central-1.amazonaws.com/1/canvas-live-events", "eu-central-1", None),
        ("https://sqs.cn-north-1.amazonaws.com.cn/1/q", "cn-north-1", None),
        ("https://sqs-fips.us-gov-west-1.amazonaws.com/1/q", "us-gov-west-1", None),
        ("https://us-west-2.queue.amazonaws.com/1/q", "us-west-2", None),
        ("https://queue.amazonaws.com/1/q", "us-east-1", None),
        ("http://127.0.0.1:5000/1/q", None, "http://127.0.0.1:5000"),
        (
            "https://sqs.us-east-1.amazonaws.com.evil.test/q",
            None,
            "https://sqs.us-east-1.amazonaws.com.evil.test",
        ),
    ],
)
def test_the_region_is_in_the_queues_address(
    url: str, region: str | None, endpoint: str | None
) -> None:
    assert QueuePlace.of(url) == QueuePlace(region, endpoint)


async def test_without_the_extra_it_says_what_to_install(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "aiobotocore.config", None)
    with pytest.raises(SqsMissing, match=r"gradewatch\[sqs\]"):
        await run_sqs("https://sqs.us-east-1.amazonaws.com/1/q", intake)


@pytest.mark.parametrize("url", ["http://sqs.us-east-1.amazonaws.com/1/q", "canvas", "", "sqs://x"])
async def test_an_address_that_others_can_read_along_is_refused(url: str, intake: Intake) -> None:
    with pytest.raises(ValueError, match="address"):
        await run_sqs(url, intake)
