"""What an investigation's reading tells its screen, and what the screen asks of the app."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

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
class Unreadable(Message):
    """The journal cannot be read."""

    words: str
