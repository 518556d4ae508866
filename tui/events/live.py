"""Live Events in Canvas's own form: ``metadata`` and ``body``.

They come by many ways (Data Services: ``metadata``/``body``, Kinesis: ``attributes``/``body``,
some forwarders: ``metadata``/``data``), best effort, unordered and repeated; a live event is a
hint, the audit row is the record. Ids are text, global in some bodies and local in others: all are
read as seen from the shard of the root account that the metadata name, so that they meet those of
the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tui.events.event import (
    NO_FLAGS,
    Change,
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
    as_object,
    cleaned,
    object_without_secrets,
    parsed_json,
    without_secrets,
)
from tui.events.home import home_of
from tui.events.ids import CanvasId
from tui.events.live_key import live_key
from tui.events.outcome import keep, set_aside
from tui.events.text import clean, wire_word

COURSE_SCORES = ("current_score", "final_score", "unposted_current_score", "unposted_final_score")
"""The four totals of a ``course_grade_change``; each has an ``old_`` twin."""
_OVERRIDE_KEYS = frozenset({"override_score", "old_override_score"})
_WHICH_COURSE = frozenset(
    {"account_id", "account_uuid", "course_id", "created_at", "updated_at", "uuid"}
)
"""Of a new course's body: what tells it from others, not what it is like."""


def is_live(document: Mapping[str, object]) -> bool:
    """Whether it has a Live Event's envelope."""
    metadata = _metadata(document)
    return metadata is not None and (
        "event_name" in metadata
        or "event_time" in metadata
        or as_object(document.get("body")) is not None
    )


def decode_live(document: Mapping[str, object]) -> Decoded:
    """One Live Event; needs a name and a time.

    What is set aside is told by its name or its keys alone: the rest may tell a student whom
    Canvas hides.
    """
    try:
        raw = object_without_secrets(document)
    except Unreadable as wrong:
        return set_aside(f"a live event that cannot be read: {wrong}", list(document))
    values = _body(raw)
    home = _home(Fields(_metadata(raw) or {}), Fields(values or {}))
    metadata = Fields(_metadata(raw) or {}, home, "metadata.")
    name, at = metadata.text("event_name"), metadata.time("event_time")
    if name is None:
        return set_aside("a live event without a name (event_name)", list(document))
    name = wire_word(name)
    shown = {"event_name": name}
    if at is None:
        return set_aside("a live event without a time that can be read (event_time)", shown)
    if values is None and (raw.get("body") or raw.get("data")) is not None:
        return set_aside("a live event whose body is not an object", shown)
    body = Fields(values or {}, home, "body.", metadata.faults)
    event = _event(_Envelope(metadata, body, live_key(metadata.values, body.values, at), name, at))
    return keep(
        event,
        raw,
        faults=metadata.faults,
        names=_names(event, body),
        home_shard=home,
        shown=shown,
    )


def _metadata(document: Mapping[str, object]) -> Mapping[str, object] | None:
    metadata = as_object(document.get("metadata"))
    return as_object(document.get("attributes")) if metadata is None else metadata


def _home(metadata: Fields, body: Fields) -> int:
    """The shard of the institution it happened at, read before any other id is; 0: not told."""
    return home_of(
        (
            metadata.id("root_account_id"),
            body.id("assignment_id"),
            body.id("course_id"),
            metadata.id("context_id") if _is_course(metadata) else None,
        )
    )


def _is_course(metadata: Fields) -> bool:
    return (metadata.text("context_type") or "").casefold() == "course"


def _body(document: Mapping[str, object]) -> Mapping[str, object] | None:
    """The body, which a forwarder may have left as JSON text."""
    body = document.get("body")
    if isinstance(body, str):
        try:
            body = without_secrets(parsed_json(body))
        except Unreadable:
            return None
    body = as_object(body)
    return as_object(document.get("data")) if body is None else body


@dataclass(frozen=True, slots=True)
class _Envelope:
    metadata: Fields
    body: Fields
    key: str
    name: str
    at: int

    @property
    def course(self) -> CanvasId | None:
        """The course in whose context it happened; grade changes name it nowhere else."""
        return self.metadata.id("context_id") if _is_course(self.metadata) else None


def _event(envelope: _Envelope) -> Event:
    if envelope.name == "grade_override" or not _OVERRIDE_KEYS.isdisjoint(envelope.body.values):
        return _grade_override(envelope)  # the documentation's own example has the wrong name
    match envelope.name:
        case "grade_change":
            return _grade_change(envelope)
        case "course_grade_change":
            return _course_score(envelope)
        case "course_created" | "course_updated":
            return _course(envelope)
        case _:
            return _other(envelope)


