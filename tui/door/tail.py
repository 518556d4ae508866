"""``gradewatch tail``: the stream on stdout."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
from contextlib import closing
from typing import cast

from tui.door.desk import (
    forget_old,
    journal_location,
    load_config,
    relay_address,
    typed_zone,
    wall_clock,
    zone_of,
)
from tui.door.exits import ExitCode, Stop
from tui.door.faults import explain
from tui.door.feeds import feeds_of
from tui.door.filters import filter_of, narrowed
from tui.door.interruption import second_ends_at_once
from tui.door.judging import Judged, asks_rules
from tui.door.options import Asked
from tui.door.speak import say
from tui.journal.faults import JournalFault
from tui.journal.journal import Journal
from tui.query.ast import Filter
from tui.report.format import Format
from tui.report.formats import Printer
from tui.report.redact import Redactor
from tui.report.tail import TailSetup, tail
from tui.sources.replay import comes_bit_by_bit
from tui.sources.source import SourceFailed


class Stdout:
    """The standard output: what is written has left the process when ``write`` returns."""

    def __init__(self, *, exact: bool = True) -> None:
        """``exact``: UTF-8 whatever the locale; else what the locale lacks becomes ``?``."""
        if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]  closed by the shell
            raise Stop("the standard output is closed: there is nowhere to print")
        stdout = cast("io.TextIOWrapper[io.BufferedWriter]", sys.stdout)
        if exact:
            stdout.reconfigure(encoding="utf-8", newline="\n")
        else:
            stdout.reconfigure(errors="replace")

    def write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as wrong:
            self.abandon()
            raise Stop(f"cannot write to the standard output: {wrong.strerror}") from wrong

    def fileno(self) -> int | None:
        return sys.stdout.fileno()

    def abandon(self) -> None:
        """Nobody reads any more: what is still buffered must not fail at the end."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Say:
    """Says lines and remembers them, so that what ends the program is not said twice."""

    def __init__(self) -> None:
        self._said: list[str] = []

    def __call__(self, line: str) -> None:
        self._said.append(line)
        say(line)

    def knows(self, words: str) -> bool:
        return any(words in line for line in self._said)


def run_tail(asked: Asked, *, form: Format, once: bool, limit: int | None, raw: bool) -> int:
    """Print until done; the exit code."""
    settings = load_config(asked).settings
    relay_address(settings)  # what is wrong with it is said before a journal is made
    now = wall_clock()
    wanted = filter_of(asked, settings.filters, now=now, zone=typed_zone(settings))
    out, words = Stdout(exact=form is not Format.TEXT), Say()
    journal = Journal.open(journal_location(asked, settings), now=wall_clock, tell=say)
    try:
        feeds = feeds_of(asked, settings, journal, now=now, patient=False)
        forget_old(journal, settings, now=now)
        redactor = Redactor(journal) if settings.ui.redact else None
        judged = Judged.of(journal, settings, typed_zone(settings), fully=asks_rules(wanted))

        async def chosen() -> Filter:
            return narrowed(await feeds.scope(), wanted)

        setup = TailSetup(
            journal=journal,
            sources=feeds.sources,
            scope=chosen,
            printer=Printer(format=form, zone=zone_of(settings), redactor=redactor, raw=raw),
            clock=wall_clock,
            once=once,
            limit=limit,
            as_they_come=asked.replay is not None and comes_bit_by_bit(asked.replay),
            judge=judged,
            sink=out,
            say=words,
        )
        with closing(judged):
            asyncio.run(_until_told_to_end(setup, judged))
    except asyncio.CancelledError:
        return ExitCode.INTERRUPTED
    except (SourceFailed, JournalFault) as failed:
        if not words.knows(str(failed)):
            raise
        return explain(failed)[1]
    except BrokenPipeError:
        out.abandon()
    finally:
        journal.close()
    return ExitCode.DONE


async def _until_told_to_end(setup: TailSetup, judged: Judged) -> None:
    """Ctrl-c and SIGTERM end it alike: what is being printed is printed to the end of its line.

    A second one ends it at once: whoever reads may have stopped reading.
    """
    loop, printing = asyncio.get_running_loop(), asyncio.ensure_future(tail(setup))

    def end() -> None:
        for ending in endings:
            loop.remove_signal_handler(ending)
        second_ends_at_once()
        judged.end()
        printing.cancel()

    endings = (signal.SIGINT, signal.SIGTERM)
    for ending in endings:
        loop.add_signal_handler(ending, end)
    await printing
