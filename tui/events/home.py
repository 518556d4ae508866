"""Whose local ids an event means that does not name its root account.

Courses and assignments live on the shard of their institution, so a global id of one tells the
shard (canvas-facts §6). Users need not: one who studies at two institutions has the id of another
shard here.
"""

from __future__ import annotations

from collections.abc import Iterable

from tui.events.ids import CanvasId


def home_of(ids: Iterable[CanvasId | None]) -> int:
    """The shard of the first id that is global; 0 if none is.

    ``ids`` are of a root account, an assignment or a course, the most telling first, as they are
    written: a local one tells nothing.
    """
    return next((one.shard for one in ids if one is not None and one.shard), 0)
