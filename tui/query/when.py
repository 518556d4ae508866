"""When a match of a filter can have happened; pure."""

from __future__ import annotations

from functools import reduce

from tui.events.spans import NEVER, Spans
from tui.query.ast import And, During, Filter, Not, Or

ALWAYS = NEVER.outside()
"""Every moment that there is."""


def moments_of(tree: Filter) -> Spans:
    """The moments at which a match may happen; outside them there is none.

    A filter that says nothing of time has matches at every moment.
    """
    match tree:
        case During(start, end):
            first, last = ALWAYS.parts[0]
            span = (first if start is None else start, last if end is None else end)
            return Spans.of((span,))
        case And(terms):
            return reduce(lambda found, term: found & moments_of(term), terms, ALWAYS)
        case Or(terms):
            return reduce(lambda found, term: found | moments_of(term), terms, NEVER)
        case Not(During() as term):
            return moments_of(term).outside()
        case _:
            return ALWAYS
