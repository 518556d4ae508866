"""Redact mode: the shape of what happened without who it happened to.

Every name and id of Canvas becomes a pseudonym ("Student 07") that stays the same for the life of
the journal; addresses, agents, URLs and request ids become a mark, other ids go. Grades, times,
kinds and flags stay: they are what the view is for. A student whom Canvas hides stays hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from tui.events.event import Change, Event, Links, Thing
from tui.events.ids import CanvasId
from tui.journal.records import Labels, Stored
from tui.query.ast import Role

MARK = "[redacted]"
"""In place of what was there and is not shown."""

_TITLES = {  # short: the number is what tells them apart, also in a narrow column
    Role.COURSE: "Crs",
    Role.ASSIGNMENT: "Asgmt",
    Role.STUDENT: "Student",
    Role.GRADER: "Grader",
    Role.ACTOR: "Person",
}
_THINGS = {Thing.COURSE: "Crs", Thing.ASSIGNMENT: "Asgmt", Thing.USER: "Person"}
TITLES = frozenset((*_TITLES.values(), *_THINGS.values()))
"""What stands before the number of a pseudonym."""
_PLAIN_FIELDS = frozenset({"workflow_state"})

Key = tuple[Thing, CanvasId]


class Aliases(Protocol):
    """Where pseudonym numbers are kept: the journal."""

    def aliases(self, things: Sequence[Key]) -> dict[Key, int]:
        """A number from 1 on for each thing, always the same one; one person has one number."""
        ...


class Redactor:
    """Takes people out of events. Remembers the numbers it asked for."""

    def __init__(self, journal: Aliases) -> None:
        self._journal = journal
        self._numbers: dict[Key, int] = {}

    def redact(self, stored: Stored) -> Stored:
        """``stored`` with pseudonyms for names and ids, and nothing that leads to a person."""
        return self.redact_all([stored])[0]

    def redact_all(self, stored: Sequence[Stored]) -> list[Stored]:
        """The same for many, asking the journal once."""
        self._learn(key for each in stored for key in _keys(each.event))
        return [self._redact(each) for each in stored]

    def name(self, thing: Thing, party: CanvasId, role: Role | None = None) -> str:
        """The pseudonym: ``Student 07`` in the role of a student, ``Person 07`` in none."""
        self._learn([(thing, party)])
        title = _THINGS[thing] if role is None else _TITLES.get(role, _THINGS[thing])
        return f"{title} {self._numbers[thing, party]:02}"

    def meet(self, things: Iterable[Key]) -> None:
        """Learn the numbers of all these in one question: they are to be named one by one."""
        self._learn(things)

    def _learn(self, keys: Iterable[Key]) -> None:
        unknown = [key for key in dict.fromkeys(keys) if key not in self._numbers]
        if unknown:
            self._numbers.update(self._journal.aliases(unknown))

    def _redact(self, stored: Stored) -> Stored:
        event = stored.event
        user = Thing.USER
        labels = Labels(
            course=self._name_or_none(Thing.COURSE, event.course, Role.COURSE),
            assignment=self._name_or_none(Thing.ASSIGNMENT, event.assignment, Role.ASSIGNMENT),
            student=self._name_or_none(user, event.student, Role.STUDENT),
            grader=self._name_or_none(user, event.grader, Role.GRADER),
            actor=self._name_or_none(user, event.actor, Role.ACTOR),
            real_actor=self._name_or_none(user, event.real_actor, Role.ACTOR),
        )
        note = MARK if stored.mark else stored.mark  # a person wrote it: it may name anybody
        return replace(stored, event=self._redact_event(event), labels=labels, mark=note)

    def _redact_event(self, event: Event) -> Event:
        course, user = Thing.COURSE, Thing.USER
        links = event.links
        return replace(
            event,
            account=None,
            course=self._alias(course, event.course),
            assignment=self._alias(Thing.ASSIGNMENT, event.assignment),
            student=self._alias(user, event.student),
            grader=self._alias(user, event.grader),
            actor=self._alias(user, event.actor),
            real_actor=self._alias(user, event.real_actor),
            changes=_redact_changes(event.changes),
            links=Links(
                copied_from=self._alias(course, links.copied_from),
                copied_to=self._alias(course, links.copied_to),
                reset_from=self._alias(course, links.reset_from),
                reset_to=self._alias(course, links.reset_to),
            ),
            request_id=_mark(event.request_id),
            page_view=_mark(event.page_view),
            client_ip=_mark(event.client_ip),
            user_agent=_mark(event.user_agent),
            url=_mark(event.url),
        )

    def _name_or_none(self, thing: Thing, party: CanvasId | None, role: Role) -> str | None:
        return None if party is None else self.name(thing, party, role)

    def _alias(self, thing: Thing, party: CanvasId | None) -> CanvasId | None:
        return None if party is None else CanvasId.of(self._numbers[thing, party])


def _keys(event: Event) -> Iterable[Key]:
    links = event.links
    courses = (
        event.course,
        links.copied_from,
        links.copied_to,
        links.reset_from,
        links.reset_to,
    )
    users = (event.student, event.grader, event.actor, event.real_actor)
    yield from ((Thing.COURSE, course) for course in courses if course is not None)
    yield from ((Thing.USER, user) for user in users if user is not None)
    if event.assignment is not None:
        yield Thing.ASSIGNMENT, event.assignment


def _mark(text: str | None) -> str | None:
    return None if text is None else MARK


def _redact_changes(changes: Mapping[str, Change]) -> Mapping[str, Change]:
    return {
        field: change
        if field in _PLAIN_FIELDS
        else Change(_redact_value(field, change.old), _redact_value(field, change.new))
        for field, change in changes.items()
    }


def _redact_value(field: str, value: object) -> object:
    """Booleans and measures name nobody; text may (a course's name, a SIS id), and so may ids."""
    if value is None or isinstance(value, bool):
        return value
    identifies = field == "id" or field.endswith(("_id", "_ids"))
    return value if isinstance(value, int | float) and not identifies else MARK
