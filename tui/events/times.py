"""Times on the wire: text of any offset in, UTC milliseconds inside, ISO 8601 with ``Z`` out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)
SECOND = 1000
"""Milliseconds in a second: the audit log cuts its times to whole seconds before storage."""

_FORMS = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9})\d*)?)?)?"
    r"\s*([Zz]|UTC|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)


def parse_time(text: str) -> int:
    """UTC milliseconds of a wire time; without an offset it is UTC.

    Takes RFC 3339 with any offset and precision, a date alone, ``2019-11-15 07:46:18 UTC``, and the
    mail form ``Fri, 15 Nov 2019 07:46:18 GMT``. Fractions below a millisecond are cut, not rounded,
    so that a time never moves into the next second. Raises ``ValueError`` for all else.
    """
    text = text.strip()
    match = _FORMS.fullmatch(text)
    try:
        if match is None:
            return to_ms(parsedate_to_datetime(text))
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        leap = second == 60  # RFC 3339 allows it; datetime does not
        moment = datetime(year, month, day, hour, minute, 59 if leap else second, tzinfo=UTC)
        moment += timedelta(seconds=1) if leap else timedelta()
        moment -= _offset(match[8])
        fraction = int((match[7] or "0").ljust(3, "0")[:3])
        return to_ms(moment) + fraction
    except (ValueError, OverflowError, TypeError) as wrong:
        raise ValueError(f"no time: {text[:60]!r}") from wrong


def _offset(text: str | None) -> timedelta:
    if text is None or text.upper() in {"Z", "UTC"}:
        return timedelta()
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 23 or minutes > 59:
        raise ValueError(f"no offset: {text}")
    size = timedelta(hours=hours, minutes=minutes)
    return -size if text[0] == "-" else size


def to_ms(moment: datetime) -> int:
    """UTC milliseconds of a moment; a naive one is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // MS


def to_datetime(ms: int) -> datetime:
    """The aware UTC moment of ``ms``."""
    return EPOCH + ms * MS


def iso(ms: int) -> str:
    """``2012-07-19T21:00:00.000Z``: UTC, milliseconds, always four digits of year."""
    moment = to_datetime(ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z".rjust(24, "0")


def iso_second(ms: int) -> str:
    """``2012-07-19T21:00:00Z``: floored to the second, the form the audit log's bounds need."""
    return iso(ms - ms % SECOND)[:-5] + "Z"
