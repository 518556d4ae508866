"""Text as it is compared: without case and accents."""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans(
    {
        "\u0131": "i",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ł": "l",
        "ŧ": "t",
        "æ": "ae",
        "œ": "oe",
    }
)
"""Letters that people type without their stroke or ligature and Unicode does not decompose."""


def fold(text: str) -> str:
    """``text`` in the form in which two spellings of a name are equal.

    Compatibility-decomposed, without combining marks, case-folded (``ß`` is ``ss``, the Turkish
    dotted and dotless I are ``i``), blanks reduced to one between words. Idempotent.
    """
    if not text.isascii():
        text = _bare(_bare(text).casefold()).translate(_LETTERS)
    return " ".join(text.lower().split())


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not _silent(letter))


def _silent(letter: str) -> bool:
    # Unpaired surrogates come from arguments that are no UTF-8; no database takes them.
    return bool(unicodedata.combining(letter)) or "\ud800" <= letter <= "\udfff"
