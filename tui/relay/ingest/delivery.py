"""What becomes of one message of a queue."""

from __future__ import annotations

import json
import logging
from enum import Enum, auto

from tui.relay.event_log import LogUnavailable
from tui.relay.ingest.intake import LARGE_FROM, LARGEST, Intake
from tui.relay.ingest.not_taken import Malformed, NotTaken, TooLarge

_LOG = logging.getLogger("gradewatch.relay")


class Outcome(Enum):
    """How a message is to be settled with its queue."""

    DURABLE = auto()
    """The log has it, from now or from before."""
    NEVER = auto()
    """It can never be taken: counted, and to be forgotten."""
    LATER = auto()
    """The log is away: it must come again."""


async def deliver(message: str | bytes, intake: Intake) -> Outcome:
    """Take the event in a message, JSON text, and count what is not taken."""
    try:
        size = len(message.encode(errors="surrogatepass") if isinstance(message, str) else message)
        if size > LARGEST:
            raise TooLarge(f"more than {LARGEST} bytes")
        document = message if isinstance(message, str) else _text(message)
        await intake.take(document, large=size > LARGE_FROM)
    except NotTaken as wrong:
        intake.counts.refuse(wrong)
        _LOG.warning("message refused", extra={"status": wrong.status, "why": str(wrong)})
        return Outcome.NEVER
    except LogUnavailable as wrong:
        intake.counts.unavailable += 1
        _LOG.warning("the log is unavailable", extra={"why": str(wrong)})
        return Outcome.LATER
    return Outcome.DURABLE


def _text(message: bytes) -> str:
    try:
        return message.decode(json.detect_encoding(message))
    except UnicodeDecodeError:
        raise Malformed("neither UTF-8 nor another form of Unicode") from None
