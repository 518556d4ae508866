"""The audit log: compound documents of grade changes and course events, and their bare rows.

A row says nothing of names, of an assignment being muted or of the request behind it; a document
says so in ``linked``. So a bare row (the ``raw`` of an exported event) decodes to the same change
without these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tui.events.course_log import COURSE_EVENT_TYPES, course_event
from tui.events.event import NO_FLAGS, Decoded, Event, Feed, Flag, GradeState, Kind
from tui.events.fields import Fields, Unreadable, as_list, as_object, object_without_secrets
from tui.events.linked import Linked, read_linked
from tui.events.outcome import keep, set_aside, together

_NOTHING_LINKED = Linked()
_GRADE_KEYS = frozenset(
    {
        "course_override_grade",
        "excused_after",
        "excused_before",
        "grade_after",
        "grade_before",
        "grade_current",
        "graded_anonymously",
        "points_possible_after",
        "points_possible_before",
        "version_number",
    }
)
_COURSE_KEYS = frozenset({"event_data", "event_source"})


def is_document(document: Mapping[str, object]) -> bool:
    """Whether it has the shape of an audit log's reply: rows under ``events``."""
    return "events" in document and (
        isinstance(document["events"], list) or "linked" in document or "links" in document
    )


def is_row(row: Mapping[str, object]) -> bool:
    """Whether it has the shape of one audit row, of either log."""
    return _is_grade_row(row) or _is_course_row(row)


def decode_document(document: Mapping[str, object]) -> Decoded:
    """All rows and names of one reply, the newest row first, as Canvas lists them.

    A row that cannot be read does not cost its siblings.
    """
    rows = as_list(document.get("events"))
    if rows is None:
        return set_aside("an audit document whose events are not a list", document)
    linked = read_linked(document)
    parts = [decode_row(row, linked) for row in rows]
    whole = together([*parts, Decoded(names=linked.names)])
    return replace(whole, newest_first=True)


def decode_row(row: object, linked: Linked = _NOTHING_LINKED) -> Decoded:
    """One row of either log; needs an id and a time."""
    values = as_object(row)
    if values is None:
        return set_aside("an audit row that is not an object", row)
    try:
        raw = object_without_secrets(values)
    except Unreadable as wrong:
        return set_aside(f"an audit row that cannot be read: {wrong}", row)
    fields = Fields(raw)
    row_id, at = fields.identity("id"), fields.time("created_at")
    if row_id is None:
        return set_aside("an audit row without an id", row)
    if at is None:
        return set_aside("an audit row without a time that can be read (created_at)", row)
    if _is_grade_row(raw):
        event = _grade_change(fields, f"audit:{row_id}", at, linked)
    elif _is_course_row(raw):
        event = course_event(fields, f"audit:{row_id}", at, linked)
    else:
        return set_aside("an audit row of neither the grade log nor the course log", row)
    return keep(event, raw, faults=fields.faults)


def _is_grade_row(row: Mapping[str, object]) -> bool:
    return row.get("event_type") == "grade_change" or not _GRADE_KEYS.isdisjoint(row)


def _is_course_row(row: Mapping[str, object]) -> bool:
    if not _COURSE_KEYS.isdisjoint(row):
        return True
    wire_type = row.get("event_type")
    return isinstance(wire_type, str) and wire_type in COURSE_EVENT_TYPES


def _grade_change(row: Fields, key: str, at: int, linked: Linked) -> Event:
    """A submission's grade, or a final-grade override: the same shape, told by one key.

    Scores are not returned, so a score that moved inside one letter grade has equal grades.
    """
    links = row.within("links")
    parties = links or Fields({})
    override = row.truth("course_override_grade") is True
    assignment = parties.id("assignment")
    muted = assignment is not None and assignment in linked.muted
    before, after = _state(row, "before"), _state(row, "after", posted=False if muted else None)
    flags = _flags(row, before, after, override=override)
    if links is not None:
        flags |= _absences(links, override=override)
    page_view = parties.text("page_view")
    request = linked.request(page_view)
    return Event(
        key=key,
        kind=Kind.OVERRIDE if override else Kind.GRADE,
        type=row.text("event_type") or "grade_change",
        at=at,
        seen_by=(Feed.AUDIT,),
        course=parties.id("course"),
        assignment=assignment,
        student=parties.id("student"),
        grader=parties.id("grader"),
        real_actor=request.real_actor,
        before=before,
        after=after,
        flags=flags | request.flags,
        request_id=row.text("request_id"),
        page_view=page_view,
        client_ip=request.client_ip,
        user_agent=request.user_agent,
        url=request.url,
        version=row.whole("version_number"),
        current_grade=row.text("grade_current"),
    )


def _state(row: Fields, side: str, posted: bool | None = None) -> GradeState:
    return GradeState(
        grade=row.text(f"grade_{side}"),
        points_possible=row.number(f"points_possible_{side}"),
        excused=row.truth(f"excused_{side}"),
        posted=posted,
    )


def _flags(row: Fields, before: GradeState, after: GradeState, *, override: bool) -> Flag:
    said = (
        (override, Flag.OVERRIDE),
        (row.truth("graded_anonymously"), Flag.ANONYMOUS),
        (after.excused, Flag.EXCUSED),
        (after.posted is False, Flag.UNPOSTED),
        (before.grade is not None and after.grade is not None, Flag.REGRADE),
    )
    flags = NO_FLAGS
    for holds, flag in said:
        if holds:
            flags |= flag
    return flags


def _absences(links: Fields, *, override: bool) -> Flag:
    """What it means that nobody is named where ``links`` are given at all.

    A null student is withheld (anonymous and muted assignment); a null grader is a quiz, a tool or
    a policy, except on overrides, which only people make.
    """
    flags = NO_FLAGS
    if links.nobody("student"):
        flags |= Flag.HIDDEN_STUDENT
    if links.nobody("grader") and not override:
        flags |= Flag.AUTOMATIC
    return flags
