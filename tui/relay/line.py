"""A subscriber's connection: uvicorn's websocket, and what a server that only pushes needs of it.

The relay masks nothing and compresses nothing, so an event's frame is the same bytes on every
connection: it is made once and handed to the transport as it is.
"""

from __future__ import annotations

import socket
from asyncio.transports import BaseTransport
from collections.abc import Mapping
from typing import cast

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.protocol import State

from tui.events.relay_wire import Close

Hangup = ClientDisconnected
"""Raised where a frame cannot be sent any more."""
SEND_BUFFER = 64 * 1024
"""Bytes the system may hold for one connection (Linux takes it twice): those who read slowly are
then seen to be slow, and a thousand of them cost little."""
GONE_AFTER_S = 300
"""Seconds after which the system gives up a peer that takes nothing at all."""
FAREWELL_S = 60
"""What a slow reader has to read up to the frame that says why it is closed."""
_KEY = "line"


class Line(WebSocketsSansIOProtocol):
    """One websocket. A data frame from the client closes it (1008); the server's end 1001."""

    moved = False
    """Whether a full buffer has drained since the last ping."""

    @classmethod
    def of(cls, scope: Mapping[str, object]) -> Line:
        """The connection of an ASGI scope; ``TypeError`` under any other server."""
        line = cast("Mapping[str, object]", scope["state"]).get(_KEY)
        if not isinstance(line, cls):
            raise TypeError("the relay's subscriptions run on its own server")
        return line

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, _KEY: self}
        peer = transport.get_extra_info("socket")
        if peer is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * GONE_AFTER_S)

    async def push(self, wire: bytes) -> None:
        """Send frames once the peer has taken what was sent before; raises :data:`Hangup`."""
        await self.writable.wait()
        if self.disconnected or self.close_sent or self.conn.state is not State.OPEN:
            raise Hangup
        self.transport.write(wire)

    def part(self, code: Close, reason: str, last_frame: str | None = None) -> None:
        """Send a last frame and close, behind all that is still to be read; returns at once.

        Who has not read it within :data:`FAREWELL_S` is cut off.
        """
        if self.disconnected or self.close_sent or self.conn.state is not State.OPEN:
            return
        if last_frame is not None:
            self.conn.send_text(last_frame.encode())
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(FAREWELL_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self.moved = True

    def keepalive_timeout(self) -> None:
        """No answer to a ping: one who still takes frames is slow, not dead, and is asked again."""
        slow = self.moved or not self.writable.is_set()
        if slow and not self.transport.is_closing():
            self.pending_ping_payload = None
            self.moved = False
            self.pong_timer = None
            self.schedule_ping()
            return
        super().keepalive_timeout()
        self.transport.abort()

    def shutdown(self) -> None:
        """The server ends: 1001 instead of uvicorn's 1012."""
        if self.handshake_complete and not self.close_sent:
            self.part(Close.SHUTDOWN, "the relay shuts down")
        super().shutdown()

    def handle_text(self, event: Frame) -> None:  # noqa: ARG002  whatever it says
        self.part(Close.SERVER_PUSH_ONLY, "the relay takes no messages")

    handle_bytes = handle_cont = handle_text
