"""Recorded documents as a source: a file, or what another program pipes in."""

from __future__ import annotations

import asyncio
import codecs
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from tui.events.decode import decode
from tui.events.event import Decoded, Name, Rejected, Sighting
from tui.events.stream import DocumentReader
from tui.journal.records import Batch, place_of
from tui.sources.health import Health, State
from tui.sources.source import Clock, Outcome, Recorder, SourceFailed

STDIN = "-"
_PIECE = 256 * 1024
_BATCH = 500
"""Sightings that are committed together at most."""


class ReplaySource:
    """Reads ``path`` (``-``: the standard input) to its end, in any layout and wire format.

    What is broken is set aside and counted. ``stdin`` is the descriptor to read for ``-``.
    """

    def __init__(self, path: str, *, clock: Clock, stdin: int = 0) -> None:
        self._path, self._clock, self._stdin = path, clock, stdin
        self._origin = "standard input" if path == STDIN else path
        self._health = Health(self.name, State.CONNECTING)
        self._place = place_of(clock())

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
        for batch in _batches(parts, self._origin):
            await recorder.record(replace(batch, place=self._place))
            self._place += len(batch.sightings)
        self._report(recorder, State.READING)

    def _report(self, recorder: Recorder, state: State, words: str = "") -> None:
        self._health = replace(self._health, state=state, words=words)
        recorder.report(self._health)


def _read(reader: DocumentReader, text: str, *, final: bool) -> list[Decoded]:
    """What the documents that end in ``text`` say."""
    documents = [*reader.feed(text), *(reader.end() if final else ())]
    return [
        Decoded(rejected=(one,)) if isinstance(one, Rejected) else decode(one) for one in documents
    ]


def _batches(parts: list[Decoded], origin: str) -> list[Batch]:
    """The parts in few batches, each of one home shard; names and rejections travel along."""
    batches: list[Batch] = []
    sightings: list[Sighting] = []
    names: list[Name] = []
    rejected: list[Rejected] = []
    home = 0

    def cut() -> None:
        if sightings or names or rejected:
            batches.append(
                Batch(
                    sightings=tuple(sightings),
                    names=tuple(names),
                    rejected=tuple(rejected),
                    origin=origin,
                    home_shard=home,
                )
            )
        sightings.clear()
        names.clear()
        rejected.clear()

    for part in parts:
        if part.home_shard and part.home_shard != home:
            cut()
            home = part.home_shard
        names += part.names
        rejected += part.rejected
        for sighting in part.sightings:
            sightings.append(sighting)
            if len(sightings) >= _BATCH:
                cut()
    cut()
    return batches


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
