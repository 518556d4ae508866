"""Reading that takes long, in steps, on a thread and a connection of its own.

Those that read for the table are never kept waiting by it, and it ends in the midst of a step when
nobody wants its answer any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from tui.journal.journal import Journal
from tui.journal.reader import Reader

_Answer = TypeVar("_Answer")


async def in_steps(
    journal: Journal, steps: Callable[[Reader], Iterator[_Answer]]
) -> AsyncGenerator[_Answer]:
    """What ``steps`` yields, each as it is found. Raises :class:`JournalFault`.

    ``steps`` runs in a thread, up to its next answer at a time, so that a person sees how far it
    is; one who leaves does not wait for it.
    """
    loop = asyncio.get_running_loop()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="study")
    # Made and used in that thread alone; the list hands it over.
    readers: list[Reader] = []
    unwanted = Event()

    def begin() -> Iterator[_Answer]:
        readers.append(journal.reader())
        return steps(readers[0].until(unwanted))

    def end() -> None:
        for reader in readers:
            reader.close()

    try:
        answers = await loop.run_in_executor(executor, begin)
        while (found := await loop.run_in_executor(executor, _next, answers)) is not None:
            yield found[0]
    finally:
        unwanted.set()
        executor.submit(end)
        executor.shutdown(wait=False)


def _next(answers: Iterator[_Answer]) -> tuple[_Answer] | None:
    for answer in answers:
        return (answer,)
    return None
