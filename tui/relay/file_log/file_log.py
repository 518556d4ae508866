"""A log in files of one machine's disk.

An append is on disk (``fsync``) when it returns. Appends that come while one is being written are
written together next, with one ``fsync`` for all: the event loop never waits for the disk.

The **epoch** changes when acknowledged events may be lost: the folder or its epoch file is new or
gone, a segment is missing, bytes changed on disk. Then all records that are still whole are carried
over under new numbers, and the damaged files are set aside until retention removes them. A write
that a crash cut short was never acknowledged nor shown to anybody: it is cut away, the epoch stays.

Memory: per million events kept about 110 MB for their keys (128-bit digests, so that none is stored
twice over the whole retention), and up to 10,000 recent events for those who follow the head.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from tui.relay.arrival_text import digest_of, write_arrival
from tui.relay.event_log import Arrival, Entry, LogUnavailable
from tui.relay.file_log.opened import OpenedLog
from tui.relay.file_log.segment import Damaged
from tui.relay.file_log.segments import Forgotten, Outgoing
from tui.relay.log_head import LogHead
from tui.relay.recent import Recent

SWEEP_S = 60.0
"""Between two looks for events that are older than the retention, at most: a quarter of it."""
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


def random_epoch() -> str:
    """A name that no log had before."""
    return secrets.token_hex(8)


@dataclass(eq=False, slots=True)
class _Commit:
    """Appends that reach the disk together, or not at all."""

    outgoing: list[Outgoing] = field(default_factory=list[Outgoing])
    over: asyncio.Event = field(default_factory=asyncio.Event)
    failure: BaseException | None = None


class FileLog:
    """The :class:`tui.relay.event_log.EventLog` of a relay that is one machine."""

    def __init__(self, opened: OpenedLog, disk: ThreadPoolExecutor, sweep_s: float) -> None:
        """Use :meth:`open`."""
        self._opened = opened
        self._disk = disk
        self._sweep_s = sweep_s
        segments = opened.segments
        self._floor = segments.floor
        self._head = LogHead(segments.head)
        self._recent = Recent(segments.head)
        self._seen = set(segments.digests())
        self._in_flight: dict[bytes, _Commit] = {}
        self._next = _Commit()
        self._current: _Commit | None = None
        self._closed = False
        self._timer = asyncio.get_running_loop().call_later(sweep_s, self._sweep)

    @classmethod
    async def open(
        cls,
        folder: Path,
        *,
        retention_s: float,
        clock: Callable[[], int],
        sweep_s: float | None = None,
        new_epoch: Callable[[], str] = random_epoch,
    ) -> FileLog:
        """Open or begin the log in ``folder``, for this process alone.

        ``clock`` tells UTC ms. Raises :class:`LogUnavailable` and
        :class:`tui.relay.file_log.folder.Unfit`.
        """
        disk = ThreadPoolExecutor(1, thread_name_prefix="log")
        opening = partial(OpenedLog.open, folder, retention_s, clock, new_epoch)
        try:
            opened = await asyncio.get_running_loop().run_in_executor(disk, opening)
        except OSError as wrong:
            disk.shutdown(wait=False)
            raise LogUnavailable(
                f"the log in {folder} cannot be opened: {wrong.strerror}"
            ) from wrong
        except BaseException:
            disk.shutdown(wait=False)
            raise
        return cls(opened, disk, sweep_s or min(SWEEP_S, retention_s / 4))

    @property
    def epoch(self) -> str:
        return self._opened.epoch

    @property
    def floor(self) -> int:
        return self._floor

    @property
    def head(self) -> int:
        return self._head.value

    async def append(self, arrivals: Sequence[Arrival]) -> int:
        """See :class:`tui.relay.event_log.EventLog`.

        ``ValueError`` for an event that is no line of UTF-8: then none of these was appended.
        """
        if self._closed:
            raise LogUnavailable("the log is closed")
        if not arrivals:
            await self._run(self._opened.check)
            return 0
        outgoing = [
            Outgoing(arrival, digest, write_arrival(arrival))
            for arrival in arrivals
            if (digest := digest_of(arrival.key)) not in self._seen
        ]
        new = 0
        commits: set[_Commit] = set()
        for one in outgoing:
            # A duplicate of what is on its way is on disk when that is, and not before.
            commit = self._in_flight.get(one.digest)
            if commit is None:
                commit = self._in_flight[one.digest] = self._next
                commit.outgoing.append(one)
                new += 1
            commits.add(commit)
        self._write_next()
        for commit in commits:
            await commit.over.wait()
            if commit.failure is not None:
                raise LogUnavailable(self._in_words(commit.failure)) from commit.failure
        return new

    async def read(self, start: int, limit: int) -> Sequence[Entry]:
        """See :class:`tui.relay.event_log.EventLog`; fewer than ``limit`` of large events."""
        start, end = max(start, self._floor), self.head
        if start >= end or limit < 1:
            return ()
        if start >= self._recent.since:
            return self._recent.read(start, limit)
        end = min(end, start + limit)
        try:
            return await asyncio.to_thread(self._opened.segments.read, start, end)
        except OSError as wrong:
            raise LogUnavailable(f"the log cannot be read: {wrong.strerror}") from wrong
        except Damaged as wrong:
            raise LogUnavailable(f"the log is damaged on disk ({wrong}): restart it") from wrong

    async def wait(self, head: int) -> None:
        await self._head.beyond(head)

    async def forget_old(self) -> None:
        """Remove what is older than the retention now; it is done now and then by itself too."""
        self._forgotten(await self._run(self._opened.forget_old))

    async def close(self) -> None:
        """Finish what is being written; the folder is free for another process then."""
        if self._closed:
            return
        self._closed = True
        self._timer.cancel()
        while self._current is not None:
            await self._current.over.wait()
        self._disk.submit(self._opened.close)
        await asyncio.to_thread(self._disk.shutdown)

    async def _run(self, on_disk: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, on_disk)

    def _write_next(self) -> None:
        if self._current is not None or not self._next.outgoing:
            return
        self._current, self._next = self._next, _Commit()
        writing = asyncio.get_running_loop().run_in_executor(
            self._disk, self._opened.write, self._current.outgoing
        )
        writing.add_done_callback(partial(self._written, self._current))

    def _written(self, commit: _Commit, writing: asyncio.Future[list[Entry]]) -> None:
        for one in commit.outgoing:
            del self._in_flight[one.digest]
        commit.failure = writing.exception()
        if commit.failure is None:
            entries = writing.result()
            self._seen.update(one.digest for one in commit.outgoing)
            self._recent.add(entries)
            self._head.move(entries[-1].seq + 1)
        self._current = None
        commit.over.set()
        self._write_next()

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        sweeping = loop.run_in_executor(self._disk, self._opened.forget_old)
        sweeping.add_done_callback(self._swept)

    def _swept(self, sweeping: asyncio.Future[Forgotten]) -> None:
        failure = sweeping.exception()
        if failure is None:
            self._forgotten(sweeping.result())
        else:
            _log.warning("old events cannot be removed: %s", self._in_words(failure))
        if not self._closed:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._sweep_s, self._sweep)

    def _forgotten(self, forgotten: Forgotten) -> None:
        self._floor = forgotten.floor
        self._seen.difference_update(forgotten.digests)
        self._recent.forget_before(forgotten.floor)

    def _in_words(self, failure: BaseException) -> str:
        if isinstance(failure, LogUnavailable):
            return str(failure)
        why = failure.strerror if isinstance(failure, OSError) else type(failure).__name__
        return f"the log in {self._opened.folder} cannot be written: {why}"
