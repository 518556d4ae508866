"""How soon the studies answer over a big journal: `python -m tests.bench.studies FILE`.

FILE is a journal such as ``python -m tests.bench.journal_filters --keep FILE`` leaves. Prints, for
the summary and the timeline, over all events and within filters, the ms from the key to words on
screen, to the first picture, to a picture of all, and from ``esc`` in the midst of reading to the
table, each beside that of a journal of one event in the same run; and the longest stretch in which
the app's thread did not come round meanwhile, as the clock says and in its own processor time.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual import events

from tests.app.school import batch, graded
from tests.bench.journal_school import BEGIN
from tests.bench.screen_latency import Stalls, running, say, until
from tui.app.app import GradewatchApp
from tui.app.filters import Field
from tui.app.run import SWITCH_S
from tui.app.study.screen import StudyScreen
from tui.app.wanted import Wanted
from tui.journal.journal import Journal

_STEP_S = 0.001


class Busy:
    """Watches how long the app's thread is busy at a stretch, in its own processor time.

    What other threads and programs take of the processor meanwhile is not in it.
    """

    def __init__(self) -> None:
        self.longest_ms = 0.0

    async def watch(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(_STEP_S)
            self.longest_ms = max(self.longest_ms, 1000 * (time.thread_time() - before))


FILTERS = ((None, ""), (Field.STUDENT, "a"), (Field.GRADER, "zo"), (Field.STUDENT, "Ada Abadi 0"))
BUDGET_MS = 300.0


def words(screen: StudyScreen) -> str:
    """All that the screen says in lines."""
    lists = (screen.heading, screen.body, screen.foot)
    return "\n".join(each.render_line(y).text for each in lists for y in range(each.size.height))


def summed(app: GradewatchApp, screen: StudyScreen) -> bool:
    del app
    return "summed up at" in words(screen)


def counted(app: GradewatchApp, screen: StudyScreen) -> bool:
    del app
    said = words(screen)
    return ("in view" in said and "so far" not in said) or "nothing happened" in said


STUDIES: tuple[tuple[str, str, Callable[[GradewatchApp, StudyScreen], bool]], ...] = (
    ("summary", "s", summed),
    ("timeline", "t", counted),
)


async def opened(app: GradewatchApp, key: str) -> StudyScreen:
    app.post_message(events.Key(key, key))
    await until(lambda: isinstance(app.screen, StudyScreen), time.perf_counter())
    screen = app.screen
    assert isinstance(screen, StudyScreen)
    return screen


async def left(app: GradewatchApp) -> float:
    """Ms from ``esc`` to the table."""
    begun = time.perf_counter()
    app.post_message(events.Key("escape", None))
    return await until(lambda: not isinstance(app.screen, StudyScreen), begun)


async def measured(app: GradewatchApp) -> float:
    """Print every study within every filter; the slowest to say anything, in ms."""
    gc.freeze()  # as the program itself does when it starts
    worst = 0.0
    for field, text in FILTERS:
        app.watching.filter_by(Wanted().with_text(field, text) if field else Wanted())
        await until(lambda: app.watching.view.complete, time.perf_counter())
        for name, key, whole in STUDIES:
            stalls, busy = Stalls(), Busy()
            watchers = [asyncio.create_task(each.watch()) for each in (stalls, busy)]
            begun = time.perf_counter()
            screen = await opened(app, key)
            said = await until(lambda screen=screen: bool(words(screen).strip()), begun)
            first = await until(lambda screen=screen: screen.body.count > 0, begun)
            out = await left(app)
            begun = time.perf_counter()
            screen = await opened(app, key)
            again = await until(lambda screen=screen: screen.body.count > 0, begun)
            ended = await until(lambda screen=screen, whole=whole: whole(app, screen), begun)
            await left(app)
            for watcher in watchers:
                watcher.cancel()
            worst = max(worst, said)
            about = f"{name} of {field.value if field else 'all'} {text}"
            say(
                f"{about:<34} says how far it is {said:4.0f} ms, first picture {first:5.0f} and"
                f" {again:4.0f} ms, whole {ended:6.0f} ms, left in {out:3.0f} ms,"
                f" longest stall {stalls.longest_ms:4.0f} ms, own work {busy.longest_ms:3.0f} ms"
            )
    return worst


async def main(full: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        small = Journal.open(Path(folder) / "small.sqlite3", now=lambda: BEGIN)
        small.record(batch([graded(1)]))
        say("a journal of one event")
        async with running(small) as (app, _):
            least = await measured(app)
        small.close()
    journal = Journal.open(full, now=lambda: BEGIN)
    say("this journal")
    async with running(journal) as (app, _):
        worst = await measured(app)
    journal.close()
    say(f"slowest to open: {worst:.0f} ms, {worst / least:.1f} times that of one event")
    return int(worst > BUDGET_MS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("journal", type=Path)
    sys.setswitchinterval(SWITCH_S)
    raise SystemExit(asyncio.run(main(parser.parse_args().journal)))
