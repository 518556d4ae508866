"""Those who read slowly: waited for, and given up only when far behind and hardly moving."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.relay.raw import UPGRADE, head
from tests.relay.serving import Serving, change, serving, subscribed
from tui.relay.options import RelayOptions
from tui.relay.pace import Pace, TooSlow
from tui.relay.subscriber import Delivery, overtaken

LIMITS = TooSlow(behind=100, per_second=5, span_s=60)
FILLING = "x" * 8000
"""Makes an event large, so that few of them fill what lies between relay and client."""


def test_who_is_far_behind_and_hardly_moves_for_the_whole_span_is_too_slow() -> None:
    pace = Pace(LIMITS, 0, 0)
    assert not pace.too_slow(59, 299, 1000)
    assert pace.too_slow(60, 299, 1000)


def test_who_moves_fast_enough_is_not() -> None:
    pace = Pace(LIMITS, 0, 0)
    assert not pace.too_slow(60, 300, 10_000)
    assert not pace.too_slow(119, 301, 10_000)
    assert pace.too_slow(121, 310, 10_000)


def test_who_was_near_the_head_in_between_begins_anew() -> None:
    pace = Pace(LIMITS, 0, 0)
    assert not pace.too_slow(50, 0, 100)
    assert not pace.too_slow(109, 0, 5000)
    assert pace.too_slow(110, 0, 5000)


@given(st.lists(st.tuples(st.floats(0, 200), st.integers(0, 50), st.integers(0, 100))))
def test_who_is_never_far_behind_is_never_too_slow(
    looks: list[tuple[float, int, int]],
) -> None:
    pace, now, position = Pace(LIMITS, 0, 0), 0.0, 0
    for passed, moved, behind in looks:
        now, position = now + passed, position + moved
        assert not pace.too_slow(now, position, position + behind)


def test_only_what_lay_before_the_first_entry_read_can_be_lost() -> None:
    assert not overtaken(5, (), 5)
    assert not overtaken(5, (), 1)
    assert overtaken(5, (), 6)


@dataclass
class Hand:
    """A clock that a test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def slow_relay(folder: Path, hand: Hand) -> AsyncGenerator[Serving]:
    delivery = Delivery(too_slow=TooSlow(behind=50, per_second=5, span_s=60), clock=hand)
    async with serving(folder, RelayOptions(delivery=delivery, sweep_s=0.02, grace_s=2)) as relay:
        await relay.append(*(change(number, filling=FILLING) for number in range(1500)))
        yield relay


async def test_a_client_that_stands_still_is_told_why_it_is_given_up(tmp_path: Path) -> None:
    hand = Hand()
    async with slow_relay(tmp_path, hand) as relay:
        # a client that stops reading after a few frames
        async with subscribed(relay.url(relay.cursor(1)), max_queue=4, close_timeout=0.1) as client:
            assert await client.seqs(1) == [1]
            before = await settled(relay)
            hand.now = 61
            await ended_for(relay, "4008")
            seqs = [1]
            code, error = None, None
            while (frame := await client.frame())["type"] != "error":
                if frame["type"] == "event":
                    seqs.append(frame["seq"])  # pyright: ignore[reportArgumentType]
            error = frame
            code, _ = await client.end()
        assert code == 4008
        assert error["error"] == "ConsumerTooSlow"
        assert seqs == list(range(1, len(seqs) + 1))
        assert len(seqs) < 1500
        assert before > 50


async def test_not_much_lies_before_the_reason_for_one_who_reads_slowly(tmp_path: Path) -> None:
    """A few bytes at a time with room for little more: the reason is within reach."""
    hand = Hand()
    async with slow_relay(tmp_path, hand) as relay:
        with socket.socket() as plain:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            plain.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(plain, ("127.0.0.1", relay.address.port))
            request = head(relay, f"GET /v1/subscribe?{relay.cursor(1)}", UPGRADE)
            await loop.sock_sendall(plain, request)
            assert await loop.sock_recv(plain, 300)
            await settled(relay)
            hand.now = 61
            await ended_for(relay, "4008")
            said = bytearray()
            async with asyncio.timeout(60):
                while piece := await loop.sock_recv(plain, 500):
                    said += piece
                    if b"ConsumerTooSlow" in said and bytes(said[-17:-15]) == (4008).to_bytes(2):
                        break
                    await asyncio.sleep(0.001)
    assert b'{"type": "error", "error": "ConsumerTooSlow"' in said
    assert bytes(said[-17:-15]) == (4008).to_bytes(2)
    assert len(said) < 64 * 1024


async def test_a_client_that_reads_in_time_gets_all_whatever_the_clock_says(
    tmp_path: Path,
) -> None:
    hand = Hand()
    async with (
        slow_relay(tmp_path, hand) as relay,
        subscribed(relay.url(relay.cursor(1))) as client,
    ):
        seqs = await client.seqs(1500)
        hand.now = 1000
        await asyncio.sleep(0.1)
        hand.now = 2000
        await relay.append(change(5000))
        seqs += await client.seqs(1)
    assert seqs == list(range(1, 1502))


async def test_one_who_cannot_answer_pings_for_all_that_is_unread_is_not_dead(
    tmp_path: Path,
) -> None:
    options = RelayOptions(delivery=Delivery(ping_s=0.1), grace_s=2)
    async with serving(tmp_path, options) as relay:
        await relay.append(*(change(number, filling=FILLING) for number in range(1500)))
        # the client's own pings would end it
        async with subscribed(
            relay.url(relay.cursor(1)), max_queue=4, ping_interval=None
        ) as client:
            assert await client.seqs(1) == [1]
            assert await settled(relay) > 50
            await asyncio.sleep(1.5)
            assert await client.seqs(1499) == list(range(2, 1501))


async def test_one_who_stands_still_costs_the_others_nothing(tmp_path: Path) -> None:
    async with (
        slow_relay(tmp_path, Hand()) as relay,
        subscribed(relay.url(relay.cursor(1)), max_queue=4, close_timeout=0.1) as still,
        subscribed(relay.url(relay.cursor(1))) as quick,
    ):
        assert await still.seqs(1) == [1]
        assert await quick.seqs(1500) == list(range(1, 1501))
        assert await settled(relay) > 50


async def test_the_end_of_the_relay_does_not_wait_for_who_stands_still(tmp_path: Path) -> None:
    async with (
        slow_relay(tmp_path, Hand()) as relay,
        subscribed(relay.url(relay.cursor(1)), max_queue=4, close_timeout=0.1) as still,
    ):
        assert await still.seqs(1) == [1]
        await settled(relay)
        relay.stop.set()
        async with asyncio.timeout(60):
            await asyncio.wait([relay.ended])


async def number(relay: Serving, name: str) -> float:
    """A figure of the relay's metrics; 0 while there is none."""
    async with relay.http() as http:
        lines = (await http.get("/metrics")).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


async def settled(relay: Serving) -> float:
    """How far the slowest subscriber is behind once nothing moves any more."""
    async with asyncio.timeout(60):
        last, same = -1.0, 0
        while same < 5:
            lag = await number(relay, "gradewatch_relay_slowest_lag_events ")
            last, same = lag, same + 1 if lag == last else 0
            await asyncio.sleep(0.02)
    return last


async def ended_for(relay: Serving, code: str) -> None:
    async with asyncio.timeout(60):
        name = f'gradewatch_relay_subscriptions_ended_total{{code="{code}"}}'
        while not await number(relay, name):  # noqa: ASYNC110  a figure sets no event
            await asyncio.sleep(0.02)
