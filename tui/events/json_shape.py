"""How far a JSON value has come, judged line by line before all of it is there."""

from __future__ import annotations

import re
from enum import Enum, auto

from tui.events.fields import LEVELS

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r'(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")'
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<colon>:)|(?P<comma>,)"
    r"|(?P<scalar>-?[0-9][0-9.eE+-]*|true|false|null|NaN|-?Infinity)"
    r"|(?P<end>$)"
    r")"
)


class _Next(Enum):
    VALUE = auto()
    VALUE_OR_CLOSE = auto()
    KEY = auto()
    KEY_OR_CLOSE = auto()
    COLON = auto()
    COMMA_OR_CLOSE = auto()


_AFTER_OPEN = {"[": _Next.VALUE_OR_CLOSE, "{": _Next.KEY_OR_CLOSE}
_TAKES_VALUE = frozenset({_Next.VALUE, _Next.VALUE_OR_CLOSE})
_TAKES_KEY = frozenset({_Next.KEY, _Next.KEY_OR_CLOSE})
_TAKES_CLOSE = frozenset({_Next.VALUE_OR_CLOSE, _Next.KEY_OR_CLOSE, _Next.COMMA_OR_CLOSE})


class ShapeError(ValueError):
    """What was fed can never become a JSON value; ``str()`` says why."""


class Shape:
    """The brackets of one JSON object or array, which may span lines.

    It finds a fault at the first token that cannot stand where it stands, so that a broken document
    is given up at once and does not swallow the ones after it. Numbers and strings are not checked
    to the letter: the parser does that when the value is whole.
    """

    def __init__(self) -> None:
        self._open: list[str] = []
        self._next = _Next.VALUE

    def feed(self, line: str, start: int = 0) -> int | None:
        """Take a whole line; where in it the value ends, or None if it goes on in the next.

        Raises :class:`ShapeError`. Strings end in the line they began in: JSON allows no other.
        """
        while True:
            token = _TOKEN.match(line, start)
            if token is None:
                raise ShapeError("something that is not JSON")
            kind = token.lastgroup
            if kind == "end":
                return None
            self._take(kind or "", token[kind or 0])
            start = token.end()
            if not self._open:
                return start

    def _take(self, kind: str, text: str) -> None:
        expected = self._next
        match kind:
            case "open" if expected in _TAKES_VALUE:
                if len(self._open) >= LEVELS:
                    raise ShapeError(f"nested more than {LEVELS} levels deep")
                self._open.append(text)
                self._next = _AFTER_OPEN[text]
            case "close" if expected in _TAKES_CLOSE and self._closes(text):
                self._open.pop()
                self._next = _Next.COMMA_OR_CLOSE
            case "string" if expected in _TAKES_KEY:
                self._next = _Next.COLON
            case "string" | "scalar" if expected in _TAKES_VALUE:
                self._next = _Next.COMMA_OR_CLOSE
            case "colon" if expected is _Next.COLON:
                self._next = _Next.VALUE
            case "comma" if expected is _Next.COMMA_OR_CLOSE:
                self._next = _Next.KEY if self._open[-1] == "{" else _Next.VALUE
            case _:
                raise ShapeError("broken off, or a comma, colon or bracket in the wrong place")

    def _closes(self, text: str) -> bool:
        return self._open[-1] + text in {"[]", "{}"}
