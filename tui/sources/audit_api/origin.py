"""Where the token may go: one scheme, host and port, and nowhere else."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import httpx

_PORTS = {"http": 80, "https": 443}


class BadAddress(ValueError):
    """The Canvas address cannot be used; ``str()`` says why and what to give instead."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host (lower case) and port of an address."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: httpx.URL) -> Origin:
        scheme = url.scheme.lower()
        return cls(scheme, url.host.lower(), url.port or _PORTS.get(scheme, 0))

    @property
    def loopback(self) -> bool:
        """Whether it is this machine by its address: only there plain http is allowed."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = _PORTS.get(self.scheme) == self.port
        return f"{self.scheme}://{host}" if usual else f"{self.scheme}://{host}:{self.port}"


def base_address(text: str) -> httpx.URL:
    """The address under which ``/api/v1`` lies; raises :class:`BadAddress`.

    Takes what people paste: with or without a trailing slash or ``/api/v1``. Refuses plain http
    to other machines (the token would be readable on the way) and addresses with a password.
    """
    try:
        url = httpx.URL(text.strip())
    except (httpx.InvalidURL, ValueError) as wrong:
        raise BadAddress(f"no address of a Canvas: {text[:80]!r} ({wrong})") from wrong
    if url.scheme not in _PORTS or not url.host or "%" in url.host:
        raise BadAddress(
            f"no address of a Canvas: {text[:80]!r}; it looks like https://canvas.example.edu"
        )
    if url.userinfo:
        raise BadAddress("the Canvas address must not carry a name or password")
    origin = Origin.of(url)
    if origin.scheme == "http" and not origin.loopback:
        raise BadAddress(f"{origin} would send the token unencrypted: use https://{origin.host}")
    path = url.path.rstrip("/").removesuffix("/api/v1").rstrip("/")
    return httpx.URL(f"{origin}{path}")


def target(base: httpx.URL, current: httpx.URL, link: str) -> httpx.URL | Origin | None:
    """Where ``link``, found in the answer to ``current``, leads.

    An address inside the origin of ``base`` that may be asked; the other origin if it leads
    elsewhere; None if it is no address at all or smuggles in a name and password.
    """
    try:
        url = current.join(link)
        origin = Origin.of(url)
    except (httpx.InvalidURL, ValueError):
        return None
    if origin != Origin.of(base):
        return origin
    return None if url.userinfo else url
