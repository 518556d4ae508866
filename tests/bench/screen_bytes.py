"""What the screen costs on the line: `python -m tests.bench.screen_bytes`.

Runs the real app in a pty at 80×24 while events are recorded in its journal, and prints the bytes
the pty received beside those of a peer in the same run: a plain Textual ``DataTable`` that gets the
same rows, repainted as it likes. Only the ratio travels from one machine to another.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from tests.app.school import Saying, batch, graded, setup_of
from tests.terminal import Terminal
from tui.app.run import run_app
from tui.events.event import Feed
from tui.journal.journal import Journal
from tui.report.words import change_words, time_words
from tui.sources.health import Health, State
from tui.sources.source import Recorder

HISTORY = 500
SETTLING_S = 4.0
BUDGET_KB_S = 12.0
"""At 10 events a second; the promise of the design is about 10."""
RATES = (0.0, 1.0, 10.0, 100.0)


def now() -> int:
    return int(time.time() * 1000)


class Steady:
    """A source that has ``rate`` events a second recorded."""

    name = "grades of course 565"

    def __init__(self, rate: float) -> None:
        self._rate = rate

    async def run(self, recorder: Recorder, *, once: bool) -> None:
        del once
        recorder.report(Health(self.name, State.LIVE, last_good=now(), feed=Feed.AUDIT))
        if not self._rate:
            return
        for number in count(HISTORY):
            await asyncio.sleep(1 / self._rate)
            await recorder.record(
                batch([graded(number, at=now(), request_id=f"r-{number}")], named=False)
            )


def run_watch(rate: float, folder: Path, *, low: bool) -> int:
    """The app itself, following."""
    journal = Journal.open(folder / "journal.sqlite3", now=now)
    begin = now() - HISTORY * 1000
    journal.record(batch(graded(number, at=begin + number * 1000) for number in range(HISTORY)))
    idle = Health("idle", State.LIVE, last_good=now(), feed=Feed.AUDIT)
    source = Steady(rate) if rate else Saying(idle)
    setup = setup_of(
        journal,
        source,
        now=now,
        since=begin,
        one_course=True,
        state_dir=folder,
        low_bandwidth=low,
    )
    return run_app(setup)


def run_peer(rate: float) -> int:
    """The plainest Textual program that shows the same: a DataTable, newest row last, followed."""
    from textual.app import App, ComposeResult
    from textual.widgets import DataTable

    class Peer(App[None]):
        def compose(self) -> ComposeResult:
            yield DataTable[str]()

        def on_mount(self) -> None:
            table = self.query_one(DataTable[str])
            table.add_columns("time", "kind", "assignment", "student", "by", "change")
            for number in range(HISTORY):
                self._add(number)
            if rate:
                numbers = count(HISTORY)
                self.set_interval(1 / rate, lambda: self._add(next(numbers)))

        def _add(self, number: int) -> None:
            event = graded(number, at=now(), request_id=f"r-{number}")
            table = self.query_one(DataTable[str])
            table.add_row(
                time_words(event.at, None),
                event.kind.value,
                f"Assignment {number % 4}",
                f"Student {number % 7}",
                f"Grader {number % 3}",
                change_words(event),
            )
            table.move_cursor(row=table.row_count - 1)

    Peer().run()
    return 0


def measure(role: str, rate: float, seconds: float, folder: Path) -> float:
    """Bytes a second that the pty received once the program had settled."""
    command = [
        sys.executable,
        "-m",
        "tests.bench.screen_bytes",
        "--as",
        role,
        str(rate),
        str(folder),
    ]
    with Terminal(command) as terminal:
        terminal.pump(SETTLING_S)
        return terminal.pump(seconds) / seconds


def main(seconds: float, rates: tuple[float, ...]) -> int:
    """Print the table; 1 if following 10 events a second is over its budget."""
    over = False
    print_line("events/s", "watch KB/s", "low KB/s", "peer KB/s", "peer:watch")
    for rate in rates:
        figures: list[float] = []
        for role in ("watch", "low", "peer"):
            with tempfile.TemporaryDirectory() as folder:
                figures.append(measure(role, rate, seconds, Path(folder)) / 1000)
        watch, low, peer = figures
        ratio = f"{peer / watch:.0f}x" if watch else "–"
        print_line(f"{rate:g}", f"{watch:.2f}", f"{low:.2f}", f"{peer:.2f}", ratio)
        over = over or (rate == 10.0 and watch > BUDGET_KB_S)
    return int(over)


def print_line(*cells: str) -> None:
    sys.stdout.write("".join(f"{cell:>12}" for cell in cells) + "\n")
    sys.stdout.flush()


def child(role: str, rate: str, folder: str) -> int:
    roles: dict[str, Callable[[], int]] = {
        "watch": lambda: run_watch(float(rate), Path(folder), low=False),
        "low": lambda: run_watch(float(rate), Path(folder), low=True),
        "peer": lambda: run_peer(float(rate)),
    }
    return roles[role]()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--as", dest="role", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    sys.exit(child(*options.role) if options.role else main(options.seconds, RATES))
