"""What the relay says of itself: JSON lines without personal data, addresses or tokens."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO, cast

from tui.relay.repeats import Repeats

RELAY_LOG = logging.getLogger("gradewatch.relay")
"""Takes what happens as a message, and what belongs to it in ``extra``."""
_LEVELS = {
    "": logging.WARNING,
    "gradewatch.relay": logging.INFO,
    "tui.relay": logging.INFO,
    # its informations name clients and their queries
    "uvicorn.error": logging.WARNING,
}
"""By logger; the first is the root, to which all others come."""
_OURS = ("gradewatch", "tui")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


class JsonLines(logging.Formatter):
    """One object a line: ``time``, ``level``, ``event``, and the fields that came with it."""

    def format(self, record: logging.LogRecord) -> str:
        return _line(record.created, _fields(record))


class _Lines(logging.StreamHandler[TextIO]):
    """What is said again and again is written a few times, and then counted."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        super().__init__(stream)
        self.setFormatter(JsonLines())
        self._repeats = Repeats(clock)

    def emit(self, record: logging.LogRecord) -> None:
        unsaid = self._repeats.of(json.dumps(_fields(record), ensure_ascii=False))
        if unsaid is None:
            return
        if unsaid:
            record.repeated = unsaid
        super().emit(record)

    def tell_rest(self) -> None:
        """Write what was only counted until now."""
        for said, unsaid in self._repeats.rest():
            fields = cast("dict[str, object]", json.loads(said))
            self.stream.write(_line(time.time(), fields | {"repeated": unsaid}) + "\n")
        self.flush()


def _line(created: float, fields: dict[str, object]) -> str:
    at = datetime.fromtimestamp(created, UTC).isoformat(timespec="milliseconds")
    return json.dumps({"time": at.replace("+00:00", "Z"), **fields}, ensure_ascii=False)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    ours = record.name.partition(".")[0] in _OURS
    line: dict[str, object] = {
        "level": record.levelname.lower(),
        "event": " ".join((record.getMessage() if ours else _first_line(record)).split()),
    }
    if not ours:
        line["logger"] = record.name
    for name, value in vars(record).items():
        if name == "repeated" or (ours and name not in _OWN):
            plain = value is None or isinstance(value, bool | int | float)
            line[name] = value if plain else str(value)
    if record.exc_info is not None and record.exc_info[1] is not None:
        line |= _fault(record.exc_info[1])
    return line


def _first_line(record: logging.LogRecord) -> str:
    """What a library says, without the values it puts in: they may be anybody's."""
    return str(record.msg).strip().partition("\n")[0]


def _fault(fault: BaseException) -> dict[str, object]:
    """Which fault and where; its words and its values may hold what somebody sent."""
    while isinstance(fault, BaseExceptionGroup):
        fault = cast("BaseExceptionGroup[BaseException]", fault).exceptions[0]
    frames = traceback.extract_tb(fault.__traceback__)
    places = [f"{frame.name}:{frame.lineno}" for frame in frames[-8:]]
    return {"fault": type(fault).__name__, "where": " > ".join(places)}


@contextmanager
def logging_to(stream: TextIO, *, clock: Callable[[], float] = time.monotonic) -> Generator[None]:
    """Send all that is logged in this process to ``stream`` for a while."""
    lines = _Lines(stream, clock)
    before = {name: logging.getLogger(name).level for name in _LEVELS}
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)
    logging.getLogger().addHandler(lines)
    try:
        yield
    finally:
        lines.tell_rest()
        logging.getLogger().removeHandler(lines)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
