"""Which addresses the relay may call."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


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
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)):
        return parts
    raise ValueError("an address must be https (http only on this machine)")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
