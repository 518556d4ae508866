"""All that is known of one event, read for the detail pane."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tui.events.event import Thing
from tui.events.ids import CanvasId
from tui.events.text import safe_json
from tui.journal.reader import Reader
from tui.journal.records import Revision, Stored
from tui.report.redact import MARK, Redactor

HISTORY_AT_MOST = 500
"""Changes of one submission that are shown: the newest of them."""
SIBLINGS_AT_MOST = 200
"""Other changes of one request that are shown: the first of them."""
RAW_AT_MOST = 200_000
"""Characters of raw JSON that are shown."""


@dataclass(frozen=True, slots=True)
class Detail:
    """An event with its surroundings; all text is clean."""

    stored: Stored
    history: tuple[Stored, ...]
    """Every change of the same submission, oldest first."""
    left_out: int
    """How many older ones ``history`` leaves out."""
    revisions: tuple[Revision, ...]
    raw: str | None
    siblings: tuple[Stored, ...]
    """Other changes of the same web request, oldest first."""
    live_raw: str | None
    """The live report that was paired with a row of the audit log."""
    courses: Mapping[CanvasId, str]
    """Names of the courses it was copied or reset from and to."""
    redacted: bool


def read_detail(reader: Reader, id: int, redactor: Redactor | None) -> Detail | None:  # noqa: A002 - an id is what it is
    """The event of this row; None if it is gone."""
    found = reader.stored([id])
    if not found:
        return None
    history = reader.history(id)
    revisions = reader.revisions(id)
    raw, live_raw = reader.raw(id), reader.live_raw(id)
    links = found[0].event.links
    others = (links.copied_from, links.copied_to, links.reset_from, links.reset_to)
    asked = [(Thing.COURSE, course) for course in others if course is not None]
    names = {course: name for (_, course), name in reader.names(asked).items()}
    detail = Detail(
        stored=found[0],
        history=tuple(history[-HISTORY_AT_MOST:]),
        left_out=max(0, len(history) - HISTORY_AT_MOST),
        revisions=tuple(revisions),
        raw=None if raw is None else _pretty(raw),
        siblings=tuple(reader.siblings(id, limit=SIBLINGS_AT_MOST)),
        live_raw=None if live_raw is None else _pretty(live_raw),
        courses=names,
        redacted=False,
    )
    return detail if redactor is None else _redacted(detail, redactor)


def _redacted(detail: Detail, redactor: Redactor) -> Detail:
    older = [replace(detail.stored, event=each.event) for each in detail.revisions]
    revisions = [
        Revision(stored.event, each.replaced_at)
        for stored, each in zip(redactor.redact_all(older), detail.revisions, strict=True)
    ]
    return replace(
        detail,
        stored=redactor.redact(detail.stored),
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
