"""``gradewatch demo``: the app on a simulated Canvas and a real relay, all on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from tui.door.exits import ExitCode, Stop
from tui.door.options import Asked
from tui.door.secrets import CANVAS_TOKEN, RELAY_TOKEN

_POLL_S = 3.0
"""What the relay tells of is seen for a moment before the log confirms it."""
_COURSES = 4
"""Watched at once; more would make the table a blur."""
_WHOLE = ("glitch",)
"""Stories that are only understood when every course is watched."""
_ACCOUNT = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What the simulated Canvas is to do; None: as it likes."""

    scenario: str
    seed: int
    rate: float | None
    events: int | None


class _Course(BaseModel):
    id: str
    name: str


class _Ready(BaseModel):
    """The line that ``--headless`` prints."""

    canvas_url: str
    canvas_token: str
    relay_url: str
    relay_token: str
    courses: list[_Course]


def run_headless(play: Play) -> int:
    """Serve until SIGINT or SIGTERM; one JSON line on stdout when it is ready."""
    try:
        from tui.campus.demo import HISTORY, RATE, Ready, serve
        from tui.campus.scenarios import scenario_named
        from tui.door.demo_relay import relay
    except ImportError as missing:
        raise Stop(
            f"the demo needs more than is installed ({missing.name}): "
            "pip install 'gradewatch[server]'"
        ) from missing
    try:
        scenario_named(play.scenario)
    except ValueError as wrong:
        raise Stop(str(wrong)) from wrong

    def ready(at: Ready) -> None:
        sys.stdout.write(json.dumps(at.as_json()) + "\n")
        sys.stdout.flush()

    async def play_on() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for ending in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(ending, stop.set)
        async with relay() as webhook:
            await serve(
                play.scenario,
                seed=play.seed,
                rate=RATE if play.rate is None else play.rate,
                events=HISTORY if play.events is None else play.events,
                ready=ready,
                stop=stop,
                webhook=webhook,
            )

    asyncio.run(play_on())
    return ExitCode.DONE


def run_demo(play: Play, asked: Asked) -> int:
    """Watch the simulated Canvas; its journal and its process end with the app."""
    from tui.door.watch import run_watch

    with _canvas(play) as ready, tempfile.TemporaryDirectory(prefix="gradewatch-demo-") as folder:
        watched = ready.courses if play.scenario in _WHOLE else ready.courses[:_COURSES]
        os.environ[CANVAS_TOKEN] = ready.canvas_token
        os.environ[RELAY_TOKEN] = ready.relay_token
        return run_watch(
            Asked(
                courses=tuple(course.id for course in watched),
                accounts=(_ACCOUNT,),
                canvas_url=ready.canvas_url,
                relay_url=ready.relay_url,
                journal=str(Path(folder) / "journal.sqlite3"),
                config=asked.config,
                redact=asked.redact,
                poll_interval=_POLL_S,
            )
        )


@contextmanager
def _canvas(play: Play) -> Generator[_Ready]:
    """The same demo without a screen, in a process of its own: the app must not wait for it."""
    command = [sys.executable, "-m", "tui.cli", "demo", "--headless"]
    command += ["--scenario", play.scenario, "--seed", str(play.seed)]
    command += [] if play.rate is None else ["--rate", str(play.rate)]
    command += [] if play.events is None else ["--events", str(play.events)]
    with subprocess.Popen(  # noqa: S603 - our own program; no shell
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as canvas:
        try:
            yield _first_line(canvas)
        finally:
            canvas.terminate()


def _first_line(canvas: subprocess.Popen[str]) -> _Ready:
    line = "" if canvas.stdout is None else canvas.stdout.readline()
    try:
        return _Ready.model_validate_json(line)
    except ValidationError:
        words = "" if canvas.stderr is None else canvas.stderr.read().strip()
        said = words.removeprefix("gradewatch: ")
        raise Stop(said or "the simulated Canvas did not start") from None
