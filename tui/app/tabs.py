"""The five tabs of the detail pane, as lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from enum import StrEnum

from tui.app.cells import MAYBE_CHANGED, by_words, may_have_changed, seen_words, short_change
from tui.app.columns import fit
from tui.app.details import Detail
from tui.app.filters import Pick
from tui.app.lines import BLANK, Jump, Line, Narrow, Tone, head, quiet
from tui.app.places import assignment_url, course_url, person_url, submission_url
from tui.events.delta import delta
from tui.events.event import Flag, GradeState, Kind
from tui.events.ids import CanvasId
from tui.journal.records import Stored
from tui.query.ast import Role
from tui.report.words import (
    NOTHING,
    TimeStyle,
    change_words,
    delta_words,
    flag_letters,
    flag_names,
    kind_words,
    number_words,
    party_words,
    thing_words,
    time_words,
    value_words,
)


class Tab(StrEnum):
    """The detail pane's tabs, in their order."""

    CHANGE = "change"
    LINKS = "links"
    HISTORY = "history"
    REQUEST = "request"
    RAW = "raw"


_GRADES = (Kind.GRADE, Kind.OVERRIDE)
_LABEL = 15
"""Cells of the labels at the left."""


def tab_lines(tab: Tab, detail: Detail, *, zone: tzinfo | None, canvas: str | None) -> list[Line]:
    """What ``tab`` shows of ``detail``; lines may be of any length."""
    match tab:
        case Tab.CHANGE:
            return list(_change(detail.stored, zone))
        case Tab.LINKS:
            return list(_redacted_links(detail) if detail.redacted else _links(detail, canvas))
        case Tab.HISTORY:
            return list(_history(detail, zone))
        case Tab.REQUEST:
            return list(_request(detail.stored))
        case Tab.RAW:
            return list(_raw(detail, zone))


def _change(stored: Stored, zone: tzinfo | None) -> Iterator[Line]:
    event = stored.event
    kind = f"{kind_words(event.kind)} · {event.type.replace('_', ' ')}"
    yield head(f"{kind} · {time_words(event.at, zone, TimeStyle.ZONED)}")
    if event.kind in _GRADES:
        yield from _grades(event.before, event.after)
        moved = delta(event.before, event.after)
        if moved is not None:
            yield _said("Δ", delta_words(moved))
        if may_have_changed(event):
            yield Line(f"{MAYBE_CHANGED}: the audit log does not return scores", Tone.WARN)
        if event.current_grade is not None:
            yield _said("now", event.current_grade)
    elif event.changes:
        yield quiet(f"{fit('', _LABEL)} {fit('old', 20)} new")
        for field, change in event.changes.items():
            old, new = value_words(change.old), value_words(change.new)
            yield Line(f"{fit(field.replace('_', ' '), _LABEL)} {fit(old, 20)} {new}")
    else:
        yield Line(change_words(event))
    yield BLANK
    for role in (Role.COURSE, Role.ASSIGNMENT, Role.STUDENT):
        words = party_words(stored, role)
        if words != NOTHING:
            yield _said(role, words)
    yield _said("by", by_words(stored))
    if event.flags:
        names = ", ".join(name.replace("_", " ") for name in flag_names(event.flags))
        yield _said("flags", f"{flag_letters(event.flags)}: {names}")
    yield _said("seen by", seen_words(event))
    if Flag.UNCONFIRMED in event.flags:
        yield quiet("not (yet) in the audit log: a hint, not the record")
    if stored.revisions:
        yield _said("revised", f"{stored.revisions}× since it was first read: see raw")


def _grades(before: GradeState, after: GradeState) -> Iterator[Line]:
    yield quiet(f"{fit('', _LABEL)} {fit('before', 14)} after")
    rows = (
        ("grade", before.grade or NOTHING, after.grade or NOTHING),
        ("score", before.score, after.score),
        ("points possible", before.points_possible, after.points_possible),
        ("excused", before.excused, after.excused),
        ("posted", before.posted, after.posted),
    )
    for label, old, new in rows:
        yield Line(f"{fit(label, _LABEL)} {fit(_known(old), 14)} {_known(new)}")


def _known(value: str | float | bool | None) -> str:
    match value:
        case None:
            return "not told"
        case bool():
            return "yes" if value else "no"
        case float() | int():
            return number_words(value)
        case str():
            return value or NOTHING


