"""What a relay, or what stands in its place, answers instead of events: in words, with an end."""

from __future__ import annotations

import pytest

from tests.sources.listening import Listener
from tests.sources.scripted_relay import Refuse, Visit, scripted
from tui.sources.audit_api.origin import BadAddress
from tui.sources.health import State
from tui.sources.relay.address import RelayAddress
from tui.sources.source import Outcome, SourceFailed

TOKEN = "secret-token-of-the-relay"
PAGE = "<!DOCTYPE html><html><body>Welcome</body></html>"


async def failed(refusal: Refuse, *, token: str | None = None) -> tuple[SourceFailed, Listener]:
    listener = Listener()
    async with scripted(refusal) as relay:
        with pytest.raises(SourceFailed) as caught:
            await listener.once(listener.source(relay, token=token))
    assert TOKEN not in str(caught.value)
    return caught.value, listener


@pytest.mark.parametrize(
    ("refusal", "outcome", "words"),
    [
        (Refuse(401, {"error": "Unauthorized"}), Outcome.REFUSED, "asks for a token"),
        (Refuse(403, {"error": "Forbidden", "message": "course 5"}), Outcome.REFUSED, "course 5"),
        (
            Refuse(400, {"error": "InvalidParameter", "message": "no kind"}),
            Outcome.USAGE,
            "no kind",
        ),
        (Refuse(404, "nothing here"), Outcome.USAGE, "is no relay: it answers 404: nothing here"),
        (Refuse(200, PAGE), Outcome.USAGE, "is no relay: it answers 200 with a web page"),
        (Refuse(426, ""), Outcome.USAGE, "is no relay: it answers 426"),
        (Refuse(502, PAGE), Outcome.UNREACHABLE, "has a fault (502)"),
        (Refuse(503, {"error": "LogUnavailable"}), Outcome.UNREACHABLE, "(503)"),
        (Refuse(429, ""), Outcome.UNREACHABLE, "asks to wait (429)"),
    ],
)
async def test_each_refusal_has_its_words(refusal: Refuse, outcome: Outcome, words: str) -> None:
    fault, _ = await failed(refusal)
    assert words in str(fault)
    assert fault.outcome is outcome
    assert "\n" not in str(fault)


async def test_a_refused_token_is_told_apart_from_none() -> None:
    fault, _ = await failed(Refuse(401, {"error": "Unauthorized"}), token=TOKEN)
    assert "does not accept this token" in str(fault)


async def test_words_of_others_do_not_drive_the_terminal() -> None:
    fault, _ = await failed(Refuse(403, {"error": "Forbidden", "message": "\x1b[2J" + "y" * 999}))
    assert "\x1b" not in str(fault)
    assert len(str(fault)) < 400


async def test_the_token_follows_no_redirect() -> None:
    listener = Listener()
    async with scripted(Refuse(404)) as other:
        leads = Refuse(302, "", {"Location": f"{other.url}/v1/subscribe"})
        async with scripted(leads) as relay:
            with pytest.raises(SourceFailed, match="not followed") as caught:
                await listener.once(listener.source(relay, token=TOKEN))
        assert other.openings == []
    assert caught.value.outcome is Outcome.USAGE


async def test_nobody_there_is_unreachable_after_some_tries() -> None:
    listener = Listener()
    with pytest.raises(SourceFailed, match=r"cannot reach 127\.0\.0\.1:1") as caught:
        await listener.once(listener.source("ws://127.0.0.1:1"))
    assert caught.value.outcome is Outcome.UNREACHABLE
    retries = [one for one in listener.desk.watch.healths if one.state is State.RETRYING]
    assert len(retries) == 3
    assert all(one.retry_at is not None for one in retries)


