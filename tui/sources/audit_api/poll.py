"""When one query is asked: the newest rows first, then what is missing, then again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from random import Random

from tui.events.event import Feed
from tui.events.times import SECOND, iso_second
from tui.journal.records import PLACES_PER_MS, Stretch, place_of
from tui.sources.audit_api import throttle
from tui.sources.audit_api.client import CanvasClient
from tui.sources.audit_api.memory import Memory
from tui.sources.audit_api.pages import Habits, Pages
from tui.sources.audit_api.queries import Query
from tui.sources.audit_api.spans import OVERLAP, Span, deep, plan
from tui.sources.audit_api.trail import Trail
from tui.sources.audit_api.walk import Walk
from tui.sources.audit_api.words import QueryFailed
from tui.sources.health import Health, State
from tui.sources.source import Clock, Outcome, Recorder, Sleep

DEEP_EVERY_MS = 3_600_000
REFUSED_PAUSE = 300.0
"""Seconds between tries where Canvas has said no: rights may be granted meanwhile."""
LEAST_GAP_MS = 3_000
"""Between two polls that were asked for by hand or by a live event."""
ECHOES_MS = (3_000, 10_000)
"""After a live event it is asked again: its row is inserted after the event is sent."""


@dataclass(frozen=True)
class Means:
    """What every query's poller works with."""

    client: CanvasClient
    habits: Habits
    memory: Memory
    clock: Clock
    sleep: Sleep
    random: Random
    window: Span
    """What the user asked for; whole seconds."""
    interval: float
    """Seconds between polls."""