def _base(envelope: _Envelope, kind: Kind) -> Event:
    """What the metadata say of every event; the audit log has no row of a recalculation."""
    metadata = envelope.metadata
    actor, real_actor = metadata.id("user_id"), metadata.id("real_user_id")
    if real_actor == actor:
        real_actor = None
    flags = NO_FLAGS if real_actor is None else Flag.MASQUERADE
    if kind in {Kind.GRADE, Kind.OVERRIDE, Kind.COURSE}:
        flags |= Flag.UNCONFIRMED
    return Event(
        key=envelope.key,
        kind=kind,
        type=envelope.name,
        at=envelope.at,
        seen_by=(Feed.LIVE,),
        actor=actor,
        real_actor=real_actor,
        flags=flags,
        request_id=metadata.text("request_id"),
        client_ip=metadata.text("client_ip"),
        user_agent=metadata.text("user_agent"),
        url=metadata.text("url"),
    )


def _grade_change(envelope: _Envelope) -> Event:
    """``user_id`` in the body is the student, in the metadata the actor; no grader: automatic.

    A posting and an edit of the points possible are told with the old grade for the new one; the
    audit log has no row of them.
    """
    body, base = envelope.body, _base(envelope, Kind.GRADE)
    muted = body.truth("muted")
    before = GradeState(
        body.text("old_grade"), body.number("old_score"), body.number("old_points_possible")
    )
    after = GradeState(
        body.text("grade"),
        body.number("score"),
        body.number("points_possible"),
        posted=None if muted is None else not muted,
    )
    flags = base.flags | regrade(before, after)
    if _unchanged(before, after):
        flags &= ~Flag.UNCONFIRMED
    if muted:
        flags |= Flag.UNPOSTED
    if body.nobody("grader_id"):
        flags |= Flag.AUTOMATIC
    return replace(
        base,
        course=envelope.course,
        assignment=body.id("assignment_id"),
        student=body.id("user_id" if body.nobody("student_id") else "student_id"),
        grader=body.id("grader_id"),
        before=before,
        after=after,
        flags=flags,
        links=Links(submission=body.id("submission_id")),
    )


def _grade_override(envelope: _Envelope) -> Event:
    """Scores in percent, no letter; Canvas tells only of overrides of course totals."""
    body, base = envelope.body, _base(envelope, Kind.OVERRIDE)
    before = GradeState(score=body.number("old_override_score"))
    after = GradeState(score=body.number("override_score"))
    return replace(
        base,
        course=body.id("course_id") or envelope.course,
        student=body.id("user_id"),
        before=before,
        after=after,
        flags=base.flags | Flag.OVERRIDE | regrade(before, after),
        links=Links(grading_period=body.id("grading_period_id")),
    )


def _course_score(envelope: _Envelope) -> Event:
    body, base = envelope.body, _base(envelope, Kind.COURSE_SCORE)
    changes = {
        name: Change(body.number(f"old_{name}"), body.number(name)) for name in COURSE_SCORES
    }
    return replace(
        base,
        course=body.id("course_id") or envelope.course,
        student=body.id("user_id"),
        before=GradeState(score=body.number("old_current_score")),
        after=GradeState(score=body.number("current_score")),
        changes=changes,
    )


def _course(envelope: _Envelope) -> Event:
    """A created course has no old values; of an updated one only the audit log has the old ones."""
    body, base = envelope.body, _base(envelope, Kind.COURSE)
    event = replace(
        base, account=body.id("account_id"), course=body.id("course_id") or envelope.course
    )
    if envelope.name != "course_created":
        return event
    changes = {
        clean(field): Change(None, cleaned(value))
        for field, value in body.values.items()
        if value is not None and field not in _WHICH_COURSE
    }
    return replace(event, changes=changes)


def _other(envelope: _Envelope) -> Event:
    """An event this program does not know: who, when and in which course."""
    body, base = envelope.body, _base(envelope, Kind.OTHER)
    return replace(
        base,
        course=envelope.course or body.id("course_id"),
        assignment=body.id("assignment_id"),
        links=Links(submission=body.id("submission_id")),
    )


def _unchanged(before: GradeState, after: GradeState) -> bool:
    """No grade before and after may be an excusal, which the audit log does keep."""
    if None in (before.grade, after.grade, before.score, after.score):
        return False
    return (before.grade, before.score) == (after.grade, after.score)


def regrade(before: GradeState, after: GradeState) -> Flag:
    """The flag of a change from one grade, or one score, to another."""
    grades = before.grade is not None and after.grade is not None
    scores = before.score is not None and after.score is not None
    return Flag.REGRADE if grades or scores else NO_FLAGS


def _names(event: Event, body: Fields) -> tuple[Name, ...]:
    found = (
        (Thing.ASSIGNMENT, event.assignment, "assignment_name", Kind.GRADE),
        (Thing.COURSE, event.course, "name", Kind.COURSE),
    )
    return tuple(
        Name(thing, owner, text.strip())
        for thing, owner, key, kind in found
        if event.kind is kind and owner is not None and (text := body.text(key)) is not None
    )
