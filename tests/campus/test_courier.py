"""Delivery over real HTTP: retries, faults that are counted when they happen, signatures."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import jwt
import pytest

from tests.campus.receiver import Receiver, receiving
from tests.campus.wire import Clock
from tui.campus.build import build
from tui.campus.campus import Campus
from tui.campus.hand import Hand
from tui.campus.live_events.courier import Courier, Retries
from tui.campus.live_events.faults import LiveFault, LiveFaults
from tui.campus.live_events.outbox import Fate
from tui.campus.live_events.signing import Keys, Signer
from tui.campus.server import CampusServer

AT_ONCE = Retries((0.0, 0.0, 0.0))


@pytest.fixture
def campus() -> Campus:
    made = build("ordinary", seed=3, history=0, now=Clock(), courses=1, students=40)
    made.announce()
    return made


def grades(campus: Campus, count: int, start: int = 0) -> None:
    hand, course = Hand(campus), Hand(campus).course()
    for number in range(start, start + count):
        hand.give(course.assignments[0], course.students[number % 40], number % 9)


@asynccontextmanager
async def carried(courier: Courier) -> AsyncGenerator[None]:
    """Everything emitted inside, and before, has its fate at the end."""
    async with asyncio.TaskGroup() as group:
        running = group.create_task(courier.run())
        yield
        await courier.drained()
        running.cancel()


def received(campus: Campus, receiver: Receiver) -> Counter[int]:
    """How often each event came, by its number."""
    numbers = {each.text: each.number for each in campus.outbox.emitted}
    return Counter(numbers[body] for body in receiver.bodies)


async def test_each_event_is_posted_once_whether_emitted_before_or_while_it_runs(
    campus: Campus,
) -> None:
    with receiving() as receiver:
        grades(campus, 10)
        async with carried(Courier(campus.outbox, receiver.url, in_flight=3, secret="s3cret")):
            grades(campus, 20, 10)
            await asyncio.to_thread(grades, campus, 20, 30)
    assert received(campus, receiver) == Counter(range(50))
    assert {each.fate for each in campus.live_truth()} == {Fate.DELIVERED}
    assert campus.outbox.fired == {}
    assert 1 <= receiver.most_at_once <= 3
    assert {each["authorization"] for each in receiver.headers} == {"s3cret"}


async def test_what_is_not_acknowledged_is_tried_again_three_times_at_growing_waits(
    campus: Campus,
) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    with receiving(lambda number: 503 if number < 3 else 204) as receiver:
        grades(campus, 1)
        courier = Courier(
            campus.outbox, receiver.url, retries=Retries((1.0, 10.0, 100.0)), sleep=sleep
        )
        async with carried(courier):
            pass
    assert received(campus, receiver) == {0: 4}
    assert campus.live_truth()[0].fate is Fate.DELIVERED
    assert courier.fired == {"retry": 3}
    assert [1 <= waits[0] <= 1.5, 10 <= waits[1] <= 15, 100 <= waits[2] <= 150] == [True] * 3


@pytest.mark.parametrize("status", [500, 401, 302])
async def test_after_four_tries_an_event_is_given_up(campus: Campus, status: int) -> None:
    with receiving(lambda _: status) as receiver:
        grades(campus, 1)
        courier = Courier(campus.outbox, receiver.url, retries=AT_ONCE)
        async with carried(courier):
            pass
    assert len(receiver.bodies) == 4
    assert campus.live_truth()[0].fate is Fate.GIVEN_UP
    assert courier.fired == {"retry": 3, "give_up": 1}


async def test_nobody_there_is_no_2xx(campus: Campus) -> None:
    with receiving() as receiver:
        pass
    grades(campus, 1)
    async with carried(Courier(campus.outbox, receiver.url, retries=AT_ONCE)):
        pass
    assert campus.live_truth()[0].fate is Fate.GIVEN_UP


async def test_each_fault_that_is_drawn_happens_and_is_counted_and_the_oracle_knows_what_is_lost(
    campus: Campus,
) -> None:
    chances = {
        LiveFault.LOSE: 0.1,
        LiveFault.DUPLICATE: 0.2,
        LiveFault.DELAY: 0.2,
        LiveFault.REORDER: 0.2,
    }
    faults = LiveFaults(chances=chances, seed=4, delay_s=0.05, patience_s=1)
    with receiving() as receiver:
        courier = Courier(campus.outbox, receiver.url, faults=faults)
        async with carried(courier):
            grades(campus, 120)
    drawn = Counter(faults.of(number) for number in range(120))
    came, fates = received(campus, receiver), {e.number: e.fate for e in campus.live_truth()}
    lost = {number for number in range(120) if faults.of(number) is LiveFault.LOSE}
    assert len(lost) == courier.fired["lose"] == drawn[LiveFault.LOSE] > 0
    assert lost == {number for number, fate in fates.items() if fate is Fate.DROPPED}
    assert set(came) == set(range(120)) - lost
    twice = {number for number, times in came.items() if times == 2}
    assert len(twice) == courier.fired["duplicate"] == drawn[LiveFault.DUPLICATE] > 0
    assert courier.fired["delay"] == drawn[LiveFault.DELAY] > 0
    assert drawn[LiveFault.REORDER] >= courier.fired["reorder"] > 0
    numbers = {each.text: each.number for each in campus.outbox.emitted}
    order = [numbers[body] for body in receiver.bodies]
    assert order != sorted(order)


async def test_an_event_that_nobody_overtakes_comes_in_the_end_and_is_not_counted(
    campus: Campus,
) -> None:
    faults = LiveFaults(script={0: LiveFault.REORDER}, patience_s=0.01)
    with receiving() as receiver:
        grades(campus, 1)
        courier = Courier(campus.outbox, receiver.url, faults=faults)
        async with carried(courier):
            pass
    assert len(receiver.bodies) == 1
    assert courier.fired == {}


async def test_a_courier_that_comes_later_carries_what_has_no_fate(campus: Campus) -> None:
    grades(campus, 4)
    campus.outbox.decide(1, Fate.DELIVERED)
    with receiving() as receiver:
        async with carried(Courier(campus.outbox, receiver.url)):
            pass
    assert received(campus, receiver) == Counter([0, 2, 3])


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keys.make()


@pytest.mark.parametrize("quoted", [False, True])
async def test_a_signed_event_is_a_jwt_that_the_shown_keys_verify_also_after_a_rotation(
    campus: Campus, keys: Keys, quoted: bool
) -> None:
    with receiving() as receiver, CampusServer(campus, keys=keys) as server:
        signer = Signer(keys, quoted=quoted)
        async with carried(Courier(campus.outbox, receiver.url, signer=signer)):
            grades(campus, 1)
        keys.rotate()
        async with carried(Courier(campus.outbox, receiver.url, signer=signer)):
            grades(campus, 1, 1)
        async with httpx.AsyncClient() as http:
            shown = jwt.PyJWKSet.from_dict((await http.get(server.jwks_url)).json())
            keys.out = True
            assert (await http.get(server.jwks_url)).status_code == 503
            keys.out = False
    assert len(shown.keys) == 3
    kids: list[str] = []
    for body, event in zip(receiver.bodies, campus.live_truth(), strict=True):
        assert (body[0] == body[-1] == '"') == quoted
        token = body.strip('"')
        header = jwt.get_unverified_header(token)
        assert header["alg"] == "RS256"
        kids.append(header["kid"])
        assert jwt.decode(token, shown[header["kid"]].key, ["RS256"]) == event.document
    assert kids == [keys.previous.kid, keys.current.kid]
