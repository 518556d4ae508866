"""A subscriber's connection: uvicorn's websocket, and what a server that only pushes needs of it.

The relay masks nothing and compresses nothing, so an event's frame is the same bytes on every
connection: it is made once and handed to the transport as it is.
"""

from __future__ import annotations

import socket
from asyncio.transports import BaseTransport
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import PayloadTooBig
from websockets.frames import Close as CloseFrame
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

from tui.events.relay_wire import Close

Hangup = ClientDisconnected
"""Raised where a frame cannot be sent any more."""
SEND_BUFFER = 64 * 1024
"""Bytes the system may hold for one connection (Linux takes it twice): those who read slowly are
then seen to be slow, and a thousand of them cost little."""
UNSENT = 16 * 1024
"""Bytes the system takes beyond what the peer has room for: they all come before a last word."""
LARGEST_MESSAGE = 64 * 1024
"""Bytes of what a client may send on a websocket, where nothing is taken anyway."""
GONE_AFTER_S = 300
"""Seconds after which the system gives up a peer that takes nothing at all."""
FAREWELL_S = 120
"""Seconds for a slow reader to come to the frame that says why it is closed."""
LINGER_S = 1
"""Seconds in which one who sends too much can read why: a close with bytes unread is a reset."""
_KEY = "line"


class Line(WebSocketsSansIOProtocol):
    """One websocket. A data frame from the client closes it (1008); the server's end 1001."""

    moved = False
    """Whether a full buffer has drained since the last ping."""
    _target = "/"
    _over = False

    left: Callable[[], None] | None = None
    """Called when the connection is lost."""

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
        # one piece waits here at most, that a last word can follow it; with 0 TLS would wait always
        self.transport.set_write_buffer_limits(high=1, low=0)
        peer = transport.get_extra_info("socket")
        if peer is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * GONE_AFTER_S)
        if peer is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.left is not None:
            self.left()

    def take(self, method: bytes, target: str, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """The request that asked for this websocket; not understood: no handshake is initiated."""
        # the library reads short lines only: it need not know the target
        self._target = target
        lines = [method + b" / HTTP/1.1", *(name + b": " + value for name, value in headers)]
        self.data_received(b"\r\n".join((*lines, b"", b"")))

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(replace(event, path=self._target))

    async def send(self, message: ASGISendEvent) -> None:
        """As uvicorn does, which takes a refusal for no answer."""
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True

    def data_received(self, data: bytes) -> None:
        if not self._over:
            super().data_received(data)

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

    def handle_parser_exception(self) -> None:
        """A message that is too long is a message: 1008, not 1009."""
        if not isinstance(self.conn.parser_exc, PayloadTooBig) or self.close_sent:
            super().handle_parser_exception()
            return
        self.conn.data_to_send()  # its own close frame
        said = CloseFrame(Close.SERVER_PUSH_ONLY, "the relay takes no messages").serialize()
        self.transport.write(Frame(Opcode.CLOSE, said).serialize(mask=False))
        self.close_sent = self._over = True
        self.stop_keepalive()
        code = Close.SERVER_PUSH_ONLY.value
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code})
        self.close_timer = self.loop.call_later(LINGER_S, self.transport.close)
