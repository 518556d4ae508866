"""Both feeds over TLS: who is trusted, and that nobody else ever gets the token."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.certificates import Authority
from tests.sources.listening import QUICK, Listener
from tests.sources.scripted_relay import Visit, keys, scripted
from tests.sources.setting import NOON, Desk, Time
from tests.sources.wire import Answer, Request, Wire, json_answer, page, row
from tui.sources.audit_api.client import CanvasClient, Limits
from tui.sources.audit_api.replies import Verdict
from tui.sources.health import State
from tui.sources.relay.line import Timing
from tui.sources.source import Outcome, Source, SourceFailed
from tui.sources.targets import Targets

TOKEN = "1~verySecretToken0123456789"
COURSE = Targets(courses=("565",), course_events=False)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Known to nobody yet."""
    return Authority(tmp_path)


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The same, named by the environment."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


@dataclass
class Stranger:
    """Whoever answers on a port: ``heard`` is what reached its ears."""

    port: int = 0
    calls: int = 0
    heard: bytearray = field(default_factory=bytearray)


@asynccontextmanager
async def stranger(
    tls: ssl.SSLContext | None = None, *, says: bytes | None = b""
) -> AsyncGenerator[Stranger]:
    """Listens on a port, with or without TLS, and says its piece; None: it only stays."""
    found, gone = Stranger(), asyncio.Event()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.calls += 1
        try:
            if says is None:
                await gone.wait()
            elif tls is None:
                found.heard += await reader.read(65536)
                writer.write(says)
            else:
                await greet(tls, reader, writer)
        except ConnectionError:
            pass  # it has left, and what it said is heard
        finally:
            writer.close()

    async def greet(
        context: ssl.SSLContext, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """TLS by hand: asyncio's own leaves without the alert that says why."""
        came, goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(came, goes, server_side=True)
        while data := await reader.read(65536):
            came.write(data)
            try:
                tls.do_handshake()
                found.heard += tls.read(65536)
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError:
                return
            finally:
                writer.write(goes.read())

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        gone.set()
        server.close()
        await server.wait_closed()


def relay_source(port: int, listener: Listener, *, patient: bool = False) -> Source:
    return listener.source(f"wss://localhost:{port}", COURSE, token=TOKEN, patient=patient)


def audit_source(port: int, listener: Listener, *, patient: bool = False) -> Source:
    url = f"https://localhost:{port}"
    return listener.desk.audit(url, TOKEN, COURSE, since=NOON - 1000, patient=patient)


both_feeds = pytest.mark.parametrize("source", [relay_source, audit_source])
MakeSource = Callable[..., Source]


async def test_a_relay_with_a_certificate_of_a_named_authority_is_listened_to(
    trusted: Authority,
) -> None:
    listener = Listener()

    async def two(visit: Visit) -> None:
        await visit.hello(1, 3)
        await visit.event(1)
        await visit.event(2)
        await visit.stay()

    async with scripted(two, tls=trusted.certificate().server()) as relay:
        await listener.once(relay_source(relay.port, listener))
    assert listener.found == keys((1, 2))
    assert relay.openings[0].headers["Authorization"] == f"Bearer {TOKEN}"


async def test_a_canvas_with_a_certificate_of_a_named_authority_is_read(
    trusted: Authority,
) -> None:
    desk = Desk()

    def answer(_: Request) -> Answer:
        return json_answer(page(row(1, NOON - 500, course=565)))

    async with Wire(answer, tls=trusted.certificate().server()) as canvas:
        await desk.once(
            desk.audit(f"https://localhost:{canvas.port}", TOKEN, COURSE, since=NOON - 1000)
        )
    assert desk.found() == ["audit:row-1"]


def _unknown(authority: Authority, _: pytest.MonkeyPatch) -> ssl.SSLContext:
    return authority.certificate().server()


def _self_signed(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority.certificate(by_itself=True).server()


def _expired(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority.certificate(ends=timedelta(days=-1)).server()


def _of_another(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority.certificate("canvas.example.edu").server()


def _outdated(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority.certificate().outdated_server()


def _plain(_: Authority, __: pytest.MonkeyPatch) -> None:
    return None


BAD = [
    (_unknown, "its certificate is not trusted (unable to get local issuer certificate); if your"),
    (_self_signed, "its certificate is not trusted (self-signed certificate); if your school"),
    (_expired, "its certificate has expired; whoever runs it must renew it"),
    (_of_another, "its certificate is for another name; give the address that it was made for"),
    (_outdated, "it offers only an outdated TLS; whoever runs it must allow TLS 1.2"),
    (_plain, "it does not speak TLS; is the port right?"),
]
MakeServer = Callable[[Authority, pytest.MonkeyPatch], ssl.SSLContext | None]


@both_feeds
@pytest.mark.parametrize(("server", "words"), BAD)
async def test_whoever_cannot_prove_its_name_gets_no_token_and_a_line_says_why(
    source: MakeSource,
    server: MakeServer,
    words: str,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    listener = Listener()
    says = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
    async with stranger(server(authority, monkeypatch), says=says) as there:
        with pytest.raises(SourceFailed) as failed:
            await listener.once(source(there.port, listener))
        assert there.calls > 1, "it may have been a short fault: a few tries"
        assert there.calls == 1 + len([one for one in listener.desk.time.slept if one > 0])
    assert str(failed.value).startswith("cannot reach ")
    assert f"localhost:{there.port}: {words}" in str(failed.value)
    assert "\n" not in str(failed.value)
    assert failed.value.outcome is Outcome.UNREACHABLE
    assert TOKEN.encode() not in there.heard
    assert b"GET" not in there.heard
    assert TOKEN not in str(failed.value)


@both_feeds
async def test_on_screen_it_is_a_state_with_words_and_never_tried_in_haste(
    source: MakeSource, trusted: Authority
) -> None:
    listener = Listener()
    bad = trusted.certificate(ends=timedelta(days=-1)).server()
    async with stranger(bad) as there:
        await listener.follow(
            source(there.port, listener, patient=True), until=lambda: there.calls >= 12
        )
    assert State.RETRYING in listener.states
    assert State.LIVE not in listener.states
    assert any("has expired" in words for words in listener.words)
    assert sum(listener.desk.time.slept) > 12 * 2
    assert TOKEN.encode() not in there.heard


async def test_a_relay_that_never_ends_its_greeting_of_tls_is_given_up() -> None:
    listener = Listener()
    timing = Timing(open=0.2, hello=QUICK.hello)
    async with stranger(says=None) as there:
        where = f"wss://localhost:{there.port}"
        source = listener.source(where, COURSE, token=TOKEN, patient=False, timing=timing)
        with pytest.raises(SourceFailed) as failed:
            await listener.once(source)
    assert str(failed.value) == f"localhost:{there.port} does not answer"
    assert failed.value.outcome is Outcome.UNREACHABLE
    assert TOKEN.encode() not in there.heard


async def test_a_canvas_that_never_ends_its_greeting_of_tls_is_given_up() -> None:
    time = Time()
    token, limits = SecretStr(TOKEN), Limits(connect=0.2)
    async with stranger(says=None) as there:
        where = f"https://localhost:{there.port}"
        client = CanvasClient(where, token, clock=time.now, sleep=time.sleep, limits=limits)
        async with client:
            reply = await client.get("users/self")
    assert (reply.verdict, reply.message) == (Verdict.NETWORK, "no answer in time")
    assert TOKEN.encode() not in there.heard


@both_feeds
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("SSL_CERT_FILE", None, "there is nothing of that name"),
        ("SSL_CERT_FILE", "not a certificate", "no certificate (PEM) can be read there"),
        ("SSL_CERT_DIR", None, "there is nothing of that name"),
    ],
)
async def test_authorities_that_cannot_be_read_are_named(
    source: MakeSource,
    name: str,
    content: str | None,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "authorities"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    monkeypatch.setenv(name, str(path))
    listener = Listener()
    with pytest.raises(SourceFailed) as failed:
        await listener.once(source(1, listener))
    assert str(failed.value) == f"{name} names {path}: {why}"
    assert failed.value.outcome is Outcome.USAGE
