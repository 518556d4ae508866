"""Anybody's websocket library can subscribe to the installed relay, from contracts §5 alone."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import cast
from urllib.request import Request, urlopen

import pytest

from tests.campaign.programs import GRADEWATCH, Program, cleared, free_port, home_env
from tests.relay.wire_clients import (
    PATIENCE_S,
    Client,
    Ended,
    Json,
    Refused,
    Subscription,
    by_aiohttp,
    by_sockets,
    by_websockets,
)

SUBSCRIBE = "/v1/subscribe"
HOME, OTHER = "21070000000000565", "21070000000000566"
_numbers = count(1)


@pytest.fixture(params=[by_websockets, by_aiohttp, by_sockets])
def client(request: pytest.FixtureRequest) -> Client:
    return cast("Client", request.param)


@dataclass(frozen=True, slots=True)
class Relay:
    """A relay with tokens: ``everything``'s sees all courses, ``scoped``'s 565 alone."""

    port: int
    everything: str
    scoped: str
    program: Program

    def post(self, document: Json) -> None:
        asked = Request(f"http://127.0.0.1:{self.port}/v1/events", json.dumps(document).encode())
        with urlopen(asked, timeout=PATIENCE_S) as answer:  # noqa: S310  loopback
            assert answer.status == 204


def started(folder: Path) -> Relay:
    port, tokens = free_port(), folder / "tokens"

    def token(name: str, *courses: str) -> str:
        command = [GRADEWATCH, "relay", "token", "add", name, "--tokens", str(tokens), *courses]
        done = subprocess.run(
            command, env=home_env(folder), capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    everything, scoped = token("everything"), token("scoped", "--course", "565")
    program = Program(
        "relay",
        [
            *(GRADEWATCH, "relay", "--listen", f"127.0.0.1:{port}"),
            *("--data", str(folder / "data"), "--tokens", str(tokens)),
        ],
        folder,
        env=home_env(folder),
        ready=lambda said: "subscribe to" in said,
    )
    asyncio.run(program.start())
    return Relay(port, everything, scoped, program)


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    found = started(tmp_path_factory.mktemp("relay"))
    with cleared(found.program):
        yield found


def grade(course: str | None = HOME, name: str = "grade_change") -> Json:
    """A live event like no other."""
    number = next(_numbers)
    context = {} if course is None else {"context_type": "Course", "context_id": course}
    metadata: Json = {
        "event_name": name,
        "event_time": "2026-11-02T12:00:00.123Z",
        "root_account_id": "21070000000000001",
        "request_id": f"contract-{id(object())}-{number}",
        **context,
    }
    body: Json = {"grade": str(number), "old_grade": None, "student_id": "21070000000000048"}
    return {"metadata": metadata, "body": body}


def key_of(document: Json) -> str:
    """What the key is made of: name, time in ms, school, request and body without its nulls."""
    metadata, body = cast("Json", document["metadata"]), cast("Json", document["body"])
    moment = datetime.fromisoformat(str(metadata["event_time"]))
    said = {name: value for name, value in body.items() if value is not None}
    school, request = metadata.get("root_account_uuid"), metadata.get("request_id")
    parts = [metadata["event_name"], round(moment.timestamp() * 1000), school, request, said]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return f"live:{hashlib.sha256(text.encode()).hexdigest()}"


@asynccontextmanager
async def listening(
    client: Client, relay: Relay, query: str = "", token: str | None = None
) -> AsyncGenerator[tuple[Subscription, Json]]:
    """A subscription and its hello."""
    target = f"{SUBSCRIBE}{query and '?'}{query}"
    async with client(relay.port, target, token=token or relay.everything) as wire:
        yield wire, await frame(wire)


async def frame(wire: Subscription) -> Json:
    async with asyncio.timeout(PATIENCE_S):
        return cast("Json", json.loads(await wire.text()))


async def events(wire: Subscription, number: int) -> list[Json]:
    """The next events; what the relay informs of in between is passed over."""
    found: list[Json] = []
    while len(found) < number:
        one = await frame(wire)
        assert one["type"] in {"event", "info"}, one
        if one["type"] == "event":
            found.append(one)
    return found


async def refusal(client: Client, relay: Relay, query: str, token: str | None) -> tuple[int, Json]:
    with pytest.raises(Refused) as no:
        async with client(relay.port, f"{SUBSCRIBE}{query}", token=token):
            pass
    return no.value.status, no.value.body


def place(hello: Json, seq: object) -> str:
    return f"cursor={hello['epoch']}.{seq}"


async def test_hello_comes_first_and_then_each_event_as_it_was_received(
    client: Client, relay: Relay
) -> None:
    async with listening(client, relay) as (wire, hello):
        assert set(hello) == {"type", "epoch", "floor", "head", "ping_s"}
        assert (hello["type"], hello["ping_s"]) == ("hello", 30)
        document = grade()
        relay.post(document)
        (event,) = await events(wire, 1)
    assert set(event) == {"type", "seq", "received_at", "key", "event"}
    assert event["event"] == document
    assert event["key"] == key_of(document)
    assert cast("int", event["seq"]) >= cast("int", hello["head"])
    assert isinstance(event["received_at"], int)


@pytest.mark.parametrize("asked", ["gradewatch.v1.json", None])
async def test_the_subprotocol_is_the_default_too(
    client: Client, relay: Relay, asked: str | None
) -> None:
    async with client(relay.port, SUBSCRIBE, token=relay.everything, subprotocol=asked) as wire:
        assert wire.subprotocol == asked
        assert (await frame(wire))["type"] == "hello"


async def test_a_cursor_goes_on_where_it_points_and_none_begins_at_the_head(
    client: Client, relay: Relay
) -> None:
    async with listening(client, relay) as (wire, hello):
        documents = [grade() for _ in range(4)]
        for document in documents[:3]:
            relay.post(document)
        first, second, third = await events(wire, 3)
    relay.post(documents[3])
    async with listening(client, relay, place(hello, second["seq"])) as (wire, again):
        assert again["epoch"] == hello["epoch"]
        assert [one["event"] for one in await events(wire, 3)] == documents[1:]
    async with listening(client, relay, place(hello, cast("int", third["seq"]) + 1)) as (wire, _):
        assert [one["event"] for one in await events(wire, 1)] == documents[3:]
    assert cast("int", first["seq"]) < cast("int", second["seq"]) < cast("int", third["seq"])
    async with listening(client, relay) as (wire, _):
        fresh = grade()
        relay.post(fresh)
        assert (await events(wire, 1))[0]["event"] == fresh


async def test_a_cursor_of_the_head_waits_for_what_comes(client: Client, relay: Relay) -> None:
    async with listening(client, relay) as (_, hello):
        pass
    async with listening(client, relay, place(hello, hello["head"])) as (wire, _):
        document = grade()
        relay.post(document)
        (event,) = await events(wire, 1)
        assert (event["seq"], event["event"]) == (hello["head"], document)


async def test_kinds_and_courses_repeat_and_are_and_ed(client: Client, relay: Relay) -> None:
    mine, others, totals, edited = (
        grade(HOME),
        grade(OTHER),
        grade(HOME, "course_grade_change"),
        grade(HOME, "course_updated"),
    )
    for query, wanted in (
        ("course=565", [mine, totals, edited]),
        (f"course={OTHER}&course=565", [mine, others, totals, edited]),
        ("kind=grade", [mine, others]),
        ("kind=grade&kind=course_score&course=565", [mine, totals]),
        ("", [mine, others, totals, edited]),
    ):
        last = grade()
        async with listening(client, relay, query) as (wire, hello):
            for document in (mine, others, totals, edited, last):
                relay.post(document)
            resumed = f"{query}{query and '&'}{place(hello, hello['floor'])}"
        async with listening(client, relay, resumed) as (wire, _):
            found: list[object] = []
            while last not in found:
                found += [one["event"] for one in await events(wire, 1)]
        assert [one for one in found if one in (mine, others, totals, edited)] == wanted


async def test_what_is_wrong_with_a_cursor_has_a_name(client: Client, relay: Relay) -> None:
    relay.post(grade())
    async with listening(client, relay) as (_, hello):
        head, floor = cast("int", hello["head"]), cast("int", hello["floor"])
    for cursor, name in (
        (f"{hello['epoch']}.{floor - 1}", "CursorTooOld"),
        (f"another.{floor}", "EpochChanged"),
        (f"{hello['epoch']}.{head + 1}", "CursorInFuture"),
        ("nonsense", "InvalidParameter"),
    ):
        status, body = await refusal(client, relay, f"?cursor={cursor}", relay.everything)
        assert (status, body["error"]) == (400, name)
        if name == "CursorTooOld":
            assert body["floor"] == floor


@pytest.mark.parametrize("query", ["?kind=nonsense", "?colour=red", "?course=x", "?kind="])
async def test_what_the_contract_does_not_know_is_refused(
    client: Client, relay: Relay, query: str
) -> None:
    status, body = await refusal(client, relay, query, relay.everything)
    assert (status, body["error"]) == (400, "InvalidParameter")


@pytest.mark.parametrize("token", [None, "wrong"])
async def test_who_has_no_token_is_refused(client: Client, relay: Relay, token: str | None) -> None:
    status, body = await refusal(client, relay, "", token)
    assert (status, body["error"]) == (401, "Unauthorized")


async def test_a_scoped_token_sees_its_course_and_no_other(client: Client, relay: Relay) -> None:
    status, body = await refusal(client, relay, "?course=566", relay.scoped)
    assert (status, body["error"]) == (403, "Forbidden")
    for query in ("", "course=565", "kind=grade"):
        async with listening(client, relay, query, relay.scoped) as (wire, _):
            mine = grade(HOME)
            for document in (grade(OTHER), grade(None), mine):
                relay.post(document)
            assert (await events(wire, 1))[0]["event"] == mine


async def test_who_sends_data_is_closed(client: Client, relay: Relay) -> None:
    async with listening(client, relay) as (wire, _):
        await wire.send("hello?")
        with pytest.raises(Ended) as ended:
            await events(wire, 1)
    assert ended.value.code == 1008


async def test_the_end_of_the_relay_is_told_and_its_log_goes_on(
    client: Client, tmp_path: Path
) -> None:
    relay = await asyncio.to_thread(started, tmp_path)
    with cleared(relay.program):
        async with listening(client, relay) as (wire, hello):
            document = grade()
            relay.post(document)
            await events(wire, 1)
            await asyncio.to_thread(relay.program.end)
            with pytest.raises(Ended) as ended:
                await events(wire, 1)
            assert ended.value.code == 1001
        await relay.program.start()
        async with listening(client, relay, place(hello, hello["head"])) as (wire, again):
            assert again["epoch"] == hello["epoch"]
            assert (await events(wire, 1))[0]["event"] == document
