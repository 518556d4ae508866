"""Whether the command that is told of what the rules point at can be run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from tui.config import Settings
from tui.door.exits import ExitCode
from tui.door.findings import Finding, fail, ok
from tui.door.secrets import hide_secrets


def rules_findings(settings: Settings) -> Iterator[Finding]:
    """One line where there is a command; it is not run."""
    words = settings.rules.command_words
    if not words:
        return
    shown = hide_secrets(words[0])
    if shutil.which(words[0]) is None:
        advice = "name a program that is there, with its whole path"
        yield fail(
            f"rules: rules.command cannot be run: no program {shown}; {advice}", ExitCode.USAGE
        )
    else:
        yield ok(f"rules: rules.command can be run: {shown}")
