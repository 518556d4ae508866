"""The filter as a person wants it: terms typed in the bar, in the line, or picked from a link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from rich.cells import cell_len

from tui.app.columns import fit
from tui.app.filters import ROLES, Field, Pick
from tui.query.ast import And, DoneBy, During, Filter, Is, Not, Or, Resembles
from tui.query.language import Expression, quote
from tui.query.language.syntax import Group, read_syntax


@dataclass(frozen=True, slots=True)
class Term:
    """One of the terms of a filter that must all hold, as it was typed."""

    text: str
    field: str | None = None
    """The field of the language, where the term is one plain ``field:value``."""
    value: str | None = None
    about: frozenset[Field] = frozenset()
    """What it narrows, as far as the bar has a field for it."""
    loose: bool = False
    """Alternatives that no parentheses hold together: beside other terms they need some."""
    name: str = ""
    """What the thing it names by its id is called."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filter as it is wanted: its terms, whichever view of it they were typed in.

    ``on`` is False while it is switched off; its terms stay.
    """

    terms: tuple[Term, ...] = ()
    on: bool = True

    @property
    def text(self) -> str:
        """The expression."""
        return " ".join(self._texts())

    @property
    def empty(self) -> bool:
        return not self.terms

    @property
    def in_force(self) -> bool:
        return self.on and not self.empty

    def field_text(self, field: Field) -> str:
        """What the bar shows in ``field``: nothing where one value cannot say it."""
        values = [each.value for each in self.terms if each.field == _NAMES[field]]
        return (values[0] or "") if len(values) == 1 else ""

    def says_more(self, field: Field) -> bool:
        """It narrows what ``field`` stands for in a way that the field cannot show."""
        plain = [each for each in self.terms if each.field == _NAMES[field]]
        others = (each for each in self.terms if each not in plain)
        return len(plain) > 1 or any(field in each.about for each in others)

    def with_text(self, field: Field, text: str) -> Wanted:
        """The same with ``text`` in a field of the bar, and switched on."""
        name = _NAMES[field]
        term = Term(f"{name}:{quote(text.strip())}", name, text, frozenset((field,)))
        return _with(self, name, (term,) if text.strip() else ())

    def with_pick(self, pick: Pick) -> Wanted:
        """The same, narrowed to one thing; another of the same role gives way to it."""
        about = frozenset(each for each, role in ROLES.items() if role is pick.role)
        id_text = f"#{pick.id}"
        term = Term(f"{pick.role}:{id_text}", pick.role, id_text, about, name=pick.words)
        return _with(self, pick.role, (term,))

    def with_terms(self, terms: Iterable[Term]) -> Wanted:
        """The same and these; a plain one takes the place of those of its field.

        Any number of ``is:`` and ``rule:`` may hold together: these are added.
        """
        return reduce(lambda wanted, each: _with(wanted, *each), _by_family(terms), self)

    def of_time(self) -> Wanted:
        """Only what it says of the time."""
        return Wanted(tuple(each for each in self.terms if each.field in _TIMES))

    def named_as(self, other: Wanted) -> Wanted:
        """The same, with the names that ``other`` knows for the same terms."""
        names = {each.text: each.name for each in other.terms if each.name}
        named = (replace(each, name=names.get(each.text, each.name)) for each in self.terms)
        return replace(self, terms=tuple(named))

    def switched(self) -> Wanted:
        """The same, off if it was on and on if it was off."""
        return replace(self, on=not self.on)

    def words(self, room: int) -> str:
        """The expression in at most ``room`` cells, with the names of things where they fit."""
        pairs = zip(self._texts(), self.terms, strict=True)
        named = " ".join(f"{text} ({each.name})" if each.name else text for text, each in pairs)
        chosen = named if cell_len(named) <= room else self.text
        return chosen if cell_len(chosen) <= room else fit(chosen, room)

    def _texts(self) -> list[str]:
        apart = len(self.terms) > 1
        return [f"({each.text})" if apart and each.loose else each.text for each in self.terms]


def terms_of(expression: Expression) -> tuple[Term, ...]:
    """The terms of an expression that was read."""
    return tuple(
        Term(
            each.text,
            each.field,
            each.value,
            frozenset(_about(each.tree)),
            loose=isinstance(each.tree, Or) and _is_loose(each.text),
        )
        for each in expression.clauses
    )


def _is_loose(text: str) -> bool:
    found = read_syntax(text)
    return isinstance(found, Group) and not found.every


_NAMES = {
    Field.COURSE: "course",
    Field.STUDENT: "student",
    Field.GRADER: "grader",
    Field.TIME: "at",
}
"""The fields of the language that those of the bar stand for."""
_TIMES = frozenset({"at", "since", "until"})
_MANY = frozenset({"is", "rule"})


def _with(wanted: Wanted, family: str | None, terms: Sequence[Term]) -> Wanted:
    """``terms`` in place of those of their family, where the first of them stood; switched on."""
    old = [each for each in wanted.terms if family and _family(each) == family]
    kept = [each for each in wanted.terms if each not in old]
    at = wanted.terms.index(old[0]) if old else len(kept)
    fresh = [each for each in terms if each not in kept]
    return Wanted((*kept[:at], *fresh, *kept[at:]))


def _family(term: Term) -> str | None:
    """What plain terms give way to each other by: their field, or that they are times."""
    if term.field is None or term.field in _MANY:
        return None
    return "at" if term.field in _TIMES else term.field


def _by_family(terms: Iterable[Term]) -> Iterator[tuple[str | None, list[Term]]]:
    groups: dict[str | None, list[Term]] = {}
    for each in terms:
        groups.setdefault(_family(each), []).append(each)
    yield from groups.items()


def _about(tree: Filter) -> Iterator[Field]:
    match tree:
        case Resembles(role) | Is(role):
            yield from (field for field, each in ROLES.items() if each is role)
        case DoneBy():
            yield Field.GRADER
        case During():
            yield Field.TIME
        case And(terms) | Or(terms):
            for term in terms:
                yield from _about(term)
        case Not(term):
            yield from _about(term)
        case _:
            return
