"""From ids as people type them to the numbers the audit log answers with.

Routes under a course take numbers only, and rows hold numbers only; SIS forms
(``sis_course_id:X``), global and ``shard~local`` ids are looked up once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from tui.events.ids import CanvasId
from tui.events.times import iso_second
from tui.sources.audit_api.client import CanvasClient
from tui.sources.audit_api.pages import Pages
from tui.sources.audit_api.queries import segment
from tui.sources.audit_api.replies import Reply, Verdict
from tui.sources.audit_api.words import general_words
from tui.sources.source import Outcome, SourceFailed
from tui.sources.targets import OVERRIDE, Targets


def settled(targets: Targets) -> bool:
    """Whether all ids are plain local numbers already."""
    return all(_plain(typed) for ids in _all(targets) for typed in ids)


def _all(targets: Targets) -> tuple[tuple[str, ...], ...]:
    return (
        targets.courses,
        tuple(one for one in targets.assignments if one != OVERRIDE),
        targets.students,
        targets.graders,
        targets.accounts,
    )


def _plain(typed: str) -> bool:
    try:
        return CanvasId.parse(typed).shard == 0
    except ValueError:
        return False


class Resolver:
    """Looks ids up; raises :class:`SourceFailed` with the line to show."""

    def __init__(self, pages: Pages, client: CanvasClient) -> None:
        self._pages, self._client = pages, client

    async def resolve(self, targets: Targets) -> Targets:
        courses = [await self._find("course", typed, ["courses/{}"]) for typed in targets.courses]
        people = [*(f"courses/{course}/users/{{}}" for course in courses), "users/{}"]
        return replace(
            targets,
            courses=tuple(courses),
            assignments=tuple(
                [await self._assignment(typed, courses) for typed in targets.assignments]
            ),
            students=tuple(
                [await self._find("student", typed, people) for typed in targets.students]
            ),
            graders=tuple([await self._find("grader", typed, people) for typed in targets.graders]),
            accounts=tuple(
                [await self._find("account", typed, ["accounts/{}"]) for typed in targets.accounts]
            ),
        )

    async def _assignment(self, typed: str, courses: Sequence[str]) -> str:
        if typed == OVERRIDE or _plain(typed):
            return typed
        if courses:
            places = [f"courses/{course}/assignments/{{}}" for course in courses]
            return await self._find("assignment", typed, places)
        return await self._from_its_log(typed)

    async def _from_its_log(self, typed: str) -> str:
        """Without a course only the log itself takes the id; its newest row has the number."""
        start = iso_second(0)
        path = f"audit/grade_change/assignments/{segment(_wire(typed))}"
        reply = await self._pages.ask(path, [("start_time", start), ("per_page", "1")])
        if reply.verdict is Verdict.OK:
            for row in _rows(reply.document):
                number = _id(row.get("links"), "assignment")
                if number is not None:
                    return number
        number = _number(typed)
        if number is not None and reply.verdict is not Verdict.NETWORK:
            return number
        raise SourceFailed(
            self._words("assignment", typed, reply)
            if reply.verdict is not Verdict.OK
            else f"assignment {typed}: nothing graded yet tells its number; add its --course",
            _outcome(reply) if reply.verdict is not Verdict.OK else Outcome.USAGE,
        )

    async def _find(self, what: str, typed: str, places: Sequence[str]) -> str:
        """The number of ``id`` as this Canvas writes it, from the first place that knows it."""
        if _plain(typed):
            return str(CanvasId.parse(typed))
        reply = Reply(Verdict.NOT_FOUND)
        for place in places:
            reply = await self._pages.ask(place.format(segment(_wire(typed))))
            if reply.verdict is Verdict.OK and (number := _id(reply.document, "id")) is not None:
                return number
            if reply.verdict in {Verdict.UNAUTHENTICATED, Verdict.NETWORK}:
                break
        number = _number(typed)
        if number is not None and reply.verdict in {Verdict.NOT_ALLOWED, Verdict.NOT_FOUND}:
            return number  # a number needs no look-up to be asked for
        raise SourceFailed(self._words(what, typed, reply), _outcome(reply))

    def _words(self, what: str, typed: str, reply: Reply) -> str:
        if reply.verdict in {Verdict.NOT_ALLOWED, Verdict.NOT_FOUND}:
            return (
                f"no {what} {typed} in this Canvas, or this token may not look it up: "
                "give its number"
            )
        return general_words(reply, str(self._client.origin))


def _outcome(reply: Reply) -> Outcome:
    if reply.verdict is Verdict.UNAUTHENTICATED:
        return Outcome.REFUSED
    lasting = {Verdict.NOT_ALLOWED, Verdict.NOT_FOUND, Verdict.BAD_REQUEST, Verdict.ELSEWHERE}
    return Outcome.USAGE if reply.verdict in lasting else Outcome.UNREACHABLE


def _number(typed: str) -> str | None:
    try:
        return str(CanvasId.parse(typed))
    except ValueError:
        return None


def _wire(typed: str) -> str:
    """``2107~48`` as the global number it stands for: not every route takes the short form."""
    return _number(typed) or typed


def _id(document: object, key: str) -> str | None:
    if not isinstance(document, dict):
        return None
    value = cast("dict[str, object]", document).get(key)
    return _number(str(value)) if isinstance(value, int | str) else None


def _rows(document: object) -> list[dict[str, object]]:
    if not isinstance(document, dict):
        return []
    rows = cast("dict[str, object]", document).get("events")
    items = cast("list[object]", rows) if isinstance(rows, list) else []
    return [cast("dict[str, object]", row) for row in items if isinstance(row, dict)]
