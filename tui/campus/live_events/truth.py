"""The oracle of the live feed: what was emitted, which row each belongs to, what became of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, cast

from tui.campus.live_events.outbox import Emitted, Fate, Log, Outbox
from tui.campus.registrar import Registrar
from tui.events.times import parse_time

_KINDS = {
    "grade_change": "grade",
    "grade_override": "override",
    "course_grade_change": "course_score",
    "course_created": "course",
    "course_updated": "course",
}
_POSTED_SCORES = ("current_score", "final_score")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTruth:
    """A live event that was emitted; ids are as the audit API of this school prints them."""

    number: int
    """From 0, in the order of emission."""
    name: str
    kind: str
    at: int
    """UTC ms: ``event_time``."""
    key: str
    """``live:`` and the SHA-256 of name, time, school, request or job, and body."""
    document: dict[str, Any]
    row: str | None
    """UUID of the audit row of the same change; None if Canvas writes none."""
    course: int
    assignment: int | None
    student: int | None
    hidden: bool
    """Nobody may tell the student now: Canvas withholds the student of its assignment, or it is a
    total whose posted scores did not change, of a course in which any student is withheld."""
    fate: Fate


def live_truth(registrar: Registrar, outbox: Outbox, course: int | None) -> tuple[LiveTruth, ...]:
    """All that was emitted, of one course or of all, in the order of emission."""
    return tuple(
        _truth(registrar, each, outbox.fate(each.number))
        for each in outbox.emitted
        if course is None or each.course == course
    )


def _truth(registrar: Registrar, emitted: Emitted, fate: Fate) -> LiveTruth:
    document: dict[str, Any] = json.loads(emitted.text)
    work = registrar.school.assignments.get(emitted.assignment or 0)
    return LiveTruth(
        number=emitted.number,
        name=emitted.name,
        kind=_KINDS[emitted.name],
        at=emitted.at,
        key=_key(document),
        document=document,
        row=_row(registrar, emitted),
        course=emitted.course,
        assignment=emitted.assignment,
        student=emitted.student,
        hidden=_quiet(document) and _has_secrets(registrar, emitted.course)
        if emitted.name == "course_grade_change"
        else work is not None and work.protected,
        fate=fate,
    )


def _quiet(document: dict[str, Any]) -> bool:
    body = document["body"]
    return all(body.get(f"old_{name}") == body.get(name) for name in _POSTED_SCORES)


def _has_secrets(registrar: Registrar, course: int) -> bool:
    """Whether a grade of an anonymous and muted assignment has been given there."""
    works = registrar.school.courses[course].assignments
    return any(
        registrar.school.assignments[work].protected and registrar.gradebook.graded_count(work)
        for work in works
    )


def _row(registrar: Registrar, emitted: Emitted) -> str | None:
    match emitted.log:
        case Log.GRADES:
            return registrar.ledger.grade_uuid(emitted.row)
        case Log.COURSES:
            return registrar.ledger.course_uuid(emitted.row)
        case None:
            return None


def _key(document: dict[str, Any]) -> str:
    """Canvas gives its events no id: this is what makes two of them the same.

    What they say counts, not how a queue between writes it: see :func:`_plain`.
    """
    metadata = document.get("metadata") or document["attributes"]
    same = [
        metadata["event_name"],
        parse_time(metadata["event_time"]),
        metadata["root_account_uuid"],
        metadata.get("request_id") or metadata.get("job_id"),
        _plain(document["body"]),
    ]
    text = json.dumps(same, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"live:{hashlib.sha256(text.encode()).hexdigest()}"


def _plain(said: Any) -> Any:
    """Null is as good as nothing, 8.0 is 8; a number that no double holds exactly stays itself."""
    match said:
        case dict():
            pairs = cast("dict[str, Any]", said)
            return {name: _plain(value) for name, value in pairs.items() if value is not None}
        case list():
            return [_plain(value) for value in cast("list[Any]", said)]
        case float() if said.is_integer() and -(2**53) <= said <= 2**53:
            return round(said)
        case _:
            return said
