"""``gradewatch relay`` and ``gradewatch relay token`` on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tui.door import options as o

LISTEN = "127.0.0.1:8642"
RETENTION = "36h"
RETENTION_HELP = (
    "How long events stay: 30m, 36h, 7d. On disk they go in pieces: up to 1/36 later, "
    "and never more than an hour."
)
NATS_HELP = (
    "Keep the log there, shared by relays: tls://HOST, or nats:// on this machine. "
    "With a name and a password: in GRADEWATCH_RELAY_NATS instead."
)


def _word(text: str) -> str:
    if not text.strip():
        raise typer.BadParameter("it is empty")
    return text.strip()


def _path(text: str) -> Path:
    if not text.strip():
        raise typer.BadParameter("it is empty")
    return Path(text)


relay_app = typer.Typer(
    help="The relay server: Canvas's live events in, a resumable websocket out.",
    rich_markup_mode=None,
    invoke_without_command=True,
    no_args_is_help=False,
)
token_app = typer.Typer(help="The tokens of those who subscribe.", rich_markup_mode=None)
relay_app.add_typer(token_app, name="token")

TokensFile = Annotated[
    Path | None,
    typer.Option(
        "--tokens", metavar="FILE", parser=_path, help="Who may subscribe; see relay token add."
    ),
]


@relay_app.callback()
def relay(
    context: typer.Context,
    listen: Annotated[
        str, typer.Option("--listen", metavar="HOST:PORT", help="Where; port 0: a free one.")
    ] = LISTEN,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", parser=_path, help="The log's folder, for it alone."),
    ] = None,
    tokens: TokensFile = None,
    jwks: Annotated[
        str | None,
        typer.Option(
            "--jwks",
            metavar="URL|FILE",
            parser=_word,
            help="Canvas's keys: take signed events only.",
        ),
    ] = None,
    account_uuid: Annotated[
        str | None,
        typer.Option(
            "--account-uuid", metavar="UUID", parser=_word, help="Take this root account's only."
        ),
    ] = None,
    ingest_secret_file: Annotated[
        Path | None,
        typer.Option(
            "--ingest-secret-file", metavar="FILE", parser=_path, help="What senders must know."
        ),
    ] = None,
    sqs: Annotated[
        str | None,
        typer.Option("--sqs", metavar="URL", parser=_word, help="Take events from this queue too."),
    ] = None,
    nats: Annotated[
        str | None,
        typer.Option(
            "--nats",
            metavar="URL",
            parser=_word,
            help=NATS_HELP,
        ),
    ] = None,
    retention: Annotated[
        str,
        typer.Option(
            "--retention",
            metavar="SPAN",
            help=RETENTION_HELP,
        ),
    ] = RETENTION,
    tls_cert: Annotated[
        Path | None,
        typer.Option("--tls-cert", metavar="F", parser=_path, help="The certificate, PEM."),
    ] = None,
    tls_key: Annotated[
        Path | None,
        typer.Option("--tls-key", metavar="F", parser=_path, help="The certificate's key, PEM."),
    ] = None,
) -> None:
    """Serve until SIGINT or SIGTERM. Without --tokens it serves this machine only."""
    if context.invoked_subcommand is not None:
        return
    from tui.door.relay import RelayAsked, run_relay

    asked = RelayAsked(
        listen=listen,
        retention=retention,
        data=data,
        tokens=tokens,
        jwks=jwks,
        account_uuid=account_uuid,
        ingest_secret_file=ingest_secret_file,
        sqs=sqs,
        nats=nats,
        tls_cert=tls_cert,
        tls_key=tls_key,
    )
    raise typer.Exit(run_relay(asked))


@token_app.command("add")
def token_add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is.")],
    tokens: Annotated[
        Path,
        typer.Option("--tokens", metavar="FILE", parser=_path, help="Made if it is not there."),
    ],
    course: o.Course = None,
    metrics: Annotated[
        bool, typer.Option("--metrics", help="It reads the relay's metrics, and no events.")
    ] = False,
) -> None:
    """Make a token and print it, once. Without --course it sees every course."""
    from tui.door.relay import add_token

    add_token(name, tuple(course or ()), tokens=tokens, metrics=metrics)
