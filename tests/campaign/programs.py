"""The processes of a run: started, killed without warning, started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

GRADEWATCH = str(Path(sys.executable).with_name("gradewatch"))
PATIENCE_S = 60.0


class Program:
    """A command that is run again and again; each life writes files of its own.

    ``ready`` is told what this life has printed so far, on stdout and then on stderr.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        *,
        env: dict[str, str],
        ready: Callable[[str], bool] = lambda _said: True,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.folder = folder
        self.lives = 0
        self.kills = 0
        self.env, self._ready = env, ready
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    @property
    def said(self) -> str:
        """What this life has printed on stdout."""
        return self._file("out").read_text(encoding="utf-8", errors="replace")

    @property
    def complained(self) -> str:
        """What this life has printed on stderr."""
        return self._file("err").read_text(encoding="utf-8", errors="replace")

    async def start(self) -> None:
        """Begin a life; returns when it is ready, fails with its words if it ends before."""
        assert not self.running, f"{self.name} runs already"
        self._spawn()
        for _ in range(int(PATIENCE_S / 0.02)):
            if not self.running:
                break
            if self._ready(self.said + self.complained):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{self.name} is not ready:\n{self.complained[-2000:]}")

    def _spawn(self) -> None:
        self.lives += 1
        with self._file("out").open("wb") as out, self._file("err").open("wb") as err:
            self._process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=self.env
            )

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nobody is told."""
        assert self.running, f"{self.name} ended by itself:\n{self._words()}"
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self.kills += 1

    def end(self, wait_s: float = PATIENCE_S) -> int:
        """SIGTERM, then the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(wait_s)

    def clear(self) -> None:
        """Kill it if it still runs: for the end of a test."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _file(self, kind: str) -> Path:
        return self.folder / f"{self.name}.{self.lives}.{kind}"

    def _words(self) -> str:
        return self.complained[-2000:] if self.lives else ""


@contextmanager
def cleared(*programs: Program) -> Generator[None]:
    """None of them survives the block."""
    try:
        yield
    finally:
        for program in programs:
            program.clear()


def home_env(home: Path, **more: str) -> dict[str, str]:
    """A home of its own for a command, and nothing of the tester's."""
    return {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        **more,
    }


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has now; whoever takes it must be quick."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
