"""What a relay has lost: a gap is noted, the audit log is asked, and listening goes on."""

from __future__ import annotations

import asyncio

import pytest

from tests.sources.listening import LIVE_565, Listener
from tests.sources.scripted_relay import Refuse, Visit, keys, received, scripted
from tests.sources.setting import NOON
from tui.events.event import Feed
from tui.journal.records import Gap
from tui.sources.health import State
from tui.sources.relay.line import LARGEST


async def head(visit: Visit) -> None:
    """The log is at 4, and one event comes."""
    await visit.hello(1, 4)
    await visit.event(4)
    await asyncio.sleep(0.05)
    await visit.line.close(1001)


async def from_nine(visit: Visit) -> None:
    await visit.hello(9, 11)
    await visit.event(9)
    await visit.event(10)
    await visit.stay()


async def test_a_cursor_too_old_is_a_gap_up_to_what_the_relay_still_has() -> None:
    listener = Listener()
    too_old = Refuse(400, {"error": "CursorTooOld", "floor": 9, "message": "gone"})
    async with scripted(head, too_old, from_nine) as relay:
        listener.desk.time.ms = received(4)
        source = listener.source(relay, since=NOON)
        await listener.follow(source, until=lambda: bool(listener.found))
        listener.desk.time.ms = NOON
        await listener.follow(source, until=lambda: len(listener.found) == 3)
    assert relay.cursors == [None, "e1.5", "e1.9"]
    reason = "the relay keeps its events no longer than this"
    assert listener.gaps == [Gap(Feed.LIVE, LIVE_565, received(4), received(9), reason)]
    assert [one.start for one in listener.listened][-1] == received(9)
    assert listener.asked == 1


async def test_a_new_epoch_is_a_gap_and_its_log_is_taken_from_the_floor() -> None:
    async def begin(visit: Visit) -> None:
        await visit.hello(7, 9, epoch="e2")
        await visit.stay()

    async def seven(visit: Visit) -> None:
        await visit.hello(7, 9, epoch="e2")
        await visit.event(7)
        await visit.event(8)
        await visit.stay()

    listener = Listener()
    async with scripted(head, Refuse(400, {"error": "EpochChanged"}), begin, seven) as relay:
        source = listener.source(relay, since=NOON)
        listener.desk.time.ms = NOON - 59_000
        await listener.follow(source, until=lambda: len(listener.found) == 3)
    assert relay.cursors == [None, "e1.5", None, "e2.7"]
    (gap,) = listener.gaps
    assert "begun anew" in gap.reason
    assert listener.asked == 1


async def test_a_cursor_in_the_future_is_tried_again_before_it_is_given_up() -> None:
    """Of two relays with one log, one may be a moment behind."""
    future = Refuse(400, {"error": "CursorInFuture"})

    async def rest(visit: Visit) -> None:
        await visit.hello(1, 5)
        await visit.event(5)
        await visit.stay()

    listener = Listener()
    async with scripted(head, future, future, rest) as relay:
        source = listener.source(relay, since=NOON)
        await listener.follow(source, until=lambda: len(listener.found) == 2)
    assert relay.cursors == [None, "e1.5", "e1.5", "e1.5"]
    assert listener.gaps == []


async def test_a_log_that_has_lost_its_end_is_a_gap() -> None:
    future = Refuse(400, {"error": "CursorInFuture"})

    async def short(visit: Visit) -> None:
        await visit.hello(1, 3)
        await visit.stay()

    async def both(visit: Visit) -> None:
        await visit.hello(1, 3)
        await visit.event(1)
        await visit.event(2)
        await visit.stay()

    listener = Listener()
    async with scripted(head, future, future, future, short, both) as relay:
        source = listener.source(relay, since=NOON)
        await listener.follow(
            source, until=lambda: len(listener.found) == 3 and bool(listener.gaps)
        )
    assert relay.cursors[4:6] == [None, "e1.1"]


