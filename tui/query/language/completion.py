"""What could stand at the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tui.query.language.fields import FIELDS

_SO_FAR = re.compile(r"""(?:^|(?<=[\s(]))-?([^\s()"]*)\Z""")


def word_start(text: str, cursor: int) -> int:
    """Where the word before the cursor begins, behind a ``-`` or ``(``: what a completion replaces.

    The cursor itself where no word is under way.
    """
    found = _SO_FAR.search(text[:cursor])
    return cursor if found is None else found.start(1)


def complete(text: str, cursor: int, named: Iterable[str] = ()) -> list[str]:
    """What the word before the cursor may become, whole: fields, fixed values, ``@`` names.

    Each takes the place of the text from :func:`word_start` to the cursor. Nothing within quotes.
    """
    before = text[:cursor]
    if before.count('"') % 2:
        return []
    word = before[word_start(text, cursor) :].casefold()
    if word.startswith("@"):
        return _fitting(word, (f"@{name}" for name in named))
    name, colon, _ = word.partition(":")
    if not colon:
        return _fitting(word, (f"{field}:" for field in FIELDS))
    field = FIELDS.get(name)
    return [] if field is None else _fitting(word, (f"{name}:{value}" for value in field.values))


def _fitting(word: str, known: Iterable[str]) -> list[str]:
    return [each for each in known if each.casefold().startswith(word) and each != word]
