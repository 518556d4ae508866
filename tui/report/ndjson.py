"""One event as one JSON object on one line: the form other programs rely on.

The keys, their order and their types are a contract; a new key may be added at the end, and a
changed one is a breaking change.
"""

from __future__ import annotations

import math

from tui.events.delta import delta
from tui.events.event import Event, GradeState, Links
from tui.events.ids import CanvasId
from tui.events.text import safe_json
from tui.events.times import iso
from tui.journal.records import Stored
from tui.report.words import flag_names

Json = dict[str, object]


def line(stored: Stored, raw: str | None = None, live_raw: str | None = None) -> str:
    """The event as a line without its newline.

    ``raw`` and ``live_raw`` are the wire's JSON text, if it is wanted: of the event, and of the
    live report that was paired with it.
    """
    text = safe_json(document(stored))
    # The journal's raw text is JSON already: parsing it again could only lose digits.
    for key, wire in (("raw", raw), ("live_raw", live_raw)):
        if wire is not None:
            text = f'{text[:-1]},"{key}":{wire.replace(chr(10), " ")}}}'
    return text


def document(stored: Stored) -> Json:
    """The event's keys in the order of the contract; ids are text, unknown is null."""
    event, labels = stored.event, stored.labels
    whole: Json = {
        "key": event.key,
        "kind": event.kind.value,
        "type": event.type,
        "at": iso(event.at),
        "seen_by": [feed.value for feed in event.seen_by],
        "course": _party(event.course, labels.course),
        "assignment": _party(event.assignment, labels.assignment),
        "student": _party(event.student, labels.student),
        "grader": _party(event.grader, labels.grader),
        "actor": _party(event.actor, labels.actor),
        "real_actor": _party(event.real_actor, labels.real_actor),
        "before": _state(event.before),
        "after": _state(event.after),
        "delta": _number(delta(event.before, event.after)),
        "changes": {field: [pair.old, pair.new] for field, pair in event.changes.items()},
        "flags": list(flag_names(event.flags)),
        **_request(event),
        "links": _links(event.links),
    }
    if event.event_source is not None:
        whole["event_source"] = event.event_source
    if stored.live_key is not None:
        whole["live_key"] = stored.live_key
    if stored.hits:
        whole["rules"] = [{"rule": hit.rule.value, "why": hit.why} for hit in stored.hits]
    return whole


def _request(event: Event) -> Json:
    return {
        "request_id": event.request_id,
        "page_view": event.page_view,
        "client_ip": event.client_ip,
        "user_agent": event.user_agent,
        "url": event.url,
        "version": event.version,
        "current_grade": event.current_grade,
    }


def _party(party: CanvasId | None, name: str | None) -> Json | None:
    if party is None:
        return None
    return {"id": str(party)} if name is None else {"id": str(party), "name": name}


def _state(state: GradeState) -> Json:
    return {
        "grade": state.grade,
        "score": _number(state.score),
        "points_possible": _number(state.points_possible),
        "excused": state.excused,
    }


def _number(number: float | None) -> float | None:
    """Always with a point (``4.0``); JSON has no word for what is not finite."""
    return float(number) if number is not None and math.isfinite(number) else None


def _links(links: Links) -> Json:
    whole: Json = {
        "copied_from": _id(links.copied_from),
        "copied_to": _id(links.copied_to),
        "sis_batch": _id(links.sis_batch),
        "submission": _id(links.submission),
        "grading_period": _id(links.grading_period),
    }
    if links.reset_from is not None:
        whole["reset_from"] = str(links.reset_from)
    if links.reset_to is not None:
        whole["reset_to"] = str(links.reset_to)
    return whole


def _id(thing: CanvasId | None) -> str | None:
    return None if thing is None else str(thing)
