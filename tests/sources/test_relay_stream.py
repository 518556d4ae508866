"""Listening to a relay: the past it has, what comes, and going on after a cut."""

from __future__ import annotations

import asyncio

import pytest

from tests.sources.listening import LIVE_565, Listener
from tests.sources.scripted_relay import Visit, change, keys, received, scripted
from tests.sources.setting import NOON
from tui.events.relay_wire import SUBPROTOCOL
from tui.sources.health import State
from tui.sources.targets import Targets


async def greet(visit: Visit) -> None:
    """Four numbers in the log, of which three are events."""
    await visit.hello(1, 4)
    await visit.stay()


async def replay(visit: Visit) -> None:
    await visit.hello(1, 4)
    for number in (1, 2, 3):
        await visit.event(number)
    await visit.stay()


async def test_it_subscribes_as_the_contract_says() -> None:
    listener = Listener()
    async with scripted(greet, replay) as relay:
        source = listener.source(relay, token="a-token")
        await listener.follow(source, until=lambda: len(listener.found) == 3)
    assert source.name == f"relay 127.0.0.1:{relay.port}"
    assert relay.subprotocols[0] == SUBPROTOCOL
    opening = relay.openings[0]
    assert opening.path.startswith("/v1/subscribe?")
    assert relay.visits[0].asked == [
        ("kind", "grade"),
        ("kind", "override"),
        ("kind", "course_score"),
        ("kind", "course"),
        ("course", "565"),
    ]
    assert opening.headers["Authorization"] == "Bearer a-token"
    assert "permessage-deflate" not in opening.headers.get("Sec-WebSocket-Extensions", "")


async def test_without_a_token_none_is_sent() -> None:
    listener = Listener()
    async with scripted(greet, replay) as relay:
        await listener.once(listener.source(relay))
    assert "Authorization" not in relay.openings[0].headers


async def test_the_first_time_all_that_the_relay_has_is_taken() -> None:
    listener = Listener()
    async with scripted(greet, replay) as relay:
        source = listener.source(relay)
        await listener.follow(source, until=lambda: State.LIVE in listener.states)
    assert relay.cursors == [None, "e1.1"]
    assert listener.found == keys([1, 2, 3])
    assert listener.states == [State.CONNECTING, State.READING, State.LIVE]
    behind = [health.behind for health in listener.desk.watch.healths]
    assert behind[1] == 3
    assert behind[-1] is None


async def test_a_window_that_begins_now_begins_at_the_head() -> None:
    async def head(visit: Visit) -> None:
        await visit.hello(1, 4)
        await visit.event(4)
        await visit.stay()

    listener = Listener()
    async with scripted(head) as relay:
        source = listener.source(relay, since=NOON)
        await listener.follow(source, until=lambda: bool(listener.found))
    assert relay.cursors == [None]
    assert listener.found == keys([4])


async def test_after_a_cut_in_mid_frame_it_goes_on_where_it_was() -> None:
    async def cut(visit: Visit) -> None:
        await visit.hello(1, 4)
        for number in (1, 2, 3):
            await visit.event(number)
        await asyncio.sleep(0.05)
        visit.cut()

    async def rest(visit: Visit) -> None:
        await visit.hello(1, 6)
        await visit.event(4)
        await visit.event(5)
        await visit.stay()

    listener = Listener()
    async with scripted(greet, cut, rest) as relay:
        source = listener.source(relay)
        await listener.follow(source, until=lambda: len(listener.found) == 5)
    assert relay.cursors == [None, "e1.1", "e1.4"]
    assert listener.found == keys([1, 2, 3, 4, 5])
    assert listener.gaps == []
    assert State.RETRYING in listener.states
    assert [(one.target, one.start) for one in listener.listened] == [(LIVE_565, received(1))]


async def test_a_later_run_goes_on_from_the_journal() -> None:
    async def later(visit: Visit) -> None:
        await visit.hello(1, 5)
        await visit.event(4)
        await visit.info("caught_up", 5)
        await visit.stay()

    listener = Listener()
    async with scripted(greet, replay, later) as relay:
        await listener.once(listener.source(relay))
        await listener.once(listener.source(relay))
        await listener.once(listener.source(relay))
    assert relay.cursors == [None, "e1.1", "e1.4", "e1.5"]
    assert listener.found == keys([1, 2, 3, 4])
    assert len(listener.listened) == 1


async def test_a_cursor_says_nothing_of_another_subscription() -> None:
    listener = Listener()
    async with scripted(greet, replay, greet, replay) as relay:
        await listener.once(listener.source(relay))
        await listener.once(listener.source(relay, Targets(courses=("565",), students=("101",))))
    assert relay.cursors == [None, "e1.1", None, "e1.1"]


async def test_progress_moves_the_cursor_without_events() -> None:
    async def passing(visit: Visit) -> None:
        await visit.hello(1, 90)
        await visit.info("progress", 50)
        await visit.event(60)
        await visit.info("caught_up", 90)
        await visit.stay()

    listener = Listener()
    async with scripted(passing) as relay:
        source = listener.source(relay, since=0)
        await listener.once(source)
        await listener.once(source)
    assert relay.cursors == [None, "e1.1", "e1.90"]


async def test_once_ends_at_a_head_that_nobody_announces() -> None:
    """Another relay of the same contract may have nothing that matches, and no words for it."""
    listener = Listener()
    async with scripted(greet) as relay:
        async with asyncio.timeout(30):
            await listener.once(listener.source(relay))
    assert listener.states[-1] is State.LIVE


async def test_what_could_not_be_among_the_targets_is_not_kept() -> None:
    async def mixed(visit: Visit) -> None:
        await visit.hello(1, 5)
        await visit.event(1)
        await visit.event(2, event=change(2, course=566), key=None)
        await visit.event(3)
        await visit.info("caught_up", 5)
        await visit.stay()

    listener = Listener()
    async with scripted(mixed) as relay:
        await listener.once(listener.source(relay))
        await listener.once(listener.source(relay))
    assert listener.found == keys([1, 3])
    assert relay.cursors[-1] == "e1.5"


async def test_each_event_that_the_log_should_confirm_is_a_hint() -> None:
    listener = Listener()
    async with scripted(greet, replay) as relay:
        await listener.once(listener.source(relay))
    assert {event.key for event in listener.hints} == keys([1, 2, 3])


@pytest.mark.parametrize("code", [1001, 1011, 4008, 4010, 4499])
async def test_a_relay_that_says_come_back_is_come_back_to(code: int) -> None:
    async def leave(visit: Visit) -> None:
        await visit.hello(1, 4)
        await visit.event(3)
        await visit.line.close(code, "for a reason")

    async def again(visit: Visit) -> None:
        await visit.hello(1, 5)
        await visit.event(4)
        await visit.stay()

    listener = Listener()
    async with scripted(leave, leave, again) as relay:
        source = listener.source(relay, since=NOON)
        await listener.follow(source, until=lambda: keys([3, 4]) <= listener.found)
    assert listener.words


async def test_a_thousand_events_are_few_commits_and_one_is_one_at_once() -> None:
    count = 1000

    async def flood(visit: Visit) -> None:
        await visit.hello(1, count + 1)
        for number in range(1, count + 1):
            await visit.event(number)
        await visit.stay()

    listener = Listener()
    async with scripted(flood) as relay:
        source = listener.source(relay)
        await listener.follow(source, until=lambda: len(listener.found) == count)
    assert len(listener.desk.watch.records) < count / 4
