"""Where people sit: each has an address, a browser and a session that stay the same, mostly."""

from __future__ import annotations

from dataclasses import dataclass

from tui.campus.people import dice

_AGENTS = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Safari/605.1.15",
)
_PHONES = (
    "iosTeacher/1.21.0 (iPhone; iOS 18.6)",
    "candroid/2.9.1 (Pixel 8; Android 16)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
)
_NETS = ("192.0.2", "198.51.100", "203.0.113")
"""Addresses for documentation: nobody has them."""
_AWAY = 0.04
"""The share of requests that somebody makes from elsewhere."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What one person's requests have in common."""

    client_ip: str
    user_agent: str
    session_id: str
    time_zone: str


def desk(seed: int, user: int, request: int) -> Desk:
    """Where ``user`` makes ``request``: at the usual place, or now and then from a phone."""
    away = dice(f"{seed}:away:{user}:{request}").random() < _AWAY
    place = "phone" if away else "desk"
    random = dice(f"{seed}:{place}:{user}")
    if random.random() < 0.15:
        address = f"2001:db8:{random.randrange(1 << 16):x}::{random.randrange(1, 1 << 16):x}"
    else:
        address = f"{random.choice(_NETS)}.{random.randrange(1, 255)}"
    return Desk(
        address,
        random.choice(_PHONES if away else _AGENTS),
        f"{random.getrandbits(128):032x}",
        random.choice(("America/Denver", "America/Denver", "America/Los_Angeles")),
    )
