"""The stream on stdout: what sources record is printed from the journal, oldest first.

With ``once`` one complete poll, then all of the window; where a part of it could not be read, what
was read is printed and the fault ends it; where nothing was, nothing is. Following: first the
window, then what comes, printed whenever no source is in the middle of a walk, because walks read
the newest page first. What a relay tells as it happens does not wait for that: it is printed at
once, and again when the audit log has confirmed it.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from tui.events.event import Feed
from tui.events.times import iso
from tui.journal.journal import Journal
from tui.journal.records import Recorded
from tui.query.ast import Filter
from tui.report.formats import Printer
from tui.report.tail_stream import Sink, Stream
from tui.sources.health import Health, State
from tui.sources.source import Clock, Source, SourceFailed
from tui.sources.supervisor import Supervisor

_WALKING = frozenset({State.CONNECTING, State.READING, State.WAITING})
_PASSING = frozenset({State.RETRYING, State.WAITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class TailSetup:
    """All that a tail is started with."""

    journal: Journal
    sources: Sequence[Source]
    scope: Callable[[], Awaitable[Filter]]
    """What to print; asked before the sources start, since SIS ids must be looked up first."""
    printer: Printer
    clock: Clock
    once: bool = False
    limit: int | None = None
    """Stop after so many events."""
    as_they_come: bool = False
    """Print what is recorded at once: a pipe that is replayed has its own order and no walks."""
    judge: Callable[[], None] | None = None
    """Brings what the attention rules say up to date; None: nobody asks them."""
    sink: Sink
    say: Callable[[str], None]
    """Takes a line about a source that has a fault."""


async def tail(setup: TailSetup) -> None:
    """Print until the sources end, the limit is reached or nobody reads any more.

    Raises :class:`SourceFailed` when a source cannot go on.
    """
    where = await setup.scope()
    reader = setup.journal.reader()
    try:
        stream = Stream(
            reader, where, setup.printer, setup.sink, limit=setup.limit, judge=setup.judge
        )
        if setup.once:
            await _once(setup, stream)
        else:
            await _follow(setup, stream)
    except ExceptionGroup as group:
        raise _first(group) from group
    finally:
        reader.close()


Faults = ExceptionGroup[Exception]


def _first(group: Faults) -> Exception:
    """What ended a group of tasks: each of its faults is reason enough to stop."""
    fault = group.exceptions[0]
    return _first(cast(Faults, fault)) if isinstance(fault, ExceptionGroup) else fault


async def _once(setup: TailSetup, stream: Stream) -> None:
    watch = _Watch(setup.say, repeatedly=False)
    try:
        await _supervisor(setup, watch).run(once=True)
    except SourceFailed:
        if watch.read:
            await _print_new(stream, watch)
        raise
    finally:
        _tell_rejected(stream, watch)
    watch.say_refusals()
    await _print_new(stream, watch)


async def _print_new(stream: Stream, watch: _Watch) -> None:
    await _print(stream.print_new, watch)


async def _print(printing: Callable[[], None], watch: _Watch) -> None:
    try:
        await asyncio.to_thread(printing)
    except BrokenPipeError:
        watch.abandon()


async def _follow(setup: TailSetup, stream: Stream) -> None:
    watch = _Watch(setup.say, repeatedly=True)
    try:
        await _follow_with(setup, stream, watch)
    finally:
        _tell_rejected(stream, watch)


async def _follow_with(setup: TailSetup, stream: Stream, watch: _Watch) -> None:
    async with asyncio.TaskGroup() as group:
        running = group.create_task(_run(_supervisor(setup, watch), watch))
        with _reader_gone(setup.sink, watch):
            while not (stream.full or watch.abandoned):
                await watch.changed.wait()
                watch.changed.clear()
                if running.done():
                    await _print_new(stream, watch)
                    break
                if setup.as_they_come or watch.between_walks():
                    watch.say_refusals()
                    await _print_new(stream, watch)
                elif watch.listening():
                    await _print(stream.print_live, watch)
        running.cancel()
    if not running.cancelled() and (failed := running.result()) is not None:
        raise failed


def _tell_rejected(stream: Stream, watch: _Watch) -> None:
    """Say how many documents were set aside, and why."""
    if watch.rejected:
        watch.say(f"{watch.rejected} set aside: {stream.rejections()}")


@contextmanager
def _reader_gone(sink: Sink, watch: _Watch) -> Generator[None]:
    """Abandons the watch when the other end of a pipe is closed, also while nothing is printed."""
    descriptor = sink.fileno()
    if descriptor is None or not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        yield
        return
    loop = asyncio.get_running_loop()

    def gone() -> None:  # a pipe's writing end is "readable" only once it is broken
        loop.remove_reader(descriptor)
        watch.abandon()

    loop.add_reader(descriptor, gone)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)


def _supervisor(setup: TailSetup, watch: _Watch) -> Supervisor:
    return Supervisor(setup.sources, setup.journal, watch, clock=setup.clock)


async def _run(supervisor: Supervisor, watch: _Watch) -> SourceFailed | None:
    """The fault as a value: what was recorded before it is printed first."""
    try:
        await supervisor.run(once=False)
    except SourceFailed as failed:
        return failed
    finally:
        watch.changed.set()
    return None


@dataclass(slots=True)
class _Watch:
    """Hears the supervisor: wakes the printing, and passes faults on, each once.

    A refusal is kept until it is clear that the others go on without: else it ends the tail, and
    whoever started that says it.
    """

    say: Callable[[str], None]
    repeatedly: bool
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    abandoned: bool = False
    read: bool = False
    """Something was recorded."""
    rejected: int = 0
    _health: dict[str, Health] = field(default_factory=dict[str, Health])
    _passing: dict[str, str] = field(default_factory=dict[str, str])
    """Faults that may pass, by the source that had each first: several feeds of one Canvas have the
    same one. Said again only if it comes back ``repeatedly`` after that source was well."""
    _refusals: list[str] = field(default_factory=list[str])

    def health_changed(self, health: Health) -> None:
        before = self._health.get(health.source)
        self._health[health.source] = health
        repeated = before is not None and (before.state, before.words) == (
            health.state,
            health.words,
        )
        if health.words and not repeated:
            line = f"{health.source}: {health.words}"
            if health.state is State.REFUSED:
                self._refusals.append(line)
            elif health.state in _PASSING and health.words not in self._passing:
                self._passing[health.words] = health.source
                self.say(line)
        if health.state is State.LIVE and self.repeatedly:
            self._passing = {
                words: source for words, source in self._passing.items() if source != health.source
            }
        self.changed.set()

    def recorded(self, recorded: Recorded) -> None:
        self.read = True
        self.rejected += recorded.rejected
        for gap in recorded.gaps:
            self.say(f"{gap.target}: no data {iso(gap.start)} to {iso(gap.end)}: {gap.reason}")
        if recorded.new or recorded.changed:
            self.changed.set()

    def say_refusals(self) -> None:
        """Others were read without these."""
        while self._refusals:
            self.say(self._refusals.pop(0))

    def between_walks(self) -> bool:
        """Every source has read to the end, or cannot just now."""
        states = [health.state for health in self._health.values()]
        return bool(states) and _WALKING.isdisjoint(states)

    def listening(self) -> bool:
        """A relay tells what happens as it happens, and not any more what happened before."""
        return any(
            health.feed is Feed.LIVE and health.state is State.LIVE
            for health in self._health.values()
        )

    def abandon(self) -> None:
        self.abandoned = True
        self.changed.set()
