"""What somebody may have meant who typed something else."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

ENOUGH = 0.6
"""How alike two words are, from 0 to 1, for the one to be offered in place of the other."""


def nearest(typed: str, known: Iterable[str]) -> str | None:
    """The known word that ``typed`` most resembles; None if it is like none."""
    words = list(known)
    found = get_close_matches(typed[:40].casefold(), words, n=1, cutoff=ENOUGH)
    if found:
        return found[0]
    return next((word for word in words if typed and word.startswith(typed.casefold())), None)
