"""Pages of one query's answer: asked for with patience, decoded, by the route the server knows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from random import Random
from typing import cast

from tui.events.decode import decode
from tui.events.event import Decoded, Event, Sighting
from tui.events.ids import CanvasId
from tui.events.times import SECOND, iso_second
from tui.sources.audit_api import throttle
from tui.sources.audit_api.client import CanvasClient
from tui.sources.audit_api.queries import Log, Query, Route
from tui.sources.audit_api.replies import Reply, Verdict
from tui.sources.audit_api.spans import Span
from tui.sources.audit_api.words import QueryFailed, failure, general_words
from tui.sources.health import State
from tui.sources.source import Outcome, Sleep

PER_PAGE = 100
"""What is asked for; servers give fewer as they like (older ones 50, any of them 10)."""
_LINK_TRIES = 3

Tell = Callable[[State, str, float | None], None]
"""Say how it goes: state, words, seconds until the next try."""


class PagerLost(Exception):
    """A page's ``next`` cannot be followed; what lies below has to be asked for by time."""


@dataclass
class Habits:
    """What one server was found to do; shared by all its queries, learnt by behaviour."""

    keeps_ties: dict[Log, bool] = field(default_factory=dict[Log, bool])
    """True: a page may begin in the second the page before ended in (bookmark with row id).
    False: it never does, and the rest of that second is lost (bookmark of a time alone).
    Absent: not yet seen."""
    takes_include: bool | None = None
    """Whether ``include[]=current_grade`` is accepted (scoped developer keys may refuse it)."""


