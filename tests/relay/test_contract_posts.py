"""Any HTTP client can post to the installed relay, from contracts §5 alone."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import httpx
import pytest

from tests.campaign.programs import GRADEWATCH, Program, cleared, free_port, home_env
from tests.events.wire import payload
from tests.relay.test_contract_clients import events, frame, grade, key_of
from tests.relay.wire_clients import PATIENCE_S, Json, by_websockets

SECRET = "a-shared-secret"
SCHOOL = "b1ff9cd6-cf85-4a40-9d2a-3a4d8ea4ba51"
_MIB = 1 << 20
_CURL_WORDS = ("curl", "-sS", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}")


class Post(Protocol):
    """One POST of a body; the answer's status."""

    def __call__(self, url: str, body: bytes, **headers: str) -> int: ...


def by_httpx(url: str, body: bytes, **headers: str) -> int:
    with httpx.Client(trust_env=False, timeout=PATIENCE_S) as http:
        return http.post(url, content=body, headers=headers).status_code


def by_urllib(url: str, body: bytes, **headers: str) -> int:
    asked = Request(url, body, headers)  # noqa: S310  loopback
    try:
        with build_opener(ProxyHandler({})).open(asked, timeout=PATIENCE_S) as answer:
            return cast("int", answer.status)
    except HTTPError as no:
        with no:
            return no.code


def by_curl(url: str, body: bytes, **headers: str) -> int:
    named = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        [*_CURL_WORDS, *named, "--data-binary", "@-", url],
        input=body,
        capture_output=True,
        check=True,
    )
    return int(done.stdout)


_CURL = pytest.param(
    by_curl, marks=pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
)


@pytest.fixture(params=[by_httpx, by_urllib, _CURL])
def post(request: pytest.FixtureRequest) -> Post:
    return cast("Post", request.param)


def relay_in(folder: Path, *options: str) -> tuple[int, Program]:
    port = free_port()
    command = [GRADEWATCH, "relay", "--listen", f"127.0.0.1:{port}", "--data", str(folder / "log")]
    program = Program(
        "relay",
        [*command, *options],
        folder,
        env=home_env(folder),
        ready=lambda said: "subscribe to" in said,
    )
    asyncio.run(program.start())
    return port, program


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a relay that takes events from this machine as they are."""
    port, program = relay_in(tmp_path_factory.mktemp("plain"))
    with cleared(program):
        yield port


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a relay with a shared secret, for one school."""
    folder = tmp_path_factory.mktemp("guarded")
    secret = folder / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    port, program = relay_in(folder, "--ingest-secret-file", str(secret), "--account-uuid", SCHOOL)
    with cleared(program):
        yield port


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}/v1/events"


def body_of(document: object) -> bytes:
    return json.dumps(document).encode()


async def test_every_form_is_taken_and_a_duplicate_is_stored_once(post: Post, plain: int) -> None:
    first, second, last = grade(), grade(), grade()
    kinesis = {"attributes": second["metadata"], "body": second["body"]}
    async with by_websockets(plain, "/v1/subscribe") as wire:
        assert (await frame(wire))["type"] == "hello"
        for body in (first, first, kinesis, first, second, last):
            assert await asyncio.to_thread(post, address(plain), body_of(body)) == 204
        found = await events(wire, 3)
    assert [one["event"] for one in found] == [first, kinesis, last]
    assert [one["key"] for one in found] == [key_of(one) for one in (first, second, last)]


async def test_caliper_is_taken(post: Post, plain: int) -> None:
    document = payload("caliper_grade_event")
    envelope = cast("list[Json]", document["data"])
    envelope[0]["id"] = f"urn:uuid:{key_of(grade())[-32:]}"
    async with by_websockets(plain, "/v1/subscribe") as wire:
        await frame(wire)
        assert await asyncio.to_thread(post, address(plain), body_of(document)) == 204
        (found,) = await events(wire, 1)
    assert str(found["key"]).startswith("caliper:urn:uuid:")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"events": []}', b'{"metadata": {}}', b"\xff\xfe", b"a.b.c"],
)
def test_what_is_no_live_event_is_malformed(post: Post, plain: int, body: bytes) -> None:
    assert post(address(plain), body) == 400


def test_the_content_type_is_not_looked_at(post: Post, plain: int) -> None:
    for kind in ("text/plain", "application/jwt", "image/png"):
        assert post(address(plain), body_of(grade()), **{"Content-Type": kind}) == 204


def test_a_mebibyte_is_the_limit(post: Post, plain: int) -> None:
    document = grade()
    room = _MIB - len(body_of(document))
    assert post(address(plain), body_of(document) + b" " * room) == 204
    assert post(address(plain), body_of(document) + b" " * (room + 1)) == 413


def test_a_shared_secret_is_asked_for(post: Post, guarded: int) -> None:
    body = body_of(of_school(SCHOOL))
    assert post(address(guarded), body) == 401
    assert post(address(guarded), body, Authorization="another") == 401
    assert post(address(guarded), body, Authorization=SECRET) == 204


def test_another_schools_event_is_refused(post: Post, guarded: int) -> None:
    for document in (of_school("7cd3ad11-2b8a-4c0f-8a3c-1df6e1a0c111"), grade()):
        assert post(address(guarded), body_of(document), Authorization=SECRET) == 403


def of_school(uuid: str) -> Json:
    document = grade()
    metadata = cast("Json", document["metadata"])
    return {**document, "metadata": {**metadata, "root_account_uuid": uuid}}
