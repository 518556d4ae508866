"""Live Events in Caliper form (IMS Caliper 1.1): envelopes of events whose ids are URNs.

The old grade is not in them, so a change shows only what the grade is now. They name no root
account: their assignment or course tells the shard whose ids are local.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tui.events.event import (
    NO_FLAGS,
    Decoded,
    Event,
    Feed,
    Flag,
    GradeState,
    Kind,
    Links,
    Name,
    Thing,
)
from tui.events.fields import (
    Fields,
    Unreadable,
    as_list,
    as_object,
    names_nobody,
    object_without_secrets,
    parse_id,
)
from tui.events.home import home_of
from tui.events.ids import CanvasId
from tui.events.outcome import keep, set_aside, together
from tui.events.text import wire_word

_URN = re.compile(r"urn:instructure:canvas:([a-z_]+):(-?[0-9~]*)", re.ASCII | re.IGNORECASE)
_COURSE_ACTIONS = {"Created": "course_created", "Modified": "course_updated"}
_EXTENSIONS = "com.instructure.canvas"
_AT_HOME = frozenset({"assignment", "course"})
"""What lives on the shard of its institution."""
_ENVELOPE = ("sensor", "sendTime", "dataVersion")
"""All that a Caliper envelope has besides its events."""
_LONGEST = 1000
"""Characters of each that are kept: every event of an envelope keeps a copy of them."""


def is_envelope(document: Mapping[str, object]) -> bool:
    """Whether it is what a Caliper sensor sends: events under ``data``."""
    return isinstance(document.get("data"), list) and any(key in document for key in _ENVELOPE)


def is_event(document: Mapping[str, object]) -> bool:
    """Whether it is one Caliper event without its envelope."""
    return "eventTime" in document and ("type" in document or "@context" in document)


def decode_envelope(envelope: Mapping[str, object]) -> Decoded:
    """All events of one envelope; one that cannot be read does not cost its siblings."""
    events = as_list(envelope.get("data")) or []
    rest = {key: _shortened(envelope[key]) for key in _ENVELOPE if key in envelope}
    return together(decode_event(event, rest) for event in events)


def _shortened(value: object) -> str | None:
    """So much of it that a thousand events of one envelope stay about as large as it was."""
    return value[:_LONGEST] if isinstance(value, str) else None


def decode_event(event: object, envelope: Mapping[str, object] | None = None) -> Decoded:
    """One event; needs an id and a time. Its raw form keeps the envelope it came in."""
    values = as_object(event)
    if values is None:
        return set_aside("a Caliper event that is not an object", event)
    try:
        plain = object_without_secrets(values)
        raw = plain if envelope is None else {**object_without_secrets(envelope), "data": [plain]}
    except Unreadable as wrong:
        return set_aside(f"a Caliper event that cannot be read: {wrong}", list(values))
    fields = Fields(plain)
    urn, at = fields.identity("id"), fields.time("eventTime")
    if urn is None:
        return set_aside("a Caliper event without an id", list(values))
    if at is None:
        return set_aside(
            "a Caliper event without a time that can be read (eventTime)", list(values)
        )
    home = _home(_Reader(Fields(plain)))
    reader = _Reader(replace(fields, home=home))
    decoded = _decoded(reader, _base(reader, f"caliper:{urn}", at))
    return keep(
        decoded,
        raw,
        faults=fields.faults,
        names=_names(reader, decoded),
        home_shard=home,
        shown={"type": decoded.type},  # the rest may tell a student whom Canvas hides
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """One Caliper event, made of entities: each an object with an ``id``, or the id alone."""

    fields: Fields

    def part(self, *path: str) -> Fields:
        """The object at ``path``; an empty one where there is none."""
        found = self.fields
        for key in path:
            inner = as_object(found.values.get(key))
            found = Fields(inner or {}, found.home, f"{found.path}{key}.", found.faults)
        return found

    def entity(self, kind: str, *path: str) -> CanvasId | None:
        """The Canvas id at ``path`` if it is of ``kind``; where there is no URN, ``entity_id``."""
        if self.nobody(*path):
            return None
        urn = self._urn(path)
        if urn is None:
            return self.extension(*path).id("entity_id") or self._fault(path, "no Canvas URN")
        if urn[0] != kind:
            return None
        found = parse_id(urn[1])
        return (
            self._fault(path, "not an id") if found is None else found.seen_from(self.fields.home)
        )

    def nobody(self, *path: str) -> bool:
        """Whether nobody is named at ``path``."""
        value = self._id(path)
        if value is None or value == "":
            return True
        urn = self._urn(path)
        return urn is not None and names_nobody(urn[1])

    def kind(self, *path: str) -> str | None:
        """What the URN at ``path`` is one of: ``course``, ``submission``, …."""
        urn = self._urn(path)
        return None if urn is None else urn[0]

    def extension(self, *path: str) -> Fields:
        """Canvas's own additions to the entity at ``path``."""
        return self.part(*path, "extensions", _EXTENSIONS)

    def _fault(self, path: tuple[str, ...], what: str) -> None:
        self.fields.faults.append(f"{'.'.join(path)} is {what}")

    def _id(self, path: tuple[str, ...]) -> object:
        value = self.part(*path[:-1]).values.get(path[-1])
        entity = as_object(value)
        return value if entity is None else entity.get("id")

    def _urn(self, path: tuple[str, ...]) -> tuple[str, str] | None:
        value = self._id(path)
        match = _URN.fullmatch(value.strip()) if isinstance(value, str) else None
        return None if match is None else (match[1].lower(), match[2])


