"""The five tabs of the detail pane, as lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from enum import StrEnum

from tui.app.cells import MAYBE_CHANGED, by_words
from tui.app.chain import chain_lines
from tui.app.columns import fit
from tui.app.details import Detail
from tui.app.fieldlines import field_lines
from tui.app.filters import Pick
from tui.app.lines import BLANK, LABEL, Jump, Line, Narrow, Tone, head, quiet, said
from tui.app.origins import raw_lines, request_lines
from tui.app.places import assignment_url, course_url, person_url, submission_url
from tui.app.standing import hidden_words, is_hidden, standing_lines
from tui.events.confirmation import Confirmation, confirmation
from tui.events.delta import delta
from tui.events.event import GradeState, Kind
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
    may_have_changed,
    number_words,
    party_words,
    thing_words,
    time_words,
)


class Tab(StrEnum):
    """The detail pane's tabs, in their order."""

    CHANGE = "change"
    LINKS = "links"
    HISTORY = "history"
    REQUEST = "request"
    RAW = "raw"


_GRADES = (Kind.GRADE, Kind.OVERRIDE)


def tab_lines(
    tab: Tab,
    detail: Detail,
    *,
    zone: tzinfo | None,
    canvas: str | None,
    read_past: bool = False,
) -> list[Line]:
    """What ``tab`` shows of ``detail``; lines may be of any length.

    ``read_past``: the audit log was read beyond the time at which its row could still come.
    """
    match tab:
        case Tab.CHANGE:
            return list(_change(detail, zone, read_past=read_past))
        case Tab.LINKS:
            return list(_redacted_links(detail) if detail.redacted else _links(detail, canvas))
        case Tab.HISTORY:
            return list(chain_lines(detail, zone))
        case Tab.REQUEST:
            return list(request_lines(detail, zone))
        case Tab.RAW:
            return list(raw_lines(detail, zone))


def _change(detail: Detail, zone: tzinfo | None, *, read_past: bool) -> Iterator[Line]:
    stored, event = detail.stored, detail.stored.event
    kind = f"{kind_words(event.kind)} · {event.type.replace('_', ' ')}"
    yield head(f"{kind} · {time_words(event.at, zone, TimeStyle.ZONED)}")
    yield from _pointed_at(stored)
    standing = standing_lines(event, zone, read_past=read_past)
    confirmed = confirmation(event) is Confirmation.CONFIRMED
    if not confirmed:  # before all that may not be on a small screen
        yield from standing
    if event.kind in _GRADES:
        yield from _grades(event.before, event.after)
        moved = delta(event.before, event.after)
        if moved is not None:
            yield said("Δ", delta_words(moved))
        if may_have_changed(event):
            yield Line(f"{MAYBE_CHANGED}: the audit log does not return scores", Tone.WARN)
        if event.current_grade is not None:
            yield said("now", event.current_grade)
    elif event.changes:
        yield from field_lines(event.changes, detail.diffs, zone)
    else:
        yield Line(change_words(event))
    yield BLANK
    yield from _parties(stored)
    if confirmed:
        yield from standing
    if stored.revisions:
        yield said("revised", f"{stored.revisions}× since it was first read: see raw")


def _pointed_at(stored: Stored) -> Iterator[Line]:
    """What a person wrote on it, and what the attention rules say."""
    if stored.mark is not None:
        yield said("marked", stored.mark or "without a note")
    for hit in stored.hits:
        yield Line(f"{fit('flagged', LABEL)} {hit.rule}: {hit.why}", Tone.WARN)


def _parties(stored: Stored) -> Iterator[Line]:
    event = stored.event
    for role in (Role.COURSE, Role.ASSIGNMENT, Role.STUDENT):
        hidden = role is Role.STUDENT and is_hidden(event)
        words = hidden_words(event) if hidden else party_words(stored, role)
        if words != NOTHING:
            yield said(role, words)
    yield said("by", by_words(stored))
    if event.flags:
        names = ", ".join(name.replace("_", " ") for name in flag_names(event.flags))
        yield said("flags", f"{flag_letters(event.flags)}: {names}")


def _grades(before: GradeState, after: GradeState) -> Iterator[Line]:
    yield quiet(f"{fit('', LABEL)} {fit('before', 14)} after")
    rows = (
        ("grade", before.grade or NOTHING, after.grade or NOTHING),
        ("score", before.score, after.score),
        ("points possible", before.points_possible, after.points_possible),
        ("excused", before.excused, after.excused),
        ("posted", before.posted, after.posted),
    )
    for label, old, new in rows:
        yield Line(f"{fit(label, LABEL)} {fit(_known(old), 14)} {_known(new)}")


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
    if is_hidden(event):
        yield said("student", hidden_words(event))
    if event.real_actor is not None:
        yield said("acting as", thing_words(event.real_actor, labels.real_actor))
    for label, other in (
        ("copied from", links.copied_from),
        ("copied to", links.copied_to),
        ("reset from", links.reset_from),
        ("reset to", links.reset_to),
    ):
        if other is not None:
            url = course_url(canvas, other) if canvas else None
            yield _link(Role.COURSE, label, other, detail.courses.get(other), url)
    if (there := detail.other_side) is not None:
        yield Line(
            f"{fit('the other side', LABEL)} {there.event.type.replace('_', ' ')},"
            f" as {party_words(there, Role.COURSE)} tells it: enter goes there",
            act=Jump(there.slot, there.event.kind),
        )
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
            f"{fit('submission', LABEL)} {' '.join(filter(None, (words, version)))}", url=url
        )
    for label, value in (
        ("page view", event.page_view),
        ("SIS batch", links.sis_batch),
        ("period", links.grading_period),
        ("account", event.account),
    ):
        if value is not None:
            yield said(label, f"{value}")


def _link(role: Role, label: str, id: CanvasId, name: str | None, url: str | None) -> Line:  # noqa: A002 - an id is what it is
    words = thing_words(id, name)
    number = "" if words == f"#{id}" else f"  #{id}"
    return Line(f"{fit(label, LABEL)} {words}{number}", act=Narrow(Pick(role, id, words)), url=url)
