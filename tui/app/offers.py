"""What could stand at the cursor of an expression: names, saved filters, words of the language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.app.answers import Completions
from tui.query.ast import Role
from tui.query.language import complete, quote, word_start

_NAME = re.compile(
    r"(?:^|[\s(-])(course|assignment|student|grader|actor):(?:\"([^\"]*)|([^\s\"#()][^\s\"()]*))$"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """``text`` in place of what stands from ``start`` to the cursor; ``shown`` tells it apart."""

    start: int
    text: str
    shown: str


@dataclass(frozen=True, slots=True)
class NameWanted:
    """The cursor is behind the beginning of a name, which begins at ``start``."""

    role: Role
    text: str
    start: int


def name_wanted(text: str, cursor: int) -> NameWanted | None:
    """The name that is being typed, if it is one."""
    found = _NAME.search(text[:cursor])
    if found is None:
        return None
    quoted = found[2] is not None
    begun = found[2] if quoted else found[3]
    start = found.start(2) - 1 if quoted else found.start(3)
    return NameWanted(Role(found[1]), begun.strip(), start) if begun.strip() else None


def offers(
    text: str, cursor: int, seen: Completions | None, saved: Iterable[str]
) -> Sequence[Offer]:
    """All that could stand at the cursor, as far as it is known by now."""
    wanted = name_wanted(text, cursor)
    if wanted is None:
        return word_offers(text, cursor, saved)
    if seen is None or (seen.role, seen.text) != (wanted.role, wanted.text):
        return []
    return name_offers(wanted, (each.name for each in seen.suggestions))


def name_offers(wanted: NameWanted, names: Iterable[str]) -> list[Offer]:
    """Names that were seen in the role."""
    return [
        Offer(wanted.start, quote(name), name)
        for name in names
        if name.casefold() != wanted.text.casefold()
    ]


def word_offers(text: str, cursor: int, saved: Iterable[str]) -> list[Offer]:
    """Fields, their fixed values, and saved filters behind an ``@``."""
    start = word_start(text, cursor)
    return [Offer(start, each, each) for each in complete(text, cursor, saved)]


def may_become_field(text: str, cursor: int) -> bool:
    """The word at the cursor is the beginning of a field's name."""
    begun = text[word_start(text, cursor) : cursor]
    return begun != "" and any(each.endswith(":") for each in complete(text, cursor))
