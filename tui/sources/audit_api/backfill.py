"""Reading back what the audit log still has about one thing, as far as the token's rights reach.

A root account's admin is answered across all courses at once. Who is refused that (a teacher), or
asks about a user who was deleted, is answered course by course: so those are asked instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tui.events.event import Feed
from tui.events.spans import Spans
from tui.events.times import SECOND
from tui.journal.records import Batch, Recorded
from tui.sources.audit_api.memory import Memory
from tui.sources.audit_api.queries import Query, queries
from tui.sources.audit_api.spans import Span, plan
from tui.sources.health import Health, State
from tui.sources.source import Outcome, Recorder, Source, SourceFailed
from tui.sources.targets import Targets

KEPT_MONTHS = 14
"""For so long Canvas keeps its audit log unless the school has set otherwise (whole months)."""
KEPT_MS = 427 * 86_400_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked about one thing; each of ``targets`` is one reading.

    ``instead`` is asked where ``first`` is refused or not found. Readings of ``since`` (UTC ms)
    and later that have been made already are not made again, unless ``again``.
    """

    first: Targets
    instead: tuple[Targets, ...]
    since: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reading has come; ``reached`` (UTC ms) is back to when, None before any answer.

    ``asked`` is the question, number ``number`` of ``of``; pages and events are those of all.
    """

    asked: str
    number: int
    of: int
    pages: int = 0
    events: int = 0
    reached: int | None = None


@dataclass(frozen=True, slots=True)
class Unseen:
    """A question that Canvas does not answer, and why: one line."""

    asked: str
    why: str


Make = Callable[[Targets, int, int | None], Source]
"""The audit log as a source for some targets, from a moment on, and up to one (UTC ms, excluded).

May take a while (a token is looked for) and may raise :class:`SourceFailed`.
"""


class Backfill:
    """One reading of a plan; a source like any other, so that what it reads is recorded as usual.

    ``tell`` is called on the event loop after each page; it must be quick. What was read before a
    cancellation stays, and so does the coverage it has proved.
    """

    def __init__(
        self, asked: Plan, make: Make, memory: Memory, tell: Callable[[Progress], None]
    ) -> None:
        self._plan, self._make, self._memory, self._tell = asked, make, memory, tell
        self._progress = Progress(name_of(asked.first), 1, 1)
        self._unseen: dict[str, str] = {}
        self._keys: set[str] = set()
        """Of the events read: pages overlap."""

    @property
    def name(self) -> str:
        return f"reading back: {name_of(self._plan.first)}"

    @property
    def unseen(self) -> tuple[Unseen, ...]:
        """What Canvas would not tell so far."""
        return tuple(Unseen(asked, why) for asked, why in self._unseen.items())

    async def run(self, recorder: Recorder, *, once: bool) -> None:
        """See :meth:`tui.sources.source.Source.run`; it always ends.

        Raises :class:`SourceFailed` where Canvas cannot be reached or takes no token; what it
        refuses or does not know is no fault: see :attr:`unseen`.
        """
        del once
        counting = _Counting(recorder, self)
        if await self._read(self._plan.first, counting):
            return
        for number, targets in enumerate(self._plan.instead, start=1):
            self._on(Progress(name_of(targets), number, len(self._plan.instead)))
            await self._read(targets, counting)

    async def _read(self, targets: Targets, recorder: Recorder) -> bool:
        """Whether Canvas answered; what has been read already is left out."""
        for span in await asyncio.to_thread(self._missing, targets):
            until = None if span.last is None else (span.last + 1) * SECOND
            try:
                source = await asyncio.to_thread(self._make, targets, span.first * SECOND, until)
                await source.run(recorder, once=True)
            except SourceFailed as failed:
                if failed.outcome is Outcome.UNREACHABLE or self._hopeless(targets):
                    raise
                return False
        return True

    def _hopeless(self, targets: Targets) -> bool:
        """Whether the failure of this question says that no other will be answered.

        It was none of Canvas's about the question (there is no token), or Canvas said the very
        same of another one (it does not accept the token).
        """
        own = {query.name for query in queries(targets)} & self._unseen.keys()
        said = {self._unseen[asked] for asked in own}
        others = {why for asked, why in self._unseen.items() if asked not in own}
        return not own or bool(said & others)

    def _missing(self, targets: Targets) -> list[Span]:
        window = Span(self._plan.since // SECOND)
        if self._plan.again:
            return [window]
        done: Spans | None = None
        for query in queries(targets):
            read = Spans.of(
                (each.start, each.end)
                for name in {query.name, _broader(query).name}
                for each in self._memory.covered(Feed.AUDIT, name)
            )
            done = read if done is None else done & read
        parts = () if done is None else done.parts
        return plan(window, [(-(-start // SECOND), end // SECOND) for start, end in parts])

    def took(self, batch: Batch) -> None:
        """A batch is on disk."""
        told = [each.start for each in batch.covered] or [each.event.at for each in batch.sightings]
        if not told:
            return
        before = self._progress
        self._keys.update(each.event.key for each in batch.sightings)
        reached = min([*told, *([] if before.reached is None else [before.reached])])
        self._on(
            replace(
                before,
                pages=before.pages + 1,
                events=len(self._keys),
                reached=max(reached, self._plan.since),
            )
        )

    def hears(self, health: Health) -> None:
        """A question says how it is."""
        if health.state in {State.REFUSED, State.STOPPED}:
            self._unseen[health.source] = health.words
        elif health.state is State.LIVE and not health.words:
            self._unseen.pop(health.source, None)

    def _on(self, progress: Progress) -> None:
        pages, events = self._progress.pages, self._progress.events
        if progress.asked != self._progress.asked:
            progress = replace(progress, pages=pages, events=events)
        self._progress = progress
        self._tell(progress)


@dataclass(frozen=True, slots=True)
class Archive:
    """A Canvas whose audit log can be read back; ``keep_ms``: what is older is not wanted."""

    make: Make
    memory: Memory
    keep_ms: int = KEPT_MS

    def since(self, now: int) -> int:
        """From when on there is something to read (UTC ms)."""
        return now - min(self.keep_ms, KEPT_MS)

    def reading(self, asked: Plan, tell: Callable[[Progress], None]) -> Backfill:
        """One reading of ``asked``."""
        return Backfill(asked, self.make, self.memory, tell)


def name_of(targets: Targets) -> str:
    """The question in words: ``grades of student 7``."""
    return queries(targets)[0].name


def _broader(query: Query) -> Query:
    """A question whose answer holds the query's too."""
    if query.course is None or not query.narrow:
        return query
    return Query(course=query.course)


@dataclass
class _Counting:
    """The recorder, with the backfill told of what passes."""

    recorder: Recorder
    backfill: Backfill

    async def record(self, batch: Batch) -> Recorded:
        recorded = await self.recorder.record(batch)
        self.backfill.took(batch)
        return recorded

    def report(self, health: Health) -> None:
        self.backfill.hears(health)
        self.recorder.report(health)


def in_courses(targets: Targets, courses: Sequence[str]) -> tuple[Targets, ...]:
    """The same question in each of some courses by itself."""
    return tuple(replace(targets, courses=(course,)) for course in courses)
