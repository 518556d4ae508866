"""Pages as Canvas cuts them: bookmarks, the Link header, per_page, and the bounds of time."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tui.campus.web.replies import Reply, not_found
from tui.events.times import iso_second, parse_time

Params = Sequence[tuple[str, str]]
_DEFAULT_PER_PAGE = 10
_LONGEST_LINK = 6 * 1024
_SECRET = frozenset({"access_token", "api_key"})
_OWN = frozenset({"page", "per_page"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page before ended; without ``row`` it is an old bookmark: the second alone."""

    second: int
    row: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for of a collection: bounds in UTC ms (both inclusive), and where to go on."""

    start: int | None
    end: int | None
    per_page: int
    after: Place | None


def last(params: Params, name: str) -> str | None:
    """The value of a parameter; the last one wins, as in Rails."""
    return next((value for key, value in reversed(params) if key == name), None)


def window(params: Params, max_per_page: int) -> Window:
    """Read the window; what cannot be read is left out, except a page number: that is a 404."""
    return Window(
        start=_time(last(params, "start_time")),
        end=_time(last(params, "end_time")),
        per_page=per_page(params, max_per_page),
        after=_place(last(params, "page")),
    )


def per_page(params: Params, most: int) -> int:
    """10 if not given, otherwise clamped to 1–``most``; what is no number counts as 0."""
    given = last(params, "per_page")
    if given is None:
        return min(_DEFAULT_PER_PAGE, most)
    try:
        return max(1, min(most, int(given)))
    except ValueError:
        return 1


def _time(text: str | None) -> int | None:
    try:
        return None if text is None else parse_time(text)
    except ValueError:
        return None


def _place(page: str | None) -> Place | None:
    if page is None or page in {"first", "1"}:
        return None
    if page.lstrip("-").isdigit():
        raise not_found()
    if not page.startswith("bookmark:"):
        return None
    text = page.removeprefix("bookmark:")
    try:
        found: object = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return None
    match found:
        case [str(time), int(row)]:
            at = _time(time)
            return None if at is None else Place(at // 1000, row)
        case str(time) | [str(time)]:
            at = _time(time)
            return None if at is None else Place(at // 1000, None)
        case _:
            return None


def bookmark(place: Place) -> str:
    """The opaque token for a place: base64 of ``[time, database id]``, or of the time alone."""
    time = iso_second(place.second * 1000)
    content = json.dumps(time if place.row is None else [time, place.row]).encode()
    return "bookmark:" + base64.urlsafe_b64encode(content).decode().rstrip("=")


def link(url: str, params: Params, pages: dict[str, str], size: int) -> str:
    """The Link header for ``pages`` (rel → page token); of too much the least useful is left out.

    Parameters are repeated, except secrets; ``page`` and ``per_page`` (clamped) come last.
    """
    kept = [pair for pair in params if pair[0] not in _SECRET | _OWN]
    query = urlencode(kept, safe=":[]") + "&" if kept else ""
    links = {
        rel: f'<{url}?{query}page={page}&per_page={size}>; rel="{rel}"'
        for rel, page in pages.items()
    }
    chosen: list[str] = []
    for rel in ("next", "last", "prev", "current", "first"):
        if rel in links and len(",".join((*chosen, links[rel]))) <= _LONGEST_LINK:
            chosen.append(links[rel])
        elif rel in links:
            break
    order = [links[rel] for rel in ("current", "next", "prev", "first", "last") if rel in links]
    return ",".join(text for text in order if text in chosen)


def numbered(url: str, params: Params, items: Sequence[object], most: int) -> Reply:
    """A page of an ordinary list: numbered pages, all five rels where they make sense."""
    size = per_page(params, most)
    given = last(params, "page") or "1"
    if not given.isdigit() or int(given) < 1:
        raise not_found()
    page, pages = int(given), max(1, -(-len(items) // size))
    rels = {"current": str(page), "first": "1", "last": str(pages)}
    if page < pages:
        rels["next"] = str(page + 1)
    if page > 1:
        rels["prev"] = str(page - 1)
    part = list(items[(page - 1) * size : page * size])
    return Reply(part, headers={"Link": link(url, params, rels, size)}, rows=len(part))
