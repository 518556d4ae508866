"""The open connections: how many there may be, and who goes first when there are too many."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from enum import Enum, auto

RESERVE = 128
"""Open files that are kept for the log and for what the relay asks of others."""


class Stage(Enum):
    """How far a connection has come; those in the first stage are given up first."""

    SILENT = auto()
    """No whole request: from its acceptance on, and again after each answer."""
    HALF_SENT = auto()
    """A request whose body is not there yet."""
    SERVED = auto()
    """A whole request, or a websocket: never given up for others."""


class Crowd:
    """Connections by their stage, in each the oldest first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._stages: dict[Stage, dict[object, Callable[[], object]]] = {
            stage: {} for stage in Stage
        }
        self._where: dict[object, Stage] = {}

    def __len__(self) -> int:
        return len(self._where)

    @property
    def full(self) -> bool:
        return len(self) >= self.most

    def put(self, who: object, stage: Stage, drop: Callable[[], object]) -> None:
        """Note where a connection is; ``drop`` ends it at once."""
        before = self._where.get(who)
        if before is not None and before is not stage:
            del self._stages[before][who]
        self._where[who] = stage
        self._stages[stage][who] = drop

    def leave(self, who: object) -> None:
        if (stage := self._where.pop(who, None)) is not None:
            del self._stages[stage][who]

    def drop_one(self) -> bool:
        """End the connection that is missed least; False: all are being served."""
        for stage in (Stage.SILENT, Stage.HALF_SENT):
            for who, drop in self._stages[stage].items():
                self.leave(who)
                drop()
                return True
        return False

    def drop_unserved(self) -> None:
        """End all connections that are not being served."""
        while self.drop_one():
            pass


def most_connections() -> int:
    """As many as this process may have open, without the reserve."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return sys.maxsize
    return soft - min(RESERVE, soft // 2)
