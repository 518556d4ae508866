"""The command line: every command, and the one place where faults become lines and exit codes.

Nothing heavy is imported before a command needs it: ``--help`` and the headless commands never
load the app.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Sequence
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from tui.door import options as o
from tui.door.exits import ExitCode
from tui.door.interruption import ends_by_itself, second_ends_at_once
from tui.door.relay_command import relay_app
from tui.report.format import FileFormat, Format

app = typer.Typer(
    name="gradewatch",
    help="Watch grade changes and course events of a Canvas LMS. Alone it is `gradewatch watch`.",
    no_args_is_help=False,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
journal_app = typer.Typer(help="The memory: what is kept on this disk.", rich_markup_mode=None)
rules_app = typer.Typer(help="What is worth a look.", rich_markup_mode=None)
config_app = typer.Typer(help="The configuration.", rich_markup_mode=None)
app.add_typer(journal_app, name="journal")
app.add_typer(rules_app, name="rules")
app.add_typer(config_app, name="config")
app.add_typer(relay_app, name="relay")

_NOT_WATCH = frozenset({"--help", "--version", "--install-completion", "--show-completion"})


class ExportFormat(StrEnum):
    """What an exported file is."""

    NDJSON = "ndjson"
    CSV = "csv"
    MARKDOWN = "markdown"


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gradewatch {version('gradewatch')}")
        raise typer.Exit


@app.callback()
def door(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say which one."),
    ] = False,
) -> None:
    """Watch grade changes and course events of a Canvas LMS. Alone it is `gradewatch watch`."""


@app.command()
@o.asks(*o.WHAT, *o.WHEN, "filter", *o.WHERE, "replay", *o.MEMORY, "redact", "poll_interval")
def watch(asked: o.Asked) -> None:
    """The app: a streaming table of changes, with panes and filters."""
    from tui.door.watch import run_watch

    raise typer.Exit(run_watch(asked))


@app.command()
@o.asks(*o.WHAT, *o.WHEN, "filter", *o.WHERE, "replay", *o.MEMORY, "redact", "poll_interval")
def tail(
    asked: o.Asked,
    form: Annotated[Format, typer.Option("--format", help="What one line is.")] = Format.NDJSON,
    once: Annotated[
        bool, typer.Option("--once", help="One complete poll of the window, then exit.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("-n", min=0, metavar="N", help="Stop after N events.")
    ] = None,
    raw: o.Raw = False,
) -> None:
    """The stream on stdout, oldest first, following."""
    from tui.door.tail import run_tail

    raise typer.Exit(run_tail(asked, form=form, once=once, limit=limit, raw=raw))


@app.command()
@o.asks(*o.WHAT, *o.WHEN, "filter", *o.WHERE, *o.MEMORY, "redact")
def export(
    asked: o.Asked,
    form: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="What the file is; else its ending says; else ndjson."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write this file instead of stdout."),
    ] = None,
    raw: o.Raw = False,
) -> None:
    """What the journal has, filtered, oldest first; all of it unless --since says otherwise.

    --format markdown is a report of evidence; with --output its events go beside it as NDJSON.
    """
    from tui.door.export import run_export

    chosen = None if form is None else FileFormat(form.value)
    raise typer.Exit(run_export(asked, form=chosen, output=output, raw=raw))


@app.command()
@o.asks("config", "redact")
def demo(
    asked: o.Asked,
    headless: Annotated[
        bool,
        typer.Option("--headless", help="Only the servers; one JSON line when they are ready."),
    ] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same N, same school.")] = 1,
    scenario: Annotated[
        str,
        typer.Option("--scenario", metavar="NAME", help="ordinary, deadline, glitch or anonymous."),
    ] = "ordinary",
    rate: Annotated[
        float | None,
        typer.Option("--rate", min=0, metavar="EVENTS_PER_S", help="How busy the people are."),
    ] = None,
    events: Annotated[
        int | None, typer.Option("--events", min=0, metavar="N", help="How many lie in the past.")
    ] = None,
) -> None:
    """The app on a simulated Canvas, all on this machine."""
    from tui.door.demo import Play, run_demo, run_headless

    play = Play(scenario=scenario, seed=seed, rate=rate, events=events)
    raise typer.Exit(run_headless(play) if headless else run_demo(play, asked))


@journal_app.command("info")
@o.asks(*o.WHERE, *o.MEMORY)
def journal_info(asked: o.Asked) -> None:
    """Size, span, what is verified and what was set aside."""
    from tui.door.journal import journal_info as run

    run(asked)


@journal_app.command("import")
@o.asks(*o.WHERE, *o.MEMORY)
def journal_import(
    asked: o.Asked,
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="- is the standard input.")],
) -> None:
    """Load saved events of any known wire format."""
    from tui.door.journal import journal_import as run

    run(asked, files)


@journal_app.command("purge")
@o.asks(*o.WHERE, *o.MEMORY)
def journal_purge(
    asked: o.Asked,
    before: Annotated[
        str, typer.Option("--before", metavar="TIME", help="Forget what is older than this.")
    ],
) -> None:
    """Forget events older than a time, so that they leave the disk."""
    from tui.door.journal import journal_purge as run

    run(asked, before)


@rules_app.command("run")
@o.asks(*o.WHAT, *o.WHEN, "filter", *o.WHERE, *o.MEMORY, "redact", "profile")
def rules_run(
    asked: o.Asked,
    form: Annotated[Format, typer.Option("--format", help="What is printed.")] = Format.TEXT,
) -> None:
    """The attention rules over the journal: each event to look at, and why."""
    from tui.door.rules import run_rules

    raise typer.Exit(run_rules(asked, form=form))


@app.command()
@o.asks("canvas_url", "config")
def login(
    asked: o.Asked,
    keyring: Annotated[
        bool, typer.Option("--keyring", help="Keep it in the keyring instead of a file.")
    ] = False,
) -> None:
    """Try a Canvas token, typed unseen or piped in, and keep it."""
    from tui.door.login import login as run

    run(asked, keyring=keyring)


@app.command()
@o.asks(*o.WHAT, *o.WHERE, *o.MEMORY)
def doctor(asked: o.Asked) -> None:
    """Try everything, and say of each thing whether it works or what to do."""
    from tui.door.doctor import doctor as run

    raise typer.Exit(run(asked))


@config_app.command("show")
@o.asks(*o.WHERE, *o.MEMORY)
def config_show(asked: o.Asked) -> None:
    """Every setting, its value and where it comes from."""
    from tui.door.config_show import config_show as run

    run(asked)


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit code, with one line on stderr for every fault."""
    words = list(arguments)
    if "--version" in words:
        words = ["--version"]
    if not words or (words[0].startswith("-") and words[0] not in _NOT_WATCH):
        words.insert(0, "watch")
    try:
        code = app(words, standalone_mode=False)
    except Exception as fault:  # noqa: BLE001 - the last place where a fault can become a line
        from tui.door.faults import explain

        line, exit_code = explain(fault)
        if line:
            sys.stderr.write(f"gradewatch: {line}\n")
        return exit_code
    except KeyboardInterrupt:
        second_ends_at_once()
        return ExitCode.INTERRUPTED
    return code if isinstance(code, int) else ExitCode.DONE


def main() -> None:
    """The installed command."""
    code = run(sys.argv[1:])
    second_ends_at_once()  # Python still waits for its threads, and would print a traceback
    atexit.register(ends_by_itself)
    sys.exit(code)


if __name__ == "__main__":
    main()
