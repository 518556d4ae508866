"""Whatever a relay sends: what is good is kept, the rest is set aside and counted."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.events.wire import grade_row
from tests.sources.listening import COURSE, Listener
from tests.sources.scripted_relay import Visit, change, event_frame, keys, scripted
from tests.sources.setting import NOON
from tui.events.event import Feed
from tui.events.relay_wire import Refusal
from tui.journal.records import Batch
from tui.sources.relay.answers import CursorRefused
from tui.sources.relay.catch import MARGIN_MS, Catch, Lost, Subscription
from tui.sources.relay.frames import Broken, Complaint, Hello, Info, Told, read_frame
from tui.sources.relay.interest import Interest
from tui.sources.relay.place import Place
from tui.sources.targets import Targets


def typed(kind: str, values: dict[str, object]) -> bytes:
    return json.dumps({"type": kind, **values}).encode()


FRAMES = st.one_of(
    st.binary(max_size=80),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
    st.builds(
        typed,
        st.sampled_from(["hello", "info", "error", "event", "other"]),
        st.fixed_dictionaries(
            {},
            optional={
                "seq": st.integers() | st.floats() | st.text(max_size=3) | st.none(),
                "received_at": st.integers() | st.none(),
                "key": st.text(max_size=5) | st.integers(),
                "event": st.just(change(3)) | st.none() | st.text(max_size=5),
                "epoch": st.text(max_size=5),
                "floor": st.integers(-2, 9),
                "head": st.integers(-2, 9),
                "info": st.sampled_from(["progress", "caught_up", "news"]) | st.none(),
                "error": st.text(max_size=5),
            },
        ),
    ),
)


@given(st.lists(FRAMES, max_size=20), st.booleans())
def test_no_frame_raises_and_the_cursor_never_goes_back(frames: list[bytes], lost: bool) -> None:
    subscription = Subscription("relay", "relay x", Interest.of(COURSE))
    catch = Catch(
        subscription,
        listened=None if lost else NOON - 9,
        lost=Lost(NOON - 9, "why") if lost else None,
    )
    catch.greet(Hello(type="hello", epoch="e", floor=1, head=9), 2, NOON)
    place, told, set_aside = 2, 0, 0
    for data in frames:
        frame = read_frame(data)
        if not isinstance(frame, Hello | Complaint):
            catch.take(frame, NOON)
            set_aside += isinstance(frame, Broken)
        for batch in catch.batches(NOON):
            told += len(batch.rejected)
            assert all(one.event.seen_by == (Feed.LIVE,) for one in batch.sightings)
            assert all(one.start < one.end <= NOON for one in (*batch.covered, *batch.gaps))
            if batch.cursor is not None:
                assert batch.cursor.cursor.seq >= place
                place = batch.cursor.cursor.seq
    assert told >= set_aside


def test_what_a_relay_may_still_tell_of_is_not_listened_to_nor_left_out_of_a_gap() -> None:
    """An event that it stamped and had not on disk at its last sign of life."""
    subscription = Subscription("relay", "relay x", Interest.of(COURSE))
    catch = Catch(subscription, listened=None, lost=None)
    catch.greet(Hello(type="hello", epoch="e", floor=1, head=9), 9, NOON)
    place = Place(None, from_floor=True)

    def commit(now: int) -> Batch:
        catch.alive(now)
        (batch,) = catch.batches(now)
        place.took(batch, catch.listened)
        return batch

    commit(NOON)
    assert commit(NOON + 60_000).covered[0].end == NOON + 60_000 - MARGIN_MS
    told = read_frame(json.dumps(event_frame(9, NOON + 61_000)).encode())
    assert isinstance(told, Told)
    catch.take(told, NOON + 62_000)
    (late,) = catch.batches(NOON + 62_000)
    place.took(late, catch.listened)
    assert (len(late.sightings), late.covered[0].end) == (1, NOON + 61_000 - MARGIN_MS)
    place.refused(CursorRefused(Refusal.EPOCH_CHANGED, None))
    assert place.lost is not None
    assert place.lost.start == NOON + 61_000 - MARGIN_MS


def test_what_each_frame_says() -> None:
    assert isinstance(read_frame(b'{"type":"hello","epoch":"e","floor":0,"head":0}'), Hello)
    assert read_frame(b'{"type":"info","info":"progress","seq":4,"more":1}') == Info(
        type="info", info="progress", seq=4
    )
    assert isinstance(read_frame(b'{"type":"error","error":"ConsumerTooSlow"}'), Complaint)
    told = read_frame(json.dumps(event_frame(3)).encode())
    assert isinstance(told, Told)
    assert (told.seq, len(told.decoded.sightings), told.decoded.rejected) == (3, 1, ())
    bare = read_frame(json.dumps(change(3)).encode())
    assert isinstance(bare, Told)
    assert (bare.seq, bare.received_at) == (None, None)


def test_a_relay_has_no_say_in_the_audit_log() -> None:
    row = grade_row()
    inside = read_frame(json.dumps({**event_frame(3), "event": row}).encode())
    assert isinstance(inside, Told)
    assert inside.decoded.sightings == ()
    assert "audit row from a relay" in inside.decoded.rejected[0].reason
    assert isinstance(read_frame(json.dumps(row).encode()), Broken)


async def test_bad_frames_between_good_ones_are_counted_and_passed() -> None:
    async def mixed(visit: Visit) -> None:
        await visit.hello(1, 10)
        await visit.event(1)
        await visit.line.send("not JSON at all")
        await visit.line.send(b"\x00\xff\xfe binary")
        await visit.line.send("[" * 5000)
        await visit.send({"type": "surprise", "seq": 4})
        await visit.send({"type": "event", "seq": 5, "received_at": "noon", "event": change(5)})
        await visit.event(6, event={"metadata": {"event_name": "grade_change"}, "body": {}})
        await visit.event(7, key="live:forged")
        await visit.event(8, event={"hello": "world"})
        await visit.event(9)
        await visit.info("caught_up", 10)
        await visit.stay()

    listener = Listener()
    async with scripted(mixed) as relay:
        await listener.once(listener.source(relay))
        await listener.once(listener.source(relay))
    assert listener.found == keys([1, 7, 9])
    assert relay.cursors[-1] == "e1.10"
    reasons = " | ".join(listener.rejections)
    for words in ("not JSON", "not text", "nested", "not known", "received_at", "key is not the"):
        assert words in reasons


def test_what_is_asked_for_follows_the_targets() -> None:
    def kinds(targets: Targets) -> list[str]:
        return [value for name, value in Interest.of(targets).params if name == "kind"]

    everything = ["grade", "override", "course_score", "course"]
    assert kinds(Targets()) == everything
    assert kinds(Targets(courses=("565",))) == everything
    assert kinds(Targets(courses=("565",), course_events=False)) == everything[:3]
    assert kinds(Targets(accounts=("1",))) == ["course"]
    assert kinds(Targets(accounts=("1",), course_events=False)) == []
    assert kinds(Targets(students=("7",))) == everything[:3]
    assert kinds(Targets(graders=("7",))) == ["grade", "override"]
    assert kinds(Targets(assignments=("12",))) == ["grade"]
    assert kinds(Targets(assignments=("override",))) == ["override"]
    assert kinds(Targets(students=("7",), accounts=("1",))) == everything
    both = Interest.of(Targets(courses=("2107~5",), accounts=("1",)))
    assert not [name for name, _ in both.params if name == "course"]
    assert ("course", "21070000000000005") in Interest.of(Targets(courses=("2107~5",))).params
