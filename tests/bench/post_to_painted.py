"""From a POST to the screen: `python -m tests.bench.post_to_painted`.

The whole way for real: an event is posted to a relay, which has it on disk and sends it to the app,
which commits it to its journal and paints it on a pty of 80×24; the simulated Canvas's audit API is
polled beside it. Measured is the time from the POST's first byte to the event's grade among the
bytes of the pty. The peer, in the same run, is ``gradewatch tail``: from the POST to its line on
stdout. Only the ratio travels from one machine to another.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from socket import create_connection
from time import monotonic, perf_counter, sleep

from tests.bench.relay_load import document, request, running, say
from tests.campaign.programs import GRADEWATCH, home_env
from tests.terminal import Terminal

WARMING = 3
_PATIENCE_S = 20.0
_PAUSE_S = (0.2, 0.6)
"""Between two events: at random, so that no clock of the app's falls into step with it."""
_COURSE = "565"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the servers are, and what a client needs to reach them."""

    relay: int
    canvas_url: str
    env: dict[str, str]

    def command(self, face: str, journal: Path) -> list[str]:
        return [
            *(GRADEWATCH, face, "--course", _COURSE, "--canvas-url", self.canvas_url),
            *("--relay-url", f"ws://127.0.0.1:{self.relay}", "--journal", str(journal)),
            *("--since", "-1h", "--poll-interval", "5"),
        ]

    def post(self, number: int, grade: str) -> float:
        """Post a change to ``grade``; when it began. Returns once it is acknowledged."""
        wanted = json.loads(document(number, grade=grade))
        wanted["metadata"]["event_time"] = _now()
        body = json.dumps(wanted).encode()
        with create_connection(("127.0.0.1", self.relay)) as connection:
            begun = perf_counter()
            connection.sendall(request(body))
            answer = connection.recv(4096)
        if not answer.startswith(b"HTTP/1.1 204"):
            raise SystemExit(f"not acknowledged: {answer!r}")
        return begun


def _now() -> str:
    from tui.campus.demo import wall_clock
    from tui.events.times import iso

    return iso(wall_clock())


@contextmanager
def servers(folder: Path) -> Generator[Place]:
    """A Canvas in which nobody acts, and a relay."""
    (folder / "relay").mkdir()
    canvas = ["--folder", str(folder / "canvas"), "--courses", "1", "--students", "30"]
    with (
        running("tui.campus.serve", [*canvas, "--history", "40", "--rows", "0"], folder) as (_, at),
        running("tests.bench.relay_ingest", ["--as", "relay", str(folder)], folder) as (_, port),
    ):
        ready = json.loads(at)
        env = home_env(
            folder,
            TERM="xterm-256color",
            COLORTERM="truecolor",
            GRADEWATCH_CANVAS_TOKEN=ready["canvas_token"],
        )
        yield Place(int(port), ready["canvas_url"], env)


def painted(place: Place, folder: Path, number: int) -> list[float]:
    """Ms from POST to pty, of each event."""
    command = place.command("watch", folder / "watch.sqlite3")
    with Terminal(command, env=place.env) as terminal:
        terminal.wait_for("matching")

        def seen(mark: bytes, since: int) -> bool:
            terminal.pump(0.001)
            return terminal.received.find(mark, since) >= 0

        return measured(place, 0, number, seen, lambda: len(terminal.received))


def printed(place: Place, folder: Path, number: int) -> list[float]:
    """Ms from POST to a line of ``tail``, of each event."""
    command = place.command("tail", folder / "tail.sqlite3")
    received = bytearray()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=place.env) as process:
        try:
            assert process.stdout is not None
            source = process.stdout.fileno()

            def seen(mark: bytes, since: int) -> bool:
                if select.select([source], [], [], 0.001)[0]:
                    received.extend(os.read(source, 65_536))
                return received.find(mark, since) >= 0

            return measured(place, 5_000, number, seen, lambda: len(received))
        finally:
            process.kill()


def measured(
    place: Place,
    first: int,
    number: int,
    seen: Callable[[bytes, int], bool],
    length: Callable[[], int],
) -> list[float]:
    """Post events one by one; ``seen`` looks for a mark in what came after ``length()``."""
    random = Random(1)  # noqa: S311  no secret
    times: list[float] = []
    for event in range(first, first + number + WARMING):
        mark = f"q{event:04}z"
        since = length()
        begun = place.post(event, mark)
        while not seen(mark.encode(), since):
            if perf_counter() - begun > _PATIENCE_S:
                raise SystemExit(f"event {event} was never shown")
        times.append(1000 * (perf_counter() - begun))
        end = monotonic() + random.uniform(*_PAUSE_S)
        while monotonic() < end:
            seen(b"", length())
            sleep(0.005)
    return times[WARMING:]


def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as name, servers(Path(name)) as place:
        ways = {
            "painted at 80×24": painted(place, Path(name), number),
            "line of tail": printed(place, Path(name), number),
        }
    say(f"{number} events, ms from POST:" + "".join(f"{of:>10}" for of in ("p50", "p90", "p99")))
    figures = {way: [percentile(times, of) for of in (50, 90, 99)] for way, times in ways.items()}
    for way, found in figures.items():
        say(f"{way:<27}" + "".join(f"{ms:>10.0f}" for ms in found))
    screen, line = figures.values()
    pairs = zip(screen, line, strict=True)
    say(f"{'screen : line':<27}" + "".join(f"{one / other:>10.2f}" for one, other in pairs))


def percentile(times: list[float], of: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * of // 100)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=40, help="of each measurement")
    asked = parser.parse_args()
    sys.exit(main(asked.events))
