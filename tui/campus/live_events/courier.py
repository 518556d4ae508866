"""Carrying live events to a webhook as Data Services does: one POST each, retried, unordered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from tui.campus.live_events.faults import LiveFault, LiveFaults
from tui.campus.live_events.outbox import Emitted, Fate, Outbox
from tui.campus.live_events.signing import Signer
from tui.campus.people import dice

Sleep = Callable[[float], Awaitable[None]]
"""Wait for so many seconds."""
PATIENCE_S = 15.0
"""A 2xx has to come within this time."""
RETRY = "retry"
GIVE_UP = "give_up"
"""What the outbox counts beside the faults."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How long to wait before each further try (s); up to a half more by chance."""

    waits_s: tuple[float, ...] = (0.05, 0.1, 0.2)


CANVAS_RETRIES = Retries((60.0, 240.0, 600.0))
"""Those of Data Services: three more tries over ten to twenty minutes."""
_NO_FAULTS = LiveFaults()


class Courier:
    """Posts every event of an outbox to ``url`` while :meth:`run` runs."""

    def __init__(
        self,
        outbox: Outbox,
        url: str,
        *,
        in_flight: int = 8,
        secret: str | None = None,
        signer: Signer | None = None,
        faults: LiveFaults = _NO_FAULTS,
        retries: Retries = Retries(),
        patience_s: float = PATIENCE_S,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._outbox = outbox
        self._url = url
        self._places = asyncio.Semaphore(in_flight)
        self._headers = {"Content-Type": "application/json", "User-Agent": "Inst-LiveEvents"}
        if secret is not None:
            self._headers["Authorization"] = secret
        self._signer = signer
        self._faults = faults
        self._retries = retries
        self._patience_s = patience_s
        self._sleep = sleep
        self._next = 0
        self._carrying: set[int] = set()
        self._gone = 0
        """The highest number acknowledged so far, plus one."""
        self._changed = asyncio.Event()

    @property
    def fired(self) -> dict[str, int]:
        """How often each fault really happened, and ``retry`` and ``give_up``."""
        return dict(self._outbox.fired)

    async def drained(self) -> None:
        """Wait until every event emitted so far has met its fate."""
        while self._carrying or not self._outbox.settled:
            self._changed.clear()
            await self._changed.wait()

    async def run(self) -> None:
        """Post what has no fate yet, and all that comes, until cancelled."""
        arrived, loop = asyncio.Event(), asyncio.get_running_loop()
        end = self._outbox.tell(lambda: loop.call_soon_threadsafe(arrived.set))
        limits = httpx.Limits(max_connections=None, keepalive_expiry=5.0)
        try:
            async with (
                httpx.AsyncClient(timeout=self._patience_s, limits=limits) as http,
                asyncio.TaskGroup() as group,
            ):
                while True:
                    arrived.clear()
                    for emitted in self._outbox.since(self._next):
                        self._next = emitted.number + 1
                        if self._outbox.fate(emitted.number) is Fate.PENDING:
                            self._carrying.add(emitted.number)
                            group.create_task(self._carry(http, emitted))
                    await arrived.wait()
        finally:
            end()

    async def _carry(self, http: httpx.AsyncClient, emitted: Emitted) -> None:
        number = emitted.number
        fault = self._faults.of(number)
        try:
            if fault is LiveFault.LOSE:
                self._outbox.fire(number, fault.value)
                self._outbox.decide(number, Fate.DROPPED)
                return
            await self._hold(number, fault)
            if not await self._deliver(http, emitted):
                self._outbox.fire(number, GIVE_UP)
                self._outbox.decide(number, Fate.GIVEN_UP)
                return
            self._gone = max(self._gone, number + 1)
            if fault is LiveFault.DUPLICATE and await self._post(http, emitted):
                self._outbox.fire(number, fault.value)
            self._outbox.decide(number, Fate.DELIVERED)
        finally:
            self._carrying.discard(number)
            self._changed.set()

    async def _hold(self, number: int, fault: LiveFault | None) -> None:
        """Keep an event back that is late or overtaken."""
        if fault is LiveFault.DELAY:
            share = dice(f"{self._faults.seed}:delay:{number}").random()
            await self._sleep(self._faults.delay_s * (0.1 + 0.9 * share))
            self._outbox.fire(number, fault.value)
        elif fault is LiveFault.REORDER:
            try:
                async with asyncio.timeout(self._faults.patience_s):
                    while self._gone <= number + self._faults.overtakers:
                        self._changed.clear()
                        await self._changed.wait()
            except TimeoutError:
                pass  # nobody came to overtake it
            if self._gone > number:
                self._outbox.fire(number, fault.value)

    async def _deliver(self, http: httpx.AsyncClient, emitted: Emitted) -> bool:
        chance = dice(f"{self._faults.seed}:retry:{emitted.number}")
        for wait_s in (*self._retries.waits_s, None):
            if await self._post(http, emitted):
                return True
            if wait_s is not None:
                await self._sleep(wait_s * (1 + chance.random() / 2))
                self._outbox.fire(emitted.number, RETRY)
        return False

    async def _post(self, http: httpx.AsyncClient, emitted: Emitted) -> bool:
        """One try; whether it was acknowledged."""
        signed = emitted.text if self._signer is None else self._signer.sign(emitted.text)
        async with self._places:
            try:
                answer = await http.post(
                    self._url, content=signed.encode(), headers=self._headers
                )  # fmt: skip
            except httpx.HTTPError:
                return False
            return answer.is_success
