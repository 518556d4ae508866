"""What an audit document says beside its rows: its ``linked`` arrays.

Each holds whole API objects, restricted to what the page mentions. Any may be missing: old servers
have no ``linked``, a foreign or erased object is not listed, a page view seldom is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tui.events.event import NO_FLAGS, Flag, Name, Thing
from tui.events.fields import Fields, Unreadable, as_list, as_object, object_without_secrets
from tui.events.ids import CanvasId

_NAMED_BY = (
    ("assignments", Thing.ASSIGNMENT, ("name", "title")),
    ("courses", Thing.COURSE, ("name", "course_code")),
    ("users", Thing.USER, ("name", "short_name", "display_name", "sortable_name")),
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a page view tells of the request behind a row."""

    client_ip: str | None = None
    user_agent: str | None = None
    url: str | None = None
    real_actor: CanvasId | None = None
    flags: Flag = NO_FLAGS


@dataclass(frozen=True, slots=True)
class Linked:
    """``muted``: assignments whose grades students cannot see now. ``page_views``: by their id."""

    names: tuple[Name, ...] = ()
    muted: frozenset[CanvasId] = frozenset()
    page_views: Mapping[str, Request] = field(default_factory=dict[str, Request])

    def request(self, page_view: str | None) -> Request:
        """The request that ``page_view`` recorded; nothing known of it if it is not listed."""
        return self.page_views.get(page_view or "", Request())


def read_linked(document: Mapping[str, object]) -> Linked:
    """The ``linked`` part of an audit document; what is not of the known shape is passed over."""
    linked = as_object(document.get("linked"))
    if linked is None:
        return Linked()
    names = [
        name
        for key, thing, fields in _NAMED_BY
        for entry in _entries(linked, key)
        if (name := _name(thing, entry, fields)) is not None
    ]
    muted = (entry.id("id") for entry in _entries(linked, "assignments") if entry.truth("muted"))
    views = ((entry.text("id"), entry) for entry in _page_views(linked))
    return Linked(
        names=tuple(dict.fromkeys(names)),
        muted=frozenset(assignment for assignment in muted if assignment is not None),
        page_views={view: _request(entry) for view, entry in views if view is not None},
    )


def _entries(linked: Mapping[str, object], key: str) -> Iterator[Fields]:
    for entry in as_list(linked.get(key)) or ():
        if (values := as_object(entry)) is not None:
            yield Fields(values)


def _page_views(linked: Mapping[str, object]) -> Iterator[Fields]:
    for entry in as_list(linked.get("page_views")) or ():
        if (values := as_object(entry)) is not None:
            try:
                yield Fields(object_without_secrets(values))
            except Unreadable:
                continue  # only an addition to the row; the row itself stands


def _request(page_view: Fields) -> Request:
    links = page_view.within("links") or Fields({})
    real_actor = links.id("real_user")
    if real_actor == links.id("user"):
        real_actor = None
    return Request(
        client_ip=page_view.text("remote_ip"),
        user_agent=page_view.text("user_agent"),
        url=page_view.text("url"),
        real_actor=real_actor,
        flags=NO_FLAGS if real_actor is None else Flag.MASQUERADE,
    )


def _name(thing: Thing, entry: Fields, fields: tuple[str, ...]) -> Name | None:
    owner = entry.id("id")
    if owner is None:
        return None
    texts = (entry.text(key) for key in fields if isinstance(entry.values.get(key), str))
    text = next((text for text in texts if text is not None), None)
    return None if text is None else Name(thing, owner, text.strip())
