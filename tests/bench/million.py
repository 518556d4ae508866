"""Every screen over a million events: `python -m tests.bench.million FILE [--rounds N]`.

FILE is made if there is none, which takes minutes. Prints for each screen, within several filters,
the best of N rounds: the ms from the key to words on screen, to the first answer, from ``esc`` (or
the next filter) in the midst of reading to the screen that was before; the longest stretch in which
the app's thread did not come round meanwhile, as the clock says, and what of it was its own work;
and the longest collection of garbage. The exit code is 1 if a screen took more than 300 ms to open.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from textual import events

from tests.bench.journal_filters import fill
from tests.bench.journal_school import BEGIN, School
from tests.bench.screen_latency import Stalls, key, running, say, until
from tests.bench.studies import BUDGET_MS, Busy, words
from tui.app.app import GradewatchApp
from tui.app.run import GARBAGE, SWITCH_S
from tui.app.screens import ExportScreen, HelpScreen
from tui.app.study.screen import StudyScreen
from tui.app.wanted import Wanted
from tui.journal.journal import Journal

FILTERS = (
    "",
    "student:a",
    "grader:zo",
    "student:'Ada Abadi 0'",
    "delta:<-9",
    "biology",
    "nowhere",
    "-student:a -grader:prof",
    "course:biology zoe",
    "is:flagged",
)
STUDIED = ("", "student:a", "grader:zo", "nowhere")
TYPED = "student:ann delta:<-2 nowhere"


@dataclass(frozen=True, slots=True)
class Took:
    """What a round took, in ms."""

    said: float
    first: float
    left: float
    stall: float
    work: float
    garbage: float

    def best(self, other: Took) -> Took:
        return Took(*map(min, zip(astuple(self), astuple(other), strict=True)))


class Garbage:
    """The longest collection of garbage."""

    def __init__(self) -> None:
        self.longest_ms = self._begun = 0.0

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        del info
        if phase == "start":
            self._begun = time.perf_counter()
        else:
            took = 1000 * (time.perf_counter() - self._begun)
            self.longest_ms = max(self.longest_ms, took)


@asynccontextmanager
async def watched() -> AsyncGenerator[tuple[Stalls, Busy, Garbage]]:
    """What the app's thread goes through meanwhile."""
    stalls, busy, garbage = Stalls(), Busy(), Garbage()
    gc.callbacks.append(garbage)
    watchers = [asyncio.create_task(each.watch()) for each in (stalls, busy)]
    yield stalls, busy, garbage
    for watcher in watchers:
        watcher.cancel()
    gc.callbacks.remove(garbage)


Screen = Callable[[GradewatchApp], bool]


def front(app: GradewatchApp) -> str:
    screen = app.screen
    if isinstance(screen, StudyScreen):
        return words(screen)
    return "" if screen is app.screen_stack[0] else "another screen"


def answered(app: GradewatchApp) -> bool:
    screen = app.screen
    return not isinstance(screen, StudyScreen) or screen.body.count > 0


def helped(app: GradewatchApp) -> bool:
    return isinstance(app.screen, HelpScreen)


def asked_where(app: GradewatchApp) -> bool:
    return isinstance(app.screen, ExportScreen)


async def press(app: GradewatchApp, name: str) -> None:
    app.post_message(events.Key(name, name if len(name) == 1 else None))
    await asyncio.sleep(0)


async def opened(app: GradewatchApp, name: str, first: Screen = answered) -> Took:
    """Open a screen, see its first answer, leave; open it again, and leave at once."""
    async with watched() as (stalls, busy, garbage):
        depth = len(app.screen_stack)
        begun = time.perf_counter()
        await press(app, name)
        said = await until(lambda: len(app.screen_stack) > depth and bool(front(app)), begun)
        found = await until(lambda: first(app), begun)
        begun = time.perf_counter()
        await press(app, "escape")
        left = await until(lambda: len(app.screen_stack) == depth, begun)
        await press(app, name)
        await until(lambda: len(app.screen_stack) > depth, begun)
        await asyncio.sleep(0.2)  # in the midst of it
        begun = time.perf_counter()
        await press(app, "escape")
        left = max(left, await until(lambda: len(app.screen_stack) == depth, begun))
    return Took(said, found, left, stalls.longest_ms, busy.longest_ms, garbage.longest_ms)


async def filtered(app: GradewatchApp, text: str) -> Took:
    """Filter by ``text``: the first rows; then take it back in the midst of reading."""
    async with watched() as (stalls, busy, garbage):
        begun = time.perf_counter()
        app.watching.type_filter(text)
        first = await until(lambda: not app.watching.view.replacing, begun)
        said = 0.0
        if app.watching.view.matching > 2:
            app.watching.view.newest()
            said = await key(app, "j")
        app.watching.filter_by(Wanted())
        await until(lambda: not app.watching.view.replacing, begun)
        app.watching.type_filter(text)
        await asyncio.sleep(0.05)  # in the midst of it
        begun = time.perf_counter()
        app.watching.filter_by(Wanted())
        left = await until(lambda: not app.watching.view.replacing, begun)
    return Took(said, first, left, stalls.longest_ms, busy.longest_ms, garbage.longest_ms)


