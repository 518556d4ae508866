"""The relay and its listeners over TLS, as processes: the authority is named by the environment."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.certificates import Authority, Certificate
from tests.door.conftest import PATIENCE, Shell
from tests.door.test_relay_in_commands import graded

_READY = re.compile(r"subscribe to (wss://\S+), post events to (https://\S+)")
TOKEN = "a-relay-token-that-nobody-else-hears"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@contextmanager
def relaying(shell: Shell, served: Certificate, *options: str) -> Generator[tuple[str, str]]:
    """Where to subscribe and where to post."""
    running = shell.start(
        "relay",
        "--listen",
        "localhost:0",
        "--data",
        str(shell.home / "log"),
        "--tls-cert",
        str(served.cert),
        "--tls-key",
        str(served.key),
        *options,
    )
    try:
        yield _addresses(running)
    finally:
        running.terminate()
        running.communicate(timeout=PATIENCE)


def _addresses(running: subprocess.Popen[str]) -> tuple[str, str]:
    said: list[str] = []
    for line in _lines(running):
        said.append(line)
        if found := _READY.search(line):
            subscribe, post = (one.replace("127.0.0.1", "localhost") for one in found.groups())
            return subscribe.removesuffix("/v1/subscribe"), post
    raise AssertionError(said)


def _lines(running: subprocess.Popen[str]) -> Iterator[str]:
    assert running.stderr is not None
    yield from running.stderr


def submit(address: str, authority: Authority, number: int) -> None:
    trust = ssl.create_default_context(cafile=authority.file)
    reply = httpx.post(address, json=graded(number), verify=trust, trust_env=False, timeout=30)
    assert reply.status_code == 204, reply.text


def test_a_trusted_relay_is_listened_to_and_the_doctor_agrees(
    shell: Shell, authority: Authority
) -> None:
    tokens = shell.home / "tokens"
    token = shell.run("relay", "token", "add", "ta", "--tokens", str(tokens)).out.strip()
    shell.variables |= {
        "SSL_CERT_FILE": str(authority.file),
        "GRADEWATCH_RELAY_TOKEN": token,
    }
    with relaying(shell, authority.certificate(), "--tokens", str(tokens)) as (relay, events):
        submit(events, authority, 1)
        ended = shell.run("tail", "--once", "--relay-url", relay)
        assert (ended.code, ended.err) == (0, "")
        with shell.start("tail", "-n", "2", "--relay-url", relay) as following:
            submit(events, authority, 2)
            out, err = following.communicate(timeout=PATIENCE)
        assert (following.returncode, err) == (0, "")
        found = shell.run("doctor", "--relay-url", relay)
    assert [event["after"]["grade"] for event in ended.events] == ["1"]  # pyright: ignore
    assert [json.loads(line)["after"]["grade"] for line in out.splitlines()] == ["1", "2"]
    assert f"ok   relay: {relay}/v1/subscribe serves live events" in found.out
    assert (
        "ok   relay token: from the environment's GRADEWATCH_RELAY_TOKEN, not refused" in found.out
    )


@pytest.mark.parametrize(
    ("name", "trusted", "words"),
    [
        ("localhost", False, "its certificate is not trusted"),
        ("relay.example.edu", True, "its certificate is for another name"),
    ],
)
def test_a_relay_that_cannot_prove_its_name_is_unreachable(
    shell: Shell, authority: Authority, name: str, trusted: bool, words: str
) -> None:
    served = authority.certificate(name)
    shell.variables["GRADEWATCH_RELAY_TOKEN"] = TOKEN
    if trusted:
        shell.variables["SSL_CERT_FILE"] = str(authority.file)
    with relaying(shell, served) as (relay, _):
        ended = shell.run("tail", "--once", "--relay-url", relay)
        found = shell.run("doctor", "--relay-url", relay)
    assert ended.code == found.code == 4
    line = ended.err.splitlines()[-1]
    where = relay.removeprefix("wss://")
    assert line.startswith(f"gradewatch: relay {where}: cannot reach {where}: {words}")
    assert f"FAIL relay: cannot reach {where}: {words}" in found.out
    assert TOKEN not in ended.err + found.out + found.err
