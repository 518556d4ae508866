"""What a study of the events in view is about, and how it learns that something came."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import tzinfo

from tui.app.study.steps import in_steps
from tui.journal.faults import JournalFault
from tui.journal.journal import Journal
from tui.journal.reader import Reader
from tui.query.ast import Filter
from tui.report.redact import Redactor
from tui.sources.source import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The events that the filter in force matches, as they were when the study was opened."""

    journal: Journal
    where: Filter
    words: str
    """What they are, for the title: holds no names where people are not to be shown."""
    about: int
    """How many there are, nearly; 0 where nobody has counted."""
    now: Clock
    zone: tzinfo
    redactor: Redactor | None
    plain_glyphs: bool

    async def touch(self) -> int:
        """The journal's newest touch. Raises :class:`JournalFault`."""
        async with aclosing(in_steps(self.journal, _touch)) as found:
            async for touch in found:
                return touch
        return 0

    async def until_touched(self, touch: int | None, *, pause: float, every: float) -> None:
        """Wait ``pause`` seconds, then until something came after ``touch``, looking ``every`` so.

        A journal that cannot be read counts as one to which something may have come.
        """
        await asyncio.sleep(pause)
        while touch is not None:
            try:
                if await self.touch() != touch:
                    return
            except JournalFault:
                return
            await asyncio.sleep(every)


def _touch(reader: Reader) -> Iterator[int]:
    yield reader.touch()
