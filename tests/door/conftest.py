"""The installed command as a process, against the simulated Canvas over real HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import httpx
import pytest

from tests.events.wire import Json
from tui.campus.build import build
from tui.campus.campus import Campus
from tui.campus.hand import Hand
from tui.campus.server import CampusServer

GRADEWATCH = str(Path(sys.executable).with_name("gradewatch"))
PATIENCE = 60.0


def wall_clock() -> int:
    return time.time_ns() // 1_000_000


def part(event: dict[str, object], key: str) -> dict[str, object]:
    """An object inside an event; empty where there is none."""
    found = event[key]
    return cast(dict[str, object], found) if isinstance(found, dict) else {}


@dataclass
class Ended:
    """How a run of the command ended."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def keys(self) -> list[object]:
        return [event["key"] for event in self.events]

    @property
    def line(self) -> str:
        """The one line of words; anything more fails the test."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert self.out == ""
        return lines[0]


@dataclass
class Shell:
    """A person's shell: a home of their own, and variables that can be set."""

    home: Path
    variables: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def env(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "xterm-256color",
            **self.variables,
        }

    def run(self, *words: str, given: str = "", out: IO[str] | int = subprocess.PIPE) -> Ended:
        done = subprocess.run(
            [GRADEWATCH, *words],
            input=given,
            env=self.env,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        return Ended(done.returncode, done.stdout or "", done.stderr)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [GRADEWATCH, *words],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def configure(self, text: str) -> Path:
        """Write the configuration at its usual place."""
        path = self.home / "config" / "gradewatch" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


@dataclass
class Canvas:
    """A Canvas with forty changes of history in which people stand still."""

    campus: Campus
    server: CampusServer
    hand: Hand

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def course(self) -> str:
        return str(self.campus.courses[0][0])

    def true_keys(self) -> set[str]:
        """What the first course's two logs hold."""
        number = int(self.course)
        grades = {f"audit:{change.id}" for change in self.campus.truth(course=number)}
        return grades | {f"audit:{row.id}" for row in self.campus.course_truth(course=number)}


@dataclass
class RunningRelay:
    """``gradewatch relay`` as a process."""

    port: int

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def post(self, document: Json | str) -> None:
        """As Canvas posts it; text as it is."""
        text = document if isinstance(document, str) else json.dumps(document)
        url = f"http://127.0.0.1:{self.port}/v1/events"
        reply = httpx.post(url, content=text.encode(), timeout=30)
        assert reply.status_code == 204, reply.text


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Nothing is configured."""
    return Shell(tmp_path)


@pytest.fixture
def canvas() -> Iterator[Canvas]:
    campus = build("ordinary", seed=11, history=40, now=wall_clock, courses=1, students=40)
    with CampusServer(campus) as server:
        yield Canvas(campus, server, Hand(campus))


@pytest.fixture
def admin(shell: Shell, canvas: Canvas) -> Shell:
    """The Canvas and an admin's token are set."""
    shell.variables |= {
        "GRADEWATCH_CANVAS_URL": canvas.url,
        "GRADEWATCH_CANVAS_TOKEN": canvas.campus.token,
    }
    return shell


@pytest.fixture
def relay(shell: Shell, tmp_path: Path) -> Iterator[RunningRelay]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = shell.start("relay", "--listen", f"127.0.0.1:{port}", "--data", str(tmp_path / "log"))
    errors: list[str] = []
    try:
        _wait_until_it_listens(running, port)
        drain = threading.Thread(target=lambda: errors.extend(running.stderr or ()), daemon=True)
        drain.start()
        yield RunningRelay(port)
    finally:
        running.terminate()
        running.wait(30)
        for stream in (running.stdout, running.stderr):
            if stream is not None:
                stream.close()


def _wait_until_it_listens(running: subprocess.Popen[str], port: int) -> None:
    for _ in range(600):
        assert running.poll() is None, running.stderr
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            threading.Event().wait(0.05)
    raise AssertionError("the relay did not start")
