"""Runs the sources side by side, writes what they read, and passes on how they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

from tui.journal.faults import CorruptJournal, JournalFault, NewerJournal
from tui.journal.records import Batch, Recorded
from tui.sources.health import Health, State
from tui.sources.source import Clock, Outcome, Sleep, Source, SourceFailed

JOURNAL = "journal"
"""The name under which the journal's own faults are reported."""
RETRY_EVERY = 5.0
"""Seconds between tries to write a batch that the journal could not take."""
TRIES_ONCE = 5
"""Tries of one batch where nobody waits for the disk to be emptied."""


class Observer(Protocol):
    """Told of everything, on the event loop; must be quick."""

    def health_changed(self, health: Health) -> None: ...

    def recorded(self, recorded: Recorded) -> None: ...


class Writer(Protocol):
    """The journal, as far as it is written to."""

    def record(self, batch: Batch) -> Recorded: ...


class Supervisor:
    """One run of some sources into one journal."""

    def __init__(
        self,
        sources: Sequence[Source],
        journal: Writer,
        observer: Observer,
        *,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._sources, self._journal, self._observer = tuple(sources), journal, observer
        self._clock, self._sleep = clock, sleep
        self._health: dict[str, Health] = {}

    @property
    def health(self) -> Mapping[str, Health]:
        """The latest health of each feed, by its name."""
        return MappingProxyType(self._health)

    async def run(self, *, once: bool) -> Outcome:
        """Run until all sources ended; a source that fails does not stop the others.

        Then raises the worst :class:`SourceFailed`, if any failed. A journal that cannot be
        written is waited for, so that nothing read is lost; with ``once`` only for a while, then
        its :class:`JournalFault` is raised.
        """
        failures: list[SourceFailed] = []
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        recorder = _Recorder(
            self._write_in(executor), self._report, self._observer, self._sleep, once
        )
        try:
            async with asyncio.TaskGroup() as group:
                for source in self._sources:
                    group.create_task(self._run_one(source, recorder, once, failures))
        except* JournalFault as faults:
            raise _first(faults) from None
        finally:
            executor.shutdown(wait=True)  # a write under way ends before the journal is closed
        if failures:
            raise max(failures, key=lambda failure: failure.outcome)
        return Outcome.DONE

    async def _run_one(
        self, source: Source, recorder: _Recorder, once: bool, failures: list[SourceFailed]
    ) -> None:
        try:
            await source.run(recorder, once=once)
        except SourceFailed as failed:
            failures.append(failed)
            if any(health.words == str(failed) for health in self._health.values()):
                return  # one of its feeds has said so already
            state = State.REFUSED if failed.outcome is Outcome.REFUSED else State.STOPPED
            before = self._health.get(source.name) or Health(source.name, state)
            self._report(replace(before, state=state, words=str(failed), retry_at=None))

    def _write_in(
        self, executor: ThreadPoolExecutor
    ) -> Callable[[Batch], asyncio.Future[Recorded]]:
        loop = asyncio.get_running_loop()
        return lambda batch: loop.run_in_executor(executor, self._journal.record, batch)

    def _report(self, health: Health) -> None:
        if self._health.get(health.source) != health:
            self._health[health.source] = health
            self._observer.health_changed(health)


class _Recorder:
    """Commits batches one after another, off the event loop's thread."""

    def __init__(
        self,
        write: Callable[[Batch], asyncio.Future[Recorded]],
        report: Callable[[Health], None],
        observer: Observer,
        sleep: Sleep,
        once: bool,
    ) -> None:
        self._write, self._tell, self._observer = write, report, observer
        self._sleep, self._once = sleep, once
        self._faulty = False

    def report(self, health: Health) -> None:
        self._tell(health)

    async def record(self, batch: Batch) -> Recorded:
        tries = 0
        while True:
            try:
                recorded = await self._write(batch)
            except JournalFault as fault:
                tries += 1
                hopeless = isinstance(fault, NewerJournal | CorruptJournal)
                if hopeless or (self._once and tries >= TRIES_ONCE):
                    raise
                self._faulty = True
                self.report(Health(JOURNAL, State.RETRYING, f"{fault} (reading waits)"))
                await self._sleep(RETRY_EVERY)
                continue
            if self._faulty:
                self._faulty = False
                self.report(Health(JOURNAL, State.LIVE))
            self._observer.recorded(recorded)
            return recorded


def _first(group: BaseExceptionGroup[JournalFault]) -> JournalFault:
    found = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
