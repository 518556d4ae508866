"""How the relay ends with clients that do not let go: soon, and without a word of a fault."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.events.wire import Json
from tests.relay.raw import UPGRADE, dialled, head
from tests.relay.serving import PATIENCE, Serving, change, serving
from tui.relay.logs import RELAY_LOG, logging_to
from tui.relay.options import RelayOptions
from tui.relay.repeats import KNOWN, TIMES, WHILE_S, Repeats

LONG_GRACE = RelayOptions(grace_s=3600)


@dataclass
class Words:
    """What was logged."""

    stream: io.StringIO

    @property
    def lines(self) -> list[Json]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    @property
    def faults(self) -> list[Json]:
        return [line for line in self.lines if line["level"] == "error" or "fault" in line]


@asynccontextmanager
async def listened(folder: Path, options: RelayOptions) -> AsyncGenerator[tuple[Serving, Words]]:
    words = Words(io.StringIO())
    with logging_to(words.stream):
        async with serving(folder, options) as relay:
            yield relay, words


async def until_ended(relay: Serving) -> None:
    relay.stop.set()
    async with asyncio.timeout(PATIENCE):
        await asyncio.wait([relay.ended])


async def test_a_post_that_is_half_sent_is_not_waited_for(tmp_path: Path) -> None:
    async with listened(tmp_path, LONG_GRACE) as (relay, words):
        async with dialled(relay) as (_, writer):
            writer.write(head(relay, "POST /v1/events", "Content-Length: 99\r\n") + b"{")
            await asyncio.sleep(0.1)
            await until_ended(relay)
        assert words.faults == []


async def test_one_who_reads_nothing_is_not_waited_for(tmp_path: Path) -> None:
    async with listened(tmp_path, LONG_GRACE) as (relay, words):
        await relay.append(*(change(number, filling="x" * 8000) for number in range(1500)))
        async with dialled(relay) as (reader, writer):
            target = f"GET /v1/subscribe?{relay.cursor(1)}"
            writer.write(head(relay, target, UPGRADE))
            assert await reader.readuntil(b'"hello"')
            await asyncio.sleep(0.3)
            await until_ended(relay)
        assert words.faults == []


async def test_what_outlasts_the_grace_is_given_up_with_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def never(arrivals: object) -> int:
        if arrivals:
            begun.set()
            await asyncio.Event().wait()
        return 0

    async with listened(tmp_path, RelayOptions(grace_s=1)) as (relay, words):
        monkeypatch.setattr(relay.log, "append", never)
        body = json.dumps(change(1)).encode()
        async with dialled(relay) as (_, writer):
            length = f"Content-Length: {len(body)}\r\n"
            writer.write(head(relay, "POST /v1/events", length) + body)
            await begun.wait()
            await until_ended(relay)
        assert words.faults == []
        warned = [line for line in words.lines if line["level"] == "warning"]
        assert [line["event"] for line in warned] == ["requests given up at the end"]


def logged(say: Callable[[], object]) -> list[Json]:
    words = Words(io.StringIO())
    with logging_to(words.stream):
        say()
    return words.lines


def test_what_any_library_says_is_a_line_without_its_values() -> None:
    def say() -> None:
        wrong = "socket.accept() out of system resource\nsocket: <laddr=('192.0.2.1', 5)>"
        logging.getLogger("asyncio").error(wrong)
        logging.getLogger("some.library").warning("cannot reach %s", "student 48")
        logging.getLogger("some.library").info("nothing of note")

    first, second = logged(say)
    assert (first["logger"], first["event"]) == (
        "asyncio",
        "socket.accept() out of system resource",
    )
    assert (second["level"], second["event"]) == ("warning", "cannot reach %s")


def test_the_same_fault_again_and_again_is_counted() -> None:
    def say() -> None:
        for _ in range(1000):
            logging.getLogger("asyncio").error("it fails")
            RELAY_LOG.info("subscription refused", extra={"reason": "Unauthorized"})

    lines = logged(say)
    assert len(lines) == 2 * (TIMES + 1)
    assert [line["repeated"] for line in lines[-2:]] == [1000 - TIMES] * 2
    assert {"time", "level", "event"} <= lines[-1].keys()


def test_after_a_while_the_same_is_said_again_with_how_often_it_was_not() -> None:
    now = [0.0]
    repeats = Repeats(lambda: now[0])
    assert [repeats.of("it") for _ in range(TIMES + 2)] == [0] * TIMES + [None, None]
    assert repeats.of("another") == 0
    now[0] = WHILE_S
    assert repeats.of("it") == 2
    assert repeats.of("it") == 0
    assert list(repeats.rest()) == []


def test_ever_new_sayings_take_no_more_memory() -> None:
    repeats = Repeats(lambda: 0.0)
    for number in range(3 * KNOWN):
        for _ in range(TIMES + 1):
            repeats.of(str(number))
    assert len(list(repeats.rest())) == KNOWN
