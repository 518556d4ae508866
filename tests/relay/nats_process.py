"""A real nats-server as a process, of every version that is found here."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PATIENCE_S = 30.0
_PLACES = [str(Path(sys.executable).parent), *os.get_exec_path(), "/usr/sbin", "/usr/local/sbin"]


@dataclass(frozen=True, slots=True)
class NatsServer:
    """A program, and which version it is."""

    program: str
    version: tuple[int, int, int]

    @property
    def name(self) -> str:
        return ".".join(map(str, self.version))

    @property
    def can_always_sync(self) -> bool:
        return self.version >= (2, 10, 0)


@cache
def nats_servers() -> list[NatsServer]:
    """One of each version, the newest first; the test requirements have at least one."""
    found: dict[tuple[int, int, int], NatsServer] = {}
    for place in _PLACES:
        program = shutil.which("nats-server", path=place)
        if program is None:
            continue
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        numbers = re.search(r"v(\d+)\.(\d+)\.(\d+)", told.stdout)
        assert numbers is not None, told.stdout
        version = (int(numbers[1]), int(numbers[2]), int(numbers[3]))
        found.setdefault(version, NatsServer(program, version))
    return [found[version] for version in sorted(found, reverse=True)]


class NatsProcess:
    """A server with JetStream on a free port of loopback; after a kill it is back on the same."""

    def __init__(self, server: NatsServer, folder: Path, *, authorization: str = "") -> None:
        self.server = server
        self._folder = folder
        self._authorization = authorization
        self._port = -1
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        return self._port

    async def start(self) -> None:
        """Start, and wait until it takes connections."""
        sync = "sync_interval: always" if self.server.can_always_sync else ""
        config = self._folder / "nats.conf"
        config.write_text(
            f'listen: "127.0.0.1:{self._port}"\n'
            f'ports_file_dir: "{self._folder}"\n'
            f'jetstream {{ store_dir: "{self._folder / "store"}"\n {sync} }}\n'
            f"{self._authorization}\n"
        )
        self._process = self._run(config)
        ports = self._folder / f"nats-server_{self._process.pid}.ports"
        async with asyncio.timeout(PATIENCE_S):
            while not (address := _address(ports)):
                assert self._process.poll() is None, (self._folder / "nats.log").read_text()
                await asyncio.sleep(0.02)
        self._port = int(address.rpartition(":")[2])

    def _run(self, config: Path) -> subprocess.Popen[bytes]:
        with (self._folder / "nats.log").open("ab") as log:
            return subprocess.Popen(
                [self.server.program, "-c", str(config)], stdout=log, stderr=log
            )

    def kill(self) -> None:
        """As ``kill -9``."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def forget(self) -> None:
        """All that it stored is gone; only while it does not run."""
        assert self._process is None
        shutil.rmtree(self._folder / "store")


def _address(ports: Path) -> str:
    try:
        told = json.loads(ports.read_text())
    except (FileNotFoundError, ValueError):  # not there yet, or half written
        return ""
    return str(told["nats"][0])


@contextmanager
def nats_process(
    server: NatsServer, folder: Path, *, authorization: str = ""
) -> Generator[NatsProcess]:
    """To be started; it is killed in the end."""
    process = NatsProcess(server, folder, authorization=authorization)
    try:
        yield process
    finally:
        process.kill()


every_nats_server = pytest.mark.parametrize(
    "server", nats_servers(), ids=[server.name for server in nats_servers()]
)
