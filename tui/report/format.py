"""The names of the formats; light, since the command line needs them to say what it takes."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What one line of output is."""

    NDJSON = "ndjson"
    CSV = "csv"
    TEXT = "text"
