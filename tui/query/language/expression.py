"""A filter as it was typed and as it is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo

from tui.query.ast import EVERYTHING, And, Filter, Mentions, Not, Or
from tui.query.fold import fold
from tui.query.language import syntax
from tui.query.language.complaint import unknown_field
from tui.query.language.fault import FilterError, Misread
from tui.query.language.field import Here, Value, listed, shown, suggesting
from tui.query.language.fields import FIELDS
from tui.query.language.nearness import nearest
from tui.query.language.quoting import QUOTES, quote, unquoted
from tui.query.language.syntax import Bracket, Group, Mention, Name, Negation, Syntax, read_syntax

MOST = 200
"""Terms of a filter, those of the named filters in it counted."""
_COMPARED = re.compile(r"([A-Za-z]+)(<=|>=|[<>=≤≥])(.*)")
AGO = re.compile(r"\d+[smhdw]", re.ASCII)
"""Behind a ``-`` this reads as a time, and would be a word that must not stand there."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One of the terms that must all hold, with its text as typed.

    ``field`` and ``value`` where it is one plain ``field:value``: then ``field:`` with
    :func:`quote` of the value is the same clause. Else they are None.
    """

    text: str
    field: str | None
    value: str | None
    tree: Filter


@dataclass(frozen=True, slots=True)
class Expression:
    """A whole filter; ``tree`` is what its clauses say together."""

    text: str
    clauses: tuple[Clause, ...]
    tree: Filter


def parse(
    text: str, *, now_ms: int, zone: tzinfo, named: Mapping[str, str] | None = None
) -> Expression:
    """The filter that ``text`` says; blank text says nothing, and all events pass.

    ``named`` are the filters that ``@name`` stands for. Raises :class:`FilterError`.
    """
    reading = _Reading(Here(now_ms, zone), named or {})
    found = read_syntax(text)
    if found is None:
        return Expression(text, (), EVERYTHING)
    parts = found.terms if isinstance(found, Group) and found.every else (found,)
    clauses = tuple(reading.clause(text, part) for part in parts)
    trees = tuple(clause.tree for clause in clauses)
    return Expression(text, clauses, trees[0] if len(trees) == 1 else And(trees))


def prepare() -> None:
    """Load the grammar now (a tenth of a second): else the first filter does."""
    syntax.grammar()


class _Reading:
    """Gives terms their meaning; within a named filter it knows through which names it came."""

    def __init__(self, here: Here, named: Mapping[str, str]) -> None:
        self._here = here
        self._named = named
        self._through: tuple[str, ...] = ()
        self._terms = 0

    def clause(self, text: str, part: Syntax) -> Clause:
        tree = self.tree(part)
        clause = Clause(text[part.start : part.end], None, None, tree)
        if isinstance(part, syntax.Clause):
            value = _value(part.value)
            bare = Value(value.text, quoted=_is_quoted(quote(value.text)))
            if bare == value or self._means(part, bare, tree):
                return replace(clause, field=part.field.casefold(), value=value.text)
        return clause

    def _means(self, part: syntax.Clause, value: Value, tree: Filter) -> bool:
        try:
            return self._read(part, value) == tree
        except FilterError:
            return False

    def tree(self, part: Syntax) -> Filter:
        match part:
            case Group(terms=terms, every=every):
                trees = tuple(self.tree(term) for term in terms)
                return And(trees) if every else Or(trees)
            case Bracket(inner=inner):
                return self.tree(inner)
            case Negation(term=term):
                return self._not(part, term)
            case Name():
                return self._name(part)
            case Mention():
                self._count(part)
                return self._mention(part)
            case syntax.Clause():
                self._count(part)
                return self._read(part, _value(part.value))

    def _count(self, part: Syntax) -> None:
        self._terms += 1
        if self._terms > MOST:
            raise FilterError(part.start + 1, f"more than {MOST} terms", f"at most {MOST}")

    def _not(self, part: Negation, term: Syntax) -> Filter:
        if isinstance(term, Mention) and term.start == part.start + 1 and AGO.fullmatch(term.text):
            ago = f"-{term.text}"
            raise FilterError(
                part.start + 1,
                f"a time without its field: {ago}; did you mean since:{ago}?",
                f'since:{ago}, or -"{term.text}" for a word that must not stand there',
            )
        return Not(self.tree(term))

    def _read(self, part: syntax.Clause, value: Value) -> Filter:
        field = FIELDS.get(part.field.casefold())
        if field is None:
            raise unknown_field(part.field, _value(part.value).text, part.start + 1)
        try:
            return field.read(value, self._here)
        except Misread as wrong:
            column = part.value_start + 1 + (0 if value.quoted else wrong.offset)
            raise FilterError(column, wrong.wrong, wrong.expected) from None

    def _mention(self, part: Mention) -> Filter:
        if _is_quoted(part.text):
            text = unquoted(part.text)
        else:
            text = part.text
            compared = _COMPARED.fullmatch(text)
            if compared is not None and compared[1].casefold() in FIELDS:
                meant = f"{compared[1].casefold()}:{compared[2]}{compared[3]}"
                wrong = f"no colon behind {compared[1]}; did you mean {meant}?"
                raise FilterError(part.start + 1 + len(compared[1]), wrong, meant)
        if not fold(text):
            raise FilterError(part.start + 1, "nothing to look for", "a word or a phrase")
        return Mentions(text)

    def _name(self, part: Name) -> Filter:
        name, column = part.name, part.start + 1
        text = self._named.get(name)
        if text is None:
            raise self._no_filter(name, column)
        if name in self._through:
            circle = " → ".join(f"@{each}" for each in (*self._through, name))
            raise FilterError(column, f"a filter that asks for itself: {circle}", "no circle")
        outer, self._through = self._through, (*self._through, name)
        try:
            found = read_syntax(text, within=part.within + 1)
            if found is None:
                raise FilterError(1, "the filter is empty", "a filter")
            return self.tree(found)
        except FilterError as wrong:
            words = f"in @{name}, column {wrong.column}: {wrong.wrong}"
            raise FilterError(column, words, wrong.expected) from None
        finally:
            self._through = outer

    def _no_filter(self, name: str, column: int) -> FilterError:
        known = tuple(f"@{each}" for each in self._named)
        wrong = suggesting(f"no filter is kept as {shown(f'@{name}')}", nearest(f"@{name}", known))
        kept = (
            listed(known[:20]) if known else "none is kept: [filters] in the configuration is empty"
        )
        return FilterError(column, wrong, kept)


def _value(text: str) -> Value:
    return Value(unquoted(text), quoted=True) if _is_quoted(text) else Value(text)


def _is_quoted(text: str) -> bool:
    return text[:1] in QUOTES
