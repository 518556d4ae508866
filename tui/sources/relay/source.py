"""A relay as a source: live events as they happen, and what was missed meanwhile.

The first time, a subscription takes all that the relay still has if the window begins before now;
later it goes on where it was. What is of interest is kept whatever the window is (a relay holds a
day and a half or so), so that a cursor means the same for every window.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from random import Random
from typing import Protocol

from pydantic import SecretStr
from websockets.exceptions import ConnectionClosed

from tui.events.confirmation import Confirmation, confirmation
from tui.events.event import Event, Feed, Rejected
from tui.events.relay_wire import Close, Cursor, stays_closed
from tui.events.times import SECOND
from tui.journal.records import Batch, RelayCursor, Stretch, place_of
from tui.sources.health import Health, State
from tui.sources.relay.address import RelayAddress
from tui.sources.relay.answers import CursorRefused, RelayFault, closed_words
from tui.sources.relay.backoff import Backoff
from tui.sources.relay.catch import Catch, Subscription
from tui.sources.relay.interest import Interest
from tui.sources.relay.line import LARGEST, Dead, Line, Timing, open_line
from tui.sources.relay.place import Place
from tui.sources.relay.session import Session
from tui.sources.source import Clock, Outcome, Recorder, Sleep, SourceFailed
from tui.sources.targets import Targets

_TOO_BIG = 1009
"""The close code with which a frame beyond the limit is answered (RFC 6455)."""
_TRIES_ONCE = 4
"""Tries of a relay that cannot be reached where nobody follows."""
_HASTE = 3
"""Times in a row that it may be opened anew at once."""
_SKEW_MS = 2_000
"""A smaller difference of clocks cannot be told: the relay says its time in whole seconds."""
_OUR_FAULT = 7
"""Failures in a row that a connection counts for which was closed for a fault of ours."""
_BARE = "this relay sends bare events: what happens while disconnected is lost here"
_OVERSIZED = f"a frame larger than {LARGEST >> 20} MiB was passed over"


class RelayMemory(Protocol):
    """The part of the journal that knows where to go on; may be called from any thread."""

    def relay_cursor(self, relay: str) -> RelayCursor | None: ...

    def covered(self, feed: Feed, target: str) -> list[Stretch]: ...


class RelaySource:
    """Listens to one relay for some targets.

    ``targets`` gives them as numbers and may raise :class:`SourceFailed`. ``hint`` is told of every
    event that the audit log should have, ``read_now`` of a hole in the stream: then it is asked at
    once. ``since`` (UTC ms) is where the window begins; ``patient`` keeps trying where the relay
    refuses (a screen shows it, and rights may come).
    """

    def __init__(
        self,
        address: RelayAddress,
        token: SecretStr | None,
        targets: Callable[[], Awaitable[Targets]],
        *,
        since: int,
        journal: RelayMemory,
        clock: Clock,
        hint: Callable[[Event], None] = lambda _: None,
        read_now: Callable[[], None] = lambda: None,
        sleep: Sleep = asyncio.sleep,
        random: Random | None = None,
        patient: bool = True,
        timing: Timing | None = None,
    ) -> None:
        self._address, self._token, self._ask_targets = address, token, targets
        self._since, self._memory, self._clock = since, journal, clock
        self._hint, self._read_now, self._sleep = hint, read_now, sleep
        self._patient, self._timing = patient, timing or Timing()
        self._backoff = Backoff(random or Random())  # noqa: S311  jitter only
        self._health = Health(self.name, State.CONNECTING, feed=Feed.LIVE)
        self._known_to_work = False
        self._order = 0

    @property
    def name(self) -> str:
        return f"relay {self._address.host}"

    async def run(self, recorder: Recorder, *, once: bool) -> None:
        """See :meth:`tui.sources.source.Source.run`; with ``once``, up to the relay's head."""
        self._tell(recorder, State.CONNECTING)
        interest = Interest.of(await self._targets(recorder, once=once))
        if not interest.kinds:
            raise SourceFailed(
                "nothing to ask the relay for: an account has course events only, and "
                "--no-course-events leaves them out",
                Outcome.USAGE,
            )
        subscription = Subscription(f"{self._address} {interest.words}", self.name, interest)
        self._health = replace(self._health, target=subscription.target)
        place = await self._place(subscription)
        haste = failures = 0
        while True:
            try:
                if await self._connect(subscription, place, recorder, once=once):
                    return
                fault = RelayFault("the relay contradicts itself about what its log holds")
                haste += 1
            except CursorRefused as refused:
                fault = RelayFault(f"the relay refuses where to go on: {refused}")
                if place.refused(refused):
                    self._read_now()
                    haste += 1
                else:
                    haste = _HASTE
            except RelayFault as wrong:
                fault, haste = wrong, _HASTE
            if haste >= _HASTE:
                haste, failures = 0, failures + 1
                hopeless = once and failures >= _TRIES_ONCE
                await self._pause(recorder, fault, once=once, hopeless=hopeless)

    async def _targets(self, recorder: Recorder, *, once: bool) -> Targets:
        """The targets as numbers; following, a Canvas that cannot be reached is waited for."""
        while True:
            try:
                return await self._ask_targets()
            except SourceFailed as failed:
                if once or failed.outcome is not Outcome.UNREACHABLE:
                    raise
                wait = self._backoff.wait()
                self._tell(recorder, State.RETRYING, str(failed), wait)
                await self._sleep(wait)

    async def _place(self, subscription: Subscription) -> Place:
        cursor = await asyncio.to_thread(self._memory.relay_cursor, subscription.relay)
        stretches = await asyncio.to_thread(self._memory.covered, Feed.LIVE, subscription.target)
        if cursor is not None and stretches:
            start, end = stretches[-1].start, stretches[-1].end
            self._health = replace(self._health, verified_from=start, verified_to=end)
        return Place(cursor, from_floor=self._since < self._clock())

    async def _connect(
        self, subscription: Subscription, place: Place, recorder: Recorder, *, once: bool
    ) -> bool:
        """One connection to its end; True: at the head, and nobody follows.

        False: to be opened anew at once. Raises :class:`CursorRefused`, :class:`RelayFault`, and
        :class:`SourceFailed` where the relay wants nobody to come back.
        """
        asked = place.asks
        cursor = () if asked is None else (("cursor", str(asked)),)
        params = (*subscription.interest.params, *cursor)
        line = await open_line(self._address, params, self._token, self._timing)
        opened = line.loop.time()
        session = Session(line, asked, self._timing, self._relay_clock(line))
        try:
            async with line:
                return await self._listen(subscription, session, place, recorder, once=once)
        except Dead as dead:
            raise RelayFault(str(dead)) from None
        except ConnectionClosed as closed:
            await self._closed(closed, session, place, recorder)
            raise RelayFault(closed_words(closed, session.complaint)) from None
        finally:
            self._backoff.held(line.loop.time() - opened)

    async def _listen(
        self,
        subscription: Subscription,
        session: Session,
        place: Place,
        recorder: Recorder,
        *,
        once: bool,
    ) -> bool:
        hello = await session.greeting()
        self._known_to_work = True
        if hello is None:
            lost = place.lost_before_bare()
        else:
            lost = place.lost
            if session.asked is None and place.from_floor and hello.floor < hello.head:
                place.begin_at(Cursor(hello.epoch, hello.floor))
                return False
        listened = place.listened if lost is None else None
        catch = session.catch = Catch(subscription, listened=listened, lost=lost)
        session.welcome(catch)

        async def commit(catch: Catch) -> None:
            for batch in catch.batches(self._clock()):
                await self._record(recorder, batch)
                place.took(batch, catch.listened)
            self._tell_of(recorder, session, catch)

        await session.pump(catch, commit, once=once)
        return True

    async def _record(self, recorder: Recorder, batch: Batch) -> None:
        self._order = max(self._order, place_of(self._clock()))
        recorded = await recorder.record(replace(batch, place=self._order))
        self._order += len(batch.sightings)
        for stretch in batch.covered:
            begun = self._health.verified_from
            if begun is None or self._health.verified_to != stretch.start:
                begun = stretch.start
            self._health = replace(
                self._health,
                verified_from=begun,
                verified_to=stretch.end,
                last_good=self._clock(),
            )
        if recorded.new:
            for sighting in batch.sightings:
                if confirmation(sighting.event) is Confirmation.UNCONFIRMED:
                    self._hint(sighting.event)

    async def _closed(
        self, closed: ConnectionClosed, session: Session, place: Place, recorder: Recorder
    ) -> None:
        """What the way a connection ended means for the next one."""
        code = None if closed.rcvd is None else closed.rcvd.code
        if code is not None and stays_closed(code):
            words = closed_words(closed, session.complaint)
            self._tell(recorder, State.STOPPED, words)
            raise SourceFailed(words, Outcome.REFUSED)
        if code == Close.SERVER_PUSH_ONLY:
            self._backoff.failures = max(self._backoff.failures, _OUR_FAULT)
        if closed.sent is not None and closed.sent.code == _TOO_BIG and not closed.rcvd_then_sent:
            await self._record(
                recorder,
                Batch(
                    rejected=(Rejected(_OVERSIZED, f"from {self.name}"),),
                    origin=self.name,
                ),
            )
            position = None if session.catch is None else session.catch.position
            if session.hello is not None and position is not None:
                place.pass_over(session.hello.epoch, position, _OVERSIZED)
                self._read_now()

    async def _pause(
        self, recorder: Recorder, fault: RelayFault, *, once: bool, hopeless: bool
    ) -> None:
        """Say why it waits, and wait; raises :class:`SourceFailed` where that is in vain."""
        # An address that has worked is a relay's: a proxy before it may say odd things meanwhile.
        lasting = fault.lasting and not (self._known_to_work and fault.outcome is Outcome.USAGE)
        if hopeless or (lasting and (once or not self._patient)):
            raise SourceFailed(str(fault), fault.outcome)
        wait = self._timing.refused if lasting else self._backoff.wait()
        self._tell(recorder, State.REFUSED if lasting else State.RETRYING, str(fault), wait)
        await self._sleep(wait)

    def _relay_clock(self, line: Line) -> Clock:
        """The relay's time now, by its own clock if that is clearly another."""
        theirs, ours = line.server_time, self._clock()
        skew = 0 if theirs is None else theirs - ours
        self._health = replace(self._health, skew_ms=None if theirs is None else skew)
        apart = skew if abs(skew) >= _SKEW_MS else 0
        return lambda: self._clock() + apart

    def _tell_of(self, recorder: Recorder, session: Session, catch: Catch) -> None:
        """How the open connection is."""
        behind = catch.behind
        state = State.LIVE if catch.caught_up else State.READING
        self._health = replace(self._health, behind=behind)
        self._tell(recorder, state, "" if session.hello is not None else _BARE)

    def _tell(
        self, recorder: Recorder, state: State, words: str = "", wait: float | None = None
    ) -> None:
        retry_at = None if wait is None else self._clock() + round(wait * SECOND)
        behind = self._health.behind if state is State.READING else None
        self._health = replace(
            self._health, state=state, words=words, retry_at=retry_at, behind=behind
        )
        recorder.report(self._health)
