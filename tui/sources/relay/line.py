"""One open websocket to a relay, and whether anybody is still at its other end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib.metadata import version

from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tui.events.relay_wire import SUBPROTOCOL
from tui.events.times import to_ms
from tui.sources.relay.address import RelayAddress
from tui.sources.relay.answers import RelayFault, refusal_of
from tui.sources.source import SourceFailed
from tui.sources.tls import client_context

LARGEST = 8 << 20
"""Bytes of a frame. A relay takes events of 1 MiB at most; escapes can lengthen them sixfold."""
_USER_AGENT = f"gradewatch/{version('gradewatch')} (+listener to live events)"
_SILENT = logging.getLogger("gradewatch.websocket")
"""The library's own remarks: they would carry the token at the level of debugging, and be painted
over the screen at that of errors."""
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


@dataclass(frozen=True, slots=True)
class Timing:
    """How long is waited for what, in seconds."""

    open: float = 20.0
    hello: float = 5.0
    """A relay that has not greeted by then sends bare events."""
    quiet: float = 10.0
    """After so long without a word the other end is asked for a sign of life."""
    behind: float = 2.0
    """The same while something is still to come."""
    pong: float = 20.0
    """A connection that gives no sign of life for so long then is dead."""
    gather: float = 0.1
    """Between two commits, so that a busy stream is committed in few of them."""
    close: float = 1.0
    refused: float = 300.0
    """Between tries where the relay has said no: rights may be granted meanwhile."""


class Dead(Exception):
    """The connection is open and nobody answers."""

    def __init__(self) -> None:
        super().__init__("the connection is dead: no sign of life")


class Line(ClientConnection):
    """A connection that knows when it last heard anything: a frame, a ping or a pong."""

    heard: float = 0.0
    """By the event loop's clock."""

    def data_received(self, data: bytes) -> None:
        self.heard = self.loop.time()
        super().data_received(data)

    async def next_message(self, quiet: float, pong: float) -> bytes | None:
        """The next message as bytes, text or not.

        None: there was none for ``quiet`` seconds, and the other end answered after all that it
        had sent before. Raises :class:`Dead`, or ``ConnectionClosed``.
        """
        while True:
            found = await self.message_within(quiet)
            if found is not None:
                return found
            asked = self.loop.time()
            answer = await self.ping()
            try:
                async with asyncio.timeout(pong):
                    await answer
            except TimeoutError:
                if self.heard <= asked:
                    self.transport.abort()
                    raise Dead from None
                continue  # it answers no pings, and yet it speaks
            return await self.message_within(0)

    async def message_within(self, seconds: float) -> bytes | None:
        """The next message, or None; with 0, only what has come already."""
        try:
            async with asyncio.timeout(seconds):
                return await self.recv(decode=False)
        except TimeoutError:
            return None

    @property
    def server_time(self) -> int | None:
        """The other end's clock at the opening, UTC ms, whole seconds; None if it did not say."""
        stamp = None if self.response is None else self.response.headers.get("Date")
        try:
            return None if stamp is None else to_ms(parsedate_to_datetime(stamp))
        except (ValueError, OverflowError):
            return None


class _Straight(connect):
    """Follows no redirect: the token, and what is asked for, go to one host only."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def open_line(
    address: RelayAddress,
    params: Sequence[tuple[str, str]],
    token: SecretStr | None,
    timing: Timing,
) -> Line:
    """Subscribe; raises :class:`CursorRefused` or :class:`RelayFault`."""
    sent = {} if token is None else {"Authorization": f"Bearer {token.get_secret_value()}"}
    try:
        secure = await asyncio.to_thread(client_context) if address.secure else None
    except SourceFailed as failed:
        raise RelayFault(str(failed), failed.outcome) from failed
    opening = _Straight(
        address.url(params),
        ssl=secure,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        additional_headers=sent,
        user_agent_header=_USER_AGENT,
        proxy=None if address.origin.loopback else True,  # no proxy reaches this machine's own
        open_timeout=timing.open,
        close_timeout=timing.close,
        ping_interval=None,  # asked for by hand: a reader that waits for the disk is not dead
        max_size=LARGEST,
        create_connection=Line,
        logger=_SILENT,
    )
    try:
        opened = await opening
    except Exception as wrong:  # noqa: BLE001  whatever the library raises is one of two faults
        raise refusal_of(wrong, address, token=token is not None) from None
    assert isinstance(opened, Line)  # noqa: S101  created as such, four lines above
    return opened
