"""What remains of a crash: a log only its owner may read, without names, grades or tokens."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import cast

from tui.events.text import clean, redact_secrets
from tui.events.times import iso

LOG = "crash.log"
_CHAIN = 8
"""Causes that are told."""


def write_log(error: BaseException, state_dir: Path | None, *, now: int) -> Path | None:
    """Append the traceback of ``error`` to the log in ``state_dir``; None if that cannot be done.

    The log holds places in code and kinds of errors: no local variables, and of the messages only
    those of errors that the language itself words, since others may quote data.
    """
    if state_dir is None:
        return None
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = state_dir / LOG
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as log:
            os.fchmod(handle, 0o600)
            log.write("\n".join([f"{iso(now)} Python {sys.version.split()[0]}", *_told(error), ""]))
            log.write("\n")
    except OSError:
        return None
    return path


def last_words(error: BaseException, path: Path | None) -> str:
    """The one line that is shown."""
    kind = type(_core(error)).__name__
    if path is None:
        return f"gradewatch: a fault of ours ended it ({kind}); no log could be written"
    return f"gradewatch: a fault of ours ended it ({kind}); the log, without your data: {path}"


_WORDED_BY_PYTHON = (AttributeError, ImportError, NameError, RecursionError, MemoryError)
"""Their messages name code, not data."""


def _members(error: BaseException) -> tuple[BaseException, ...]:
    """What a group of tasks failed of; nothing for an error by itself."""
    if not isinstance(error, BaseExceptionGroup):
        return ()
    return cast("BaseExceptionGroup[BaseException]", error).exceptions


def _core(error: BaseException) -> BaseException:
    """What a task group, or several, hold: the first of it."""
    while members := _members(error):
        error = members[0]
    return error


def _told(error: BaseException) -> Iterator[str]:
    if members := _members(error):
        yield from _places(error.__traceback__)
        for each in members[:_CHAIN]:
            yield "in a group of tasks:"
            yield from _told(each)
        return
    told: BaseException | None = error
    for _ in range(_CHAIN):
        if told is None:
            return
        yield from _places(told.__traceback__)
        words = f": {told}" if isinstance(told, _WORDED_BY_PYTHON) else ""
        yield clean(redact_secrets(f"{type(told).__module__}.{type(told).__qualname__}{words}"))
        told = told.__cause__ or (None if told.__suppress_context__ else told.__context__)
        if told is not None:
            yield "which came of:"


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"  {code.co_filename}:{trace.tb_lineno} in {code.co_qualname}"
        trace = trace.tb_next
