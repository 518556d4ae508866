"""The one place where text from Canvas is made safe for a terminal.

Escape sequences, control characters and bidi overrides inside data reach the terminal through
every widget of a terminal UI (measured), so nothing enters an event or a name without passing
:func:`clean`. The original stays in the raw JSON, which :func:`safe_json` writes with those
characters escaped.
"""

from __future__ import annotations

import json
import re

_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f"  # C0 with tab and newline, DEL
    "\x80-\x9f"  # C1: U+009B starts a control sequence by itself
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi marks, overrides, isolates
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # invisible formatting
    "\u2028\u2029"  # line and paragraph separators
    "\ufff9-\ufffb"  # interlinear annotation
    "\U000e0000-\U000e0fff"  # tags and other invisible plane-14 characters
    "\ud800-\udfff"  # unpaired surrogates
    "]"
)
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_NO_WORD = re.compile(r"[^A-Za-z0-9_.:-]+", re.ASCII)
_LONGEST_WORD = 64
_TOKENS = re.compile(
    r"(?i)((?:access_token|api_key|refresh_token|client_secret|token|signature|verifier|sf_verifier)"
    r"(?:=|%3D))[^&#\s\"'\\]+"
)
_PASSWORD = re.compile(r"(?<=://)[^\s/?#@\"'\\]+(?=@)")
_BEARER = re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]{8,}")


def clean(text: str) -> str:
    """``text`` with every character that could drive a terminal made visible instead.

    C0 and DEL become their control pictures (``␛``), the rest ``U+FFFD``; nothing is dropped, so
    an attack leaves a mark. Idempotent.
    """
    return _UNSAFE.sub(_visible, text) if _UNSAFE.search(text) else text


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def wire_word(text: str) -> str:
    """``text`` where Canvas writes an identifier (``grade_change``): never more than one says.

    What is no identifier of at most 64 letters, digits and ``_.:-`` is made one; ``unnamed`` where
    nothing of it is left.
    """
    if _WORD.fullmatch(text):
        return text
    return _NO_WORD.sub("_", text).strip("_")[:_LONGEST_WORD] or "unnamed"


def redact_secrets(text: str) -> str:
    """``text`` without the tokens that URLs and headers carry (Canvas puts tokens into ``url``)."""
    if "=" in text or "%3" in text:
        text = _TOKENS.sub(r"\1[redacted]", text)
    if "://" in text:
        text = _PASSWORD.sub("[redacted]", text)
    return _BEARER.sub(r"\1[redacted]", text) if "earer" in text.lower() else text


def safe_json(value: object, *, indent: int | None = None) -> str:
    """JSON text of ``value`` in which every unsafe character is a ``\\u`` escape."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character == "\n":  # only indentation holds a newline: json escapes the ones in strings
        return character
    return json.dumps(character)[1:-1] if ord(character) >= 0x80 else f"\\u{ord(character):04x}"
