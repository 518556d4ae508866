"""Putting together what a document turned out to hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui.events.event import Decoded, Event, Name, Rejected, Sighting
from tui.events.fields import Unreadable, as_object, without_secrets
from tui.events.text import clean, safe_json

EXCERPT = 120
"""Characters of a rejected document that are kept."""


def excerpt(document: object) -> str:
    """How ``document`` begins: clean, without tokens, at most :data:`EXCERPT` characters."""
    try:
        plain = without_secrets(document)
        text = plain if isinstance(plain, str) else safe_json(plain)
    except Unreadable:
        pairs = as_object(document)
        text = "[…" if pairs is None else "{" + ", ".join(list(pairs)[:10]) + ", …"
    return clean(text[: 4 * EXCERPT])[:EXCERPT]


def set_aside(reason: str, document: object) -> Decoded:
    """Nothing but one rejection."""
    return Decoded(rejected=(Rejected(reason, excerpt(document)),))


def keep(
    event: Event,
    raw: Mapping[str, object],
    *,
    faults: Sequence[str] = (),
    names: Iterable[Name] = (),
    home_shard: int = 0,
    shown: object = None,
) -> Decoded:
    """One event; each field that could not be read is counted beside it. ``raw`` has no secrets.

    ``shown``: what the count's excerpt is taken from where that must not be ``raw``.
    """
    return Decoded(
        sightings=(Sighting(event, safe_json(raw), home_shard),),
        names=tuple(names),
        rejected=tuple(
            Rejected(f"{fault}: the event is kept without it", excerpt(shown or raw))
            for fault in dict.fromkeys(faults)
        ),
        home_shard=home_shard,
    )


def together(parts: Iterable[Decoded]) -> Decoded:
    """All the parts in order, each name once; the home shard is the first that is named.

    They are newest first where each part with events is: then they are pages of one walk.
    """
    parts = tuple(parts)
    orders = {part.newest_first for part in parts if part.sightings}
    return Decoded(
        sightings=tuple(sighting for part in parts for sighting in part.sightings),
        names=tuple(dict.fromkeys(name for part in parts for name in part.names)),
        rejected=tuple(rejected for part in parts for rejected in part.rejected),
        home_shard=next((part.home_shard for part in parts if part.home_shard), 0),
        newest_first=orders == {True},
    )
