"""What changed in a text, word by word, in the marks of wdiff: ``[-gone-] {+come+}``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

LONG = 24
"""Characters from which a text with blanks is compared word by word."""
_MOST = 1_500
"""Words of either text that are compared: the time to compare grows with their square."""
_AROUND = 6
"""Words that stay of what is the same, on each side of a change."""
_WORDS = re.compile(r"\S+")


def is_long(text: str) -> bool:
    """The text is worth a comparison by words: it is no short value that is read at a glance."""
    return len(text) > LONG and any(map(str.isspace, text.strip()))


def word_diff(old: str, new: str) -> str:
    """Both texts in one: what is gone as ``[-…-]``, what came as ``{+…+}``, the same shortened.

    Blanks count as one. Beyond 1,500 words the rest is not compared, and that is said.
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    parts = list(_parts(before[:_MOST], after[:_MOST]))
    if len(before) > _MOST or len(after) > _MOST:
        parts.append(f"… (the words after the first {_MOST:,} are not compared)")
    return " ".join(parts)


def _parts(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for number, (what, i, j, k, n) in enumerate(steps):
        if what == "equal":
            yield _same(before[i:j], first=number == 0, last=number == len(steps) - 1)
            continue
        if i < j:
            yield f"[-{' '.join(before[i:j])}-]"
        if k < n:
            yield f"{{+{' '.join(after[k:n])}+}}"


def _same(words: Sequence[str], *, first: bool, last: bool) -> str:
    head = () if first else words[:_AROUND]
    tail = () if last else words[-_AROUND:]
    if len(head) + len(tail) >= len(words):
        return " ".join(words)
    return " ".join((*head, "…", *tail))
