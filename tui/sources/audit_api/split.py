"""One second with more rows than a page, read part by part where the server cannot page it.

Old servers forget the rest of a second at a page's end, and a server that cannot read its own
bookmarks shows only first pages. Such a second is asked for by narrower queries: by course, then
by assignment, then by student. What was named nowhere cannot be asked for, so only a second whose
parts are all listed counts as read whole.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from dataclasses import replace
from typing import Protocol, cast

from tui.sources.audit_api.pages import Page, PagerLost, Pages
from tui.sources.audit_api.queries import Log, Query, segment
from tui.sources.audit_api.replies import Verdict
from tui.sources.audit_api.spans import Span
from tui.sources.audit_api.words import QueryFailed
from tui.sources.targets import OVERRIDE

BUDGET = 2_000
"""Requests that one query's walk may spend on such seconds."""
_TRIES = 2
"""Of a part whose pages break off, before it is split further."""
_MOST_PAGES = 1_000
_MOST_LIST_PAGES = 100
_STUDENT_STATES = ("active", "invited", "rejected", "completed", "inactive")


class Commit(Protocol):
    """Records a page's rows without claiming coverage."""

    def __call__(self, page: Page, *, down_to: int | None) -> Awaitable[None]: ...


class Splitter:
    """Splits the seconds of one query."""

    def __init__(self, pages: Pages, commit: Commit) -> None:
        self._pages, self._commit = pages, commit
        self._left = BUDGET
        self._courses: dict[str, None] = {}
        self._assignments: dict[str, dict[str, None]] = {}
        self._students: dict[str, dict[str, None]] = {}
        self._listed: dict[str, bool] = {}

    def notice(self, page: Page) -> None:
        """Remember which parts there are: rows name some that no list does (deleted ones)."""
        for sighting in page.content.sightings:
            event = sighting.event
            if event.course is None:
                continue
            course = str(event.course)
            self._courses[course] = None
            if event.assignment is not None:
                self._assignments.setdefault(course, {})[str(event.assignment)] = None
            if event.student is not None:
                self._students.setdefault(course, {})[str(event.student)] = None

    async def read(self, second: int) -> bool:
        """Read one second; whether all of it was read."""
        query = self._pages.query
        return query.log is Log.GRADES and await self._parts(query, second, hidden=False)

    async def _parts(self, query: Query, second: int, *, hidden: bool) -> bool:
        whole, parts = await self._narrower(query)
        if hidden and query.assignment is not None:
            whole = False  # Canvas drops the rows of hidden students from queries for a student
        for part in parts:
            if self._left <= 0:
                return False
            whole = await self._part(part, second) and whole
        return whole

    async def _part(self, query: Query, second: int) -> bool:
        pages = self._pages.narrowed(query)
        hidden = False
        try:
            for _ in range(_TRIES):
                whole, some_hidden = await self._pages_of(pages, Span(second, second))
                if whole:
                    return True
                hidden = hidden or some_hidden
        except QueryFailed as fault:
            if not fault.lasting:
                raise
            return False
        return await self._parts(query, second, hidden=hidden)

    async def _pages_of(self, pages: Pages, span: Span) -> tuple[bool, bool]:
        """Whether the pages led to an end that shows all, and whether a student was hidden."""
        keys: set[str] = set()
        hidden = False
        page = await pages.first(span)
        for _ in range(_MOST_PAGES):
            self._left -= 1
            await self._commit(page, down_to=None)
            hidden = hidden or any(one.event.student is None for one in page.content.sightings)
            if page.next_link is None:
                return True, hidden
            keys |= page.keys
            try:
                onward = await pages.next(page)
            except PagerLost:
                return False, hidden
            if not onward.keys and onward.next_link is None:
                return bool(pages.habits.keeps_ties.get(pages.query.log)), hidden
            if onward.keys and not onward.keys - keys:
                return False, hidden
            page = onward
        return False, hidden

    async def _narrower(self, query: Query) -> tuple[bool, list[Query]]:
        """The parts of a query, and whether there can be no others."""
        if query.course is None:
            return False, [replace(query, course=course) for course in self._courses]
        if query.assignment is None:
            listed = await self._list(query.course, "assignments", (), self._assignments)
            work = [*self._assignments.get(query.course, ()), OVERRIDE]
            return listed, [replace(query, assignment=one) for one in work]
        if query.student is None:
            states = [("enrollment_state[]", state) for state in _STUDENT_STATES]
            types = [("enrollment_type[]", "student")]
            listed = await self._list(query.course, "users", types + states, self._students)
            students = self._students.get(query.course, {})
            return listed, [replace(query, student=one) for one in students]
        return False, []

    async def _list(
        self,
        course: str,
        what: str,
        params: Iterable[tuple[str, str]],
        into: dict[str, dict[str, None]],
    ) -> bool:
        """Add the ids of a course's list to ``into``; whether the list was read to its end."""
        path = f"courses/{segment(course)}/{what}"
        if path in self._listed:
            return self._listed[path]
        self._listed[path] = False
        reply = await self._pages.ask(path, [*params, ("per_page", "100")])
        for _ in range(_MOST_LIST_PAGES):
            self._left -= 1
            items = reply.document
            if reply.verdict is not Verdict.OK or not isinstance(items, list):
                return False
            for item in cast("list[object]", items):
                number = (
                    cast("dict[str, object]", item).get("id") if isinstance(item, dict) else None
                )
                if isinstance(number, int | str):
                    into.setdefault(course, {})[str(number)] = None
            if reply.next_link is None:
                self._listed[path] = True
                return True
            reply = await self._pages.follow(reply)
        return False
