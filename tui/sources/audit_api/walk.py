"""One walk down a span of the log, from its newest row to its oldest, page by page.

Each page is committed as soon as it is decoded, together with what it proves: the time above the
page's last second is read whole. Two things can go wrong on the way without any error. A server
that cannot read its own bookmark begins again at the first page; the walk notices, and asks on by
time. And old servers, whose bookmark is a time alone, drop the rows of the second a page ends in;
until the server has shown that it keeps them, that second is read again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tui.events.event import Feed
from tui.events.times import SECOND
from tui.journal.records import Batch, Stretch
from tui.sources.audit_api.pages import Page, PagerLost, Pages
from tui.sources.audit_api.spans import OVERLAP, Span, without
from tui.sources.audit_api.split import Splitter
from tui.sources.audit_api.trail import Parted, Trail
from tui.sources.audit_api.words import QueryFailed
from tui.sources.source import Clock, Outcome, Recorder

_MOST_EMPTY_PAGES = 10_000
"""In a row; a grader limited to one section may see many pages of others' rows as empty ones."""

_LINK_TRIES = 2
"""Of a ``next`` that leads nowhere, before reading on by time."""
PARTS_AGAIN = 1800
"""Seconds until a second that could not be read whole by its parts is tried again."""
_STUCK = 2
"""Chains that end in the second they began in, before that second is read by parts."""
_MOST_VISITS = 4
"""Of one ``next`` address in a chain: an empty page may lead to itself and then show rows."""


@dataclass
class _Chain:
    """Pages that lead to each other by ``next``, from one first page on."""

    span: Span
    bottom: int | None = None
    """The lowest second of a row so far."""
    keys: set[str] = field(default_factory=set[str])
    links: Counter[str] = field(default_factory=Counter[str])
    """How often each ``next`` was followed."""
    empty: int = 0

    def take(self, page: Page) -> None:
        self.keys |= page.keys
        self.empty = 0 if page.keys else self.empty + 1
        if page.bottom is not None:
            self.bottom = page.bottom if self.bottom is None else min(self.bottom, page.bottom)

    def goes_on_with(self, page: Page) -> bool:
        """Whether ``page`` follows; else the server has begun again, or goes in a circle."""
        if page.top is None:
            return self.empty < _MOST_EMPTY_PAGES
        return bool(page.keys - self.keys) and (self.bottom is None or page.top <= self.bottom)


