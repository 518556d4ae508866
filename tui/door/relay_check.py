"""What the doctor tries of the relay: its address, its token, and what its log holds."""

from __future__ import annotations

import asyncio

from websockets.exceptions import ConnectionClosed

from tui.config import Settings
from tui.door.desk import relay_address, targets_of, wall_clock
from tui.door.exits import ExitCode, Stop
from tui.door.findings import Finding, fail, ok, warn
from tui.door.options import Asked
from tui.door.secrets import Found, find_relay_token
from tui.sources.relay.address import RelayAddress
from tui.sources.relay.answers import CursorRefused, RelayFault, closed_words
from tui.sources.relay.frames import Hello
from tui.sources.relay.interest import Interest
from tui.sources.relay.line import Dead, Timing, open_line
from tui.sources.relay.session import Session
from tui.sources.targets import Targets


async def relay_findings(asked: Asked, settings: Settings) -> list[Finding]:
    """What is to be said about the relay and its token."""
    try:
        address = relay_address(settings)
        if address is None:
            return [ok("relay: no relay configured")]
        found = await asyncio.to_thread(find_relay_token, settings, address.host)
        interest = _interest(asked)
    except Stop as stop:
        return [fail(f"relay: {stop}", stop.code)]
    timing = Timing()
    try:
        token = None if found is None else found.token
        line = await open_line(address, interest.params, token, timing)
        async with line:
            hello = await Session(line, None, timing, wall_clock).greeting()
    except RelayFault as fault:
        return [fail(f"relay: {fault}", ExitCode(fault.outcome))]
    except ConnectionClosed as closed:
        return [fail(f"relay: {closed_words(closed, '')}", ExitCode.UNREACHABLE)]
    except (CursorRefused, Dead) as odd:
        return [
            fail(f"relay: {address.host} does not speak as a relay: {odd}", ExitCode.UNREACHABLE)
        ]
    return _words(address, hello, found, interest.words)


def _interest(asked: Asked) -> Interest:
    """What a watch would ask for; SIS forms, which Canvas has to look up, are left out."""
    targets = targets_of(asked)
    try:
        interest = Interest.of(targets)
    except ValueError:
        interest = Interest.of(Targets())
    return interest


def _words(
    address: RelayAddress, hello: Hello | None, found: Found | None, what: str
) -> list[Finding]:
    if hello is None:
        held = warn(
            f"relay: {address} is open and sends no greeting: bare events, of which what happens "
            "while disconnected is lost"
        )
    else:
        count = hello.head - hello.floor
        events = f"{count:,} event{'' if count == 1 else 's'}"
        held = ok(f"relay: {address} serves {what}; its log holds {events}")
    token = "it asks for none" if found is None else f"from {found.place}, not refused"
    return [held, ok(f"relay token: {token}")]