@pytest.mark.parametrize("epoch", ["e1", "e2"])
async def test_a_relay_that_says_nothing_and_goes_on_elsewhere_is_found_out(epoch: str) -> None:
    """Its hello shows it: another epoch, or a floor above the cursor."""

    async def elsewhere(visit: Visit) -> None:
        await visit.hello(9, 10, epoch=epoch)
        await visit.event(9)
        await visit.stay()

    listener = Listener()
    async with scripted(head, elsewhere) as relay:
        source = listener.source(relay, since=NOON)
        listener.desk.time.ms = NOON - 1
        await listener.follow(source, until=lambda: keys([4, 9]) <= listener.found)
    assert len(listener.gaps) == 1


async def test_what_is_lost_is_in_the_journal_before_the_cursor_moves_on() -> None:
    async def silent(visit: Visit) -> None:
        await visit.hello(9, 12)
        await visit.info("progress", 10)
        await asyncio.sleep(0.05)
        visit.cut()

    listener = Listener()
    too_old = Refuse(400, {"error": "CursorTooOld", "floor": 9})
    async with scripted(head, too_old, silent, from_nine) as relay:
        source = listener.source(relay, since=NOON)
        await listener.follow(source, until=lambda: len(listener.found) == 3)
    assert relay.cursors == [None, "e1.5", "e1.9", "e1.9"]
    assert len(listener.gaps) == 1


async def test_a_frame_that_is_too_large_is_passed_over_and_is_a_gap() -> None:
    async def huge(visit: Visit) -> None:
        await visit.hello(1, 4)
        await visit.event(4)
        await asyncio.sleep(0.05)
        await visit.send({"type": "event", "seq": 5, "fill": "x" * LARGEST})
        await visit.stay()

    async def after(visit: Visit) -> None:
        await visit.hello(1, 7)
        await visit.event(6)
        await visit.stay()

    listener = Listener()
    async with scripted(huge, after) as relay:
        source = listener.source(relay, since=NOON)
        await listener.follow(source, until=lambda: len(listener.found) == 2)
    assert relay.cursors == [None, "e1.6"]
    (gap,) = listener.gaps
    assert "larger than 8 MiB" in gap.reason
    assert sum(count for why, count in listener.rejections.items() if "larger" in why) == 1


async def test_a_relay_of_nothing_but_giants_is_no_endless_loop() -> None:
    async def giant(visit: Visit) -> None:
        await visit.hello(1, 9)
        await visit.send({"type": "event", "seq": 5, "fill": "x" * LARGEST})
        await visit.stay()

    async def good(visit: Visit) -> None:
        await visit.hello(1, 9)
        await visit.event(9)
        await visit.stay()

    listener = Listener()
    async with scripted(giant, giant, giant, good) as relay:
        source = listener.source(relay)
        await listener.follow(source, until=lambda: bool(listener.found))
    assert relay.cursors == [None, "e1.1", "e1.2", None]
    assert listener.desk.time.slept


async def test_bare_events_are_taken_and_each_disconnection_is_a_gap() -> None:
    from tests.sources.scripted_relay import change

    async def bare(visit: Visit) -> None:
        await visit.send(change(1))
        await asyncio.sleep(0.05)
        visit.cut()

    async def on(visit: Visit) -> None:
        await asyncio.sleep(0.7)  # longer than a greeting is waited for
        await visit.send(change(2))
        await visit.stay()

    listener = Listener()
    async with scripted(bare, on) as relay:
        source = listener.source(relay)
        await listener.follow(source, until=lambda: len(listener.found) == 2)
    assert relay.cursors == [None, None]
    assert any("bare events" in words and "is lost here" in words for words in listener.words)
    (gap,) = listener.gaps
    assert gap == Gap(Feed.LIVE, LIVE_565, NOON, gap.end, gap.reason)
    assert gap.end > NOON
    assert listener.states[-1] is State.LIVE


async def test_once_has_nothing_to_read_from_a_relay_of_bare_events() -> None:
    async def bare(visit: Visit) -> None:
        await visit.stay()

    listener = Listener()
    async with scripted(bare) as relay:
        await listener.once(listener.source(relay))
    assert any("bare events" in words for words in listener.words)
