"""A filter as text that reads as the same filter."""

from __future__ import annotations

import re
from datetime import tzinfo

from tui.query.ast import And, Filter, Mentions, Not, Or
from tui.query.language.expression import AGO
from tui.query.language.fields import FIELDS
from tui.query.language.quoting import OPENING, quoted

_WORD = re.compile(rf"""[^\s(){OPENING}:@<>=≤≥-][^\s()":<>=≤≥]*""")
_OPERATORS = {"AND", "OR", "NOT"}


def print_filter(tree: Filter, *, zone: tzinfo) -> str:
    """Text that :func:`parse` reads as ``tree``; times are written as moments in ``zone``.

    Every tree that ``parse`` can give has one; ``ValueError`` for one that no text gives.
    """
    if isinstance(tree, And):
        return " ".join(_within(term, zone) for term in tree.terms)
    if isinstance(tree, Or) and len(tree.terms) > 1:
        return " OR ".join(_within(term, zone) for term in tree.terms)
    return _term(tree, zone)


def _within(tree: Filter, zone: tzinfo) -> str:
    """``tree`` as one term among others."""
    match tree:
        case And(terms) | Or(terms) if len(terms) > 1:
            return f"({print_filter(tree, zone=zone)})"
        case _:
            return _term(tree, zone)


def _term(tree: Filter, zone: tzinfo) -> str:
    match tree:
        case And((term,)) | Or((term,)):
            return _within(term, zone)
        case Not(term):
            return f"-{_within(term, zone)}"
        case Mentions(text):
            bare = _WORD.fullmatch(text) and text not in _OPERATORS and not AGO.fullmatch(text)
            return text if bare else quoted(text)
        case _:
            found = (field.write(tree, zone) for field in FIELDS.values())
            written = next((text for text in found if text is not None), None)
            if written is None:
                raise ValueError(f"no filter is written so: {type(tree).__name__}")
            return written
