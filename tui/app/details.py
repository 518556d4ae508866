"""All that is known of one event, read for the detail pane."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tui.app.fieldlines import text_diffs
from tui.events.event import Event, Thing
from tui.events.ids import CanvasId
from tui.events.text import safe_json
from tui.journal.reader import Reader
from tui.journal.records import Revision, Stored
from tui.query.ast import And, During, Is, OfType, Role
from tui.report.redact import MARK, Redactor

HISTORY_AT_MOST = 500
"""Changes of one submission that are shown: those around the event."""
SIBLINGS_AT_MOST = 200
"""Other changes of one request that are shown: the first of them."""
RAW_AT_MOST = 200_000
"""Characters of raw JSON that are shown."""
BOTH_SIDES_MS = 3_600_000
"""How far apart the two courses' rows of one copying are looked for."""
SIDES_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Reread:
    """A change of which the log said something else, ``older``, until it was read at ``at``."""

    stored: Stored
    older: Event
    at: int


@dataclass(frozen=True, slots=True)
class Detail:
    """An event with its surroundings; all text is clean."""

    stored: Stored
    history: tuple[Stored, ...]
    """Every change of the same submission, oldest first."""
    older: int
    """How many older ones ``history`` leaves out."""
    newer: int
    revisions: tuple[Revision, ...]
    raw: str | None
    siblings: tuple[Stored, ...]
    """Other changes of the same web request, oldest first."""
    live_raw: str | None
    """The live report that was paired with a row of the audit log."""
    courses: Mapping[CanvasId, str]
    """Names of the courses it was copied or reset from and to."""
    rereads: tuple[Reread, ...]
    """What the log said of these changes before it said what it says now, in order of time."""
    other_side: Stored | None
    """The same copying or resetting as the other course tells it."""
    diffs: Mapping[str, str]
    """A course's long texts, old against new: see :func:`tui.app.fieldlines.text_diffs`."""
    redacted: bool


def read_detail(reader: Reader, id: int, redactor: Redactor | None) -> Detail | None:  # noqa: A002 - an id is what it is
    """The event of this row; None if it is gone."""
    found = reader.stored([id])
    if not found:
        return None
    history, older, newer = reader.history_around(id, HISTORY_AT_MOST)
    revisions = reader.revisions(id)
    raw, live_raw = reader.raw(id), reader.live_raw(id)
    links = found[0].event.links
    others = (links.copied_from, links.copied_to, links.reset_from, links.reset_to)
    asked = [(Thing.COURSE, course) for course in others if course is not None]
    names = {course: name for (_, course), name in reader.names(asked).items()}
    detail = Detail(
        stored=found[0],
        history=tuple(history),
        older=older,
        newer=newer,
        revisions=tuple(revisions),
        raw=None if raw is None else _pretty(raw),
        siblings=tuple(reader.siblings(id, limit=SIBLINGS_AT_MOST)),
        live_raw=None if live_raw is None else _pretty(live_raw),
        courses=names,
        rereads=tuple(_rereads(reader, history)),
        other_side=_other_side(reader, found[0].event),
        diffs={},
        redacted=False,
    )
    if redactor is not None:
        detail = _redacted(detail, redactor)
    return replace(detail, diffs=text_diffs(detail.stored.event.changes))


def _rereads(reader: Reader, history: Sequence[Stored]) -> list[Reread]:
    found = [
        Reread(stored, revision.event, revision.replaced_at)
        for stored in history
        if stored.revisions
        for revision in reader.revisions(stored.id)
    ]
    return sorted(found, key=lambda each: each.at)


def _other_side(reader: Reader, event: Event) -> Stored | None:
    """Canvas writes a copy into both courses' logs: ``copied_from`` here, ``copied_to`` there."""
    links, course = event.links, event.course
    for here, there, other in (
        ("copied_from", "copied_to", links.copied_from),
        ("copied_to", "copied_from", links.copied_to),
        ("reset_from", "reset_to", links.reset_from),
        ("reset_to", "reset_from", links.reset_to),
    ):
        if event.type == here and other is not None and course is not None:
            around = During(event.at - BOTH_SIDES_MS, event.at + BOTH_SIDES_MS + 1)
            where = And((Is(Role.COURSE, (other,)), OfType(there), around))
            rows = reader.stored([slot.id for slot in reader.slots(where, limit=SIDES_AT_MOST)])
            fitting = [each for each in rows if getattr(each.event.links, there) == course]
            return min(fitting, key=lambda each: abs(each.event.at - event.at), default=None)
    return None


def _redacted(detail: Detail, redactor: Redactor) -> Detail:
    older = [replace(detail.stored, event=each.event) for each in detail.revisions]
    revisions = [
        Revision(stored.event, each.replaced_at)
        for stored, each in zip(redactor.redact_all(older), detail.revisions, strict=True)
    ]
    rows = redactor.redact_all([each.stored for each in detail.rereads])
    before = redactor.redact_all(
        [replace(each.stored, event=each.older) for each in detail.rereads]
    )
    return replace(
        detail,
        stored=redactor.redact(detail.stored),
        rereads=tuple(
            Reread(stored, older.event, each.at)
            for stored, older, each in zip(rows, before, detail.rereads, strict=True)
        ),
        other_side=None if detail.other_side is None else redactor.redact(detail.other_side),
        history=tuple(redactor.redact_all(detail.history)),
        revisions=tuple(revisions),
        raw=None if detail.raw is None else MARK,
        siblings=tuple(redactor.redact_all(detail.siblings)),
        live_raw=None if detail.live_raw is None else MARK,
        courses={},
        redacted=True,
    )


def _pretty(raw: str) -> str:
    try:
        text = safe_json(json.loads(raw), indent=2)
    except ValueError:
        text = safe_json(raw)
    if len(text) <= RAW_AT_MOST:
        return text
    return f"{text[:RAW_AT_MOST]}\n… {len(text) - RAW_AT_MOST:,} more characters: see export --raw"
