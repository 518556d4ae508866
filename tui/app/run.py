"""Starting the app, and every way in which it ends."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tui.app.crash import last_words, write_log
from tui.app.keymap import with_keys
from tui.app.setup import WatchSetup
from tui.app.surroundings import draws_plainly, refusal
from tui.journal.faults import JournalFault
from tui.journal.journal import Journal
from tui.sources.source import Clock

if TYPE_CHECKING:
    from tui.app.app import GradewatchApp

CRASHED = 1
USAGE = 2
_FRAMES_PER_S = "15"
SWITCH_S = 0.001
"""How long a thread that reads the journal may keep Python from the one that answers keys."""
GARBAGE = (700, 10, 100)
"""Thresholds of Python's collector: it looks through everything a tenth as often as it would."""
_SETTLED_S = 2.0
"""Seconds after which the screen is made of what it stays made of."""


def run_app(setup: WatchSetup) -> int:
    """Run the app until it is left; the exit code.

    0: left · 1: a fault of ours, named in one line on stderr · 2: this is no terminal for it.
    """
    terminal = sys.stdin.isatty() and sys.stderr.isatty()
    if (words := refusal(os.environ, terminal=terminal)) is not None:
        _tell(words)
        return USAGE
    try:
        with_keys(setup.keys)
    except ValueError as wrong:
        _tell(f"gradewatch: {wrong}")
        return USAGE
    os.environ.update(environment(os.environ, setup))
    setup = replace(setup, plain_glyphs=draws_plainly(os.environ))
    sys.setswitchinterval(SWITCH_S)
    gc.set_threshold(*GARBAGE)
    try:
        app = _build(setup)
        gc.freeze()  # see _run
        code = asyncio.run(_run(app, mouse=setup.mouse))
    except Exception as error:  # noqa: BLE001 - the last place where a fault can be caught
        _tell(last_words(error, write_log(error, setup.state_dir, now=setup.now())))
        return CRASHED
    if app.stuck:
        # A thread waits for the terminal inside a write; Python would wait for it, then abort.
        os._exit(CRASHED if app.last_words else code)
    if app.last_words:
        _tell(app.last_words)
        return CRASHED
    return code


def environment(environ: Mapping[str, str], setup: WatchSetup) -> dict[str, str]:
    """What Textual reads when it is imported, and what no setting of it can change later."""
    return {
        "TEXTUAL_THEME": setup.theme,
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_SMOOTH_SCROLL": "0",
        "TEXTUAL_FPS": environ.get("TEXTUAL_FPS", _FRAMES_PER_S),
    }


def _build(setup: WatchSetup) -> GradewatchApp:
    from tui.app.app import GradewatchApp
    from tui.app.terminal import PlainTerminalDriver, TerminalDriver

    driver = PlainTerminalDriver if setup.plain_glyphs else TerminalDriver
    return GradewatchApp(setup, driver_class=driver)


async def _run(app: GradewatchApp, *, mouse: bool) -> int:
    loop = asyncio.get_running_loop()
    endings = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
    for ending in endings:
        loop.add_signal_handler(ending, app.leave)
    # What the program and its screen are made of stays: looking through it for garbage again and
    # again, while a million events are read, would keep keys waiting.
    loop.call_later(_SETTLED_S, gc.freeze)
    try:
        await app.run_async(mouse=mouse)
    finally:
        for ending in endings:
            loop.remove_signal_handler(ending)
    return app.return_code or 0


def _tell(words: str) -> None:
    try:
        print(words, file=sys.stderr)  # noqa: T201 - words go to stderr
    except OSError:
        return  # the terminal is gone: there is nobody to tell


def open_or_offer(
    location: Path | None,
    *,
    now: Clock,
    ask: Callable[[str], bool] | None = None,
) -> tuple[Journal, str] | None:
    """The journal at ``location``; where it is faulty, one in memory if that is wanted.

    The fault is told on stderr; the second part is the notice the app begins with, if any. None:
    the person would rather not.
    """
    try:
        return Journal.open(location, now=now, tell=lambda words: _tell(f"gradewatch: {words}")), ""
    except JournalFault as fault:
        _tell(f"gradewatch: {fault}")
        wanted = (ask or ask_terminal)("Go on with a journal in memory, forgotten at the end?")
        if not wanted:
            return None
        return Journal.open(None, now=now), "in memory: nothing of this run is kept"


def ask_terminal(question: str, *, answers: TextIO | None = None) -> bool:
    """Ask on the terminal; anything but a yes, or no terminal to ask at, is a no."""
    answers = sys.stdin if answers is None else answers
    if answers is None or not answers.isatty() or not sys.stderr.isatty():
        return False
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)  # noqa: T201 - words go to stderr
    return answers.readline().strip().casefold() in {"y", "yes"}
