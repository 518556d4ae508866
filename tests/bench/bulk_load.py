"""A long history through the app: when its first rows show, and whether keys wait meanwhile.

``python -m tests.bench.bulk_load --events 50000`` serves a simulated Canvas with so many changes in
one course, watches it in a pty at 80×24, and prints when the first rows were on screen after the
first page was answered, how long keys took to show while pages came in, and how long the whole load
took beside a plain client that pages through the same log and keeps nothing.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import httpx

from tests.terminal import Terminal
from tui.campus.build import build
from tui.campus.server import CampusServer

GRADEWATCH = str(Path(sys.executable).with_name("gradewatch"))
ROW = re.compile(r"\d\d:\d\d:\d\d")
LONG_AGO = "2000-01-01T00:00:00Z"


def wall_clock() -> int:
    return time.time_ns() // 1_000_000


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=50_000)
    options = parser.parse_args(arguments)
    campus = build("ordinary", seed=1, history=options.events, now=wall_clock, courses=1)
    course = campus.courses[0][0]
    grades = len(campus.truth(course=course))
    with tempfile.TemporaryDirectory(prefix="gradewatch-bench-") as home:
        with CampusServer(campus) as server:
            plain = _plain_client(server.url, campus.token, course)
        with CampusServer(campus) as server:
            _watch(server, campus.token, course, Path(home), grades, plain)
    return 0


def _plain_client(url: str, token: str, course: int) -> float:
    """Seconds to page through the log with nothing done to the rows."""
    begin = time.perf_counter()
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        where: str | None = (
            f"{url}/api/v1/audit/grade_change/courses/{course}?start_time={LONG_AGO}&per_page=100"
        )
        while where is not None:
            answer = client.get(where).raise_for_status()
            where = answer.links.get("next", {}).get("url")
    return time.perf_counter() - begin


def _watch(
    server: CampusServer, token: str, course: int, home: Path, grades: int, plain: float
) -> None:
    env = {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "GRADEWATCH_CANVAS_URL": server.url,
        "GRADEWATCH_CANVAS_TOKEN": token,
        "PATH": os.environ["PATH"],
    }
    command = [GRADEWATCH, "--course", str(course), "--since", LONG_AGO, "--no-course-events"]
    begin = time.perf_counter()
    with Terminal(command, env=env, patience=600) as terminal:
        while not _answered(server):
            terminal.pump(0.01)
        page = time.perf_counter()
        terminal.wait_for(lambda screen: len(ROW.findall(screen)) > 5)
        _say(f"first rows on screen {time.perf_counter() - page:.2f} s after the first page")
        waits = _keys_while_loading(terminal, f"{grades:,}")
        _say(
            f"keys while loading: {len(waits)} pressed, median {median(waits) * 1000:.0f} ms,"
            f" worst {max(waits) * 1000:.0f} ms until the screen changed"
        )
        terminal.wait_for(lambda screen: f"{grades:,} matching" in screen)
        took = time.perf_counter() - begin
        _say(
            f"{grades:,} changes in {took:.1f} s; the plain client {plain:.1f} s;"
            f" ratio {took / plain:.2f}"
        )
        terminal.type("q")
        terminal.wait_for_end()


def _keys_while_loading(terminal: Terminal, finished: str) -> list[float]:
    """Press down and up in turn until all is loaded; seconds until each shows."""
    waits: list[float] = []
    key = "j"
    while finished not in terminal.text() and len(waits) < 500:
        before = [line[:1] for line in terminal.lines()]
        begin = time.perf_counter()
        terminal.type(key)
        while [line[:1] for line in terminal.lines()] == before:
            if time.perf_counter() - begin > 10:
                break
            terminal.pump(0.005)
        waits.append(time.perf_counter() - begin)
        key = "k" if key == "j" else "j"
        terminal.pump(0.2)
    return waits


def _answered(server: CampusServer) -> bool:
    return any("/audit/" in asked.path and asked.status == 200 for asked in list(server.requests))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
