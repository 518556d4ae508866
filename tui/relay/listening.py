"""Where the relay listens, and whether it may."""

from __future__ import annotations

import os
import resource
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from tui.events.relay_wire import EVENTS_PATH, SUBSCRIBE_PATH
from tui.relay.line import SEND_BUFFER
from tui.relay.loopback import is_loopback

BACKLOG = 4096
"""Connections that may wait to be taken: a thousand come back at once after a restart."""
_PLENTY = 65_536


class CannotServe(Exception):
    """The relay cannot run as it is asked to; ``str()`` is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where a running relay is; ``host`` and ``port`` as the system has them."""

    host: str
    port: int
    tls: bool

    @property
    def subscribe_url(self) -> str:
        return f"{'wss' if self.tls else 'ws'}://{self._place}{SUBSCRIBE_PATH}"

    @property
    def events_url(self) -> str:
        return f"{self.base_url}{EVENTS_PATH}"

    @property
    def base_url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self._place}"

    @property
    def loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def _place(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on the first address that ``host`` means, IPv4 before IPv6.

    Port 0 takes a free one. Raises :class:`CannotServe`.
    """
    place = f"{host}:{port}"
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as wrong:
        raise CannotServe(f"cannot listen on {place}: {wrong.strerror}") from None
    family, kind, protocol, _, address = min(found, key=lambda each: each[0])
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # what is taken from this socket has its buffer
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except OSError as wrong:
        listening.close()
        why = os.strerror(wrong.errno) if wrong.errno else str(wrong)
        raise CannotServe(f"cannot listen on {place}: {why}") from None
    return listening


def check_certificate(cert: Path, key: Path) -> None:
    """Raises :class:`CannotServe` unless both files are there and belong together."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key, password=_no_password)
    except ssl.SSLError:
        raise CannotServe(f"{cert} and {key} are no certificate (PEM) and its key") from None
    except (OSError, ValueError) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
        raise CannotServe(f"cannot read {cert} and {key}: {why}") from None


def _no_password() -> str:
    raise ValueError("the key is locked with a password: the relay cannot ask for it")


def raise_file_limit() -> int:
    """Let this process have as many open connections as the system allows it; how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _PLENTY if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):
            return soft  # some systems name a limit that they do not grant
    return wanted
