"""Where connections come in: never more than there is room for."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable
from typing import NoReturn

from tui.relay.crowd import Crowd, Stage
from tui.relay.logs import RELAY_LOG
from tui.relay.reception import Reception

_AGAIN_S = 0.2
"""After the system had no room for another connection."""
_NO_ROOM = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Doorway:
    """Takes connections from a listening socket, and gives up others where it has to."""

    def __init__(
        self,
        crowd: Crowd,
        receive: Callable[[], Reception],
        *,
        tls: ssl.SSLContext | None,
        handshake_s: float,
    ) -> None:
        self._crowd = crowd
        self._receive = receive
        self._tls = tls
        self._handshake_s = handshake_s

    async def open(self, listening: socket.socket) -> NoReturn:
        """For ever; connections that are through the door stay when this is cancelled."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    taken, _ = await loop.sock_accept(listening)
                except ConnectionError:
                    continue  # gone before it was taken
                except OSError as wrong:
                    if wrong.errno not in _NO_ROOM:
                        raise
                    why = errno.errorcode[wrong.errno]
                    RELAY_LOG.error("no connection can be taken", extra={"why": why})
                    self._crowd.drop_one()
                    await asyncio.sleep(_AGAIN_S)
                    continue
                if self._crowd.full and not self._make_room():
                    taken.close()
                    await asyncio.sleep(0)
                    continue
                protocol = self._receive()
                coming = group.create_task(self._come_in(taken, protocol))
                self._crowd.put(protocol.place, Stage.SILENT, coming.cancel)
                # what was given up is closed, and what was taken begins, before the next
                await asyncio.sleep(0)

    def _make_room(self) -> bool:
        made = self._crowd.drop_one()
        how = "the oldest without a request is closed" if made else "a new one is closed"
        RELAY_LOG.warning("too many connections", extra={"most": self._crowd.most, "so": how})
        return made

    async def _come_in(self, taken: socket.socket, protocol: Reception) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: protocol,
                taken,
                ssl=self._tls,
                ssl_handshake_timeout=None if self._tls is None else self._handshake_s,
            )
        except OSError:  # no TLS, or not in time
            self._crowd.leave(protocol.place)
        except asyncio.CancelledError:
            self._crowd.leave(protocol.place)
            raise
