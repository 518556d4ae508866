"""How a relay is to run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tui.relay.event_log import EventLog
from tui.relay.patience import Patience
from tui.relay.subscriber import Delivery

RETENTION_S = 36 * 3600.0
PORT = 8642
GRACE_S = 10
"""Seconds in which what is under way may end."""
SWEEP_S = 1.0
"""Between two looks at who may stay."""
OpenLog = Callable[["RelayOptions"], Awaitable[EventLog]]
"""Raises :class:`~tui.relay.event_log.LogUnavailable`."""


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """The command's options, and beside them what only tests set otherwise.

    With ``nats`` the log is there, and ``data`` is not used.
    """

    data: Path | None = None
    host: str = "127.0.0.1"
    port: int = PORT
    """0: a free one."""
    tokens: Path | None = None
    jwks: str | None = None
    account_uuid: str | None = None
    ingest_secret_file: Path | None = None
    sqs: str | None = None
    nats: str | None = None
    retention_s: float = RETENTION_S
    tls_cert: Path | None = None
    tls_key: Path | None = None
    delivery: Delivery = field(default_factory=Delivery)
    grace_s: int = GRACE_S
    sweep_s: float = SWEEP_S
    patience: Patience = field(default_factory=Patience)
    most_connections: int | None = None
    """None: as many as the system lets this process have."""
    open_log: OpenLog | None = None
    """None: JetStream with ``nats``, else files."""
