"""A thread that reads the journal on a connection of its own, one errand at a time.

What nobody wants any more is cut short, in the midst of a statement too, so that what is wanted now
never waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Generic, TypeVar

from tui.journal.faults import JournalFault, ReadingEnded
from tui.journal.journal import Journal
from tui.journal.reader import Reader

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Errand(Generic[_Answer]):
    """Something to read; once ``unwanted`` is set it ends as soon as it can, without an answer."""

    read: Callable[[Reader], Callable[[], Sequence[_Answer]]]
    """Called in the thread; what it returns is called on the loop, and gives the answers."""
    unwanted: Event = field(default_factory=Event)

    @classmethod
    def of(cls, work: Callable[[Reader], Sequence[_Answer]]) -> Errand[_Answer]:
        """One that has all its answers when it has read."""

        def read(reader: Reader) -> Callable[[], Sequence[_Answer]]:
            answers = work(reader)
            return lambda: answers

        return cls(read)


class Asks(Generic[_Answer]):
    """Errands by name, in the order asked; one asked anew ends the one of its name before."""

    def __init__(self) -> None:
        self._waiting: dict[str, Errand[_Answer]] = {}
        self._under_way: tuple[str, Errand[_Answer]] | None = None

    def put(self, name: str, errand: Errand[_Answer]) -> None:
        self.drop(name)
        self._waiting[name] = errand

    def drop(self, name: str) -> None:
        """Nobody waits for this any more."""
        self._waiting.pop(name, None)
        if self._under_way is not None and self._under_way[0] == name:
            self._under_way[1].unwanted.set()

    def next(self) -> Errand[_Answer] | None:
        """The one to run now that the one before is over."""
        self._under_way = None
        for name in self._waiting:
            self._under_way = name, self._waiting.pop(name)
            return self._under_way[1]
        return None


class Lane(Generic[_Answer]):
    """Runs errands, the most urgent first, until cancelled. Everything is called on the loop."""

    def __init__(
        self,
        journal: Journal,
        name: str,
        *,
        next_errand: Callable[[], Errand[_Answer] | None],
        answer: Callable[[_Answer], None],
        failed: Callable[[JournalFault], None],
    ) -> None:
        self._journal = journal
        self._name = name
        self._next = next_errand
        self._answer = answer
        self._failed = failed
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be an errand now."""
        self._wake.set()

    async def run(self) -> None:
        """Run errands as they come; a fault of the journal is told, and the next one is tried."""
        loop = asyncio.get_running_loop()
        pool = ThreadPoolExecutor(1, thread_name_prefix=self._name)
        opened: list[Reader] = []
        errand: Errand[_Answer] | None = None

        def read(errand: Errand[_Answer]) -> Callable[[], Sequence[_Answer]]:
            if not opened:
                opened.append(self._journal.reader())
            return errand.read(opened[0].until(errand.unwanted))

        def close() -> None:
            for reader in opened:
                reader.close()

        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                try:
                    while (errand := self._next()) is not None:
                        await self._fulfil(loop.run_in_executor(pool, read, errand))
                except JournalFault as fault:
                    self._failed(fault)
        finally:
            if errand is not None:
                errand.unwanted.set()
            pool.submit(close)
            pool.shutdown(wait=False)  # whoever leaves does not wait for a slow disk

    async def _fulfil(self, reading: asyncio.Future[Callable[[], Sequence[_Answer]]]) -> None:
        try:
            found = await reading
        except ReadingEnded:
            return
        for answer in found():
            self._answer(answer)
