"""Every fault as one line and an exit code."""

from __future__ import annotations

import typer

from tui.door.exits import ExitCode, Stop


def explain(fault: Exception) -> tuple[str, ExitCode]:
    """What to say on stderr (empty: nothing), and how to end.

    A fault of ours goes to the crash log without data; what the person can mend is said.
    """
    from tui.config import BadConfig
    from tui.journal.faults import JournalFault
    from tui.sources.source import SourceFailed

    match fault:
        case typer.Abort():
            return "", ExitCode.INTERRUPTED
        case Stop():
            return str(fault), fault.code
        case typer.TyperException():
            return f"{_plain(fault)} ({_whereabouts(fault)})", ExitCode.USAGE
        case BadConfig() | JournalFault():
            return str(fault), ExitCode.USAGE
        case SourceFailed():
            return str(fault), ExitCode(int(fault.outcome))
        case BrokenPipeError():
            return "", ExitCode.DONE
        case _:
            return _crash(fault), ExitCode.FAULT


def _plain(fault: typer.TyperException) -> str:
    words = getattr(fault, "format_message", None)
    said = str(words() if callable(words) else fault)
    return " ".join(said.replace("Value error, ", "").split())


def _whereabouts(fault: typer.TyperException) -> str:
    """Which command was meant, or what lists those that there are.

    A group of commands takes no options: those that were given to it are its commands'.
    """
    from typer.core import TyperGroup

    context: object = getattr(fault, "ctx", None)  # typer gives its class no public name
    group: object = getattr(context, "command", None)
    if not isinstance(group, TyperGroup) or getattr(context, "parent", None) is None:
        return "gradewatch --help lists what there is"
    option: str | None = getattr(fault, "option_name", None)
    path = f"gradewatch {group.name}"
    having = [
        f"`{path} {name}`"
        for name, command in group.commands.items()
        if any(option in each.opts for each in command.params)
    ]
    if having:
        return f"did you mean {' or '.join(having)}?"
    return f"{path} --help lists what there is"


def _crash(fault: Exception) -> str:
    from tui import locations
    from tui.app.crash import last_words, write_log
    from tui.door.desk import wall_clock

    log = write_log(fault, locations.state_dir(), now=wall_clock())
    return last_words(fault, log).removeprefix("gradewatch: ")
