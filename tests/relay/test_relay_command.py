"""``gradewatch relay`` as a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.events.wire import Json
from tests.relay.serving import PATIENCE, change
from tui.door.exits import Stop
from tui.door.relay import place, span

GRADEWATCH = str(Path(sys.executable).with_name("gradewatch"))
_READY = re.compile(r"gradewatch: subscribe to (\S+), post events to (\S+)")


@dataclass
class Ended:
    code: int
    out: str
    err: str


@dataclass
class Shell:
    """A shell whose home is the test's own."""

    home: Path

    @property
    def env(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
        }

    def run(self, *words: str) -> Ended:
        done = subprocess.run(
            [GRADEWATCH, *words],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def refusal(self, *words: str, code: int = 2) -> str:
        """The one line of a relay that does not begin."""
        ended = self.run("relay", *words)
        assert (ended.code, ended.out) == (code, ""), ended
        (line,) = ended.err.splitlines()
        return line.removeprefix("gradewatch: ")


@dataclass
class Running:
    process: subprocess.Popen[str]
    subscribe: str
    events: str

    def end(self, how: signal.Signals) -> Ended:
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=PATIENCE)
        return Ended(self.process.returncode, out, err)


@contextmanager
def relaying(shell: Shell, *options: str) -> Generator[Running]:
    command = [GRADEWATCH, "relay", *options]
    if "--listen" not in options:
        command += ["--listen", "127.0.0.1:0"]
    with subprocess.Popen(
        command, env=shell.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if (found := _READY.fullmatch(line.rstrip("\n"))) is not None:
                    yield Running(process, found[1], found[2])
                    return
            raise AssertionError("the relay did not begin")
        finally:
            process.kill()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_relay_without_options_takes_tells_and_ends(shell: Shell, how: signal.Signals) -> None:
    with relaying(shell) as relay, connect(relay.subscribe, proxy=None) as wire:
        assert json.loads(wire.recv(PATIENCE))["type"] == "hello"
        assert json.loads(wire.recv(PATIENCE))["info"] == "caught_up"
        assert httpx.post(relay.events, json=change(1), trust_env=False).status_code == 204
        frame = cast("Json", json.loads(wire.recv(PATIENCE)))
        assert (frame["seq"], frame["event"]) == (1, change(1))
        ended = relay.end(how)
        assert (ended.code, ended.out) == (0, "")
        for line in ended.err.splitlines():
            assert {"time", "level", "event"} <= json.loads(line).keys()
        with pytest.raises(ConnectionClosed):
            wire.recv(PATIENCE)
        assert wire.protocol.close_code == 1001


def test_a_relay_that_begins_again_goes_on_where_it_was(shell: Shell) -> None:
    with relaying(shell) as relay:
        for number in range(3):
            httpx.post(relay.events, json=change(number), trust_env=False).raise_for_status()
        with connect(relay.subscribe, proxy=None) as wire:
            epoch = json.loads(wire.recv(PATIENCE))["epoch"]
        relay.process.kill()
        relay.process.wait(PATIENCE)
    with relaying(shell) as relay:
        httpx.post(relay.events, json=change(1), trust_env=False).raise_for_status()
        with connect(f"{relay.subscribe}?cursor={epoch}.2", proxy=None) as wire:
            frames = [json.loads(wire.recv(PATIENCE)) for _ in range(4)]
    assert [frame["type"] for frame in frames] == ["hello", "event", "event", "info"]
    assert [frame["event"] for frame in frames[1:3]] == [change(1), change(2)]
    log = shell.home / "data" / "gradewatch" / "relay"
    assert stat.S_IMODE(log.stat().st_mode) == 0o700


def test_a_token_is_printed_once_and_opens_the_relay(shell: Shell, tmp_path: Path) -> None:
    tokens = str(tmp_path / "tokens")
    made = shell.run("relay", "token", "add", "kim", "--course", "565", "--tokens", tokens)
    assert made.code == 0
    token = made.out.removesuffix("\n")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert token not in made.err
    again = shell.run("relay", "token", "add", "kim", "--tokens", tokens)
    assert (again.code, again.out) == (2, "")
    assert again.err == (
        f"gradewatch: {tokens} has a token named kim already: choose another name\n"
    )
    with relaying(shell, "--tokens", tokens, "--data", str(tmp_path / "log")) as relay:
        with pytest.raises(InvalidStatus) as refused, connect(relay.subscribe, proxy=None):
            pass
        assert refused.value.response.status_code == 401
        bearer = {"Authorization": f"Bearer {token}"}
        with connect(relay.subscribe, proxy=None, additional_headers=bearer) as wire:
            assert json.loads(wire.recv(PATIENCE))["type"] == "hello"
        assert token not in relay.end(signal.SIGTERM).err


def test_a_log_that_another_relay_has_is_one_line(shell: Shell) -> None:
    with relaying(shell):
        words = shell.refusal("--listen", "127.0.0.1:0", code=4)
    assert "log" in words


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--listen", "8642"), "HOST:PORT"),
        (("--listen", "0.0.0.0:0"), "--tokens"),
        (("--retention", "soon"), "36h"),
        (("--tokens", "nowhere"), "nowhere"),
        (("--tls-cert", "nowhere", "--listen", "127.0.0.1:0"), "--tls-key"),
        (("--nats", "nats://127.0.0.1:1", "--data", "there"), "leave one out"),
        (("--colour", "blue"), "--colour"),
    ],
)
def test_what_cannot_be_is_one_line(shell: Shell, options: tuple[str, ...], said: str) -> None:
    assert said in shell.refusal(*options)


def test_a_nats_that_is_not_there_is_said_at_the_end(shell: Shell) -> None:
    ended = shell.run("relay", "--nats", "nats://127.0.0.1:1", "--listen", "127.0.0.1:0")
    assert (ended.code, ended.out) == (4, "")
    assert re.match("gradewatch: .*NATS", ended.err.splitlines()[-1])


@pytest.mark.parametrize(
    ("text", "seconds"), [("30m", 1800), ("36h", 129_600), ("7d", 604_800), ("45s", 45)]
)
def test_a_retention_is_a_number_and_its_unit(text: str, seconds: int) -> None:
    assert span(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "36", "h", "-1h", "0h", "1.5h", "1 h", "36H", "367d", "\u0661h"]
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(Stop, match="--retention"):
        span(text)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8642", "127.0.0.1", 8642),
        ("localhost:0", "localhost", 0),
        ("[::1]:443", "::1", 443),
        (":8642", "", 8642),
    ],
)
def test_a_place_is_a_host_and_a_port(text: str, host: str, port: int) -> None:
    assert place(text) == (host, port)


@pytest.mark.parametrize("text", ["", "host", "host:", "::1:8642", "host:x", "host:65536", "a:-1"])
def test_any_other_place_is_refused(text: str) -> None:
    with pytest.raises(Stop, match="--listen"):
        place(text)
