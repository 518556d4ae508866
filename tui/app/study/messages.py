"""What an investigation's reading tells its screen, and what the screen asks of the app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message

from tui.app.filters import Pick
from tui.app.lines import Act
from tui.app.study.investigate_steps import Look
from tui.report.inquiry.subject import Subject


@dataclass
class Looked(Message):
    """The journal has told something."""

    look: Look


@dataclass
class EvidenceWanted(Message):
    """All about the subject is to be written to a file."""

    subject: Subject


@dataclass
class InvestigationWanted(Message):
    """All that is known of this one is to be shown over the screen that asks.

    ``done`` gets what it ends with: what is to be done in the table, or nothing.
    """

    pick: Pick
    done: Callable[[Act | None], None]


@dataclass
class Unreadable(Message):
    """The journal cannot be read."""

    words: str