@dataclass(frozen=True)
class Page:
    """One page of the log, newest first. Times are whole seconds."""

    content: Decoded
    wanted: tuple[Sighting, ...]
    """The sightings that belong to the query."""
    next_link: str | None
    address: str
    server_ms: int | None

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(sighting.event.key for sighting in self.content.sightings)

    @cached_property
    def top(self) -> int | None:
        """The newest second on the page; None on an empty one."""
        times = [sighting.event.at for sighting in self.content.sightings]
        return max(times) // SECOND if times else None

    @cached_property
    def tied(self) -> int | None:
        """A second of which the page shows two rows."""
        times = [sighting.event.at for sighting in self.content.sightings]
        same = (one for one, other in pairwise(times) if one == other)
        return next((at // SECOND for at in same), None)

    @cached_property
    def bottom(self) -> int | None:
        times = [sighting.event.at for sighting in self.content.sightings]
        return min(times) // SECOND if times else None


class Pages:
    """Asks one query's pages.

    Faults that may pass are retried here a few times, with :data:`Tell` saying so; then, and for
    lasting ones at once, :class:`QueryFailed`.
    """

    def __init__(
        self,
        client: CanvasClient,
        query: Query,
        habits: Habits,
        *,
        tell: Tell,
        sleep: Sleep,
        random: Random,
    ) -> None:
        self.client, self.query, self.habits = client, query, habits
        self._tell, self._sleep, self._random = tell, sleep, random
        self._routes = query.routes

    def narrowed(self, query: Query) -> Pages:
        """The same for a query inside this one."""
        return Pages(
            self.client,
            query,
            self.habits,
            tell=self._tell,
            sleep=self._sleep,
            random=self._random,
        )

    async def first(self, span: Span, *, per_page: int = PER_PAGE) -> Page:
        """The newest page of a span."""
        reply, route = await self._by_any_route(span, per_page)
        if reply.verdict is not Verdict.OK:
            raise self._failure(reply)
        if not _is_page(reply.document):
            raise QueryFailed(
                f"{self.client.origin} answers with something that is no audit log: "
                "check --canvas-url",
                Outcome.UNREACHABLE,
            )
        self._routes = (route,)
        return await self._page(reply)

    async def next(self, page: Page) -> Page:
        """The page that ``page`` leads to; raises :class:`PagerLost` where that cannot be had."""
        if page.next_link is None:
            raise PagerLost("the page leads nowhere")
        link, address = page.next_link, page.address
        reply = await self._patiently(lambda: self.client.follow(link, address), _LINK_TRIES)
        if reply.verdict in {Verdict.NETWORK, Verdict.THROTTLED}:
            raise self._failure(reply)
        if reply.verdict is not Verdict.OK or not _is_page(reply.document):
            raise PagerLost(general_words(reply, str(self.client.origin)))
        return await self._page(reply)

    async def ask(self, path: str, params: Sequence[tuple[str, str]] = ()) -> Reply:
        """Any other question, with the same patience."""
        return await self._get(path, params)

    async def follow(self, reply: Reply) -> Reply:
        """What ``reply`` leads to by its ``next``."""
        link = reply.next_link or ""
        return await self._patiently(
            lambda: self.client.follow(link, reply.address), throttle.RETRIES
        )

    def tell_reading(self) -> None:
        """Say that a page was read."""
        self._tell(State.READING, "", None)

    async def learn_ties(self, second: int) -> None:
        """Find out whether the server keeps ties, from a second of which two rows were shown."""
        page = await self.first(Span(second, second), per_page=1)
        if len(page.keys) != 1:
            return
        try:
            onward = await self.next(page)
        except PagerLost:
            return
        self.habits.keeps_ties[self.query.log] = bool(onward.keys - page.keys)

    async def _by_any_route(self, span: Span, per_page: int) -> tuple[Reply, Route]:
        chosen = self._routes[0]
        best = await self._by_route(chosen, span, per_page)
        for route in self._routes[1:]:
            if not _another_route_may_help(best, self.query):
                break
            reply = await self._by_route(route, span, per_page)
            if reply.verdict is not Verdict.NOT_API or best.verdict is Verdict.NOT_API:
                best, chosen = reply, route
        return best, chosen

    async def _by_route(self, route: Route, span: Span, per_page: int) -> Reply:
        params = [*route.params, ("start_time", iso_second(span.first * SECOND))]
        if span.last is not None:
            params.append(("end_time", iso_second(span.last * SECOND)))
        params.append(("per_page", str(per_page)))
        include = self.query.log is Log.GRADES and self.habits.takes_include is not False
        if not include:
            return await self._get(route.path, params)
        reply = await self._get(route.path, [*params, ("include[]", "current_grade")])
        if reply.verdict is Verdict.OK:
            self.habits.takes_include = True
        elif (
            reply.verdict in {Verdict.NOT_ALLOWED, Verdict.BAD_REQUEST}
            and self.habits.takes_include is None
        ):
            bare = await self._get(route.path, params)
            if bare.verdict is Verdict.OK:
                self.habits.takes_include = False
                return bare
        return reply

    async def _get(self, path: str, params: Sequence[tuple[str, str]]) -> Reply:
        reply = await self._patiently(lambda: self.client.get(path, params), throttle.RETRIES)
        if reply.verdict is not Verdict.DOUBTFUL:
            return reply
        owner = await self._patiently(lambda: self.client.get("users/self"), throttle.RETRIES)
        good = owner.verdict is Verdict.OK
        return replace(reply, verdict=Verdict.NOT_ALLOWED if good else Verdict.UNAUTHENTICATED)

    async def _patiently(self, request: Callable[[], Awaitable[Reply]], tries: int) -> Reply:
        """The answer, after waiting out throttling and a few faults that may pass."""
        faults = waits = 0
        while True:
            quota = self.client.quota
            if quota is not None and (wait := throttle.pause(quota)):
                words = f"{quota:.0f} of Canvas's request quota left: slowing down"
                self._tell(State.WAITING, words, wait)
            reply = await request()
            if reply.verdict is Verdict.THROTTLED:
                waits += 1
                if waits >= throttle.THROTTLE_RETRIES:
                    return reply
                wait = throttle.throttled(waits, reply.retry_after, self._random)
                state = State.WAITING
            elif reply.verdict in {Verdict.NETWORK, Verdict.SERVER_ERROR}:
                faults += 1
                if faults >= tries:
                    return reply
                wait = throttle.backoff(faults, self._random)
                state = State.RETRYING
            else:
                return reply
            words = general_words(reply, str(self.client.origin), reached=self.client.reached)
            self._tell(state, words, wait)
            await self._sleep(wait)
            self._tell(State.READING, "", None)

    def _failure(self, reply: Reply) -> QueryFailed:
        return failure(reply, self.query, str(self.client.origin), reached=self.client.reached)

    async def _page(self, reply: Reply) -> Page:
        content = await asyncio.to_thread(decode, reply.document)
        content = _as_asked(content, self.query)
        exact = all(route.exact for route in self._routes)
        wanted = tuple(
            sighting for sighting in content.sightings if exact or self.query.holds(sighting.event)
        )
        return Page(content, wanted, reply.next_link, reply.address, reply.server_ms)


def _another_route_may_help(reply: Reply, query: Query) -> bool:
    if reply.verdict is Verdict.NOT_FOUND:
        return True
    if reply.verdict is Verdict.NOT_API:
        return reply.status in {404, 405}
    # A developer key may hold the documented routes alone, not those below a course.
    return reply.verdict is Verdict.NOT_ALLOWED and query.course is not None and query.narrow


def _is_page(document: object) -> bool:
    if isinstance(document, list):
        return True
    return isinstance(document, dict) and isinstance(
        cast("dict[str, object]", document).get("events"), list
    )


def _as_asked(content: Decoded, query: Query) -> Decoded:
    """Rows do not always say what the query did: never the account, on odd servers no course."""
    account = None if query.account is None else CanvasId.parse(query.account)
    course = None if query.course is None else CanvasId.parse(query.course)

    def whole(event: Event) -> Event:
        return replace(event, account=account or event.account, course=event.course or course)

    if account is None and all(each.event.course is not None for each in content.sightings):
        return content
    sightings = tuple(replace(each, event=whole(each.event)) for each in content.sightings)
    return replace(content, sightings=sightings)
