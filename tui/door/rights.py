"""What a token may read: each question is asked as a source would, about the last minute only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import cast

from tui.door.desk import wall_clock
from tui.door.exits import ExitCode
from tui.door.findings import Finding, Tell, fail, ok, warn
from tui.door.owner import Owner
from tui.events.text import clean
from tui.events.times import SECOND
from tui.sources.audit_api.client import CanvasClient
from tui.sources.audit_api.pages import Habits, Pages
from tui.sources.audit_api.queries import Log, Query, queries
from tui.sources.audit_api.replies import Reply, Verdict
from tui.sources.audit_api.resolve import Resolver, settled
from tui.sources.audit_api.spans import Span
from tui.sources.audit_api.words import QueryFailed
from tui.sources.health import State
from tui.sources.source import Outcome, SourceFailed
from tui.sources.targets import Targets

_WINDOW_S = 60
_COURSES_TRIED = 10
_NAME_SHOWN = 40


@dataclass(frozen=True, slots=True)
class _Course:
    id: str
    name: str


class Rights:
    """Tries what one token may read and tells each finding as it comes."""

    def __init__(self, client: CanvasClient, tell: Tell) -> None:
        self._client, self._tell = client, tell
        self._pages = Pages(
            client,
            Query(),
            Habits(),
            tell=_say_nothing,
            sleep=asyncio.sleep,
            random=Random(),  # noqa: S311  the jitter of retries
        )

    async def of_targets(self, targets: Targets) -> None:
        """Try the feeds that watching these targets would read."""
        if not settled(targets):
            try:
                targets = await Resolver(self._pages, self._client).resolve(targets)
            except SourceFailed as failed:
                self._tell(fail(f"rights: {failed}", ExitCode(failed.outcome)))
                return
        asked = queries(targets)
        beside_grades = any(query.log is Log.GRADES for query in asked)
        lost: set[str] = set()
        """Courses whose grades cannot be read: their own log has nothing to add to that."""
        for query in asked:
            if query.log is Log.COURSES and query.course in lost:
                continue
            fault = await self._try(query)
            if fault is not None and query.course is not None:
                lost.add(query.course)
            self._tell(_finding(query, fault, beside_grades=beside_grades))

    async def of_whatever(self, owner: Owner) -> None:
        """Without targets: find out which options would work."""
        admin = await self._try(Query(grader=owner.id))
        courses = await self._courses()
        readable = [one for one in courses if await self._reads(one)]
        hidden = [one for one in courses if one not in readable]
        for one in readable:
            self._tell(ok(f"rights: --course {one.id} works ({one.name})"))
        if hidden:
            numbers = ", ".join(one.id for one in hidden)
            self._tell(warn(f"rights: the grades of these courses may not be read: {numbers}"))
        if admin is None:
            self._tell(
                ok("rights: --student, --grader, --assignment work, and --course with any course")
            )
        elif readable:
            self._tell(
                ok("rights: --student, --grader and --assignment work together with --course")
            )
        elif admin.outcome is Outcome.REFUSED:
            self._tell(
                fail(
                    "rights: this token may read no grade log: it needs a course's teacher or TA, "
                    "or an admin of the root account",
                    ExitCode.REFUSED,
                )
            )
        else:
            self._tell(fail(f"rights: {admin}", ExitCode(admin.outcome)))
        await self._account()

    async def _account(self) -> None:
        own = await self._pages.ask("accounts/self")
        number = _number(own.document) or "1"
        fault = await self._try(Query(log=Log.COURSES, account=number))
        if fault is None:
            self._tell(ok(f"rights: --account {number} works (course events of all its courses)"))
        else:
            self._tell(warn(f"rights: {fault}"))

    async def _reads(self, course: _Course) -> bool:
        return await self._try(Query(course=course.id)) is None

    async def _try(self, query: Query) -> QueryFailed | None:
        """None: it can be read."""
        start = wall_clock() // SECOND - _WINDOW_S
        try:
            await self._pages.narrowed(query).first(Span(start))
        except QueryFailed as fault:
            return fault
        return None

    async def _courses(self) -> Sequence[_Course]:
        """Some of the courses that the token's owner is enrolled in."""
        reply = await self._pages.ask("courses", [("per_page", str(_COURSES_TRIED))])
        return _listed(reply)[:_COURSES_TRIED]


def _finding(query: Query, fault: QueryFailed | None, *, beside_grades: bool) -> Finding:
    if fault is None:
        return ok(f"rights: {query.name} can be read")
    by_the_way = query.log is Log.COURSES and query.course is not None and beside_grades
    if by_the_way and fault.lasting:
        return warn(f"rights: {fault}")
    return fail(f"rights: {fault}", ExitCode(fault.outcome))


def _listed(reply: Reply) -> list[_Course]:
    items = reply.document
    if reply.verdict is not Verdict.OK or not isinstance(items, list):
        return []
    found: list[_Course] = []
    for item in cast("list[object]", items):
        number = _number(item)
        if number is not None:
            name = cast("dict[str, object]", item).get("name")
            shown = clean(name).strip() if isinstance(name, str) else ""
            found.append(_Course(number, shown[:_NAME_SHOWN] or "its name is not told"))
    return found


def _number(document: object) -> str | None:
    """The numeric ``id`` of an object of the API."""
    if not isinstance(document, dict):
        return None
    value = cast("dict[str, object]", document).get("id")
    text = str(value) if isinstance(value, int | str) else ""
    return text if text.isascii() and text.isdigit() else None


def _say_nothing(state: State, words: str, wait: float | None) -> None:
    del state, words, wait
