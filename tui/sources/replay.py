"""Recorded documents as a source: a file, or what another program pipes in."""

from __future__ import annotations

import asyncio
import codecs
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from tui.events.decode import decode
from tui.events.event import Decoded, Name, Rejected, Sighting
from tui.events.fields import as_list
from tui.events.stream import DocumentReader
from tui.journal.records import Batch, place_of
from tui.sources.health import Health, State
from tui.sources.reading_order import ReadingOrder
from tui.sources.source import Clock, Outcome, Recorder, SourceFailed

STDIN = "-"
_PIECE = 256 * 1024
_BATCH = 500
"""Sightings that are committed together at most."""


def comes_bit_by_bit(path: str) -> bool:
    """Whether ``path`` (``-``: the standard input) is to be followed as another program writes it.

    A plain file is there to its end, so its events can be put into order before they are shown.
    """
    return path == STDIN or not Path(path).is_file()


class ReplaySource:
    """Reads ``path`` (``-``: the standard input) to its end, in any layout and wire format.

    What is broken is set aside and counted. ``stdin`` is the descriptor to read for ``-``.
    """

    def __init__(self, path: str, *, clock: Clock, stdin: int = 0) -> None:
        self._path, self._clock, self._stdin = path, clock, stdin
        self._origin = "standard input" if path == STDIN else path
        self._health = Health(self.name, State.CONNECTING)
        order = ReadingOrder(place_of(clock()))
        self._batches = _Batches(self._origin, order)

    @property
    def name(self) -> str:
        return f"replay of {self._origin}"

    async def run(self, recorder: Recorder, *, once: bool) -> None:  # noqa: ARG002  a file ends anyway
        """Read to the end; raises :class:`SourceFailed` if the file cannot be read."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        reader = DocumentReader()
        self._report(recorder, State.READING)
        try:
            async with aclosing(self._pieces()) as pieces:
                async for piece in pieces:
                    text = decoder.decode(piece, final=not piece)
                    parts = await asyncio.to_thread(_read, reader, text, final=not piece)
                    await self._record(recorder, parts)
        except OSError as wrong:
            raise SourceFailed(
                f"cannot read {self._origin}: {wrong.strerror or wrong}", Outcome.USAGE
            ) from wrong
        self._health = replace(self._health, last_good=self._clock())
        self._report(recorder, State.STOPPED, "read to its end")

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        """Bytes as they come; an empty piece is the end."""
        own = self._path != STDIN
        file = await asyncio.to_thread(os.open, self._path, os.O_RDONLY) if own else self._stdin
        try:
            while True:
                await _readable(file)  # a path may name a pipe too
                piece = await asyncio.to_thread(os.read, file, _PIECE)
                yield piece
                if not piece:
                    return
        finally:
            if own:
                os.close(file)

    async def _record(self, recorder: Recorder, parts: list[Decoded]) -> None:
        for batch in self._batches.of(parts):
            await recorder.record(batch)
        self._report(recorder, State.READING)

    def _report(self, recorder: Recorder, state: State, words: str = "") -> None:
        self._health = replace(self._health, state=state, words=words)
        recorder.report(self._health)


def _read(reader: DocumentReader, text: str, *, final: bool) -> list[Decoded]:
    """What the documents that end in ``text`` say; each of a list is one by itself."""
    parts: list[Decoded] = []
    for one in [*reader.feed(text), *(reader.end() if final else ())]:
        if isinstance(one, Rejected):
            parts.append(Decoded(rejected=(one,)))
        else:
            items = as_list(one)
            parts += [decode(each) for each in ([one] if items is None else items)]
    return parts


class _Batches:
    """Parts in few batches, each of one home shard and order; names and rejections travel along.

    What does not tell its home shard is of the one that is told first: a file of one institution
    may have an event or two of another.
    """

    def __init__(self, origin: str, order: ReadingOrder) -> None:
        self._origin, self._order = origin, order
        self._told = self._home = self._place = 0
        self._step: int = 1
        self._done: list[Batch] = []
        self._sightings: list[Sighting] = []
        self._names: list[Name] = []
        self._rejected: list[Rejected] = []

    def of(self, parts: Sequence[Decoded]) -> list[Batch]:
        """All of ``parts``, in their order."""
        self._told = self._told or next((one.home_shard for one in parts if one.home_shard), 0)
        for part in parts:
            self._add(part)
        self._cut()
        done, self._done = self._done, []
        return done

    def _add(self, part: Decoded) -> None:
        home = part.home_shard or self._told
        if home != self._home:
            self._cut()
            self._home = home
        self._names += part.names
        self._rejected += part.rejected
        place, step = self._order.places(part)
        for sighting in part.sightings:
            follows = place == self._place + len(self._sightings) * self._step
            if len(self._sightings) >= _BATCH or not follows or step != self._step:
                self._cut()
            if not self._sightings:
                self._place, self._step = place, step
            self._sightings.append(sighting)
            place += step

    def _cut(self) -> None:
        if self._sightings or self._names or self._rejected:
            batch = Batch(
                sightings=tuple(self._sightings),
                names=tuple(self._names),
                rejected=tuple(self._rejected),
                origin=self._origin,
                home_shard=self._home,
                place=self._place,
                step=self._step,
                recent=False,
            )
            self._done.append(batch)
        self._sightings, self._names, self._rejected = [], [], []


async def _readable(descriptor: int) -> None:
    """Wait until reading does not block; plain files never do, and cannot be waited for."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(descriptor, ready.set)
    except PermissionError:
        return
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)
