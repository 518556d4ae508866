"""Two tabs of the detail pane: the request of a change, and the documents it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from tui.app.cells import by_words, short_change
from tui.app.details import SIBLINGS_AT_MOST, Detail
from tui.app.lines import BLANK, Jump, Line, quiet, said
from tui.app.readings import older_words
from tui.app.standing import WITHHELD, is_hidden
from tui.events.delta import delta
from tui.events.event import Event, Feed
from tui.journal.records import Stored
from tui.query.ast import Role
from tui.report.words import (
    TimeStyle,
    delta_words,
    party_words,
    thing_words,
    time_words,
)


def request_lines(detail: Detail, zone: tzinfo | None) -> Iterator[Line]:
    """Where a change came from, and what else the same web request did."""
    stored, event = detail.stored, detail.stored.event
    rows = (
        ("request", event.request_id),
        ("page view", event.page_view),
        ("address", event.client_ip),
        ("agent", event.user_agent),
        ("url", event.url),
        ("source", event.event_source),
    )
    yield from (said(label, value) for label, value in rows if value)
    if event.actor is not None:
        yield said("actor", party_words(stored, Role.ACTOR))
    if event.real_actor is not None:
        real = thing_words(event.real_actor, stored.labels.real_actor)
        yield said("masquerade", f"{real} acted as {party_words(stored, Role.ACTOR)}")
    for label, key in _keys(stored):
        yield said(label, key)
    if not any((event.request_id, event.client_ip, event.user_agent, event.url)):
        yield from _untold(event)
    yield from _siblings(detail, zone)


def _keys(stored: Stored) -> Iterator[tuple[str, str]]:
    """How each feed named its report."""
    event = stored.event
    yield ("audit log" if Feed.AUDIT in event.seen_by else "live"), event.key
    if stored.live_key is not None:
        yield "live", stored.live_key


def _untold(event: Event) -> Iterator[Line]:
    if Feed.LIVE not in event.seen_by:
        yield quiet("The audit log of a hosted Canvas tells no request: neither its id, nor the")
        yield quiet("address and agent it came from. Live events, which a relay brings, do.")
    elif is_hidden(event):
        yield quiet(f"the request is {WITHHELD}")
    else:
        yield quiet("this live event tells no request: a job of Canvas's made it")


def _siblings(detail: Detail, zone: tzinfo | None) -> Iterator[Line]:
    others = detail.siblings
    if not others:
        return
    yield BLANK
    count = len(others) + 1
    more = "more than " if len(others) >= SIBLINGS_AT_MOST else ""
    yield quiet(f"{more}{count} changes of this request · enter: go there")
    both = [detail.stored, *others]
    for each in sorted(both, key=lambda one: (one.event.at, one.place, one.id)):
        here = ">" if each.id == detail.stored.id else " "
        when = time_words(each.event.at, zone, TimeStyle.CLOCK)
        moved = delta_words(delta(each.event.before, each.event.after))
        who = party_words(each, Role.STUDENT)
        change = short_change(each.event)
        words = "  ".join(filter(None, (who, change, moved, by_words(each))))
        yield Line(f"{here} {when}  {words}", act=Jump(each.slot, each.event.kind))


def raw_lines(detail: Detail, zone: tzinfo | None) -> Iterator[Line]:
    """The document of each feed under its key, and what the first of them said before."""
    stored = detail.stored
    yield quiet(stored.event.key)
    for revision in detail.revisions:
        when = time_words(revision.replaced_at, zone, TimeStyle.FULL)
        yield Line(f"until {when} it read: {older_words(revision.event, stored.event)}")
    yield from _document(detail.raw, stored.event)
    if stored.live_key is not None:
        yield BLANK
        yield quiet(stored.live_key)
        yield from _document(detail.live_raw, stored.event)


def _document(raw: str | None, event: Event) -> Iterator[Line]:
    if raw is not None:
        yield from (Line(text) for text in raw.split("\n"))
    elif is_hidden(event):
        yield quiet(WITHHELD)
    else:
        yield quiet("the document it came from is not kept")
