"""Whether a filter asks for names, which are learnt after the events they are in."""

from __future__ import annotations

from tui.query.ast import And, DoneBy, Filter, Mentions, Not, Or, Resembles


def names_matter(where: Filter) -> bool:
    """A name learnt later may change what ``where`` matches."""
    match where:
        case Resembles() | DoneBy() | Mentions():
            return True
        case And(terms) | Or(terms):
            return any(names_matter(term) for term in terms)
        case Not(term):
            return names_matter(term)
        case _:
            return False
