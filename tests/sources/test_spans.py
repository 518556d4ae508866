"""What is read next: the newest rows with an overlap, then each hole; nothing is left out."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tui.sources.audit_api.spans import DEEP, OVERLAP, Span, deep, plan, without

times = st.integers(0, 20_000)
stretches = st.lists(st.tuples(times, times).map(lambda pair: (min(pair), max(pair))), max_size=8)


def test_nothing_verified_means_all_of_it() -> None:
    assert plan(Span(100), []) == [Span(100)]
    assert plan(Span(100, 200), [(300, 400), (10, 90)]) == [Span(100, 200)]


def test_an_interrupted_walk_goes_on_below_what_it_reached() -> None:
    assert plan(Span(0), [(0, 5000), (8000, 9000)]) == [
        Span(9000 - OVERLAP),
        Span(5000 - OVERLAP, 7999),
    ]


def test_a_deep_scan_is_bounded() -> None:
    assert deep(Span(0), 500_000) == Span(500_000 - DEEP)
    assert deep(Span(499_000), 500_000) == Span(499_000)
    assert deep(Span(0, 400_000), 500_000) == Span(400_000 - DEEP, 400_000)


@given(first=times, length=st.none() | times, done=stretches)
def test_every_second_that_is_not_verified_is_planned(
    first: int, length: int | None, done: list[tuple[int, int]]
) -> None:
    window = Span(first, None if length is None else first + length)
    spans = plan(window, done)
    last = 25_000 if window.last is None else window.last
    assert spans[0].last == window.last
    assert all(span.first >= window.first for span in spans)
    for upper, lower in pairwise(spans):
        assert lower.last is not None
        assert lower.first <= lower.last < upper.first
    edges = {window.first, last} | {edge for pair in done for edge in pair}
    seconds = {edge + off for edge in edges for off in (-1, 0, 1)}
    for second in seconds:
        if not window.first <= second <= last:
            continue
        verified = any(start <= second < end for start, end in done)
        planned = any(
            span.first <= second <= (last if span.last is None else span.last) for span in spans
        )
        assert verified or planned


@given(span=st.tuples(times, times), holes=stretches)
def test_what_is_left_is_the_span_without_its_holes(
    span: tuple[int, int], holes: list[tuple[int, int]]
) -> None:
    parts = without(span, holes)
    for second in {edge + off for pair in [span, *holes] for edge in pair for off in (-1, 0, 1)}:
        inside = span[0] <= second < span[1]
        in_hole = any(start <= second < end for start, end in holes)
        assert (inside and not in_hole) == any(start <= second < end for start, end in parts)
