"""The moments of a filter are those at which something can match it."""

from __future__ import annotations

from tui.events.spans import NEVER, Spans
from tui.query.ast import EVERYTHING, And, During, Filter, Mentions, Not, Or
from tui.query.when import ALWAYS, moments_of

DAY, NIGHT = During(100, 200), During(300, 400)
ANA = Mentions("ana")


def test_a_filter_that_says_nothing_of_time_is_of_every_moment() -> None:
    says_nothing: tuple[Filter, ...] = (EVERYTHING, ANA, Not(And((ANA, DAY))), Or((ANA, DAY)))
    for tree in says_nothing:
        assert moments_of(tree) == ALWAYS


def test_terms_that_must_all_hold_leave_what_they_have_in_common() -> None:
    assert moments_of(And((ANA, During(150), During(end=180)))) == Spans(((150, 180),))
    assert moments_of(And((DAY, NIGHT))) == NEVER


def test_choices_leave_the_moments_of_each() -> None:
    assert moments_of(Or((And((ANA, DAY)), NIGHT))) == Spans(((100, 200), (300, 400)))
    assert moments_of(Or(())) == NEVER


def test_a_time_that_is_left_out_leaves_all_others() -> None:
    assert moments_of(And((During(0, 400), Not(DAY)))) == Spans(((0, 100), (200, 400)))
