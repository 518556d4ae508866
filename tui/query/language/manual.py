"""The help page of the language, made of its fields."""

from __future__ import annotations

from dataclasses import dataclass

from tui.query.language.fields import FIELDS
from tui.query.language.numbers import NOTHING


@dataclass(frozen=True, slots=True)
class Entry:
    """What one form does; ``examples`` are whole filters."""

    form: str
    words: str
    examples: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    """What can be typed behind the colon, where that is a choice."""


def help_entries() -> tuple[Entry, ...]:
    """How terms are joined, then each field."""
    return (*_JOINING, *(_entry(name) for name in FIELDS))


def _entry(name: str) -> Entry:
    field = FIELDS[name]
    fixed = tuple(value for value in field.values if value.isidentifier() and value != NOTHING)
    return Entry(f"{name}:", field.words, field.examples, fixed)


_JOINING = (
    Entry("word", "in names, grades, types and ids, whatever the case and the accents", ("ada",)),
    Entry('"a phrase"', 'the same with blanks; \\" and \\\\ within quotes', ('"grace hopper"',)),
    Entry("a b", "both (AND may stand between them)", ("student:ada is:regrade",)),
    Entry("a OR b", "either; in capitals, or is a word like any other", ("ada OR grace",)),
    Entry("-a", "not; NOT a is the same, in capitals", ("-is:automatic", "NOT kind:course")),
    Entry("( )", "what belongs together", ("is:flagged (ada OR grace)",)),
    Entry("@name", "a filter kept under this name ([filters] in the configuration)"),
)
