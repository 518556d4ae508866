"""The audit log as a source: every query the targets need, polled side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

from pydantic import SecretStr

from tui.events.event import Event
from tui.events.times import SECOND
from tui.journal.records import Batch, Recorded
from tui.sources.audit_api.client import CanvasClient, Turn
from tui.sources.audit_api.memory import Memory
from tui.sources.audit_api.names import Names
from tui.sources.audit_api.origin import BadAddress, Origin, base_address
from tui.sources.audit_api.pages import Habits, Pages
from tui.sources.audit_api.poll import REFUSED_PAUSE, Means, Poller
from tui.sources.audit_api.queries import Log, Query, queries
from tui.sources.audit_api.resolve import Resolver, settled
from tui.sources.audit_api.spans import Span
from tui.sources.audit_api.words import QueryFailed
from tui.sources.health import Health, State
from tui.sources.source import Clock, Outcome, Recorder, Sleep, SourceFailed
from tui.sources.targets import Targets


class AuditSource:
    """Reads the audit log of one Canvas for some targets.

    ``since`` and ``until`` (UTC ms, the latter excluded; None = open) bound what is read;
    ``poll_interval`` is in seconds. ``patient`` keeps following when Canvas refuses every query
    (a screen shows it, and rights may come); without it that ends the source. ``turn`` is shared
    with other readings that use the same token.
    """

    def __init__(
        self,
        base_url: str,
        token: SecretStr,
        targets: Targets,
        *,
        since: int,
        until: int | None,
        poll_interval: float,
        journal: Memory,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        random: Random | None = None,
        patient: bool = True,
        turn: Turn | None = None,
    ) -> None:
        self._turn = turn or Turn()
        self._base_url, self._token, self._targets = base_url, token, targets
        last = None if until is None else max(since, until - 1) // SECOND
        self._window = Span(since // SECOND, last)
        self._interval, self._memory = poll_interval, journal
        self._clock, self._sleep, self._patient = clock, sleep, patient
        self._random = random or Random()  # noqa: S311  jitter only
        self._resolved: Targets | None = targets if settled(targets) else None
        self._habits = Habits()
        self._pollers: list[Poller] = []

    @property
    def name(self) -> str:
        try:
            return f"audit log of {Origin.of(base_address(self._base_url))}"
        except BadAddress:
            return "audit log"

    def poll_now(self) -> None:
        """Ask now instead of at the next poll: a person wants it, or a stream has a hole."""
        for poller in self._pollers:
            poller.wake()

    def hint(self, event: Event) -> None:
        """A live event came: ask now what could show its row, at most every three seconds."""
        for poller in self._pollers:
            if poller.query.may_confirm(event):
                poller.hint()

    async def resolve(self) -> Targets:
        """The targets as numbers; asks Canvas where they are not. Raises :class:`SourceFailed`."""
        if self._resolved is None:
            async with self._client() as client:
                self._resolved = await self._look_up(client)
        return self._resolved

    async def run(self, recorder: Recorder, *, once: bool) -> None:
        """See :meth:`tui.sources.source.Source.run`.

        With ``once``, :class:`SourceFailed` is raised after all that could be read was.
        """
        async with self._client() as client:
            targets = await self._targets_for(client, recorder, once=once)
            asked = queries(targets)
            if not asked:
                raise SourceFailed(
                    "nothing to ask the audit log: name a course, assignment, student, grader or "
                    "account (Canvas has no feed of all grades)",
                    Outcome.USAGE,
                )
            names = Names(client, self._memory)
            means = Means(
                client=client,
                habits=self._habits,
                memory=self._memory,
                clock=self._clock,
                sleep=self._sleep,
                random=self._random,
                window=self._window,
                interval=self._interval,
            )
            attentive = _Attentive(recorder, names)
            self._pollers = [Poller(query, means, attentive) for query in asked]
            run = _Run(self._pollers, names, recorder, patient=self._patient)
            try:
                await (run.once() if once else run.follow())
            finally:
                self._pollers = []

    @asynccontextmanager
    async def _client(self) -> AsyncGenerator[CanvasClient, None]:
        client = CanvasClient(
            self._base_url, self._token, clock=self._clock, sleep=self._sleep, turn=self._turn
        )
        async with client:
            yield client

    async def _targets_for(
        self, client: CanvasClient, recorder: Recorder, *, once: bool
    ) -> Targets:
        """The resolved targets; following, an unreachable Canvas is waited for."""
        while self._resolved is None:
            try:
                self._resolved = await self._look_up(client)
            except SourceFailed as fault:
                if once or fault.outcome is not Outcome.UNREACHABLE:
                    raise
                recorder.report(Health(self.name, State.RETRYING, str(fault)))
                await self._sleep(self._random.uniform(5.0, 15.0))
        return self._resolved

    async def _look_up(self, client: CanvasClient) -> Targets:
        pages = Pages(
            client,
            Query(),
            self._habits,
            tell=_say_nothing,
            sleep=self._sleep,
            random=self._random,
        )
        return await Resolver(pages, client).resolve(self._targets)


def _say_nothing(state: State, words: str, wait: float | None) -> None:
    del state, words, wait


@dataclass
class _Attentive:
    """The recorder, with the ids in passing rows noticed for their names."""

    recorder: Recorder
    names: Names

    async def record(self, batch: Batch) -> Recorded:
        for sighting in batch.sightings:
            self.names.notice(sighting.event)
        return await self.recorder.record(batch)

    def report(self, health: Health) -> None:
        self.recorder.report(health)


class _Run:
    """All queries side by side; the client lets their requests through one after another."""

    def __init__(
        self, pollers: list[Poller], names: Names, recorder: Recorder, *, patient: bool
    ) -> None:
        self._pollers, self._names, self._recorder = pollers, names, recorder
        self._patient = patient
        self._faults: dict[str, QueryFailed] = {}

    async def once(self) -> None:
        async with asyncio.TaskGroup() as group:
            for poller in self._pollers:
                group.create_task(self._read(poller))
        await self._names.learn(self._recorder)
        if worst := max(self._hard_faults(), key=lambda fault: fault.outcome, default=None):
            raise SourceFailed(str(worst), worst.outcome)

    async def follow(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for poller in self._pollers:
                    group.create_task(self._follow(poller))
        except* SourceFailed as failed:
            raise _leaf(failed) from None

    async def _read(self, poller: Poller) -> None:
        try:
            await poller.once()
        except QueryFailed as fault:
            self._faults[poller.query.name] = fault
            poller.ended(fault, None)

    async def _follow(self, poller: Poller) -> None:
        while True:
            try:
                await poller.follow(self._after_poll(poller))
            except QueryFailed as fault:
                self._faults[poller.query.name] = fault
                poller.ended(fault, REFUSED_PAUSE)
                self._give_up_if_hopeless()
            await poller.rest(REFUSED_PAUSE)

    def _after_poll(self, poller: Poller) -> Callable[[], Awaitable[None]]:
        async def after() -> None:
            self._faults.pop(poller.query.name, None)
            await self._names.learn(self._recorder)

        return after

    def _give_up_if_hopeless(self) -> None:
        """Where nobody watches a screen, a source that is refused everything ends."""
        if self._patient:
            return
        essential = self._essential()
        faults = [self._faults[one] for one in essential if one in self._faults]
        if len(faults) == len(essential):
            worst = max(faults, key=lambda fault: fault.outcome)
            raise SourceFailed(str(worst), worst.outcome)

    def _essential(self) -> list[str]:
        """The queries whose refusal matters: grades, where any are asked for."""
        grades = [one.query.name for one in self._pollers if one.query.log is Log.GRADES]
        return grades or [one.query.name for one in self._pollers]

    def _hard_faults(self) -> list[QueryFailed]:
        """Faults that spoil a complete reading.

        Beside a grade log, course events that are refused (to teachers, always) or that the
        server does not keep do not; an account, asked for by itself, has to be there.
        """
        essential = self._essential()
        by_account = {one.query.name for one in self._pollers if one.query.account is not None}
        return [
            fault
            for name, fault in self._faults.items()
            if name in essential
            or fault.outcome is Outcome.UNREACHABLE
            or (name in by_account and fault.outcome is Outcome.USAGE)
        ]


def _leaf(group: BaseExceptionGroup[SourceFailed]) -> SourceFailed:
    found = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
