"""Key sets: what of them is used, when they are fetched, and what their absence means."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.events.wire import Json
from tests.relay.keys import KeyServer, ec_jwk, jwk, key_server, rsa_key
from tests.relay.posting import until
from tui.relay.ingest.jwks import AT_MOST_EVERY_S, FRESH_S, LARGEST, Jwks
from tui.relay.ingest.not_taken import KeysUnavailable


@dataclass
class Setting:
    server: KeyServer
    jwks: Jwks
    moment: list[float] = field(default_factory=lambda: [0.0])

    async def knows(self, kid: str) -> bool:
        return bool(await self.jwks.keys(kid))

    def later(self, seconds: float) -> None:
        self.moment[0] += seconds


@pytest.fixture
async def setting() -> AsyncGenerator[Setting]:
    moment = [1000.0]
    async with key_server(jwk("now")) as server:
        yield Setting(server, Jwks(server.url, monotonic=lambda: moment[0]), moment)


class TestFetching:
    async def test_nothing_is_fetched_before_it_is_needed(self, setting: Setting) -> None:
        assert setting.server.asked == 0
        assert await setting.knows("now")
        assert setting.server.asked == 1

    async def test_a_known_key_is_not_fetched_again_within_the_hour(self, setting: Setting) -> None:
        assert await setting.knows("now")
        setting.later(FRESH_S - 1)
        assert await setting.knows("now")
        assert setting.server.asked == 1

    async def test_after_an_hour_it_is_and_what_is_gone_no_longer_opens(
        self, setting: Setting
    ) -> None:
        assert await setting.knows("now")
        setting.server.keys = [jwk("next")]
        setting.later(FRESH_S)
        assert not await setting.knows("now")
        assert await setting.knows("next")
        assert setting.server.asked == 2

    async def test_an_unknown_name_fetches_at_most_once_in_half_a_minute(
        self, setting: Setting
    ) -> None:
        assert await setting.knows("now")
        setting.server.keys.append(jwk("next"))
        assert not await setting.knows("next")
        setting.later(AT_MOST_EVERY_S - 1)
        assert not await setting.knows("next")
        assert setting.server.asked == 1
        setting.later(1)
        assert await setting.knows("next")
        assert setting.server.asked == 2

    async def test_many_at_once_fetch_once(self, setting: Setting) -> None:
        setting.server.held = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            asking = [tasks.create_task(setting.jwks.keys(f"k{n % 3}")) for n in range(30)]
            asking += [tasks.create_task(setting.jwks.keys("now")) for _ in range(30)]
            await until(lambda: setting.server.asked == 1)
            setting.server.held.set()
        assert [len(task.result()) for task in asking] == [0] * 30 + [1] * 30
        assert setting.server.asked == 1

    async def test_who_goes_away_does_not_cost_the_others_the_keys(self, setting: Setting) -> None:
        setting.server.held = asyncio.Event()
        first = asyncio.ensure_future(setting.jwks.keys("now"))
        await until(lambda: setting.server.asked == 1)
        first.cancel()
        await asyncio.wait([first])
        setting.server.held.set()
        assert await setting.knows("now")

    async def test_while_old_keys_are_renewed_the_others_do_not_wait(
        self, setting: Setting
    ) -> None:
        assert await setting.knows("now")
        setting.later(FRESH_S)
        setting.server.held = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(setting.knows("now"))
            await until(lambda: setting.server.asked == 2)
            assert await setting.knows("now")
            assert not first.done()
            setting.server.held.set()


ANSWERS: list[tuple[int, bytes, dict[str, str]]] = [
    (500, b"", {}),
    (404, b'{"keys": []}', {}),
    (302, b"", {"Location": "/jwks"}),
    (301, b"", {"Location": "https://mallory.test/jwks"}),
    (200, b"", {}),
    (200, b"<html>", {}),
    (200, b"\xff", {}),
    (200, b"[]", {}),
    (200, b"[" * 100_000, {}),
    (200, b'{"keys": {}}', {}),
    (200, b'{"keys": []}', {}),
    (200, b'{"keys": [1, null, {}, {"kid": "now"}]}', {}),
    (200, b'{"keys": [' + b" " * LARGEST + b"]}", {}),
    (200, json.dumps({"keys": [{}] * 101}).encode(), {}),
    (200, b'{"keys": []}', {"Content-Encoding": "gzip"}),
]


class TestFailing:
    @pytest.mark.parametrize(("status", "content", "headers"), ANSWERS, ids=range(len(ANSWERS)))
    async def test_an_answer_without_keys_is_no_answer(
        self, status: int, content: bytes, headers: dict[str, str], setting: Setting
    ) -> None:
        server = setting.server
        good = server.keys
        server.status, server.content, server.headers = status, content, headers
        with pytest.raises(KeysUnavailable):
            await setting.jwks.keys("now")
        assert server.asked == 1
        server.status, server.content, server.headers, server.keys = 200, None, {}, good
        setting.later(AT_MOST_EVERY_S)
        assert await setting.knows("now")
        server.status, server.content, server.headers = status, content, headers
        setting.later(FRESH_S)
        assert await setting.knows("now")
        with pytest.raises(KeysUnavailable):
            await setting.jwks.keys("other")

    async def test_nobody_listens(self) -> None:
        with pytest.raises(KeysUnavailable):
            await Jwks("http://127.0.0.1:1/jwks").keys("now")

    async def test_an_answer_that_does_not_come_is_given_up(self) -> None:
        async with key_server(jwk("now")) as server:
            server.held = asyncio.Event()
            with pytest.raises(KeysUnavailable):
                await Jwks(server.url, patience_s=0.05).keys("now")
            server.held.set()

    @pytest.mark.parametrize(
        "source",
        [
            "http://canvas.test/jwks",
            "ftp://127.0.0.1/jwks",
            "https://",
            "http://[::1/",
            "file:///x",
        ],
    )
    def test_an_address_that_others_can_read_along_is_refused(self, source: str) -> None:
        with pytest.raises(ValueError, match="address"):
            Jwks(source)

    @pytest.mark.parametrize(
        "source", ["https://canvas.test/jwks", "http://localhost:1/j", "http://[::1]:1/j"]
    )
    def test_others_are_taken(self, source: str) -> None:
        Jwks(source)

    async def test_no_proxy_of_the_environment_is_asked(
        self, setting: Setting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with key_server(jwk("now", "mallory")) as theirs:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, theirs.url)
            (key,) = await setting.jwks.keys("now")
        assert key.public_numbers() == rsa_key("now").public_key().public_numbers()
        assert theirs.asked == 0


UNUSED: dict[str, Json] = {
    "for encryption": {"use": "enc"},
    "for RS512": {"alg": "RS512"},
    "for PS256": {"alg": "PS256"},
    "for null": {"alg": None},
    "not to verify": {"key_ops": ["encrypt"]},
    "symmetric": {"kty": "oct", "k": "c2VjcmV0"},
    "elliptic": {"kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB"},
    "small modulus": {"n": "AQAB"},
    "no modulus": {"n": ""},
    "a number as modulus": {"n": 7},
    "no base64": {"e": "!!"},
    "even exponent": {"e": "Ag"},
    "large exponent": {"e": "A" * 400},
    "large modulus": {"n": "f" * 100_000},
    "null as its name": {"kid": None},
    "no name": {"kid": ""},
    "a number as its name": {"kid": 7},
}


class TestChoice:
    @pytest.mark.parametrize("changes", UNUSED.values(), ids=UNUSED)
    async def test_what_cannot_verify_is_not_used(self, changes: Json, setting: Setting) -> None:
        setting.server.keys = [jwk("x") | changes, jwk("now")]
        assert await setting.knows("now")
        assert not await setting.knows("x")
        assert not await setting.knows("")

    async def test_a_key_that_can_be_broken_is_not_used(self, setting: Setting) -> None:
        setting.server.keys = [jwk("x", bits=1024), jwk("now")]
        assert not await setting.knows("x")

    async def test_use_algorithm_and_operations_need_not_be_told(self, setting: Setting) -> None:
        entry = jwk("bare")
        for name in ("use", "alg"):
            del entry[name]
        setting.server.keys = [entry, jwk("told", key_ops=["verify"])]
        assert await setting.knows("bare")
        assert await setting.knows("told")

    async def test_a_name_that_comes_twice_means_either_key(self, setting: Setting) -> None:
        setting.server.keys = [jwk("now"), jwk("now", "other"), ec_jwk("now")]
        numbers = [key.public_numbers() for key in await setting.jwks.keys("now")]
        assert numbers == [rsa_key(n).public_key().public_numbers() for n in ("now", "other")]

    async def test_a_private_key_is_taken_for_its_public_half(self, setting: Setting) -> None:
        setting.server.keys = [jwk("now", d="AQAB", p="AQAB")]
        (key,) = await setting.jwks.keys("now")
        assert key.public_numbers() == rsa_key("now").public_key().public_numbers()


class TestFile:
    async def test_a_file_does_as_well_and_is_read_again(self, tmp_path: Path) -> None:
        moment = [0.0]
        file = tmp_path / "jwks.json"
        jwks = Jwks(str(file), monotonic=lambda: moment[0])
        with pytest.raises(KeysUnavailable):
            await jwks.keys("now")
        file.write_text(json.dumps({"keys": [jwk("now")]}), "utf-8")
        moment[0] += AT_MOST_EVERY_S
        assert await jwks.keys("now")
        assert not await jwks.keys("next")
        file.write_text(json.dumps({"keys": [jwk("next")]}), "utf-8")
        moment[0] += AT_MOST_EVERY_S
        assert await jwks.keys("next")

    async def test_a_file_without_end_is_not_read_to_it(self) -> None:
        with pytest.raises(KeysUnavailable):
            await Jwks("/dev/zero").keys("now")
