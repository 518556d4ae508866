"""From text to terms with their places: the grammar at work.

The grammar is loaded when a text is first read: commands that filter nothing never pay for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from tui.query.language.complaint import complaint
from tui.query.language.fault import FilterError

if TYPE_CHECKING:
    from lark import Token, Tree

LONGEST = 4_000
"""Characters a filter may have."""
DEEPEST = 12
"""Parentheses, negations and named filters within one another: a database reads few more."""


@dataclass(frozen=True, slots=True)
class Clause:
    """``field:value``; ``value`` as typed, its quotes with it."""

    start: int
    end: int
    field: str
    value: str
    value_start: int


@dataclass(frozen=True, slots=True)
class Name:
    """``@name``; ``within``: how much it stands in, as :func:`read_syntax` counts."""

    start: int
    end: int
    name: str
    within: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A word or a phrase, as typed."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Negation:
    """A term that must not hold."""

    start: int
    end: int
    term: Syntax


@dataclass(frozen=True, slots=True)
class Group:
    """Terms of which all (``every``) or any must hold; there are at least two."""

    start: int
    end: int
    terms: tuple[Syntax, ...]
    every: bool


@dataclass(frozen=True, slots=True)
class Bracket:
    """One thing in parentheses."""

    start: int
    end: int
    inner: Syntax


Syntax = Clause | Name | Mention | Negation | Group | Bracket
"""``start`` and ``end`` are places in the text, from 0, the end excluded."""


def read_syntax(text: str, *, within: int = 0) -> Syntax | None:
    """What the text is made of; None for blank text. Raises :class:`FilterError`.

    ``within``: how many parentheses, negations and named filters it stands in.
    """
    if not text.strip():
        return None
    if len(text) > LONGEST:
        raise FilterError(
            LONGEST + 1, f"a filter of {len(text):,} characters", f"at most {LONGEST:,}"
        )
    for place, letter in enumerate(text):
        if not letter.isprintable() and not letter.isspace() and _unwritten(letter):
            raise FilterError(place + 1, f"an unreadable character: {letter!a}", "text")
    from lark import UnexpectedInput

    try:
        tree = grammar()(text)
    except UnexpectedInput as wrong:
        raise complaint(text, _place(wrong, len(text))) from None
    return _syntax(inner_of(tree)[0], within)


def _unwritten(letter: str) -> bool:
    """Control characters, and what was no UTF-8; joiners of letters are text."""
    return letter < " " or "\x7f" <= letter < "\xa0" or "\ud800" <= letter <= "\udfff"


@cache
def grammar() -> Callable[[str], Tree[Token]]:
    """The parser, made once."""
    from lark import Lark

    text = files("tui.query.language").joinpath("filter.lark").read_text(encoding="utf-8")
    lark: Any = Lark(text, parser="lalr", propagate_positions=True, maybe_placeholders=False)
    parse: Callable[[str], Tree[Token]] = lark.parse
    return parse


def _place(wrong: Any, end: int) -> int:
    """Where the grammar could not go on."""
    ended = getattr(getattr(wrong, "token", None), "type", "") == "$END"
    return end if ended or wrong.pos_in_stream is None else wrong.pos_in_stream


def _syntax(tree: Tree[Token], depth: int) -> Syntax:
    start, end = tree.meta.start_pos, tree.meta.end_pos
    if depth > DEEPEST:
        wrong = "too many parentheses, negations or named filters within one another"
        raise FilterError(start + 1, wrong, f"at most {DEEPEST}")
    match tree.data:
        case "clause":
            field, value = cast("list[Token]", tree.children)
            return Clause(start, end, field[:-1], str(value), start + len(field))
        case "name":
            return Name(start, end, text_of(tree)[1:], depth)
        case "mention":
            return Mention(start, end, text_of(tree))
        case "negation":
            return Negation(start, end, _syntax(inner_of(tree)[0], depth + 1))
        case "group":
            return Bracket(start, end, _syntax(inner_of(tree)[0], depth + 1))
        case kind:
            terms = tuple(_syntax(term, depth) for term in inner_of(tree))
            return Group(start, end, terms, every=kind == "every")


def text_of(tree: Tree[Token]) -> str:
    return str(tree.children[0])


def inner_of(tree: Tree[Token]) -> list[Tree[Token]]:
    return cast("list[Tree[Token]]", tree.children)
