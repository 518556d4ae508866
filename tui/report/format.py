"""The names of the formats; light, since the command line needs them to say what it takes."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What one line of output is."""

    NDJSON = "ndjson"
    CSV = "csv"
    TEXT = "text"


class FileFormat(StrEnum):
    """What an exported file is: lines of a format, or a report of evidence."""

    NDJSON = "ndjson"
    CSV = "csv"
    TEXT = "text"
    MARKDOWN = "markdown"

    @property
    def lines(self) -> Format | None:
        """The format of its lines; None: it is no list of lines, one for each event."""
        return None if self is FileFormat.MARKDOWN else Format(self.value)
