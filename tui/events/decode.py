"""From any JSON value to what it says: tells the wire formats apart by their shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tui.events import audit, caliper, live
from tui.events.event import Decoded
from tui.events.exported import is_hidden, names_in, with_surroundings
from tui.events.fields import Unreadable, as_list, as_object, parsed_json
from tui.events.outcome import set_aside, together

_WRAPPINGS = 8
"""How many lists, queues and quotations may be around a document."""
_LISTS = ("Messages", "Records")
"""What a receive call of SQS answers, and what a queue hands to a function."""
_TEXTS = ("Body", "body", "Message")
"""Where SQS, a function's record and SNS keep the document, as JSON text."""
_RAWS = ("raw", "live_raw")
_NOT_RAW = "an exported line without its raw document (export with --raw)"
_WITHHELD = "an exported line of a hidden student: its raw document is withheld"


def decode(document: object) -> Decoded:
    """All events, names and rejections of one parsed JSON value; never raises.

    Takes an audit log's compound document or bare row, a Live Event in Canvas or Caliper form, a
    line of our own export that has its ``raw`` or ``live_raw``, a list of any of these, and the
    dumps of queues that hold them as text.
    """
    return _decode(document, _WRAPPINGS)


def _decode(document: object, wrappings: int) -> Decoded:
    if wrappings == 0:
        return set_aside("a document wrapped too many times", document)
    if (items := as_list(document)) is not None:
        return together(_decode(item, wrappings - 1) for item in items)
    if isinstance(document, str):
        return _decode_text(document, wrappings - 1)
    values = as_object(document)
    if values is None:
        return set_aside("not a JSON object", document)
    if audit.is_document(values):
        return audit.decode_document(values)
    if live.is_live(values):
        return live.decode_live(values)
    if caliper.is_envelope(values):
        return caliper.decode_envelope(values)
    if caliper.is_event(values):
        return caliper.decode_event(values)
    if "key" in values and "seen_by" in values:
        return _decode_export(values, wrappings - 1)
    if audit.is_row(values):
        return audit.decode_row(values)
    return _decode_dump(values, wrappings - 1)


def _decode_text(text: str, wrappings: int) -> Decoded:
    try:
        return _decode(parsed_json(text), wrappings)
    except Unreadable as wrong:
        return set_aside(str(wrong), text)


def _decode_dump(values: Mapping[str, object], wrappings: int) -> Decoded:
    for key in _LISTS:
        if (items := as_list(values.get(key))) is not None:
            return _decode(items, wrappings)
    for key in _TEXTS:
        inner = values.get(key)
        if isinstance(inner, str) or as_object(inner) is not None:
            return _decode(inner, wrappings)
    return set_aside("neither an audit document nor a live event", values)


def _decode_export(line: Mapping[str, object], wrappings: int) -> Decoded:
    """A line of our own: the wire's words are read again, with the names it had.

    A pair has the audit log's row as ``raw`` and the live report as ``live_raw``; where either is
    withheld there is only the other. What was shown of an event without its documents is no report.
    """
    raws = [raw for key in _RAWS if (raw := as_object(line.get(key))) is not None]
    if not raws:
        return set_aside(_WITHHELD if is_hidden(line) else _NOT_RAW, line)
    both = together([*(_decode(raw, wrappings) for raw in raws), Decoded(names=names_in(line))])
    return replace(both, sightings=tuple(with_surroundings(one, line) for one in both.sightings))
