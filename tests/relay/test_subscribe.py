"""A subscription by the contract: hello, events from a cursor, informations, closes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.relay.serving import Serving, change, refused, serving, subscribed
from tui.relay.options import RelayOptions
from tui.relay.subscriber import Delivery


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncGenerator[Serving]:
    async with serving(tmp_path) as running:
        yield running


async def test_hello_comes_first_and_tells_where_the_log_is(relay: Serving) -> None:
    await relay.append(change(1), change(2))
    async with subscribed(relay.url()) as client:
        assert await client.frame() == {
            "type": "hello",
            "epoch": relay.log.epoch,
            "floor": 1,
            "head": 3,
            "ping_s": 30,
        }
        assert await client.frame() == {"type": "info", "info": "caught_up", "seq": 3}


async def test_without_a_cursor_events_come_from_the_head_on(relay: Serving) -> None:
    await relay.append(change(1))
    async with subscribed(relay.url()) as client:
        await client.info("caught_up")
        document = change(2)
        await relay.append(document)
        frame = await client.event()
    assert frame["seq"] == 2
    assert frame["event"] == document
    assert isinstance(frame["received_at"], int)
    assert str(frame["key"]).startswith("live:")


async def test_a_cursor_is_inclusive_so_that_a_client_may_see_its_last_event_again(
    relay: Serving,
) -> None:
    await relay.append(*(change(number) for number in range(1, 6)))
    async with subscribed(relay.url(relay.cursor(3))) as client:
        assert await client.seqs(3) == [3, 4, 5]
        assert (await client.info("caught_up"))["seq"] == 6


async def test_a_cursor_of_the_head_waits_for_what_comes(relay: Serving) -> None:
    await relay.append(change(1))
    async with subscribed(relay.url(relay.cursor(2))) as client:
        await client.info("caught_up")
        await relay.append(change(2))
        assert await client.seqs(1) == [2]


async def test_a_long_past_is_sent_whole_and_in_order(relay: Serving) -> None:
    await relay.append(*(change(number) for number in range(3000)))
    async with subscribed(relay.url(relay.cursor(1))) as client:
        assert await client.seqs(3000) == list(range(1, 3001))


async def test_kinds_are_chosen_and_joined_by_or(relay: Serving) -> None:
    course = change(2, event_name="course_updated")
    other = change(3, event_name="quiz_submitted")
    await relay.append(change(1), course, other, change(4))
    for query, seqs in (
        ("kind=grade", [1, 4]),
        ("kind=course", [2]),
        ("kind=grade&kind=other", [1, 3, 4]),
    ):
        async with subscribed(relay.url(f"{query}&{relay.cursor(1)}")) as client:
            assert await client.seqs(len(seqs)) == seqs
            assert (await client.info("caught_up"))["seq"] == 5


@pytest.mark.parametrize("course", ["565", "21070000000000565", "2107~565"])
async def test_a_course_may_be_asked_for_by_any_of_its_ids(relay: Serving, course: str) -> None:
    await relay.append(change(1), change(2, course=12), change(3))
    async with subscribed(relay.url(f"course={course}&{relay.cursor(1)}")) as client:
        assert await client.seqs(2) == [1, 3]


async def test_a_subprotocol_is_confirmed_if_it_was_asked_for(relay: Serving) -> None:
    async with subscribed(relay.url(), subprotocols=["gradewatch.v1.json"]) as client:
        assert client.wire.subprotocol == "gradewatch.v1.json"
    async with subscribed(relay.url()) as client:
        assert client.wire.subprotocol is None


async def test_nothing_is_compressed_even_if_the_client_offers_it(relay: Serving) -> None:
    async with subscribed(relay.url(), compression="deflate") as client:
        assert client.wire.protocol.extensions == []


@pytest.mark.parametrize("message", ["hello?", b"\x00", "", "x" * 50_000], ids=len)
async def test_a_message_from_a_client_closes_with_1008(
    relay: Serving, message: str | bytes
) -> None:
    async with subscribed(relay.url()) as client:
        await client.info("caught_up")
        await client.wire.send(message)
        assert (await client.end())[0] == 1008


async def test_a_part_of_a_message_closes_with_1008_too(relay: Serving) -> None:
    async with subscribed(relay.url()) as client:

        async def parts() -> AsyncGenerator[str]:
            yield "one"
            await asyncio.Event().wait()

        async with asyncio.TaskGroup() as group:
            sending = group.create_task(client.wire.send(parts()))
            assert (await client.end())[0] == 1008
            sending.cancel()


async def test_a_filtered_client_learns_how_far_the_log_has_come(tmp_path: Path) -> None:
    options = RelayOptions(delivery=Delivery(ping_s=0.2), grace_s=2)
    async with serving(tmp_path, options) as relay:
        async with subscribed(relay.url("kind=course")) as client:
            assert (await client.frame())["ping_s"] == 0.2
            await client.info("caught_up")
            await relay.append(change(1), change(2))
            assert await client.info("progress") == {
                "type": "info",
                "info": "progress",
                "seq": 3,
            }
            await relay.append(change(3))
            assert (await client.info("progress"))["seq"] == 4
        async with subscribed(relay.url(relay.cursor(4))) as client:
            await client.info("caught_up")


async def test_the_relay_pings_and_keeps_whoever_answers(tmp_path: Path) -> None:
    options = RelayOptions(delivery=Delivery(ping_s=0.1), grace_s=2)
    async with serving(tmp_path, options) as relay, subscribed(relay.url()) as client:
        await client.info("caught_up")
        await asyncio.sleep(1.0)
        await relay.append(change(1))
        assert await client.seqs(1) == [1]


async def test_who_does_not_answer_pings_is_dropped(tmp_path: Path) -> None:
    options = RelayOptions(delivery=Delivery(ping_s=0.1), grace_s=2)
    async with serving(tmp_path, options) as relay:
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.address.port)
        writer.write(
            b"GET /v1/subscribe HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
            b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        async with asyncio.timeout(60):
            received = await reader.read()  # ends only because the relay hangs up
        assert b"101 Switching" in received
        assert b"\x89\x04" in received  # a ping
        writer.close()


async def test_a_relay_that_stops_closes_with_1001(relay: Serving) -> None:
    async with subscribed(relay.url()) as client:
        await client.info("caught_up")
        await relay.append(change(1))
        relay.stop.set()
        assert (await client.frame())["type"] == "event"
        assert (await client.end())[0] == 1001


async def test_what_is_sent_before_the_end_arrives_before_the_close(relay: Serving) -> None:
    await relay.append(*(change(number) for number in range(500)))
    async with subscribed(relay.url(relay.cursor(1)), max_queue=None) as client:
        seqs = await client.seqs(1)
        relay.stop.set()
        with suppress(ConnectionClosed):
            while True:
                seqs += await client.seqs(1)
        assert client.wire.close_code == 1001
    assert seqs == list(range(1, len(seqs) + 1))


async def test_a_log_begun_anew_ends_the_subscription_by_name(relay: Serving) -> None:
    async with subscribed(relay.url()) as client:
        await client.info("caught_up")
        relay.log.new_epoch = "another"
        await relay.append(change(1))
        code, error = await client.end()
    assert code == 4012
    assert error is not None
    assert error["error"] == "EpochChanged"


async def test_retention_that_overtakes_a_subscriber_is_told_never_skipped(
    relay: Serving,
) -> None:
    async with subscribed(relay.url()) as client:
        await client.info("caught_up")
        relay.log.new_floor = 3
        await relay.append(change(1), change(2), change(3))
        code, error = await client.end()
    assert code == 4011
    assert error is not None
    assert error["error"] == "CursorTooOld"
    status, body = await refused(relay.url(relay.cursor(1)))
    assert (status, body["error"], body["floor"]) == (400, "CursorTooOld", 3)


async def test_many_subscribers_each_get_every_event_once(relay: Serving) -> None:
    async with asyncio.TaskGroup() as group:
        everybody = asyncio.Barrier(51)

        async def follow() -> list[int]:
            async with subscribed(relay.url()) as client:
                await client.info("caught_up")
                await everybody.wait()
                return await client.seqs(40)

        following = [group.create_task(follow()) for _ in range(50)]
        await everybody.wait()
        for number in range(40):
            await relay.append(change(number))
    assert all(each.result() == list(range(1, 41)) for each in following)


async def test_a_plain_request_is_told_to_use_a_websocket(relay: Serving) -> None:
    async with relay.http() as http:
        answer = await http.get("/v1/subscribe")
    assert answer.status_code == 426
    assert answer.headers["Upgrade"] == "websocket"
    assert "websocket" in json.loads(answer.content)["message"]
