"""``gradewatch relay``: the server, and the tokens of those who subscribe to it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui import locations
from tui.door.exits import ExitCode, Stop
from tui.door.speak import say, show

if TYPE_CHECKING:
    from tui.relay.listening import RelayAddress

NATS_VARIABLE = "GRADEWATCH_RELAY_NATS"
"""In the environment: as ``--nats``, and it may hold a name and a password."""
_SPAN = re.compile(r"([0-9]{1,6})([smhd])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST_S = 366 * 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayAsked:
    """The command's options as they were typed; None: not given."""

    listen: str
    retention: str
    data: Path | None = None
    tokens: Path | None = None
    jwks: str | None = None
    account_uuid: str | None = None
    ingest_secret_file: Path | None = None
    sqs: str | None = None
    nats: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None


def run_relay(asked: RelayAsked) -> int:
    """Serve until SIGINT or SIGTERM; raises :class:`Stop`."""
    host, port = place(asked.listen)
    retention_s = span(asked.retention)
    nats = nats_place(asked.nats)
    if nats is not None and asked.data is not None:
        raise Stop(f"--nats (or {NATS_VARIABLE}) keeps the log there, --data here: leave one out")
    try:
        from tui.relay.event_log import LogUnavailable
        from tui.relay.listening import CannotServe
        from tui.relay.logs import logging_to
        from tui.relay.server import RelayOptions, serve_relay
    except ImportError as missing:
        raise _not_installed(missing) from missing
    data = asked.data or (None if nats is not None else locations.relay_dir())
    options = RelayOptions(
        data=data,
        host=host,
        port=port,
        tokens=asked.tokens,
        jwks=asked.jwks,
        account_uuid=asked.account_uuid,
        ingest_secret_file=asked.ingest_secret_file,
        sqs=asked.sqs,
        nats=nats,
        retention_s=retention_s,
        tls_cert=asked.tls_cert,
        tls_key=asked.tls_key,
    )

    async def serve() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for ending in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(ending, stop.set)
        await serve_relay(options, ready=_ready, stop=stop)

    try:
        with logging_to(sys.stderr):
            asyncio.run(serve())
    except CannotServe as wrong:
        raise Stop(str(wrong)) from wrong
    except LogUnavailable as wrong:
        raise Stop(str(wrong), ExitCode.UNREACHABLE) from wrong
    return ExitCode.DONE


def add_token(name: str, courses: tuple[str, ...], *, tokens: Path, metrics: bool) -> None:
    """Print a new token, once: the file keeps its hash. Raises :class:`Stop`."""
    try:
        from tui.relay.tokens import BadTokens
        from tui.relay.tokens import add_token as add
    except ImportError as missing:
        raise _not_installed(missing) from missing
    try:
        token = add(tokens, name, courses, metrics=metrics)
    except BadTokens as wrong:
        raise Stop(str(wrong)) from wrong
    show(token.get_secret_value())
    say(f"{name} is in {tokens}; the token itself is kept nowhere: copy it now")


def place(listen: str) -> tuple[str, int]:
    """Host and port of ``HOST:PORT``, ``[::1]:PORT`` or ``:PORT`` (all addresses)."""
    host, colon, port = listen.strip().rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    known = bare != host or ":" not in host
    if not (colon and known and port.isascii() and port.isdecimal() and int(port) < 65536):
        raise Stop(f"--listen {listen!r} is not HOST:PORT, for example 127.0.0.1:8642")
    return bare, int(port)


def nats_place(typed: str | None) -> str | None:
    """Where the log is to be kept: as it was typed, else as the environment says.

    What is typed is on the command line, which everybody on this machine can read: it may have no
    password.
    """
    if typed is not None and "@" in typed:
        raise Stop(f"--nats: a name or a password in it can be read by others: set {NATS_VARIABLE}")
    return typed or os.environ.get(NATS_VARIABLE, "").strip() or None


def span(text: str) -> float:
    """Seconds of ``30m``, ``36h``, ``7d``; at most a year."""
    match = _SPAN.fullmatch(text.strip())
    seconds = 0 if match is None else int(match[1]) * _SECONDS[match[2]]
    if not 0 < seconds <= _LONGEST_S:
        raise Stop(f"--retention {text!r} is no span of time: 30m, 36h or 7d, at most 366d")
    return float(seconds)


def _ready(address: RelayAddress) -> None:
    say(f"subscribe to {address.subscribe_url}, post events to {address.events_url}")


def _not_installed(missing: ImportError) -> Stop:
    return Stop(
        f"the relay needs more than is installed ({missing.name}): pip install 'gradewatch[server]'"
    )
