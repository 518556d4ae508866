"""What the relay says of itself: JSON lines without personal data, addresses or tokens."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO, cast

RELAY_LOG = logging.getLogger("gradewatch.relay")
"""Takes what happens as a message, and what belongs to it in ``extra``."""
_LOGGERS = {
    "gradewatch.relay": logging.INFO,
    "tui.relay": logging.INFO,
    # its informations name clients and their queries
    "uvicorn.error": logging.WARNING,
}
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


class JsonLines(logging.Formatter):
    """One object a line: ``time``, ``level``, ``event``, and the fields that came with it."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": " ".join(record.getMessage().split()),
        }
        for name, value in vars(record).items():
            if name not in _OWN:
                plain = value is None or isinstance(value, bool | int | float)
                line[name] = value if plain else str(value)
        if record.exc_info is not None and record.exc_info[1] is not None:
            line |= _fault(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _fault(fault: BaseException) -> dict[str, object]:
    """Which fault and where; its words and its values may hold what somebody sent."""
    while isinstance(fault, BaseExceptionGroup):
        fault = cast("BaseExceptionGroup[BaseException]", fault).exceptions[0]
    frames = traceback.extract_tb(fault.__traceback__)
    places = [f"{frame.name}:{frame.lineno}" for frame in frames[-8:]]
    return {"fault": type(fault).__name__, "where": " > ".join(places)}


@contextmanager
def logging_to(stream: TextIO) -> Generator[None]:
    """Send what the relay says to ``stream`` for a while."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    before = {name: _settings(logging.getLogger(name)) for name in _LOGGERS}
    for name, level in _LOGGERS.items():
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
    try:
        yield
    finally:
        for name, (level, propagate) in before.items():
            logger = logging.getLogger(name)
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate


def _settings(logger: logging.Logger) -> tuple[int, bool]:
    return logger.level, logger.propagate
