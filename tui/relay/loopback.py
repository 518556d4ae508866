"""Whether an address is this machine's own."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address


def is_loopback(address: str) -> bool:
    """Of an IP address, as the system writes it (``fe80::1%eth0`` too)."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped.is_loopback
    return parsed.is_loopback


def names_loopback(host: str) -> bool:
    """Of a ``Host`` header: ``localhost``, ``127.0.0.1:8642``, ``[::1]``."""
    name = host.strip().lower()
    if name.startswith("["):
        return is_loopback(name[1:].partition("]")[0])
    name = name.partition(":")[0].rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or is_loopback(name)
