"""How wide text is in a terminal, in cells."""

from __future__ import annotations

import unicodedata

_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})
_WIDE = frozenset({"W", "F"})
ELLIPSIS = "…"


def width(text: str) -> int:
    """Cells that clean ``text`` takes: 2 for East Asian wide, 0 for combining marks."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def fit(text: str, cells: int) -> str:
    """``text`` in exactly ``cells`` (at least 1) cells: padded, or cut with ``…``."""
    spare = cells - width(text)
    if spare >= 0:
        return text + " " * spare
    kept, used = "", 0
    for character in text:
        used += _cells(character)
        if used > cells - 1:
            break
        kept += character
    return fit(kept + ELLIPSIS, cells)


def _cells(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1
