"""Which addresses the relay may call."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from tui.relay.loopback import is_loopback


def private_address(url: str) -> SplitResult:
    """The parts of an address nobody can read along: https, or http on this machine.

    ``ValueError`` for all else; its text does not repeat the address, which may hold a password.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise ValueError("an address that cannot be read") from None
    if not host:
        raise ValueError("an address without a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address with a name or a password in it, which others here may read")
    if parts.scheme == "https" or (
        parts.scheme == "http" and (host == "localhost" or is_loopback(host))
    ):
        return parts
    raise ValueError("an address must be https (http only on this machine)")
