"""JSON as it is defined: what senders may post, and nothing that only looks like it."""

from __future__ import annotations

import json
import math

from tui.relay.ingest.not_taken import Malformed

_QUOTES = 8
"""How many times a document may be quoted as JSON text; forwarders do it once or twice."""


def read_json(text: str) -> object:
    """The value that ``text`` is; raises :class:`Malformed`.

    NaN, the infinities and numbers beyond a double's range are no JSON that a reader could pass on.
    A number is kept as a double: of more than 17 digits the rest is lost. Canvas writes ids as text
    or as integers, which keep all theirs.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise Malformed("text that is nested too deeply") from None
    except ValueError:
        raise Malformed("text that is not JSON") from None


def unquoted(document: object) -> object:
    """The document, which may be quoted as JSON text; raises :class:`Malformed`."""
    for _ in range(_QUOTES):
        if not isinstance(document, str):
            break
        document = read_json(document)
    return document


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("too large a number")
    return number


def _no_number(word: str) -> float:
    raise ValueError(word)


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_number)
