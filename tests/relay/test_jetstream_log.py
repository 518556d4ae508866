"""The log on a NATS stream that several relays share, on real servers that die and come back."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.js.client import JetStreamContext

from tests.events.wire import live
from tests.relay.arrivals import NOON, arrival, arrivals
from tests.relay.nats_process import NatsProcess, NatsServer, nats_process, nats_servers
from tui.relay.event_log import Entry, EventLog, LogUnavailable, TooLargeForLog
from tui.relay.ingest.delivery import Outcome, deliver
from tui.relay.ingest.intake import Intake
from tui.relay.jetstream_log import JetStreamLog
from tui.relay.jetstream_stream import STREAM, SUBJECT

PATIENCE_S = 30.0
DAY_S = 86_400.0


@pytest.fixture(params=nats_servers(), ids=lambda server: server.name)
async def nats(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[NatsProcess]:
    server: NatsServer = request.param
    with nats_process(server, tmp_path) as nats:
        await nats.start()
        yield nats


@pytest.fixture
async def log(nats: NatsProcess) -> AsyncGenerator[JetStreamLog]:
    log = await JetStreamLog.open(nats.url, retention_s=DAY_S)
    yield log
    await log.close()


@pytest.fixture
async def other(nats: NatsProcess) -> AsyncGenerator[JetStreamLog]:
    """A second relay's."""
    log = await JetStreamLog.open(nats.url, retention_s=DAY_S)
    yield log
    await log.close()


async def everything(log: EventLog, start: int = 1) -> list[Entry]:
    entries: list[Entry] = []
    while more := await log.read(start, 100):
        entries += more
        start = more[-1].seq + 1
    return entries


