"""An HTTP connection until it is a websocket: it has not for ever to say what it wants."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from functools import partial

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from tui.events.relay_wire import Refusal
from tui.relay.crowd import Crowd, Stage
from tui.relay.line import Line
from tui.relay.patience import Patience

LONGEST_TARGET = 32 * 1024
"""Bytes of a request's path and query: more than a thousand courses."""
LONGEST_HEAD = 64 * 1024
"""Bytes of a request's line and headers together, that may come in pieces."""


class Reception(H11Protocol):
    """One connection; it is in the crowd from its making until it is lost."""

    def __init__(
        self, config: Config, server_state: ServerState, crowd: Crowd, patience: Patience
    ) -> None:
        super().__init__(config, server_state, app_state={})
        self.place = object()
        """What the crowd knows this connection by: it outlives the reception of a websocket."""
        self._crowd = crowd
        self._patience = patience
        self._stage: Stage | None = None
        self._late: asyncio.TimerHandle | None = None
        self._is_websocket = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  as uvicorn has it
        super().connection_made(transport)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        self._crowd.leave(self.place)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def shutdown(self) -> None:
        """Finish what is under way, and nothing else."""
        if self.cycle is None or self.cycle.response_complete:  # pyright: ignore[reportUnnecessaryComparison]  None before the first
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand over to a :class:`Line`; where that cannot read the request, it is refused."""
        if len(event.target) > LONGEST_TARGET:
            words = f"path and query are longer than {LONGEST_TARGET} bytes"
            self.refuse(414, Refusal.INVALID_PARAMETER, words)
            return
        if event.method != b"GET":
            self.refuse(405, "MethodNotAllowed", "a websocket begins with GET")
            return
        line = Line(self.config, self.server_state, self.app_state)
        line.connection_made(self.transport)
        line.take(event.method, event.target.decode("ascii"), self.headers)
        if not line.handshake_initiated:
            self.connections.discard(line)
            words = "a websocket begins with few and short headers"
            self.refuse(400, Refusal.INVALID_PARAMETER, words)
            return
        self._is_websocket = True
        self._wait_no_more()
        self.connections.discard(self)
        line.left = partial(self._crowd.leave, self.place)
        self._crowd.put(self.place, Stage.SERVED, self.transport.abort)
        self.transport.set_protocol(line)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP, or has a head without end."""
        self.refuse(400, "BadRequest", msg)

    def refuse(self, status: int, error: str, words: str) -> None:
        """Answer in place of the application, and close."""
        body = json.dumps({"error": error, "message": words}).encode()
        headers = {
            "content-type": "application/json",
            "content-length": str(len(body)),
            "connection": "close",
        }
        answer = (
            h11.Response(status_code=status, headers=list(headers.items())),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        # while another answer is under way nothing can be said
        with suppress(h11.LocalProtocolError):
            self.transport.write(b"".join(self.conn.send(part) or b"" for part in answer))
        self.transport.close()

    def _look(self) -> None:
        """Note how far this connection is, and until when it has to be further."""
        if self._is_websocket or self.transport.is_closing():
            return
        match self.conn.their_state:
            case h11.IDLE:
                stage = Stage.SILENT
            case h11.SEND_BODY:
                stage = Stage.HALF_SENT
            case _:
                stage = Stage.SERVED
        if stage is self._stage:
            return
        before, self._stage = self._stage, stage
        self._crowd.put(self.place, stage, self.transport.abort)
        if stage is Stage.SILENT:
            self._wait(self._patience.head_s)
        elif before is Stage.SILENT:
            self._wait(self._patience.exchange_s)

    def _wait(self, seconds: float) -> None:
        self._wait_no_more()
        self._late = self.loop.call_later(seconds, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
