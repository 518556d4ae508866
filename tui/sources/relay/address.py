"""Where a relay is: one host, reached over TLS unless it is this machine; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from tui.events.relay_wire import SUBSCRIBE_PATH
from tui.sources.audit_api.origin import BadAddress, Origin

_HTTP = {"ws": "http", "wss": "https"}
"""What carries each: their usual ports are the same."""


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """A relay's websocket; ``path`` is where it is subscribed to."""

    origin: Origin
    """With the scheme of HTTP that carries it."""
    path: str

    @classmethod
    def parse(cls, text: str) -> RelayAddress:
        """Read ``wss://relay.example.edu``; raises :class:`BadAddress`.

        Without a path it is our own relay's; with one it is taken as it stands, since other relays
        have theirs. Plain ``ws`` is refused but on this machine: the token and the students' names
        would be readable on the way.
        """
        try:
            url = httpx.URL(text.strip())
        except (httpx.InvalidURL, ValueError) as wrong:
            raise BadAddress(f"no address of a relay: {text[:80]!r} ({wrong})") from wrong
        if url.scheme not in _HTTP or not url.host or "%" in url.host:
            raise BadAddress(
                f"no address of a relay: {text[:80]!r}; it looks like wss://relay.example.edu"
            )
        if url.userinfo:
            raise BadAddress("the relay's address must not carry a name or password")
        if url.query or url.fragment:
            raise BadAddress("the relay's address ends with its path: without ? and #")
        host = url.host.lower()
        port = url.port or (80 if url.scheme == "ws" else 443)
        origin = Origin(_HTTP[url.scheme], host, port)
        if url.scheme == "ws" and not origin.loopback:
            raise BadAddress(
                f"ws://{host} would send the token and all events unencrypted: use wss://{host}"
            )
        path = url.raw_path.decode("ascii").rstrip("/")
        return cls(origin, path or SUBSCRIBE_PATH)

    @property
    def host(self) -> str:
        """``relay.example.edu``, or ``host:port`` where the port is not the usual one."""
        return str(self.origin).removeprefix(f"{self.origin.scheme}://")

    @property
    def secure(self) -> bool:
        return self.origin.scheme == "https"

    def url(self, params: Sequence[tuple[str, str]]) -> str:
        """The address to open, with what is asked for."""
        asked = f"?{urlencode(params)}" if params else ""
        return f"{self}{asked}"

    def __str__(self) -> str:
        return f"{'wss' if self.secure else 'ws'}://{self.host}{self.path}"