class Walk:
    """Reads one span of one query into the recorder.

    ``place`` is the place of the newest row (see :class:`tui.journal.records.Batch`).
    ``give_way`` is asked after each page that verified something, with the second from which on
    all is read now; True ends the walk early.
    """

    def __init__(
        self,
        pages: Pages,
        recorder: Recorder,
        trail: Trail,
        *,
        place: int,
        clock: Clock,
        give_way: Callable[[int], bool] | None = None,
    ) -> None:
        self._pages, self._recorder, self._trail = pages, recorder, trail
        self._clock, self._give_way = clock, give_way
        self._target = pages.query.name
        self._log = pages.query.log
        self._seen: set[str] = set()
        self._split = Splitter(pages, self._commit)
        self._stuck: Counter[int] = Counter()
        self._tied: int | None = None
        """A second of which two rows were shown, to learn the server's habit from."""
        self.edge = 0
        """From this second up to the walk's end all is verified, or in ``trail.unread``."""
        self._started = clock()
        self.place = place

    async def read(self, span: Span) -> bool:
        """Read the span; False if it gave way before its end. Raises :class:`QueryFailed`."""
        chain, page = _Chain(span), await self._pages.first(span)
        now = self._clock() if page.server_ms is None else page.server_ms
        end = self._trail.server_end = now // SECOND
        top = self.edge = end if span.last is None else min(end, span.last + 1)
        while True:
            chain.take(page)
            if page.next_link is None:
                await self._commit(page, down_to=span.first)
                return True
            await self._commit(page, down_to=None if chain.bottom is None else chain.bottom + 1)
            if self.edge < top and self._give_way is not None and self._give_way(self.edge):
                return False
            onward = await self._onward(chain, page)
            if onward is not None:
                await self._mend(chain, onward)
                page = onward
                continue
            below = await self._below(chain)
            if below is None:
                await self._claim(span.first)
                return True
            chain, page = _Chain(below), await self._first_below(below)

    async def _onward(self, chain: _Chain, page: Page) -> Page | None:
        """The next page; None if the pager is lost or has begun again."""
        link = page.next_link or ""
        lost = "the server began again at its first page"
        for _ in range(_LINK_TRIES):
            if chain.links[link] >= _MOST_VISITS:
                return None
            chain.links[link] += 1
            try:
                onward = await self._pages.next(page)
            except PagerLost as fault:
                lost = str(fault)
                continue
            if chain.goes_on_with(onward):
                return onward
        self._remark(f"{lost}; reading on by time")
        return None

    async def _below(self, chain: _Chain) -> Span | None:
        """What to ask for by time where a chain leads no further; None: nothing is left."""
        if chain.bottom is None:
            raise QueryFailed(
                f"the pages of {self._target} go on without showing a row", Outcome.UNREACHABLE
            )
        last = chain.bottom
        if last == chain.span.last:  # no headway: a second larger than what can be paged through
            self._stuck[last] += 1
            if self._stuck[last] >= _STUCK:
                await self._by_parts(last)
                last -= 1
        return Span(chain.span.first, last) if last >= chain.span.first else None

    async def _first_below(self, span: Span) -> Page:
        page = await self._pages.first(span)
        if page.top is not None and span.last is not None and page.top > span.last:
            raise QueryFailed(
                f"the pages of {self._target} lead in a circle and this server does not heed "
                "end_time: what is older cannot be read",
                Outcome.UNREACHABLE,
            )
        return page

    async def _mend(self, chain: _Chain, onward: Page) -> None:
        """Read again what an old server loses between two pages.

        Its bookmark is the time of a page's last row, shown or filtered out, so the loss lies at
        or below the last row shown and above the next one.
        """
        ties = self._pages.habits.keeps_ties
        if ties.get(self._log) or (onward.top is None and onward.next_link is not None):
            return
        if onward.top is not None and onward.top == chain.bottom:
            ties[self._log] = True
            return
        if self._log not in ties and self._tied is not None:
            await self._pages.learn_ties(self._tied)
            self._tied = None
            if ties.get(self._log):
                return
        low = chain.span.first if onward.top is None else onward.top + 1
        high = chain.span.last if chain.bottom is None else chain.bottom
        if high is None or low <= high:
            await self._read_again(Span(low, high))

    async def _read_again(self, span: Span) -> None:
        """Read a short span whole, in smaller ones where it has more than a page."""
        chain, page = _Chain(span), await self._first_below(span)
        ties = self._pages.habits.keeps_ties
        while True:
            chain.take(page)
            await self._commit(page, down_to=None)
            if page.next_link is None:
                return
            onward = await self._onward(chain, page)
            if onward is None:
                break
            if onward.top is not None and onward.top == chain.bottom:
                ties[self._log] = True
            # A second page of one second can only come from a server that keeps ties.
            if not ties.get(self._log) and not (onward.keys and span.first == span.last):
                break
            page = onward
        await self._read_smaller(span, chain.bottom)

    async def _read_smaller(self, span: Span, bottom: int | None) -> None:
        """Read a span whose first page, down to ``bottom``, is not all of it."""
        last = max(span.first, self._trail.server_end) if span.last is None else span.last
        if span.first == last:
            await self._by_parts(last)
        elif bottom is None:  # the page's rows were all filtered out: nobody knows where it ended
            middle = (span.first + last) // 2
            await self._read_again(Span(middle + 1, last))
            await self._read_again(Span(span.first, middle))
        else:
            await self._read_again(Span(bottom, bottom))
            if bottom > span.first:
                await self._read_again(Span(span.first, bottom - 1))

    async def _by_parts(self, second: int) -> None:
        """A second with more rows than a page, on a server that cannot page through it."""
        now, settled = self._trail.server_end, second + OVERLAP
        known = self._trail.parted.get(second)
        if (
            known is None
            or known.at < settled <= now
            or (not known.whole and now - known.at >= PARTS_AGAIN)
        ):
            known = Parted(now, await self._split.read(second))
            self._trail.parted[second] = known
        if known.whole:
            self._trail.unread.discard(second)
        else:
            self._trail.unread.add(second)

    async def _commit(self, page: Page, *, down_to: int | None) -> None:
        """Record a page's new rows, and that everything from ``down_to`` on is read."""
        content = page.content
        fresh = tuple(one for one in page.wanted if one.event.key not in self._seen)
        self._seen |= page.keys
        self._split.notice(page)
        self._tied = page.tied if self._tied is None else self._tied
        rejected = tuple(one for one in content.rejected if one not in self._trail.rejected)
        self._trail.rejected.update(rejected)
        covered = self._stretches(down_to)
        if fresh or content.names or rejected or covered:
            await self._recorder.record(
                Batch(
                    sightings=fresh,
                    names=content.names,
                    rejected=rejected,
                    origin=self._target,
                    home_shard=content.home_shard,
                    covered=covered,
                    place=self.place,
                    step=-1,
                )
            )
        self.place -= len(fresh)
        self._lower(down_to)
        self._pages.tell_reading()

    async def _claim(self, down_to: int) -> None:
        covered = self._stretches(down_to)
        if covered:
            await self._recorder.record(Batch(origin=self._target, covered=covered))
        self._lower(down_to)

    def _lower(self, down_to: int | None) -> None:
        if down_to is not None:
            self.edge = min(self.edge, down_to)

    def _stretches(self, down_to: int | None) -> tuple[Stretch, ...]:
        if down_to is None or down_to >= self.edge:
            return ()
        return tuple(
            Stretch(Feed.AUDIT, self._target, start * SECOND, end * SECOND, self._started)
            for start, end in without((down_to, self.edge), self._trail.unread_spans())
        )

    def _remark(self, words: str) -> None:
        if words not in self._trail.remarks:
            self._trail.remarks.append(words)
