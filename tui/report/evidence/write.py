"""A report of evidence as a file, with the events beside it; or on a stream, by itself."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

from tui.journal.reader import Reader
from tui.report.evidence.findings import find
from tui.report.evidence.question import Question
from tui.report.evidence.report import report_lines
from tui.report.export import not_written, replacing
from tui.report.redact import Redactor

_ENDINGS = (".md", ".markdown")


def beside(path: Path) -> Path | None:
    """Where the events of the report at ``path`` go: the same name, ending in ``.ndjson``.

    None where the report goes to a device or a pipe, which have nothing beside them.
    """
    if path.exists() and not path.is_file():
        return None
    return path.with_name(
        f"{path.stem if path.suffix.casefold() in _ENDINGS else path.name}.ndjson"
    )


def write_evidence(
    reader: Reader, question: Question, path: Path, *, redactor: Redactor | None = None
) -> int:
    """Write the report to ``path`` and its events beside it; how many there were.

    Both are private (0600), and both are complete or neither is there. Raises ``OSError``, also
    where a report or its events are there already: what somebody has noted the sum of stays;
    :class:`~tui.report.evidence.findings.TooMany`; and
    :class:`~tui.journal.faults.ReadingEnded` when the reader is told that nobody wants it any more.
    """
    events = beside(path)
    if events is None:
        with replacing(path) as write:
            return print_evidence(write, reader, question, redactor=redactor)
    refuse_to_replace(path)
    with replacing(path) as write, replacing(events) as write_events:
        found = find(reader, question, redactor=redactor, write=write_events)
        for line in report_lines(question, found, events):
            reader.go_on()
            write(f"{line}\n")
    return found.lines


def refuse_to_replace(path: Path) -> None:
    """Raises ``FileExistsError`` where a report at ``path``, or its events, are there already."""
    events = beside(path)
    for each in () if events is None else (path, events):
        if each.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(each))


def evidence_not_written(wrong: OSError, path: Path) -> str:
    """One line on why no report could be written to ``path``."""
    if wrong.errno == errno.EEXIST:
        return f"{wrong.filename} is there already: evidence is not replaced, choose another name"
    return f"{path}: {not_written(wrong, path)}"


def print_evidence(
    write: Callable[[str], None],
    reader: Reader,
    question: Question,
    *,
    redactor: Redactor | None = None,
) -> int:
    """Write the report to a stream, with the sum of the events that are not beside it."""
    found = find(reader, question, redactor=redactor, write=_nowhere)
    for line in report_lines(question, found, None):
        write(f"{line}\n")
    return found.lines


def _nowhere(text: str) -> None:
    del text
