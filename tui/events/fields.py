"""Typed look-ups in JSON objects from Canvas: the one reader all decoders share.

A missing key and null are the same (some servers drop null keys: ``compact_live_events``). A value
of a type that the field cannot have reads as None and is noted in ``faults``: it costs the field,
never the event.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from tui.events.ids import CanvasId
from tui.events.text import clean, redact_secrets
from tui.events.times import parse_time

LEVELS = 100
"""How deep a document may be nested; Canvas's own stay below 10."""
_DIGIT_BITS = 13_000
"""Above it Python refuses to print an integer (4,300 digits)."""
_INT64 = 2**63
_DECIMAL = re.compile(r"[+-]?[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
_NOBODY = re.compile(r"-[0-9]+|0*", re.ASCII)
_SECRET_KEYS = frozenset(
    {
        "access_token",
        "api_key",
        "authorization",
        "client_secret",
        "password",
        "refresh_token",
        "token",
    }
)


class Unreadable(ValueError):
    """A value that no decoder can take, whatever its fields are; ``str()`` says why."""


def as_object(value: object) -> Mapping[str, object] | None:
    """``value`` if it is a JSON object."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[object] | None:
    """``value`` if it is a JSON array."""
    return cast("list[object]", value) if isinstance(value, list) else None


def without_secrets(value: object, levels: int = LEVELS) -> object:
    """A copy of a JSON value that is safe to keep: no tokens, printable as JSON, of bounded depth.

    NaN and the infinities, which JSON does not have, become text. Raises :class:`Unreadable` for
    what is nested deeper than ``levels``, for a number too long to print, and for what is no JSON.
    """
    if isinstance(value, str):
        return redact_secrets(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if value.bit_length() > _DIGIT_BITS:
            raise Unreadable("a number with thousands of digits")
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if levels == 0:
        raise Unreadable(f"nested more than {LEVELS} levels deep")
    if (items := as_list(value)) is not None:
        return [without_secrets(item, levels - 1) for item in items]
    if (pairs := as_object(value)) is not None:
        return {
            redact_secrets(key): "[redacted]"
            if key.lower() in _SECRET_KEYS and isinstance(item, str)
            else without_secrets(item, levels - 1)
            for key, item in pairs.items()
        }
    raise Unreadable(f"no JSON value but {type(value).__name__}")


def object_without_secrets(value: Mapping[str, object]) -> dict[str, object]:
    """:func:`without_secrets` of an object, which stays one."""
    return cast("dict[str, object]", without_secrets(value))


def parsed_json(text: str) -> object:
    """The value that ``text`` is as JSON; :class:`Unreadable` if it is none."""
    try:
        return json.loads(text)
    except RecursionError:
        raise Unreadable("text that is nested too deeply") from None
    except ValueError as wrong:
        raise Unreadable("text that is not JSON") from wrong


def cleaned(value: object) -> object:
    """A JSON value with all its text, keys too, made safe for a terminal."""
    if isinstance(value, str):
        return clean(value)
    if (items := as_list(value)) is not None:
        return [cleaned(item) for item in items]
    if (pairs := as_object(value)) is not None:
        return {clean(key): cleaned(item) for key, item in pairs.items()}
    return value


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object; ``home`` is the shard whose ids are local, ``path`` where it was found."""

    values: Mapping[str, object]
    home: int = 0
    path: str = ""
    faults: list[str] = field(default_factory=list[str])
    """What could not be read, in words that name the field and not its value."""

    def within(self, key: str) -> Fields | None:
        """The object under ``key``; its faults are collected here."""
        value = self.values.get(key)
        if value is None:
            return None
        if (inner := as_object(value)) is None:
            return self._fault(key, "not an object")
        return Fields(inner, self.home, f"{self.path}{key}.", self.faults)

    def id(self, key: str) -> CanvasId | None:
        """An id written as an integer or as text, of any size; None where it names nobody."""
        value = self.values.get(key)
        if names_nobody(value):
            return None
        found = parse_id(value)
        return self._fault(key, "not an id") if found is None else found.seen_from(self.home)

    def nobody(self, key: str) -> bool:
        """Whether the id under ``key`` is missing or one of Canvas's placeholders."""
        return names_nobody(self.values.get(key))

    def identity(self, key: str) -> str | None:
        """What tells one report from all others: clean text, or an integer."""
        return None if isinstance(self.values.get(key), float) else self.text(key)

    def text(self, key: str) -> str | None:
        """Clean text; blank is None. Numbers count, as some servers write grades as such."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            return clean(value) if value.strip() else None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        return self._fault(key, "not text")

    def number(self, key: str) -> float | None:
        """A finite number, also one written as text."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            value = value.strip()
            value = float(value) if _DECIMAL.fullmatch(value) else None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                number = math.inf
            if math.isfinite(number):
                return number
        return self._fault(key, "not a number")

    def whole(self, key: str) -> int | None:
        """A 64-bit integer, also one written as text (the documentation's version numbers)."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and -_INT64 <= value < _INT64:
            return value
        return self._fault(key, "not a whole number")

    def truth(self, key: str) -> bool | None:
        """True or false."""
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        return self._fault(key, "not true or false")

    def time(self, key: str) -> int | None:
        """UTC milliseconds."""
        value = self.values.get(key)
        if value is None:
            return None
        try:
            return parse_time(value if isinstance(value, str) else "")
        except ValueError:
            return self._fault(key, "not a time")

    def _fault(self, key: str, what: str) -> None:
        """Note a fault; None, so that a look-up can return it."""
        self.faults.append(f"{self.path}{key} is {what}")


def parse_id(value: object) -> CanvasId | None:
    """The id that an integer or a text is, if it is one; a JSON float or boolean never is."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return CanvasId.of(value)
        return CanvasId.parse(value) if isinstance(value, str) else None
    except ValueError:
        return None


def names_nobody(value: object) -> bool:
    """Null, 0 (the old storage's placeholder) and negative (a quiz's or a tool's) are nobody."""
    if isinstance(value, str):
        return _NOBODY.fullmatch(value.strip()) is not None
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value <= 0)
