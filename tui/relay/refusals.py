"""How the relay says no before a subscription begins: a name, words, and what to come back with."""

from __future__ import annotations

from starlette.responses import JSONResponse

from tui.events.relay_wire import Cursor, Refusal
from tui.relay.event_log import EventLog

_STATUS = {
    Refusal.UNAUTHORIZED: 401,
    Refusal.FORBIDDEN: 403,
    Refusal.LOG_UNAVAILABLE: 503,
}


class Refused(Exception):
    """A request that is not served; ``str()`` says why, and has nothing personal in it."""

    def __init__(self, refusal: Refusal, words: str, *, floor: int | None = None) -> None:
        super().__init__(words)
        self.refusal = refusal
        self.floor = floor

    @property
    def response(self) -> JSONResponse:
        """``{"error": NAME, "message": …}``, with the floor where a cursor is at fault."""
        content: dict[str, object] = {"error": self.refusal, "message": str(self)}
        if self.floor is not None:
            content["floor"] = self.floor
        status = _STATUS.get(self.refusal, 400)
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
        return JSONResponse(content, status, headers)


def starting_place(cursor: Cursor | None, log: EventLog) -> int:
    """The first sequence number to send, never another than was asked for; or :class:`Refused`."""
    if cursor is None:
        return log.head
    if cursor.epoch != log.epoch:
        raise Refused(
            Refusal.EPOCH_CHANGED,
            "the log was begun anew since this cursor: events may be missing",
            floor=log.floor,
        )
    if cursor.seq < log.floor:
        raise Refused(
            Refusal.CURSOR_TOO_OLD,
            f"the log now begins at {log.floor}: events before it are gone",
            floor=log.floor,
        )
    if cursor.seq > log.head:
        raise Refused(
            Refusal.CURSOR_IN_FUTURE,
            f"the log's next event is {log.head}",
            floor=log.floor,
        )
    return cursor.seq
