"""What the relay is asked to do and does not: one line, which names the option."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest

from tests.relay.keys import jwk, key_server
from tests.relay.posting import until
from tests.relay.serving import serving
from tests.relay.test_relay_command import Shell
from tests.relay.test_server import certificate, refusal
from tui.door.exits import Stop
from tui.door.relay import NATS_VARIABLE, nats_place
from tui.relay.ingest.jwks import Jwks
from tui.relay.nats_address import check_nats
from tui.relay.options import RelayOptions


@pytest.mark.parametrize(
    "url",
    [
        "nats://127.0.0.1:4222",
        "nats://localhost",
        "nats://[::1]:4222",
        "tls://nats.example:4222",
        "wss://nats.example/",
        "tls://kim:secret@nats.example:4222",
        "tls://one.example,tls://two.example",
    ],
)
def test_a_nats_that_nobody_can_read_along_with_is_taken(url: str) -> None:
    check_nats(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nats://nats.example:4222", "use tls://"),
        ("ws://nats.example", "use tls://"),
        ("tls://one.example,nats://two.example", "use tls://"),
        ("nats://kim:secret@nats.example", "use tls://"),
        ("nats://127.0.0.1.example", "use tls://"),
        ("nonsense", "not tls://HOST:PORT"),
        ("http://127.0.0.1:4222", "not tls://HOST:PORT"),
        ("nats://", "not tls://HOST:PORT"),
        ("nats://127.0.0.1:secret", "cannot be read"),
        ("tls://one.example,", "not tls://HOST:PORT"),
    ],
)
async def test_any_other_is_refused_without_repeating_it(url: str, said: str) -> None:
    words = await refusal(RelayOptions(nats=url, port=0))
    assert words.startswith("--nats: ")
    assert said in words
    assert "secret" not in words
    assert "\n" not in words


def test_a_password_is_taken_from_the_environment_and_not_from_the_command_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = "tls://kim:secret@nats.example"
    with pytest.raises(Stop, match=NATS_VARIABLE) as stop:
        nats_place(url)
    assert "secret" not in str(stop.value)
    assert nats_place(None) is None
    monkeypatch.setenv(NATS_VARIABLE, url)
    assert nats_place(None) == url
    assert nats_place("nats://127.0.0.1") == "nats://127.0.0.1"


@pytest.mark.parametrize("option", ["jwks", "sqs"])
async def test_an_address_with_a_password_is_refused(option: str, tmp_path: Path) -> None:
    url = "https://kim:secret@sqs.eu-west-1.amazonaws.com/1/q"
    words = await refusal(RelayOptions(data=tmp_path / "log", port=0, **{option: url}))  # pyright: ignore[reportArgumentType]  two of its options
    assert words.startswith(f"--{option}: ")
    assert "password" in words
    assert "secret" not in words


@pytest.mark.parametrize(
    "option",
    ["data", "tokens", "jwks", "account-uuid", "ingest-secret-file", "sqs", "nats", "tls-cert"],
)
def test_an_empty_value_is_none(option: str, tmp_path: Path) -> None:
    words = Shell(tmp_path).refusal(f"--{option}", "")
    assert f"--{option}" in words
    assert "empty" in words


def test_a_token_for_no_file_is_not_made(tmp_path: Path) -> None:
    ended = Shell(tmp_path).run("relay", "token", "add", "kim", "--tokens", "")
    assert (ended.code, ended.out) == (2, "")
    assert "--tokens" in ended.err


def test_a_folder_that_is_none_for_a_log_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "letters").touch()
    assert Shell(tmp_path).refusal("--data", str(tmp_path)).startswith("--data: the folder ")


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"keys": []}', "<html>"])
async def test_a_file_without_keys_is_said_at_the_start(
    content: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    if content is not None:
        file.write_text(content)
    words = await refusal(RelayOptions(data=tmp_path / "log", port=0, jwks=str(file)))
    assert words.startswith("--jwks: ")
    assert "\n" not in words


async def test_keys_in_a_file_are_there_from_the_start(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [jwk("now")]}))
    keys = Jwks(str(file))
    keys.check_file()
    assert keys.age_s is not None


async def test_an_address_without_keys_is_said_at_the_start_and_asked_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with key_server(jwk("now")) as server:
        keys, server.keys = server.keys, []
        jwks = Jwks(server.url)
        with caplog.at_level(logging.WARNING, "gradewatch.relay"):
            await jwks.begin()
        assert "the keys cannot be fetched" in caplog.text
        server.keys = keys
        assert len(await jwks.keys("now")) == 1
        async with serving(tmp_path, RelayOptions(jwks=server.url, grace_s=2)):
            async with asyncio.timeout(60):
                await until(lambda: server.asked == 3)


async def test_a_key_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    options = RelayOptions(data=tmp_path / "log", port=0, tls_cert=cert, tls_key=key)
    key.chmod(0o644)
    words = await refusal(options)
    assert words.startswith("--tls-key: ")
    assert "chmod 600" in words


async def test_what_is_said_of_a_secret_names_its_option(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch(0o600)
    options = RelayOptions(data=tmp_path / "log", port=0, ingest_secret_file=secret)
    assert (await refusal(options)).startswith("--ingest-secret-file: ")
