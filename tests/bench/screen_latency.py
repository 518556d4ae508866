"""How soon the screen answers over a big journal: `python -m tests.bench.screen_latency FILE`.

FILE is a journal such as ``python -m tests.bench.journal_filters --keep FILE`` leaves. Prints, in
ms: the first rows after the start, beside those of an empty journal in the same run; for each
filter of the bar, its first rows and all of its answer; how long keys took meanwhile, and the
longest stretch in which the app's thread did not come round.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from textual import events

from tests.app.school import batch, graded, setup_of
from tests.bench.journal_school import BEGIN, YEAR_MS
from tui.app.app import GradewatchApp
from tui.app.filters import Field
from tui.app.run import SWITCH_S
from tui.app.wanted import Wanted
from tui.journal.journal import Journal

FILTERS = (
    (Field.STUDENT, "a"),
    (Field.STUDENT, "ada"),
    (Field.STUDENT, "Grace Hopper"),
    (Field.STUDENT, "nobody at all"),
    (Field.GRADER, "zo"),
    (Field.COURSE, "Biology 1"),
    (Field.TIME, "2025-12-01..2025-12-03"),
)
BUDGET_MS = 150.0
_STEP_S = 0.001


class Stalls:
    """Watches how long the event loop stays away."""

    def __init__(self) -> None:
        self.longest_ms = 0.0

    async def watch(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_STEP_S)
            away = time.perf_counter() - before - _STEP_S
            self.longest_ms = max(self.longest_ms, 1000 * away)


async def until(seen: Callable[[], bool], since: float) -> float:
    """Ms since ``since`` when ``seen`` came true."""
    while True:
        if seen():
            return 1000 * (time.perf_counter() - since)
        await asyncio.sleep(_STEP_S)


@asynccontextmanager
async def running(journal: Journal) -> AsyncGenerator[tuple[GradewatchApp, float]]:
    """The app at 80×24 and the ms until its first row was painted."""
    setup = replace(setup_of(journal), since=0, now=lambda: BEGIN + YEAR_MS)
    app = GradewatchApp(setup)
    begun = time.perf_counter()
    async with app.run_test(size=(80, 24)):
        yield app, await until(lambda: app.table.render_line(1).text.startswith(">"), begun)


async def key(app: GradewatchApp, name: str) -> float:
    """Ms from a key that moves the cursor to the row painted as selected."""
    before = app.watching.view.selected
    begun = time.perf_counter()
    app.post_message(events.Key(name, None))
    return await until(lambda: app.watching.view.selected != before, begun)


async def main(full: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        small = Journal.open(Path(folder) / "small.sqlite3", now=lambda: BEGIN)
        small.record(batch([graded(1)]))
        async with running(small) as (_, first):
            say(f"first rows, a journal of one event      {first:8.0f} ms")
        small.close()
    journal = Journal.open(full, now=lambda: BEGIN)
    stalls = Stalls()
    worst = 0.0
    async with running(journal) as (app, first):
        watcher = asyncio.create_task(stalls.watch())
        say(f"first rows, this journal                {first:8.0f} ms")
        keys = [await key(app, "j") for _ in range(20)]
        begun = time.perf_counter()
        whole = await until(lambda: app.watching.view.complete, begun)
        say(f"all {app.watching.view.matching:,} slots after another {whole:.0f} ms")
        for field, text in FILTERS:
            begun = time.perf_counter()
            app.watching.filter_by(Wanted().with_text(field, text))
            shown = await until(lambda: not app.watching.view.replacing, begun)
            if app.watching.view.matching > 2:
                keys += [await key(app, "j"), await key(app, "k")]
            whole = await until(lambda: app.watching.view.complete, begun)
            matching = app.watching.view.matching
            say(f"{field:>8} {text:<24} {shown:8.0f} ms, all {matching:>9,} {whole:8.0f} ms")
            worst = max(worst, shown)
        watcher.cancel()
    journal.close()
    say(f"keys meanwhile: longest {max(keys):.0f} ms; the app's thread: {stalls.longest_ms:.0f} ms")
    return int(worst > BUDGET_MS)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("journal", type=Path)
    sys.setswitchinterval(SWITCH_S)
    sys.exit(asyncio.run(main(parser.parse_args().journal)))
