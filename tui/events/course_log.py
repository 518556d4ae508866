"""Rows of the course audit log: what was done to a course, field by field."""

from __future__ import annotations

from collections.abc import Mapping

from tui.events.event import NO_CHANGES, Change, Event, Feed, Kind, Links
from tui.events.fields import (
    Fields,
    Unreadable,
    as_list,
    as_object,
    cleaned,
    parsed_json,
    without_secrets,
)
from tui.events.linked import Linked
from tui.events.text import clean

COURSE_EVENT_TYPES = frozenset(
    {
        "claimed",
        "concluded",
        "copied_from",
        "copied_to",
        "created",
        "deleted",
        "published",
        "reset_from",
        "reset_to",
        "restored",
        "unconcluded",
        "unpublished",
        "updated",
    }
)
"""All that the documentation and the source name; ``claimed`` is what unpublished is stored as."""


def course_event(row: Fields, key: str, at: int, linked: Linked) -> Event:
    """``links.user``, who made the change, is the actor; a copy or reset links the other course."""
    links = row.within("links") or Fields({})
    page_view = links.text("page_view")
    request = linked.request(page_view)
    return Event(
        key=key,
        kind=Kind.COURSE,
        type=row.text("event_type") or "unknown",
        at=at,
        seen_by=(Feed.AUDIT,),
        account=links.id("account"),
        course=links.id("course"),
        actor=links.id("user"),
        real_actor=request.real_actor,
        changes=_changes(row.values.get("event_data")),
        flags=request.flags,
        links=Links(
            copied_from=links.id("copied_from"),
            copied_to=links.id("copied_to"),
            reset_from=links.id("reset_from"),
            reset_to=links.id("reset_to"),
            sis_batch=links.id("sis_batch"),
        ),
        request_id=row.text("request_id"),
        page_view=page_view,
        client_ip=request.client_ip,
        user_agent=request.user_agent,
        url=request.url,
        event_source=row.text("event_source"),
    )


def _changes(data: object) -> Mapping[str, Change]:
    """Field → old and new. ``created_source`` is not a pair: its value is new.

    ``event_data`` may come as JSON text (the documentation shows it so). What is no object at all
    is shown as it stands, under its own name.
    """
    if data is None or data == "":
        return NO_CHANGES
    pairs = _parsed(data) if isinstance(data, str) else as_object(data)
    if pairs is None:
        return {"event_data": Change(None, cleaned(data))}
    return {clean(field): _change(value) for field, value in pairs.items()}


def _parsed(text: str) -> Mapping[str, object] | None:
    try:
        return as_object(without_secrets(parsed_json(text)))
    except Unreadable:
        return None


def _change(value: object) -> Change:
    pair = as_list(value)
    if pair is not None and len(pair) == 2:
        return Change(cleaned(pair[0]), cleaned(pair[1]))
    return Change(None, cleaned(value))
