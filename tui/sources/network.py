"""Why a host could not be reached, in a few words; pure."""

from __future__ import annotations

import errno
import re
import socket

_CAUSES = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset",
    errno.EHOSTUNREACH: "no route to the host",
    errno.ENETUNREACH: "the network is down",
    errno.ETIMEDOUT: "timed out",
}
_SEVERAL = re.compile(r"\[Errno (\d+)\]")
"""asyncio puts what became of each address of a host into one fault without a number."""


def cause(fault: OSError) -> str | None:
    """``connection refused``; None where the fault says nothing that a person knows."""
    if isinstance(fault, socket.gaierror):
        return "no host of that name"
    if fault.errno is not None:
        return _CAUSES.get(fault.errno)
    first = _SEVERAL.search(str(fault))
    return None if first is None else _CAUSES.get(int(first[1]))
