"""The journal, filtered, as a file or on a stream: oldest first."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path

from tui.journal.reader import Reader
from tui.query.ast import Filter
from tui.report.format import Format
from tui.report.formats import Printer, print_all
from tui.report.redact import Redactor


def export_view(
    reader: Reader,
    where: Filter,
    fmt: Format,
    path: Path,
    *,
    redactor: Redactor | None = None,
    zone: tzinfo | None = None,
    raw: bool = False,
) -> int:
    """Write all events that match to the file ``path``; how many there were.

    The file is private (0600) and complete or not there: it is written beside its place and
    renamed. Raises ``OSError`` where the folder cannot be written or the disk is full; it names
    ``path``, and :func:`not_written` puts it in words.
    """
    printer = Printer(format=fmt, zone=zone, redactor=redactor, raw=raw)
    with replacing(path) as write:
        return export_to(write, reader, where, printer)


def export_to(write: Callable[[str], None], reader: Reader, where: Filter, printer: Printer) -> int:
    """Write all events that match, oldest first; how many there were."""
    write(printer.header())
    return print_all(reader.oldest_first(where), printer, reader, write)


@contextmanager
def replacing(path: Path) -> Generator[Callable[[str], None]]:
    """Writes UTF-8 text to a new file of mode 0600 that takes the place of ``path`` at the end.

    A fault leaves what was there before. A device or a pipe is written to, never replaced.
    """
    target = path.resolve()
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):
        with target.open("w", encoding="utf-8") as out:
            yield lambda text: _discard(out.write(text))
        return
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
                yield lambda text: _discard(out.write(text))
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as wrong:
        if wrong.errno is None:
            raise
        # Who asked knows the file by its own name, not by that of the new one beside it.
        raise OSError(wrong.errno, wrong.strerror, str(path)) from wrong


def not_written(wrong: OSError, path: Path) -> str:
    """One line on why ``path`` could not be written, for who typed that name."""
    match wrong.errno:
        case errno.ENOENT if not path.parent.is_dir():
            return f"there is no folder {path.parent}"
        case errno.ENOTDIR:
            return f"{path.parent} is no folder"
        case errno.EISDIR:
            return f"{path} is a folder: name a file in it"
        case errno.EACCES | errno.EPERM:
            return "cannot write there: permission denied"
        case _:
            return f"cannot write there: {(wrong.strerror or str(wrong)).lower()}"


def _discard(_written: int) -> None:
    """A writer's count of characters is of no use to those who print."""
