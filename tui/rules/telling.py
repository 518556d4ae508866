"""The whole ``[rules]`` section: when rules point at an event, and how that is told at once."""

from __future__ import annotations

import shlex
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tui.rules.settings import RuleSettings


def _words(command: str | tuple[str, ...]) -> str | tuple[str, ...]:
    try:
        words = shlex.split(command) if isinstance(command, str) else command
    except ValueError as wrong:
        raise ValueError(f"a command that can be split into words: {str(wrong).lower()}") from None
    if not words or not words[0]:
        raise ValueError("a command, and not nothing")
    return command


class Rules(RuleSettings):
    """Which changes are worth a look, and how the app tells of those that happen while it runs."""

    bell: bool = False
    """Ring the terminal's bell."""
    notify: Literal["off", "osc9", "osc777", "osc99"] = "off"
    """Ask the terminal for a notification: osc9 (iTerm2, WezTerm, Ghostty, Windows Terminal),
    osc777 (foot, urxvt), osc99 (kitty)."""
    command: Annotated[str | tuple[str, ...], AfterValidator(_words)] | None = None
    """A command, run without a shell, that gets the event as one line of JSON on its standard
    input; in redact mode with pseudonyms."""
    command_every: Annotated[float, Field(ge=0, le=3600)] = 1.0
    """Seconds from one start of the command to the next, at least; one runs at a time."""
    command_patience: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Seconds after which the command is killed."""

    @property
    def command_words(self) -> tuple[str, ...]:
        """The command as the words it is started with; none: there is no command."""
        if self.command is None:
            return ()
        return tuple(shlex.split(self.command) if isinstance(self.command, str) else self.command)
