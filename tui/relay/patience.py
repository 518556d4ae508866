"""How long clients may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a connection that is no websocket may take, in seconds."""

    head_s: float = 10.0
    """From its acceptance, or the last answer, to a whole request line with its headers."""
    exchange_s: float = 60.0
    """From there to the end of the answer."""
    handshake_s: float = 10.0
    """For TLS, before anything else."""
