"""The whole relay: posts in, frames out, metrics, health, TLS, logs, and its end."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import resource
import ssl
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.relay.serving import Serving, change, serving, subscribed
from tui.relay.event_log import LogUnavailable
from tui.relay.logs import RELAY_LOG, logging_to
from tui.relay.options import RelayOptions
from tui.relay.server import CannotServe, RelayAddress, serve_relay
from tui.relay.tokens import add_token


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncGenerator[Serving]:
    async with serving(tmp_path) as running:
        yield running


def figures(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines}


async def test_another_library_subscribes_from_the_contract_alone(relay: Serving) -> None:
    """aiohttp, with nothing of ours: resume, refusal, end."""
    base = relay.address.base_url
    async with aiohttp.ClientSession() as session:
        for number in range(3):
            async with session.post(f"{base}/v1/events", json=change(number)) as answer:
                assert answer.status == 204
        url = f"{base}/v1/subscribe"
        async with session.ws_connect(
            url, params={"kind": "grade"}, protocols=["gradewatch.v1.json"]
        ) as wire:
            hello = await wire.receive_json(timeout=60)
            assert wire.protocol == "gradewatch.v1.json"
            assert (hello["type"], hello["floor"], hello["head"]) == ("hello", 1, 4)
        where = {"cursor": f"{hello['epoch']}.2", "course": "565"}
        async with session.ws_connect(url, params=where) as wire:
            frames = [await wire.receive_json(timeout=60) for _ in range(4)]
            assert [frame["type"] for frame in frames] == ["hello", "event", "event", "info"]
            assert [frame["seq"] for frame in frames[1:]] == [2, 3, 4]
            assert frames[1]["event"] == change(1)
            await wire.send_str("anything")
            assert (await wire.receive(timeout=60)).type is aiohttp.WSMsgType.CLOSE
            assert wire.close_code == 1008
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(url, params={"cursor": f"{hello['epoch']}.9"})
        assert refused.value.status == 400


async def test_what_is_posted_is_told_to_subscribers_once(relay: Serving) -> None:
    async with relay.http() as http, subscribed(relay.url()) as client:
        await client.info("caught_up")
        for document in (change(1), change(1), change(2)):
            assert (await http.post("/v1/events", json=document)).status_code == 204
        assert [(await client.event())["event"] for _ in range(2)] == [change(1), change(2)]


async def test_the_metrics_tell_what_happened_and_nothing_personal(relay: Serving) -> None:
    async with relay.http() as http, subscribed(relay.url(relay.cursor(1))) as client:
        for document in (change(1), change(1), change(2), {"no": "event"}):
            await http.post("/v1/events", json=document)
        await client.seqs(2)
        await http.get("/v1/subscribe")
        answer = await http.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = figures(answer.text)
    names = {
        "events_acknowledged_total": 2,
        "events_duplicate_total": 1,
        'events_refused_total{reason="malformed"}': 1,
        "subscribers": 1,
        "frames_sent_total": 2,
        "slowest_lag_events": 0,
        "log_floor": 1,
        "log_head": 3,
        "append_seconds_count": 3,
    }
    for name, value in names.items():
        assert found[f"gradewatch_relay_{name}"] == value, name
    assert found["gradewatch_relay_sent_bytes_total"] > 500
    for personal in ("2107000000", "request-1", "live:", "127.0.0.1"):
        assert personal not in answer.text


async def test_refusals_are_counted_by_reason(relay: Serving) -> None:
    for query in ("cursor=other.1", "colour=blue", "colour=red"):
        with pytest.raises(Exception, match="HTTP 400"):
            async with subscribed(relay.url(query)):
                pass
    async with relay.http() as http:
        found = figures((await http.get("/metrics")).text)
    name = "gradewatch_relay_subscriptions_refused_total"
    assert found[f'{name}{{reason="EpochChanged"}}'] == 1
    assert found[f'{name}{{reason="InvalidParameter"}}'] == 2


async def test_metrics_asked_for_through_a_proxy_need_their_token(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.jsonl"
    metrics = add_token(tokens, "prometheus", metrics=True).get_secret_value()
    reader = add_token(tokens, "kim").get_secret_value()
    async with serving(tmp_path, RelayOptions(tokens=tokens, grace_s=2)) as relay:
        async with relay.http(headers={"X-Forwarded-For": "127.0.0.1"}) as http:

            async def status(token: str | None) -> int:
                headers = {} if token is None else {"Authorization": f"Bearer {token}"}
                return (await http.get("/metrics", headers=headers)).status_code

            assert await status(None) == 401
            assert await status("wrong") == 401
            assert await status(reader) == 403
            assert await status(metrics) == 200
        async with relay.http() as http:
            assert (await http.get("/metrics")).status_code == 200


async def test_health_tells_where_the_log_is(relay: Serving) -> None:
    await relay.append(change(1))
    async with relay.http() as http:
        answer = await http.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "epoch": relay.log.epoch, "floor": 1, "head": 2}


async def test_a_log_that_cannot_be_read_is_no_health_and_ends_subscriptions(
    relay: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_start: int, _limit: int) -> None:
        raise LogUnavailable("the disk is away")

    async with subscribed(relay.url()) as client, relay.http() as http:
        await client.info("caught_up")
        monkeypatch.setattr(relay.log, "read", away)
        await relay.append(change(1))
        code, error = await client.end()
        assert code == 4010
        assert error is not None
        assert error["error"] == "LogUnavailable"
        assert (await http.get("/healthz")).status_code == 503


async def test_a_log_that_cannot_be_written_is_no_health(
    relay: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_arrivals: object) -> int:
        raise LogUnavailable("no space left")

    async with relay.http() as http:
        with monkeypatch.context() as patch:
            patch.setattr(relay.log, "append", full)
            assert (await http.post("/v1/events", json=change(1))).status_code == 503
            answer = await http.get("/healthz")
            assert answer.status_code == 503
            assert answer.json() == {"status": "unavailable"}
        assert (await http.post("/v1/events", json=change(1))).status_code == 204
        assert (await http.get("/healthz")).status_code == 200


async def test_a_post_under_way_is_finished_when_the_relay_ends(
    relay: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, begun = asyncio.Event(), asyncio.Event()
    append = relay.log.append

    async def slowly(arrivals: object) -> int:
        begun.set()
        await held.wait()
        return await append(arrivals)  # pyright: ignore[reportArgumentType]  passed on as it is

    monkeypatch.setattr(relay.log, "append", slowly)
    async with relay.http() as http, asyncio.TaskGroup() as group:
        posting = group.create_task(http.post("/v1/events", json=change(1)))
        await begun.wait()
        relay.stop.set()
        await asyncio.sleep(0.3)
        with pytest.raises(httpx.ConnectError):
            async with relay.http() as late:
                await late.get("/healthz")
        held.set()
        answer = await posting
    assert answer.status_code == 204
    await relay.ended


async def test_over_tls_everything_is_the_same(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    trust = ssl.create_default_context(cafile=str(cert))
    options = RelayOptions(tls_cert=cert, tls_key=key, grace_s=2)
    async with serving(tmp_path, options) as relay:
        assert relay.url().startswith("wss://")
        async with relay.http(verify=trust) as http, subscribed(relay.url(), ssl=trust) as client:
            await client.info("caught_up")
            assert (await http.post("/v1/events", json=change(1))).status_code == 204
            assert await client.seqs(1) == [1]
            relay.stop.set()
            assert (await client.end())[0] == 1001


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    key_file.chmod(0o600)
    return cert_file, key_file


async def refusal(options: RelayOptions) -> str:
    """Why a relay does not begin."""

    def ready(_address: RelayAddress) -> None:
        raise AssertionError("it began")

    with pytest.raises(CannotServe) as cannot:
        await serve_relay(options, ready=ready, stop=asyncio.Event())
    return str(cannot.value)


async def test_beyond_this_machine_it_listens_with_tokens_only(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", ""):  # noqa: S104  it must be refused
        assert "--tokens" in await refusal(RelayOptions(data=tmp_path, host=host, port=0))


async def test_a_port_that_is_taken_is_one_line(tmp_path: Path, relay: Serving) -> None:
    words = await refusal(RelayOptions(data=tmp_path / "other", port=relay.address.port))
    assert words == f"cannot listen on 127.0.0.1:{relay.address.port}: Address already in use"


async def test_options_that_lead_nowhere_are_refused_before_listening(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    nothing = tmp_path / "nothing"
    good = RelayOptions(data=tmp_path / "log", port=0)
    assert "go together" in await refusal(RelayOptions(data=good.data, tls_cert=cert))
    assert "no certificate" in await refusal(
        RelayOptions(data=good.data, tls_cert=key, tls_key=cert)
    )
    assert "nothing" in await refusal(RelayOptions(data=good.data, tokens=nothing))
    assert "nothing" in await refusal(RelayOptions(data=good.data, ingest_secret_file=nothing))
    assert "--jwks" in await refusal(RelayOptions(data=good.data, jwks="http://canvas.example/k"))
    assert "--sqs" in await refusal(RelayOptions(data=good.data, sqs="ftp://queue"))
    assert "--data" in await refusal(RelayOptions(port=0))


async def test_what_may_be_opened_is_raised_to_the_system_s_limit(relay: Serving) -> None:
    assert relay.address.port
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == hard


async def test_the_log_lines_are_json_and_tell_no_tokens_queries_or_addresses(
    tmp_path: Path,
) -> None:
    tokens = tmp_path / "tokens.jsonl"
    token = add_token(tokens, "kim").get_secret_value()
    stream = io.StringIO()
    options = RelayOptions(tokens=tokens, grace_s=2, sweep_s=0.02)
    with logging_to(stream):
        async with serving(tmp_path, options) as relay, relay.http() as http:
            query = f"course=565&{relay.cursor(1)}"
            async with subscribed(relay.url(query), token) as client:
                await client.info("caught_up")
            await http.post("/v1/events", content=b"student 48 got an F")
            await http.get(f"/v1/subscribe?access_token={token}")
            tokens.write_text("nonsense")
            await asyncio.sleep(0.1)
            RELAY_LOG.error("fault", exc_info=ValueError("student 48"))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {"relay ready", "relay stops", "relay stopped"} <= {line["event"] for line in lines}
    assert all({"time", "level", "event"} <= line.keys() for line in lines)
    assert lines[-1]["time"].endswith("Z")
    for secret in (token, "course=565", "127.0.0.1", "student 48", "kim"):
        assert secret not in stream.getvalue()
    assert any(line.get("fault") == "ValueError" for line in lines)
    assert any("tokens file" in line["event"] for line in lines)


def test_logging_goes_back_to_where_it_went_before() -> None:
    before = (RELAY_LOG.level, RELAY_LOG.propagate, list(RELAY_LOG.handlers))
    with logging_to(io.StringIO()):
        assert RELAY_LOG.isEnabledFor(logging.INFO)
    assert (RELAY_LOG.level, RELAY_LOG.propagate, list(RELAY_LOG.handlers)) == before
