"""What every log promises, asked of each kind of log and each version of its server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest

from tests.relay.arrivals import NOON, arrival, arrivals
from tests.relay.nats_process import NatsServer, nats_process, nats_servers
from tui.events.relay_wire import Cursor
from tui.relay.event_log import Entry, EventLog
from tui.relay.file_log.file_log import FileLog
from tui.relay.jetstream_log import JetStreamLog

PATIENCE_S = 30.0
DAY_S = 86_400


class Opens(Protocol):
    async def __call__(self) -> EventLog: ...


@asynccontextmanager
async def a_place(kind: NatsServer | None, folder: Path) -> AsyncGenerator[Opens]:
    """Where a log can be opened again and again."""

    async def open_file() -> EventLog:
        return await FileLog.open(folder / "log", retention_s=DAY_S, clock=lambda: NOON)

    if kind is None:
        yield open_file
        return
    with nats_process(kind, folder) as nats:
        await nats.start()

        async def open_jetstream() -> EventLog:
            return await JetStreamLog.open(nats.url, retention_s=DAY_S)

        yield open_jetstream


@pytest.fixture(
    params=[None, *nats_servers()],
    ids=["files", *(f"nats-{server.name}" for server in nats_servers())],
)
async def opens(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Opens]:
    async with a_place(request.param, tmp_path) as opens:
        yield opens


@pytest.fixture
async def log(opens: Opens) -> AsyncGenerator[EventLog]:
    log = await opens()
    yield log
    await log.close()


async def until(log: EventLog, head: int) -> None:
    """Wait for the head to be ``head``: it is never beyond."""
    async with asyncio.timeout(PATIENCE_S):
        await log.wait(head - 1)
    assert log.head == head


async def everything(log: EventLog, start: int = 1) -> list[Entry]:
    entries: list[Entry] = []
    while more := await log.read(start, 7):
        entries += more
        start = more[-1].seq + 1
    return entries


def events(entries: Sequence[Entry]) -> list[str]:
    return [entry.arrival.event for entry in entries]


async def test_an_empty_log_begins_and_ends_at_one(log: EventLog) -> None:
    assert (log.floor, log.head) == (1, 1)
    assert list(await log.read(1, 10)) == []
    assert Cursor.parse(f"{log.epoch}.1") == Cursor(log.epoch, 1)


async def test_what_is_appended_is_read_as_it_was_in_order(log: EventLog) -> None:
    given = [arrival(1), arrival(2, size=100_000), *arrivals(20, 3)]
    assert await log.append(given[:1]) == 1
    await until(log, 2)
    assert await log.append(given[1:]) == 21
    await until(log, 23)
    entries = await everything(log)
    assert [entry.seq for entry in entries] == list(range(1, 23))
    assert entries[0].arrival == given[0]
    assert sorted(events(entries)) == sorted(one.event for one in given)


async def test_a_read_begins_where_it_is_told_and_ends_at_its_limit(log: EventLog) -> None:
    for number in range(6):
        await log.append([arrival(number)])
    await until(log, 7)
    assert [entry.seq for entry in await log.read(3, 2)] == [3, 4]
    assert [entry.seq for entry in await log.read(0, 1)] == [1]
    assert list(await log.read(7, 5)) == []
    assert list(await log.read(99, 5)) == []
    assert list(await log.read(1, 0)) == []


async def test_an_event_is_stored_once(log: EventLog) -> None:
    assert await log.append(arrivals(3)) == 3
    assert await log.append(arrivals(5)) == 2
    assert await log.append([arrival(9), arrival(9), arrival(1)]) == 1
    await until(log, 7)
    assert len(set(events(await everything(log)))) == 6


async def test_the_same_events_from_many_at_once_are_stored_once(log: EventLog) -> None:
    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            for number in range(10):
                tasks.create_task(log.append([arrival(number)]))
    await until(log, 11)
    assert sorted(events(await everything(log))) == sorted(one.event for one in arrivals(10))


async def test_those_who_wait_at_the_head_are_woken_by_the_next_event(log: EventLog) -> None:
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(log.wait(1)) for _ in range(1000)]
        await asyncio.sleep(0)
        assert not any(one.done() for one in waiting)
        await log.append([arrival(1)])
    assert log.head == 2


async def test_a_log_that_is_opened_again_goes_on_where_it_was(opens: Opens) -> None:
    first = await opens()
    await first.append(arrivals(30))
    await until(first, 31)
    stored, epoch = events(await everything(first)), first.epoch
    await first.close()

    again = await opens()
    try:
        assert (again.epoch, again.floor, again.head) == (epoch, 1, 31)
        assert events(await everything(again)) == stored
        assert await again.append([*arrivals(30), arrival(77)]) == 1
        await until(again, 32)
        assert [entry.seq for entry in await again.read(30, 10)] == [30, 31]
    finally:
        await again.close()


async def test_many_events_are_read_from_the_first_on(
    opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.relay.jetstream_log.PREFILL", 10)
    first = await opens()
    await first.append(arrivals(1500))
    await until(first, 1501)
    await first.close()
    again = await opens()
    try:
        found = await everything(again, 1)
        assert [entry.seq for entry in found] == list(range(1, 1501))
    finally:
        await again.close()


async def test_an_event_of_two_lines_is_refused_and_nothing_of_it_stays(log: EventLog) -> None:
    broken = arrival(1)
    with pytest.raises(ValueError, match="one line"):
        await log.append([arrival(2), type(broken)(broken.key, broken.kind, None, 0, NOON, "{\n}")])
    assert await log.append([arrival(2)]) == 1
