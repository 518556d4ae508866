"""What makes two reports one Live Event: Canvas gives its events no id.

Queues and forwarders write one event in several ways: null keys are there or not
(``compact_live_events``), ``8`` becomes ``8.0``, and a time gets another offset or precision. The
key is that of the values, not of how they are written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from tui.events.fields import as_list, as_object

_EXACT = 2**53
"""Up to here a double is the number that was written; beyond it may be a neighbour."""


def live_key(metadata: Mapping[str, object], body: Mapping[str, object], at: int) -> str:
    """``live:<sha256>``: the same content at the same time in the same request is the same event.

    ``at`` is the event's time in UTC ms.
    """
    identity = [
        metadata.get("event_name"),
        at,
        metadata.get("root_account_uuid"),
        metadata.get("request_id") or metadata.get("job_id"),
        body,
    ]
    text = json.dumps(
        _canonical(identity), sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )
    return "live:" + hashlib.sha256(text.encode("ascii")).hexdigest()


def _canonical(value: object) -> object:
    """The one way of writing a JSON value: without null keys, whole numbers without a point."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= _EXACT else value
    if (items := as_list(value)) is not None:
        return [_canonical(item) for item in items]
    if (pairs := as_object(value)) is not None:
        return {key: _canonical(item) for key, item in pairs.items() if item is not None}
    return value