def _home(reader: _Reader) -> int:
    """The shard of the institution it happened at; 0: not told."""
    kind = reader.kind("object") or ""
    return home_of(
        (
            reader.entity("assignment", "object", "assignable"),
            reader.entity(kind, "object") if kind in _AT_HOME else None,
            reader.entity("course", "group"),
        )
    )


def _base(reader: _Reader, key: str, at: int) -> Event:
    request = reader.extension()
    return Event(
        key=key,
        kind=Kind.OTHER,
        type=wire_word(reader.fields.text("type") or "Event"),
        at=at,
        seen_by=(Feed.LIVE,),
        course=reader.entity("course", "group"),
        actor=reader.entity("user", "actor"),
        request_id=request.text("request_id"),
        client_ip=request.text("client_ip"),
        user_agent=request.text("user_agent"),
        url=request.text("request_url"),
    )


def _decoded(reader: _Reader, base: Event) -> Event:
    if base.type == "GradeEvent":
        return _grade_change(reader, base)
    course_event = _COURSE_ACTIONS.get(reader.fields.text("action") or "")
    if course_event is not None and reader.kind("object") == "course":
        return replace(
            base,
            kind=Kind.COURSE,
            type=course_event,
            course=reader.entity("course", "object"),
            flags=Flag.UNCONFIRMED,
        )
    return base


def _grade_change(reader: _Reader, base: Event) -> Event:
    generated = reader.part("generated")
    grade = reader.extension("generated").text("grade")
    automatic = bool(generated.values) and reader.nobody("generated", "scoredBy")
    return replace(
        base,
        kind=Kind.GRADE,
        assignment=reader.entity("assignment", "object", "assignable"),
        student=reader.entity("user", "object", "assignee"),
        grader=reader.entity("user", "generated", "scoredBy"),
        after=GradeState(
            grade=grade or reader.extension("object").text("grade"),
            score=generated.number("scoreGiven"),
            points_possible=generated.number("maxScore"),
        ),
        flags=Flag.UNCONFIRMED | (Flag.AUTOMATIC if automatic else NO_FLAGS),
        links=Links(
            submission=reader.entity("submission", "object")
            or reader.entity("submission", "generated")
        ),
    )


def _names(reader: _Reader, event: Event) -> tuple[Name, ...]:
    text = reader.part("object").text("name")
    if event.kind is not Kind.COURSE or event.course is None or text is None:
        return ()
    return (Name(Thing.COURSE, event.course, text.strip()),)
