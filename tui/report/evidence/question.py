"""What a report of evidence was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from tui.query.ast import Filter
from tui.report.inquiry.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``where`` in words, and when and of what it was asked. Times are UTC ms, ``until`` excluded.

    ``asked`` are label and words of each thing that was asked for; where people are not to be
    named it names nobody.
    """

    where: Filter
    asked: tuple[tuple[str, str], ...]
    subject: Subject | None = None
    """Whom or what all of it is about, where it is one."""
    feeds: tuple[frozenset[str], ...] = ()
    """Which feeds of the audit log hold it: of each set one must have been read. Empty: nobody
    named what all of it is."""
    since: int | None = None
    until: int | None = None
    at: int
    """When it was asked."""
    zone: tzinfo | None
    """In which times are said beside UTC; None: the machine's own."""
    canvas: str | None = None
    """The Canvas, where one is named."""
    version: str
    """Of gradewatch."""
