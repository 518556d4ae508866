"""Which NATS the relay may keep its log on."""

from __future__ import annotations

from urllib.parse import urlsplit

from tui.relay.loopback import names_loopback

_SEALED = ("tls", "wss")
_PLAIN = ("nats", "ws")


def check_nats(urls: str) -> None:
    """``urls``: one or several of one cluster, separated by commas.

    Events and credentials travel on them, so nobody may read along: ``tls`` or ``wss``, and
    ``nats`` or ``ws`` on this machine only. ``ValueError`` for all else, whose text does not repeat
    the address, which may hold a password.
    """
    for url in urls.split(","):
        try:
            parts = urlsplit(url.strip())
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise ValueError("an address that cannot be read") from None
        if parts.scheme not in (*_SEALED, *_PLAIN) or not host:
            raise ValueError("not tls://HOST:PORT, nor nats://127.0.0.1:PORT on this machine")
        name = f"[{host}]" if ":" in host else host
        if parts.scheme in _PLAIN and not names_loopback(name):
            raise ValueError(
                f"{parts.scheme}:// is readable on its way to another machine: use tls://"
            )
