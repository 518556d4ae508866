"""What a line of our own export says beside the wire's documents that it holds.

The row of an audit log's reply says nothing of names, of an assignment being muted or of the
request behind it: the reply said so around it, and the line has it in its keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tui.events.event import NO_FLAGS, Feed, Flag, Name, Sighting, Thing
from tui.events.fields import Fields, as_list
from tui.events.text import redact_secrets

_NAMED = (
    ("course", Thing.COURSE),
    ("assignment", Thing.ASSIGNMENT),
    ("student", Thing.USER),
    ("grader", Thing.USER),
    ("actor", Thing.USER),
    ("real_actor", Thing.USER),
)
_AROUND = (("unposted", Flag.UNPOSTED), ("masquerade", Flag.MASQUERADE))
"""Flags that a reply tells around its rows."""


def is_hidden(line: Mapping[str, object]) -> bool:
    """Whether the line is of an event whose student is withheld."""
    return "hidden_student" in (as_list(line.get("flags")) or [])


def names_in(line: Mapping[str, object]) -> tuple[Name, ...]:
    """What the parties of the event were called."""
    fields = Fields(line)
    found = ((thing, fields.within(key)) for key, thing in _NAMED)
    named = ((thing, party, party.id("id")) for thing, party in found if party is not None)
    return tuple(
        Name(thing, owner, text.strip())
        for thing, party, owner in named
        if owner is not None and (text := party.text("name")) is not None
    )


def with_surroundings(sighting: Sighting, line: Mapping[str, object]) -> Sighting:
    """The audit log's row with what the reply said around it; a live report says all by itself.

    Of a pair the line tells the live report's request too, which is not the row's: only the flag of
    what is unposted is taken.
    """
    event = sighting.event
    if Feed.AUDIT not in event.seen_by:
        return sighting
    said = as_list(line.get("flags")) or []
    alone = as_list(line.get("seen_by")) == [Feed.AUDIT.value]
    flags = NO_FLAGS
    for name, flag in _AROUND:
        if name in said and (alone or flag is Flag.UNPOSTED):
            flags |= flag
    after = replace(event.after, posted=False) if Flag.UNPOSTED in flags else event.after
    event = replace(event, flags=event.flags | flags, after=after)
    if not alone:
        return replace(sighting, event=event)
    fields = Fields(line)
    url, real = fields.text("url"), fields.within("real_actor")
    event = replace(
        event,
        real_actor=event.real_actor if real is None else real.id("id"),
        client_ip=event.client_ip or fields.text("client_ip"),
        user_agent=event.user_agent or fields.text("user_agent"),
        url=event.url or (None if url is None else redact_secrets(url)),
    )
    return replace(sighting, event=event)
