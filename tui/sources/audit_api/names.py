"""Names that the log's pages leave out: asked for once, a few at each poll.

A page's ``linked`` lacks things of other shards and things deleted for good. Only what an audit row
itself names is asked for: a student whom Canvas hides there is not in it, and whoever else reported
that student is not listened to.
"""

from __future__ import annotations

import asyncio
from typing import cast

from tui.events.event import Event, Feed, Name, Thing
from tui.events.ids import CanvasId
from tui.events.text import clean
from tui.journal.records import Batch
from tui.sources.audit_api.client import CanvasClient
from tui.sources.audit_api.memory import Memory
from tui.sources.audit_api.replies import Reply, Verdict
from tui.sources.audit_api.throttle import COMFORT
from tui.sources.source import Recorder

AT_A_TIME = 10
"""Requests for names after one poll."""
_LOOKED_AT = 2_000
_VAIN = {Verdict.NOT_ALLOWED, Verdict.NOT_FOUND, Verdict.DOUBTFUL, Verdict.BAD_REQUEST}


class Names:
    """Learns names for what audit rows refer to."""

    def __init__(self, client: CanvasClient, memory: Memory) -> None:
        self._client, self._memory = client, memory
        self._course_of: dict[tuple[Thing, CanvasId], CanvasId] = {}
        self._turn = asyncio.Lock()

    def notice(self, event: Event) -> None:
        """Remember in which course an audit row names whom."""
        if Feed.AUDIT not in event.seen_by or event.course is None:
            return
        parties = (
            (Thing.COURSE, event.course),
            (Thing.ASSIGNMENT, event.assignment),
            (Thing.USER, event.student),
            (Thing.USER, event.grader),
            (Thing.USER, event.actor),
        )
        for thing, number in parties:
            if number is not None:
                self._course_of[thing, number] = event.course

    async def learn(self, recorder: Recorder) -> None:
        """Ask for some of the missing names; faults of the network are left for another time."""
        quota = self._client.quota
        if self._turn.locked() or not self._course_of or (quota is not None and quota < COMFORT):
            return
        async with self._turn:
            missing = await asyncio.to_thread(self._memory.unnamed, _LOOKED_AT)
            asked = [one for one in missing if one in self._course_of][:AT_A_TIME]
            found: list[Name] = []
            vain: list[tuple[Thing, CanvasId]] = []
            for thing, number in asked:
                reply = await self._ask(thing, number)
                if reply.verdict is Verdict.OK:
                    name = _name(thing, number, reply.document)
                    vain += [] if name else [(thing, number)]
                    found += [name] if name else []
                elif reply.verdict in _VAIN:
                    vain.append((thing, number))
                else:
                    break
            if found:
                await recorder.record(Batch(names=tuple(found), origin="names"))
            if vain:
                await asyncio.to_thread(self._memory.note_unnamed, vain)

    async def _ask(self, thing: Thing, number: CanvasId) -> Reply:
        course = self._course_of[thing, number]
        match thing:
            case Thing.COURSE:
                return await self._client.get(f"courses/{number}")
            case Thing.ASSIGNMENT:
                return await self._client.get(f"courses/{course}/assignments/{number}")
            case Thing.USER:
                reply = await self._client.get(f"courses/{course}/users/{number}")
                if reply.verdict in _VAIN:  # an admin who grades is in no course
                    reply = await self._client.get(f"users/{number}")
                return reply


def _name(thing: Thing, number: CanvasId, document: object) -> Name | None:
    if not isinstance(document, dict):
        return None
    fields = cast("dict[str, object]", document)
    text = fields.get("name")
    named = clean(text).strip() if isinstance(text, str) else ""
    return Name(thing, number, named) if named else None