async def typed(app: GradewatchApp) -> Took:
    """Type an expression: the slowest key, and esc while its answer is read."""
    async with watched() as (stalls, busy, garbage):
        await press(app, "slash")
        begun = time.perf_counter()
        said = await until(lambda: app.filter_line.typing, begun)
        slowest, so_far = 0.0, ""
        for character in TYPED:
            so_far += character
            begun = time.perf_counter()
            app.post_message(events.Key(events_key(character), character))
            took = await until(lambda so_far=so_far: app.filter_line.box.value == so_far, begun)
            slowest = max(slowest, took)
            await asyncio.sleep(0.12)  # as a person types, so that each is applied
        begun = time.perf_counter()
        await press(app, "escape")
        left = await until(lambda: not app.filter_line.typing, begun)
        await until(lambda: app.watching.view.complete, begun)
    return Took(said, slowest, left, stalls.longest_ms, busy.longest_ms, garbage.longest_ms)


def events_key(character: str) -> str:
    names = {" ": "space", ":": "colon", "<": "less_than_sign", "-": "minus"}
    return names.get(character, character)


async def history(app: GradewatchApp) -> Took:
    """Open the pane at the history of the submission, and close it."""
    async with watched() as (stalls, busy, garbage):
        begun = time.perf_counter()
        await press(app, "enter")
        said = await until(lambda: app.pane.display, begun)
        await press(app, "3")
        first = await until(lambda: app.watching.detail is not None, begun)
        begun = time.perf_counter()
        await press(app, "escape")
        left = await until(lambda: not app.pane.display, begun)
    return Took(said, first, left, stalls.longest_ms, busy.longest_ms, garbage.longest_ms)


async def evidence(app: GradewatchApp) -> Took:
    """From an investigation: the dialog that asks where the evidence is to go."""
    await press(app, "i")
    await until(lambda: isinstance(app.screen, StudyScreen) and answered(app), 0.0)
    found = await opened(app, "e", asked_where)
    await press(app, "escape")
    await until(lambda: len(app.screen_stack) == 1, 0.0)
    return found


async def each_screen(app: GradewatchApp, rounds: int) -> float:
    """Print a line for each; the slowest to say anything, in ms."""
    worst = 0.0
    say(f"{'':<40} {'said':>7} {'first':>7} {'left':>7} {'stall':>7} {'work':>7} {'garbage':>7}")

    async def measure(name: str, act: Callable[[], Awaitable[Took]]) -> None:
        nonlocal worst
        best: Took | None = None
        for _ in range(rounds):
            took = await act()
            best = took if best is None else best.best(took)
        assert best is not None
        say(f"{name:<40} " + " ".join(f"{ms:7.0f}" for ms in astuple(best)))
        worst = max(worst, min(best.said, best.first))

    await until(lambda: app.watching.view.complete, 0.0)
    for text in FILTERS:
        await measure(f"table, filter {text}", lambda text=text: filtered(app, text))
    await measure("/ typing", lambda: typed(app))
    for text in STUDIED:
        app.watching.type_filter(text)
        await until(lambda: not app.watching.view.replacing, 0.0)
        within = f" of {text or 'all'}"
        await measure("summary" + within, lambda: opened(app, "s"))
        await measure("timeline" + within, lambda: opened(app, "t"))
    app.watching.filter_by(Wanted())
    await until(lambda: app.watching.selected is not None and app.watching.view.complete, 0.0)
    await measure("investigate a student", lambda: opened(app, "i"))
    await measure("history of a submission", lambda: history(app))
    await measure("compare", lambda: opened(app, "d"))
    await measure("help", lambda: opened(app, "question_mark", helped))
    await measure("export dialog", lambda: opened(app, "e", asked_where))
    await measure("evidence dialog", lambda: evidence(app))
    return worst


async def main(path: Path, rounds: int) -> int:
    journal = Journal.open(path, now=lambda: BEGIN)
    reader = journal.reader()
    if reader.touch() == 0:
        fill(journal, School(), 1_000_000)
    reader.close()
    async with running(journal) as (app, first):
        say(f"load {os.getloadavg()[0]:.1f}; first rows after {first:.0f} ms")
        gc.freeze()  # as the program itself does soon after it starts
        worst = await each_screen(app, rounds)
    journal.close()
    say(f"slowest to open: {worst:.0f} ms; load {os.getloadavg()[0]:.1f}")
    return int(worst > BUDGET_MS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("journal", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sys.setswitchinterval(SWITCH_S)
    gc.set_threshold(*GARBAGE)
    raise SystemExit(asyncio.run(main(options.journal, options.rounds)))