class Poller:
    """Polls one query into a recorder, and says how it is."""

    def __init__(self, query: Query, means: Means, recorder: Recorder) -> None:
        self.query = query
        self._means, self._recorder = means, recorder
        self._clock = means.clock
        self._pages = Pages(
            means.client,
            query,
            means.habits,
            tell=self._tell,
            sleep=means.sleep,
            random=means.random,
        )
        self._trail = Trail()
        self._health = Health(query.name, State.CONNECTING, feed=Feed.AUDIT)
        self._deep_at: int | None = None
        self._deep_left: Span | None = None
        self._following = False
        self._lowest_place: int | None = None
        self._wake = asyncio.Event()
        self._echoes: list[int] = []
        self._well = True
        self._begun = 0
        recorder.report(self._health)

    def wake(self) -> None:
        """Poll as soon as may be."""
        self._wake.set()

    def hint(self) -> None:
        """A live event says that there is news: poll at once, and again for what comes late.

        A Canvas that refuses or fails is not pressed: it is asked when it would have been.
        """
        if self._well:
            self._echoes = [self._clock() + after for after in ECHOES_MS]
            self.wake()

    async def once(self) -> None:
        """Read the whole window, then once more what may have come late during the reading.

        Raises :class:`QueryFailed` where it could not all be read.
        """
        window = self._means.window
        await self._walk(window, self._newest_place())
        end = self._trail.server_end
        if window.last is not None:
            end = min(end, window.last + 1)
        late = Span(max(window.first, end - OVERLAP), window.last)
        await self._walk(late, self._newest_place())
        await self._note_verified()
        self._tell_live()
        if self._trail.unread:
            raise QueryFailed(self._unread_words(), Outcome.UNREACHABLE)

    async def follow(self, after: Callable[[], Awaitable[None]]) -> None:
        """Poll for ever, with ``after`` awaited after each whole poll.

        Raises :class:`QueryFailed` at a lasting fault; call again to try again.
        """
        failures, self._following = 0, True
        while True:
            self._wake.clear()
            self._begun = self._clock()
            try:
                finished = await self._cycle()
            except QueryFailed as fault:
                self._well = False
                if fault.lasting:
                    raise
                failures += 1
                wait = throttle.repoll(failures, self._means.random)
                self._tell(State.RETRYING, str(fault), wait)
                await self.rest(wait)
                continue
            failures, self._well = 0, True
            if finished:
                await after()
                await self.rest(throttle.spread(self._means.interval, self._means.random))

    def ended(self, fault: QueryFailed, wait: float | None) -> None:
        """Say why it does not go on, and when it will be tried again (None: never)."""
        self._tell(State.REFUSED if fault.lasting else State.STOPPED, str(fault), wait)

    async def rest(self, seconds: float) -> None:
        """Wait, unless woken; woken polls keep a distance too."""
        async with asyncio.TaskGroup() as group:
            nap = group.create_task(_call(self._means.sleep, self._until_echo(seconds)))
            woken = group.create_task(self._wake.wait())
            await asyncio.wait((nap, woken), return_when=asyncio.FIRST_COMPLETED)
            called = not nap.done()
            nap.cancel()
            woken.cancel()
        gap = self._begun + LEAST_GAP_MS - self._clock()
        if called and gap > 0:
            await self._means.sleep(gap / SECOND)

    def _until_echo(self, seconds: float) -> float:
        """At most ``seconds``, and no longer than to the next echo of a hint."""
        now = self._clock()
        if not self._well:
            return seconds
        self._echoes = [at for at in self._echoes if at > now]
        return min([seconds, *((at - now) / SECOND for at in self._echoes)])

    async def _cycle(self) -> bool:
        """One poll: the newest, the holes, and each hour the deep re-scan; False if cut short."""
        done = await self._done()
        newest, *holes = plan(self._means.window, done)
        known = max((end for _, end in done), default=None)
        finished = await self._walk(newest, self._newest_place(), keep=known)
        await self._note_verified()
        if not finished:
            return False
        for hole in holes:
            if not await self._walk(hole, await self._older_place(hole)):
                return False
            await self._note_verified()
        if not await self._deep_scan(first=known is None):
            return False
        self._tell_live()
        return True

    async def _deep_scan(self, *, first: bool) -> bool:
        """Read the last day again, once an hour and after a start; goes on where it gave way."""
        now = self._clock()
        if first:  # all of it has just been read
            self._deep_at = now
        elif self._deep_at is None or now - self._deep_at >= DEEP_EVERY_MS:
            self._deep_at = now
            self._deep_left = deep(self._means.window, self._trail.server_end)
            self._trail.unread.clear()
        if (span := self._deep_left) is None:
            return True
        walk = self._new_walk(self._newest_place(), keep=None)
        finished = await walk.read(span)
        self._deep_left = None if finished else Span(span.first, walk.edge - 1)
        return finished

    async def _walk(self, span: Span, place: int, *, keep: int | None = None) -> bool:
        """Read a span; it gives way only above the second ``keep``."""
        walk = self._new_walk(place, keep)
        try:
            return await walk.read(span)
        finally:
            lowest = walk.place if self._lowest_place is None else self._lowest_place
            self._lowest_place = min(lowest, walk.place)

    def _new_walk(self, place: int, keep: int | None) -> Walk:
        self._tell(State.READING, "", None)

        def give_way(edge: int) -> bool:
            return (keep is None or edge > keep) and self._is_due()

        return Walk(
            self._pages,
            self._recorder,
            self._trail,
            place=place,
            clock=self._clock,
            give_way=give_way if self._following else None,
        )

    def _is_due(self) -> bool:
        """Whether newer rows have waited for a poll interval while history is read."""
        waited = self._clock() - self._begun
        return (self._wake.is_set() and waited >= LEAST_GAP_MS) or (
            waited >= self._means.interval * SECOND
        )

    def _newest_place(self) -> int:
        return place_of(self._clock())

    async def _older_place(self, span: Span) -> int:
        """A place below those of the rows that were read above the hole."""
        above = [
            place_of(stretch.checked_at) - PLACES_PER_MS // 2
            for stretch in await self._covered()
            if span.last is not None and stretch.start >= span.last * SECOND
        ]
        if self._lowest_place is not None:
            above.append(self._lowest_place)
        return min(above, default=self._newest_place())

    async def _covered(self) -> list[Stretch]:
        return await asyncio.to_thread(self._means.memory.covered, Feed.AUDIT, self.query.name)

    async def _done(self) -> list[tuple[int, int]]:
        """The verified stretches, and those that cannot be; seconds, ends excluded."""
        stretches = await self._covered()
        verified = [(-(-one.start // SECOND), one.end // SECOND) for one in stretches]
        return [*verified, *self._trail.unread_spans()]

    async def _note_verified(self) -> None:
        """After the newest rows were read: a good poll, and what is verified now."""
        stretches = await self._covered()
        newest = max(stretches, key=lambda one: one.end, default=None)
        if newest is not None:
            start = max(newest.start, self._means.window.first * SECOND)
            self._health = replace(self._health, verified_from=start, verified_to=newest.end)
        self._health = replace(self._health, last_good=self._clock())

    def _tell_live(self) -> None:
        words = self._unread_words() if self._trail.unread else "; ".join(self._trail.remarks)
        self._trail.remarks.clear()
        self._tell(State.LIVE, words, None)

    def _unread_words(self) -> str:
        count = len(self._trail.unread)
        example = iso_second(min(self._trail.unread) * SECOND)
        seconds = "1 second" if count == 1 else f"{count} seconds"
        return (
            f"{seconds} of {self.query.name} (at {example}) cannot be read whole: this Canvas "
            "cuts a second that holds more rows than a page; narrower targets show more"
        )

    def _tell(self, state: State, words: str, wait: float | None) -> None:
        client = self._means.client
        self._health = replace(
            self._health,
            state=state,
            words=words,
            quota=client.quota,
            skew_ms=client.skew_ms,
            retry_at=None if wait is None else self._clock() + round(wait * SECOND),
        )
        self._recorder.report(self._health)


async def _call(sleep: Sleep, seconds: float) -> None:
    await sleep(seconds)
