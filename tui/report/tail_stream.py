"""The printing of a tail: each event that matches, once, as the journal has it then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from tui.events.event import Feed
from tui.journal.reader import Reader
from tui.journal.records import Stored, Touched
from tui.query.ast import Filter
from tui.query.names import names_matter
from tui.report.formats import Printer, chunks

_REASONS_TOLD = 3


class Sink(Protocol):
    """Where lines go. ``write`` has delivered when it returns; ``OSError`` if nobody reads."""

    def write(self, text: str) -> None: ...

    def fileno(self) -> int | None:
        """The descriptor, to learn that the reader left; None if there is none."""
        ...


class Stream:
    """Prints events that match, each once."""

    def __init__(
        self,
        reader: Reader,
        where: Filter,
        printer: Printer,
        sink: Sink,
        *,
        limit: int | None,
        judge: Callable[[], None] | None = None,
    ) -> None:
        """``judge`` brings what rules say of the events up to date, before each printing."""
        self._judge = judge or _nothing
        self._printer, self._sink, self._left = printer, sink, limit
        self._reader, self._where = reader, where
        self._printed = _Ids()
        self._by_name = names_matter(where)
        self._begun = False
        self._touch: int | None = None
        self._live_touch = reader.touch()

    @property
    def full(self) -> bool:
        return self._left == 0

    def rejections(self) -> str:
        """Why documents were set aside, the commonest reasons first."""
        reasons = self._reader.info().rejections[:_REASONS_TOLD]
        return "; ".join(f"{reason} ({count})" for reason, count in reasons)

    def print_new(self) -> None:
        """Print what matches and is not printed yet, oldest first."""
        self._judge()
        if self._touch is None:
            self._begin()
            # Asked before the walk: what is recorded during it is looked at again.
            self._touch = self._reader.touch()
            for rows in chunks(self._reader.oldest_first(self._where)):
                self._print([row for row in rows if row.id not in self._printed])
                if self.full:
                    return
        touches = self._reader.touched(self._touch, self._where)
        self._touch = touches.touch
        found = self._fresh(touches.events)
        if touches.names_changed and self._by_name:
            found = self._named_late()
        for ids in chunks(found):
            self._print(self._reader.stored(ids))

    def print_live(self) -> None:
        """Print what came live since the start and is not confirmed yet, oldest first."""
        self._judge()
        after = max(self._live_touch, self._touch or 0)
        touches = self._reader.touched(after, self._where)
        self._live_touch = touches.touch
        for ids in chunks(self._fresh(each for each in touches.events if each.new)):
            found = self._reader.stored(ids)
            self._print([row for row in found if Feed.AUDIT not in row.event.seen_by])

    def _fresh(self, touched: Iterable[Touched]) -> Iterator[int]:
        """The rows that match and are not printed yet, oldest first."""
        slots = sorted(
            (each.slot for each in touched if each.matches),
            key=lambda slot: (slot.at, slot.place, slot.id),
        )
        return (slot.id for slot in slots if slot.id not in self._printed)

    def _named_late(self) -> Iterator[int]:
        """All rows that match and are not printed yet, oldest first: a name says that one does."""
        slots = reversed(self._reader.slots(self._where, limit=-1))
        return (slot.id for slot in slots if slot.id not in self._printed)

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._sink.write(self._printer.header())

    def _print(self, found: Sequence[Stored]) -> None:
        rows = found[: self._left]
        if rows:
            self._begin()
            self._sink.write(self._printer.text(rows, self._reader))
        for row in rows:
            self._printed.add(row.id)
        if self._left is not None:
            self._left -= len(rows)


def _nothing() -> None:
    """There are no rules to ask."""


class _Ids:
    """A set of row numbers, one bit each: a tail may run for months."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def __contains__(self, row: int) -> bool:
        byte, bit = divmod(row, 8)
        return byte < len(self._bits) and bool(self._bits[byte] >> bit & 1)

    def add(self, row: int) -> None:
        byte, bit = divmod(row, 8)
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1 - len(self._bits)))
        self._bits[byte] |= 1 << bit
