"""Events as a table for spreadsheets: one column for each leaf of the NDJSON form.

A cell of text that a spreadsheet would take for a formula gets a leading ``'``. Numbers that are
ours (scores, points, delta, version) are written as numbers, a negative one included: a sign and
digits compute nothing. A grade is Canvas's text, so the grade ``-3`` is guarded.
Lists are joined with ``;``, changes are JSON text, unknown is an empty cell; ``rules`` are each
a name and why, with ``|`` between them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import cast

from tui.events.text import clean, safe_json
from tui.journal.records import Stored
from tui.report.ndjson import Json, document

_PARTIES = ("course", "assignment", "student", "grader", "actor", "real_actor")
_STATE = ("grade", "score", "points_possible", "excused")
_LINKS = (
    "copied_from",
    "copied_to",
    "sis_batch",
    "submission",
    "grading_period",
    "reset_from",
    "reset_to",
)
COLUMNS: tuple[str, ...] = (
    *("key", "kind", "type", "at", "seen_by"),
    *(f"{party}_{leaf}" for party in _PARTIES for leaf in ("id", "name")),
    *(f"{side}_{leaf}" for side in ("before", "after") for leaf in _STATE),
    *("delta", "changes", "flags"),
    *("request_id", "page_view", "client_ip", "user_agent", "url", "version", "current_grade"),
    *(f"links_{link}" for link in _LINKS),
    "event_source",
    "live_key",
    "rules",
)
_WHOLE = frozenset({"changes"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def header(*, raw: bool = False) -> str:
    """The names of the columns; ``raw`` adds the wire's JSON texts as the last two.

    The second is the live report's that was paired with the event.
    """
    return _row((*COLUMNS, "raw", "live_raw") if raw else COLUMNS)


def line(stored: Stored, raw: str | None = None, live_raw: str | None = None) -> str:
    """The event as one row without its line end; in the columns of :func:`header`."""
    leaves = _leaves(document(stored))
    leaves["rules"] = " | ".join(f"{hit.rule}: {hit.why}" for hit in stored.hits)
    cells = [_cell(leaves.get(column)) for column in COLUMNS]
    return _row(cells if raw is None else [*cells, raw, live_raw or ""])


def _leaves(document: Json) -> Json:
    leaves: Json = {}
    for key, value in document.items():
        if isinstance(value, dict) and key not in _WHOLE:
            inner = cast(Json, value)
            leaves.update({f"{key}_{leaf}": inner[leaf] for leaf in inner})
        else:
            leaves[key] = value
    return leaves


def _cell(value: object) -> str:
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return guard(clean(value))
    if isinstance(value, list):
        return guard(";".join(map(str, cast(list[object], value))))
    return guard(safe_json(value))


def guard(text: str) -> str:
    """``text`` so that no spreadsheet computes it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
