"""In which order the events of a file happened, where their times do not tell.

Audit rows have whole seconds, so many share one; then their order in the file counts:

- A page of the audit log's reply (``{"events": […]}``) lists the newest first, and the pages of one
  walk follow each other from the newest to the oldest. A page continues the walk before it unless
  it begins later than that one has come, or repeats a row of the last second it has come to.
- All else is oldest first: our own exports, dumps of Live Events, rows without their page.

It cannot be known whether a page that begins in the very second in which another ended, without a
row of it, is the next page or the first of a later walk: it is taken for the next page. Nor what
belongs together in several files: what is read later is taken to be newer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.events.event import Decoded
from tui.journal.records import PLACES_PER_MS

_ROOM = PLACES_PER_MS
"""Rows for which there is room below the first of a walk."""


@dataclass(slots=True)
class _Walk:
    """Pages that go on from newest to oldest; ``end`` (UTC ms) is the oldest time so far."""

    place: int
    """Of the next row."""
    end: int
    last: set[str] = field(default_factory=set[str])
    """The keys of the rows at ``end``."""

    def goes_on(self, page: Decoded) -> bool:
        keys = {one.event.key for one in page.sightings}
        return page.sightings[0].event.at <= self.end and keys.isdisjoint(self.last)

    def take(self, page: Decoded) -> None:
        self.place -= len(page.sightings)
        end = min(self.end, *(one.event.at for one in page.sightings))
        keys = {one.event.key for one in page.sightings if one.event.at == end}
        self.last = keys | self.last if end == self.end else keys
        self.end = end


@dataclass(slots=True)
class ReadingOrder:
    """Gives the documents of one file their places, in the order in which they are read.

    ``place`` is the lowest that is free, as in :class:`tui.journal.records.Batch`.
    """

    place: int
    _walk: _Walk | None = None

    def places(self, document: Decoded) -> tuple[int, int]:
        """The place of its first sighting, and the step from each to the next."""
        if not document.newest_first or not document.sightings:
            first = self.place
            self.place += len(document.sightings)
            return first, 1
        walk = self._walk
        if walk is None or not walk.goes_on(document):
            first = self.place + _ROOM - 1
            self.place += _ROOM
            walk = self._walk = _Walk(first, document.sightings[0].event.at)
        first = walk.place
        walk.take(document)
        return first, -1
