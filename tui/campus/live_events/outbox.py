"""What Canvas has emitted, and what became of each event on its way to the webhook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum


class Log(StrEnum):
    """An audit log."""

    GRADES = "grades"
    COURSES = "courses"


class Fate(StrEnum):
    """What is known of an event's way to the webhook."""

    PENDING = "pending"
    """On its way; or the process died between: the receiver may have it."""
    DELIVERED = "delivered"
    """A 2xx was seen."""
    DROPPED = "dropped"
    """Never sent: a fault lost it."""
    GIVEN_UP = "given_up"
    """Sent four times and never acknowledged: the receiver may have it."""


@dataclass(frozen=True, slots=True)
class Emitted:
    """One live event; ``number`` counts from 0 in the order of emission, ``at`` is its time."""

    number: int
    at: int
    name: str
    text: str
    """The document, JSON on one line."""
    log: Log | None
    """Where its audit row is; None: there never is one."""
    row: int
    """The number of that row in the ledger."""
    course: int
    assignment: int | None
    student: int | None
    request: int
    """0 for a job."""


@dataclass(frozen=True, slots=True)
class Fated:
    """Event ``number`` has met its fate."""

    number: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class Fired:
    """A fault has really happened to event ``number``."""

    number: int
    fault: str


Posted = Emitted | Fated | Fired


class Outbox:
    """Events in the order of emission with their fates; ``record`` is told before anybody else."""

    def __init__(
        self,
        lock: AbstractContextManager[object],
        record: Callable[[Posted], None] | None = None,
    ) -> None:
        self._lock = lock
        self.record = record
        self.emitted: list[Emitted] = []
        self.fired: Counter[str] = Counter()
        """How often each fault befell an event, and how often one was retried or given up."""
        self._fates: dict[int, Fate] = {}
        self._told: list[Callable[[], object]] = []

    def put(self, emitted: Emitted) -> None:
        """A new event, to be posted."""
        with self._lock:
            self._apply(emitted)
            for tell in self._told:
                tell()

    def fate(self, number: int) -> Fate:
        return self._fates.get(number, Fate.PENDING)

    def decide(self, number: int, fate: Fate) -> None:
        """This is what became of an event."""
        with self._lock:
            self._apply(Fated(number, fate))

    def fire(self, number: int, fault: str) -> None:
        """A fault befell an event."""
        with self._lock:
            self._apply(Fired(number, fault))

    @property
    def settled(self) -> bool:
        """Whether every event has met its fate."""
        with self._lock:
            return len(self._fates) == len(self.emitted)

    def since(self, number: int) -> list[Emitted]:
        """Events from ``number`` on."""
        with self._lock:
            return self.emitted[number:]

    def tell(self, call: Callable[[], object]) -> Callable[[], None]:
        """Call after every new event, from whatever thread; the answer ends it."""
        with self._lock:
            self._told.append(call)

        def end() -> None:
            with self._lock:
                self._told.remove(call)

        return end

    def _apply(self, posted: Posted) -> None:
        if self.record is not None:
            self.record(posted)
        self.restore(posted)

    def restore(self, posted: Posted) -> None:
        """Take over what an earlier process recorded."""
        match posted:
            case Emitted():
                self.emitted.append(posted)
            case Fated():
                self._fates[posted.number] = posted.fate
            case Fired():
                self.fired[posted.fault] += 1