async def test_refused_on_a_screen_it_is_tried_again_every_five_minutes() -> None:
    async def open_(visit: Visit) -> None:
        await visit.hello(1, 1)
        await visit.stay()

    no = Refuse(403, {"error": "Forbidden"})
    listener = Listener()
    async with scripted(no, no, open_) as relay:
        source = listener.source(relay)
        await listener.follow(source, until=lambda: State.LIVE in listener.states)
    assert listener.states == [State.CONNECTING, State.REFUSED, State.LIVE]
    assert listener.desk.time.slept == [300, 300]


async def test_refused_where_nobody_watches_it_ends() -> None:
    listener = Listener()
    async with scripted(Refuse(403, {"error": "Forbidden"})) as relay:
        with pytest.raises(SourceFailed):
            await listener.desk.run(listener.source(relay, patient=False))


@pytest.mark.parametrize("code", [4500, 4501, 4999])
async def test_a_relay_that_wants_nobody_back_is_left_alone(code: int) -> None:
    async def never(visit: Visit) -> None:
        await visit.hello(1, 1)
        await visit.line.close(code, "go away")

    listener = Listener()
    async with scripted(never) as relay:
        with pytest.raises(SourceFailed, match=f"for good \\({code}\\): go away"):
            await listener.desk.run(listener.source(relay))
    assert listener.states[-1] is State.STOPPED
    assert len(relay.openings) == 1


async def test_why_it_closed_is_what_it_said_before() -> None:
    async def slow(visit: Visit) -> None:
        await visit.hello(1, 1)
        await visit.send({"type": "error", "error": "ConsumerTooSlow", "message": "far behind"})
        await visit.line.close(4008)

    listener = Listener()
    async with scripted(slow) as relay:
        source = listener.source(relay)
        await listener.follow(source, until=lambda: bool(listener.words))
    assert "the relay closed: ConsumerTooSlow: far behind" in listener.words


async def test_a_fault_of_ours_is_come_back_from_slowly() -> None:
    async def ours(visit: Visit) -> None:
        await visit.hello(1, 1)
        await visit.line.close(1008, "server push only")

    listener = Listener()
    async with scripted(ours) as relay:
        source = listener.source(relay)
        await listener.follow(source, until=lambda: len(listener.desk.time.slept) >= 3)
    assert max(listener.desk.time.slept) > 16


async def test_accepted_and_closed_at_once_is_no_hot_loop() -> None:
    async def at_once(visit: Visit) -> None:
        await visit.hello(1, 1)
        await visit.line.close(1001)

    listener = Listener()
    async with scripted(at_once) as relay:
        source = listener.source(relay)
        await listener.follow(source, until=lambda: len(listener.desk.time.slept) >= 9)
    assert sum(listener.desk.time.slept[-3:]) > 5


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ws://relay.example.edu", "use wss://relay.example.edu"),
        ("https://relay.example.edu", "it looks like wss://"),
        ("relay.example.edu", "it looks like wss://"),
        ("wss://me:pass@relay.example.edu", "must not carry a name"),
        ("wss://relay.example.edu/?token=x", "without ? and #"),
        ("wss://", "it looks like"),
    ],
)
def test_addresses_that_may_not_be_used_say_why(typed: str, words: str) -> None:
    with pytest.raises(BadAddress) as caught:
        RelayAddress.parse(typed)
    assert words in str(caught.value)
    assert "pass" not in str(caught.value).replace("password", "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wss://Relay.Example.edu", "wss://relay.example.edu/v1/subscribe"),
        ("wss://relay.example.edu:443/", "wss://relay.example.edu/v1/subscribe"),
        ("wss://relay.example.edu:8443/live", "wss://relay.example.edu:8443/live"),
        ("ws://localhost:9000", "ws://localhost:9000/v1/subscribe"),
        ("ws://[::1]:9000/v1/subscribe/", "ws://[::1]:9000/v1/subscribe"),
    ],
)
def test_addresses_as_people_type_them(typed: str, meant: str) -> None:
    assert str(RelayAddress.parse(typed)) == meant
