"""The formats by name, and printing many events in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from typing import Protocol, TypeVar

from tui.journal.records import Stored
from tui.report import csv, ndjson, text
from tui.report.format import Format
from tui.report.redact import Redactor

T = TypeVar("T")

CHUNK = 500
"""Events printed at a time."""


class RawTexts(Protocol):
    """Where wire documents are kept: the journal's reader."""

    def raw(self, row: int, /) -> str | None: ...
    def live_raw(self, row: int, /) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """Turns events into the text of a format, line ends included.

    ``raw`` adds the wire's JSON to NDJSON and CSV, of a confirmed pair that of both reports; a
    redacted event has none.
    """

    format: Format
    zone: tzinfo | None = None
    """For ``text``; None: the terminal's own."""
    redactor: Redactor | None = None
    raw: bool = False

    def header(self) -> str:
        """What stands before the first event: the columns of CSV, else nothing."""
        return csv.header(raw=self._with_raw) + "\n" if self.format is Format.CSV else ""

    def text(self, rows: Sequence[Stored], raws: RawTexts) -> str:
        """One line for each event."""
        shown = rows if self.redactor is None else self.redactor.redact_all(rows)
        return "".join(self._line(row, raws) + "\n" for row in shown)

    @property
    def _with_raw(self) -> bool:
        return self.raw and self.redactor is None

    def _line(self, row: Stored, raws: RawTexts) -> str:
        if self.format is Format.TEXT:
            return text.line(row, self.zone)
        raw = raws.raw(row.id) if self._with_raw else None
        paired = self._with_raw and row.live_key is not None
        live_raw = raws.live_raw(row.id) if paired else None
        if self.format is Format.CSV:
            return csv.line(row, (raw or "") if self._with_raw else None, live_raw)
        return ndjson.line(row, raw, live_raw)


def print_all(
    rows: Iterable[Stored], printer: Printer, raws: RawTexts, write: Callable[[str], None]
) -> int:
    """Print ``rows`` chunk by chunk, without a header; how many there were."""
    count = 0
    for chunk in chunks(rows):
        write(printer.text(chunk, raws))
        count += len(chunk)
    return count


def chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    """``rows`` in lists of at most :data:`CHUNK`."""
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