async def until(log: EventLog, head: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await log.wait(head - 1)


async def until_so(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110  it moves by itself: there is nothing to wait on
            await asyncio.sleep(0.02)


async def append_in_the_end(log: EventLog, number: int) -> int:
    """As Canvas does: again, until it is taken; how many were new."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                return await log.append([arrival(number)])
            except LogUnavailable:
                await asyncio.sleep(0.05)


async def test_two_relays_have_one_log(log: JetStreamLog, other: JetStreamLog) -> None:
    assert log.epoch == other.epoch
    assert await log.append(arrivals(5)) == 5
    assert await other.append(arrivals(8)) == 3
    await until(log, 9)
    await until(other, 9)
    here, there = await everything(log), await everything(other)
    assert here == there
    assert [entry.seq for entry in here] == list(range(1, 9))


async def test_the_same_events_through_both_at_once_are_stored_once(
    log: JetStreamLog, other: JetStreamLog
) -> None:
    async with asyncio.TaskGroup() as tasks:
        appended = [
            tasks.create_task(one.append([arrival(number)]))
            for number in range(100)
            for one in (log, other)
        ]
    assert sum(one.result() for one in appended) == 100
    await until(other, 101)
    assert len({entry.arrival.key for entry in await everything(other)}) == 100
    assert other.head == 101


async def test_a_nats_that_is_killed_loses_nothing_acknowledged_and_repeats_nothing(
    nats: NatsProcess, log: JetStreamLog, other: JetStreamLog
) -> None:
    epoch = log.epoch
    for round_ in range(2):
        first = round_ * 150
        async with asyncio.TaskGroup() as tasks:
            for number in range(first, first + 150):
                tasks.create_task(append_in_the_end((log, other)[number % 2], number))
            await asyncio.sleep(0.02)
            nats.kill()
            await nats.start()
        await until(log, first + 151)
        await until(other, first + 151)
    for one in (log, other):
        found = await everything(one)
        assert one.epoch == epoch
        assert [entry.seq for entry in found] == list(range(1, 301))
        assert {entry.arrival.key for entry in found} == {one.key for one in arrivals(300)}


async def test_while_nats_is_away_the_newest_are_read_and_nothing_is_taken(
    nats: NatsProcess, log: JetStreamLog
) -> None:
    await log.append(arrivals(4))
    await until(log, 5)
    nats.kill()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(LogUnavailable, match="NATS"):
            await log.append([arrival(9)])
    assert [entry.seq for entry in await log.read(2, 9)] == [2, 3, 4]
    waiting = asyncio.create_task(log.wait(5))
    await nats.start()
    assert await append_in_the_end(log, 9) <= 1
    async with asyncio.timeout(PATIENCE_S):
        await waiting
    assert [entry.arrival for entry in await log.read(5, 9)] == [arrival(9)]


async def test_a_stream_that_was_deleted_is_another_epoch_for_all(
    nats: NatsProcess, log: JetStreamLog, other: JetStreamLog
) -> None:
    await log.append(arrivals(4))
    await until(other, 5)
    before = log.epoch
    waiting = asyncio.create_task(other.wait(5))
    client = Client()
    await client.connect(nats.url)
    assert await JetStreamContext(client).delete_stream(STREAM)
    await client.close()
    await until_so(lambda: log.epoch != before and other.epoch == log.epoch)
    async with asyncio.timeout(PATIENCE_S):
        await waiting
    assert await append_in_the_end(log, 1) == 1
    await until(other, 2)
    assert [entry.seq for entry in await everything(other)] == [1]


async def test_a_server_that_lost_the_end_of_the_stream_is_another_epoch(
    nats: NatsProcess, log: JetStreamLog, tmp_path: Path
) -> None:
    """What a machine that lost power before it synced comes back with."""
    await log.append(arrivals(4))
    await until(log, 5)
    nats.kill()
    blocks = sorted((tmp_path / "store").rglob("msgs/*.blk"))
    kept = blocks[-1].read_bytes()
    await nats.start()
    await append_in_the_end(log, 4)
    await append_in_the_end(log, 5)
    await until(log, 7)
    before = log.epoch
    nats.kill()
    for state in (tmp_path / "store").rglob("msgs/index.db"):
        state.unlink()
    for block in (tmp_path / "store").rglob("msgs/*"):
        if block.suffix in {".idx", ".fss"} or (block.suffix == ".blk" and block != blocks[-1]):
            block.unlink()
    blocks[-1].write_bytes(kept)
    await nats.start()
    await until_so(lambda: log.epoch != before)
    await until(log, 5)
    assert len(await everything(log)) == 4
    assert await append_in_the_end(log, 5) == 1
    again = await JetStreamLog.open(nats.url, retention_s=DAY_S)
    assert again.epoch == log.epoch
    await again.close()


async def test_old_events_go_and_the_floor_says_so(nats: NatsProcess) -> None:
    log = await JetStreamLog.open(nats.url, retention_s=1.0)
    await log.append(arrivals(3))
    await until_so(lambda: log.floor == 4)
    assert log.head == 4
    assert list(await log.read(1, 9)) == []
    assert await log.append([arrival(0)]) == 1
    await until(log, 5)
    assert [entry.seq for entry in await log.read(1, 9)] == [4]
    await log.close()


async def test_another_retention_is_taken_over_and_nothing_is_lost(nats: NatsProcess) -> None:
    first = await JetStreamLog.open(nats.url, retention_s=3600)
    await first.append(arrivals(3))
    await first.close()
    again = await JetStreamLog.open(nats.url, retention_s=DAY_S)
    assert (again.epoch, again.head) == (first.epoch, 4)
    assert await again.append(arrivals(3)) == 0
    await again.close()


async def test_what_is_no_event_in_the_stream_is_passed_over(
    nats: NatsProcess, log: JetStreamLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.append([arrival(1)])
    client = Client()
    await client.connect(nats.url)
    for data in (b"", b"{}", b'["k"]\n{}', b"\xff\xfe"):
        await JetStreamContext(client).publish(SUBJECT, data)
    await client.close()
    await log.append([arrival(2)])
    await until(log, 7)
    assert [entry.seq for entry in await everything(log)] == [1, 6]
    monkeypatch.setattr("tui.relay.jetstream_log.PREFILL", 0)
    late = await JetStreamLog.open(nats.url, retention_s=DAY_S)
    assert [entry.seq for entry in await late.read(1, 2)] == [1]
    assert [entry.seq for entry in await late.read(2, 1)] == [6]
    await late.close()


async def test_an_event_near_what_the_server_takes_is_taken_or_refused_for_good(
    log: JetStreamLog,
) -> None:
    assert await log.append([arrival(1, size=1_000_000)]) == 1
    for size in (1_048_000, 1_048_400, 1_048_576):
        with pytest.raises(TooLargeForLog, match="max_payload"):
            await log.append([arrival(2, size=size), arrival(3)])
    assert await log.append([arrival(3)]) == 1
    intake = Intake(log, clock=lambda: NOON)
    body = json.dumps(live("grade_change", {"grade": "x" * 1_048_000}))
    assert await deliver(body, intake) is Outcome.NEVER
    assert intake.counts.too_large == 1


async def test_without_a_nats_the_log_does_not_open() -> None:
    with pytest.raises(LogUnavailable, match="NATS"):
        await JetStreamLog.open("nats://127.0.0.1:1", retention_s=DAY_S)


@pytest.mark.parametrize("server", nats_servers()[:1], ids=lambda server: server.name)
async def test_credentials_in_the_url_are_used_and_never_said(
    server: NatsServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    users = 'authorization { user: relay, password: "s3cret-word" }'
    with nats_process(server, tmp_path, authorization=users) as nats:
        await nats.start()
        where = f"127.0.0.1:{nats.port}"
        log = await JetStreamLog.open(f"nats://relay:s3cret-word@{where}", retention_s=DAY_S)
        assert await log.append([arrival(1)]) == 1
        nats.kill()
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(LogUnavailable) as away:
                await log.append([arrival(2)])
        await log.close()
        await nats.start()
        with pytest.raises(LogUnavailable) as refused:
            await JetStreamLog.open(f"nats://relay:wr0ng-word@{where}", retention_s=DAY_S)
    said = f"{away.value} {refused.value} {caplog.text}"
    assert "s3cret" not in said
    assert "wr0ng" not in said
    assert "uthorization" in str(refused.value)


async def test_it_says_what_the_server_s_acknowledgement_is_worth(
    nats: NatsProcess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    log = await JetStreamLog.open(nats.url, retention_s=DAY_S)
    await log.close()
    [record] = [one for one in caplog.records if one.message == "the log is on NATS"]
    told = vars(record)
    assert told["nats_version"] == nats.server.name
    lacks = "has no `sync_interval: always`" in told["durability"]
    assert lacks is not nats.server.can_always_sync
