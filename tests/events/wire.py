"""Wire documents for tests: the documentation's payloads, and rows built up from a plain one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from tui.events.decode import decode
from tui.events.event import Event, Sighting

PAYLOADS = Path(__file__).parent / "payloads"
Json = dict[str, object]


def payload(name: str) -> Json:
    """A payload of Canvas's documentation, its comments stripped."""
    return cast("Json", json.loads((PAYLOADS / f"{name}.json").read_text("utf-8")))


def grade_row(parties: Json | None = None, **fields: object) -> Json:
    """An audit row as the server of today writes it, with other ``links`` and fields."""
    return {
        "id": "11111111-2222-4333-8444-555555555555",
        "created_at": "2026-03-02T10:00:00Z",
        "event_type": "grade_change",
        "grade_before": "7",
        "grade_after": "8",
        "excused_before": False,
        "excused_after": False,
        "graded_anonymously": False,
        "points_possible_before": 10,
        "points_possible_after": 10.0,
        "version_number": 3,
        "links": {
            "course": 565,
            "assignment": 355,
            "student": "48",
            "grader": "987",
            "page_view": None,
            **(parties or {}),
        },
        **fields,
    }


def override_row(**fields: object) -> Json:
    """A final-grade override: no assignment among the links."""
    row = grade_row(
        course_override_grade=True, version_number=0, grade_before="70%", grade_after="75%"
    )
    row |= {"points_possible_before": None, "points_possible_after": None}
    links = cast("Json", row["links"])
    del links["assignment"]
    return row | fields


def course_row(links: Json | None = None, **fields: object) -> Json:
    """A row of the course log."""
    return {
        "id": "99999999-2222-4333-8444-555555555555",
        "created_at": "2026-03-02T10:00:00Z",
        "event_type": "updated",
        "event_source": "manual",
        "event_data": {"name": ["Course 1", "Course 2"]},
        "links": {
            "course": 565,
            "user": 987,
            "page_view": None,
            "sis_batch": None,
            **(links or {}),
        },
        **fields,
    }


def document(*rows: object, **linked: object) -> Json:
    """An audit log's reply."""
    return {
        "links": {"events.course": "https://canvas.test/api/v1/courses/{events.course}"},
        "events": list(rows),
        "linked": {"page_views": [], "assignments": [], "courses": [], "users": [], **linked},
    }


def live(name: str, body: object, **metadata: object) -> Json:
    """A Live Event of shard 2107 in Canvas's form."""
    return {
        "metadata": {
            "event_name": name,
            "event_time": "2026-03-02T10:00:00.250Z",
            "root_account_id": "21070000000000001",
            "root_account_uuid": "uuid-of-the-school",
            "request_id": "request-1",
            "user_id": "21070000000000987",
            "context_type": "Course",
            "context_id": "21070000000000565",
            **metadata,
        },
        "body": body,
    }


def sighting_of(document: object) -> Sighting:
    """The one sighting in a document of which nothing was set aside."""
    decoded = decode(document)
    assert decoded.rejected == ()
    (sighting,) = decoded.sightings
    return sighting


def event_of(document: object) -> Event:
    return sighting_of(document).event