def _links(detail: Detail, canvas: str | None) -> Iterator[Line]:
    stored, event, links = detail.stored, detail.stored.event, detail.stored.event.links
    course, labels = event.course, detail.stored.labels
    people = (
        (Role.STUDENT, event.student, labels.student),
        (Role.GRADER, event.grader, labels.grader),
        (Role.ACTOR, event.actor, labels.actor),
    )
    yield quiet("enter: only what has to do with it · o: open it in Canvas")
    if course is not None:
        url = course_url(canvas, course) if canvas else None
        yield _link(Role.COURSE, "course", course, labels.course, url)
    if event.assignment is not None:
        url = assignment_url(canvas, course, event.assignment) if canvas and course else None
        yield _link(Role.ASSIGNMENT, "assignment", event.assignment, labels.assignment, url)
    for role, person, name in people:
        if person is not None:
            url = person_url(canvas, course, person) if canvas else None
            yield _link(role, role.value, person, name, url)
    if event.student is None and Flag.HIDDEN_STUDENT in event.flags:
        yield _said("student", "hidden by Canvas: the assignment is anonymous and muted")
    if event.real_actor is not None:
        yield _said("acting as", thing_words(event.real_actor, labels.real_actor))
    for label, other in (
        ("copied from", links.copied_from),
        ("copied to", links.copied_to),
        ("reset from", links.reset_from),
        ("reset to", links.reset_to),
    ):
        if other is not None:
            url = course_url(canvas, other) if canvas else None
            yield _link(Role.COURSE, label, other, detail.courses.get(other), url)
    yield from _ids(stored, canvas)


def _redacted_links(detail: Detail) -> Iterator[Line]:
    """Pseudonyms lead nowhere: their numbers are no ids of Canvas."""
    yield quiet("redacted: x shows where these lead")
    yield from (replace(line, act=None, url=None) for line in list(_links(detail, None))[1:])


def _ids(stored: Stored, canvas: str | None) -> Iterator[Line]:
    event, links = stored.event, stored.event.links
    if links.submission is not None or event.version is not None:
        parties = (event.course, event.assignment, event.student)
        url = None
        if canvas and parties[0] and parties[1] and parties[2]:
            url = submission_url(canvas, parties[0], parties[1], parties[2])
        words = "" if links.submission is None else f"#{links.submission}"
        version = "" if event.version is None else f"version {event.version}"
        yield Line(
            f"{fit('submission', _LABEL)} {' '.join(filter(None, (words, version)))}", url=url
        )
    for label, value in (
        ("page view", event.page_view),
        ("SIS batch", links.sis_batch),
        ("period", links.grading_period),
        ("account", event.account),
    ):
        if value is not None:
            yield _said(label, f"{value}")


def _link(role: Role, label: str, id: CanvasId, name: str | None, url: str | None) -> Line:  # noqa: A002 - an id is what it is
    words = thing_words(id, name)
    number = "" if words == f"#{id}" else f"  #{id}"
    return Line(f"{fit(label, _LABEL)} {words}{number}", act=Narrow(Pick(role, id, words)), url=url)


def _history(detail: Detail, zone: tzinfo | None) -> Iterator[Line]:
    if len(detail.history) <= 1:
        yield quiet("no other change of the same submission is known here")
    else:
        yield quiet(f"{len(detail.history)} changes known here, oldest first · enter: go there")
    if detail.left_out:
        yield quiet(f"… {detail.left_out:,} older ones left out")
    for each in detail.history:
        here = ">" if each.id == detail.stored.id else " "
        when = time_words(each.event.at, zone, TimeStyle.FULL)
        moved = delta_words(delta(each.event.before, each.event.after))
        words = "  ".join(filter(None, (short_change(each.event), moved, by_words(each))))
        yield Line(f"{here} {when}  {words}", act=Jump(each.slot))


def _request(stored: Stored) -> Iterator[Line]:
    event, labels = stored.event, stored.labels
    rows = (
        ("request", event.request_id),
        ("page view", event.page_view),
        ("address", event.client_ip),
        ("agent", event.user_agent),
        ("url", event.url),
        ("source", event.event_source),
    )
    known = [_said(label, value) for label, value in rows if value]
    if event.real_actor is not None:
        real = thing_words(event.real_actor, labels.real_actor)
        actor = party_words(stored, Role.ACTOR)
        known.append(_said("masquerade", f"{real} acted as {actor}"))
    yield from known
    if not any((event.request_id, event.client_ip, event.user_agent, event.url)):
        yield quiet("The audit log of a hosted Canvas tells no request: neither its id, nor the")
        yield quiet("address and agent it came from. Live events do.")


def _raw(detail: Detail, zone: tzinfo | None) -> Iterator[Line]:
    yield quiet(detail.stored.event.key)
    for revision in detail.revisions:
        when = time_words(revision.replaced_at, zone, TimeStyle.FULL)
        yield Line(f"until {when} it read: {_revision_words(detail.stored, revision.event)}")
    if detail.raw is None:
        yield quiet("the document it came from is not kept")
        return
    for text in detail.raw.split("\n"):
        yield Line(text)


def _revision_words(stored: Stored, older: object) -> str:
    """What was different: every field of the event that reads otherwise now."""
    parts: list[str] = []
    for name in ("student", "grader", "assignment", "before", "after", "flags", "at", "version"):
        old, new = getattr(older, name), getattr(stored.event, name)
        if old != new:
            parts.append(f"{name} {_field_words(old)}, now {_field_words(new)}")
    return "; ".join(parts) or "the same in all that is shown"


def _field_words(value: object) -> str:
    match value:
        case None:
            return NOTHING
        case GradeState():
            return value.grade or NOTHING
        case Flag():
            return flag_letters(value) or "none"
        case CanvasId():
            return f"#{value}"
        case _:
            return str(value)


def _said(label: str, words: str) -> Line:
    return Line(f"{fit(label, _LABEL)} {words}")
