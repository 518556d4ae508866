"""Politeness: when to slow down, and how long to wait."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tui.sources.audit_api.throttle import backoff, pause, repoll, spread, throttled

DICE = Random(4)  # noqa: S311  jitter


def test_no_pause_with_quota_or_without_any_word_of_it() -> None:
    assert pause(None) == 0.0
    assert pause(600.0) == 0.0
    assert pause(250.0) == 0.0


@given(remaining=st.floats(-300, 249.9))
def test_the_lower_the_quota_the_longer_the_pause(remaining: float) -> None:
    assert 0.0 < pause(remaining) <= 30.0
    assert pause(remaining - 1) >= pause(remaining)


@given(attempt=st.integers(1, 10_000))
def test_waits_grow_are_bounded_and_differ(attempt: int) -> None:
    for wait, longest in ((backoff, 15.0), (repoll, 60.0)):
        found = {wait(attempt, DICE) for _ in range(5)}
        assert len(found) > 1
        assert all(0.5 <= seconds <= longest for seconds in found)
    assert 2.5 <= throttled(attempt, None, DICE) <= 60.0


def test_the_servers_wish_comes_first_but_not_for_ever() -> None:
    assert 20.0 <= throttled(1, 20.0, DICE) <= 21.0
    assert throttled(1, 1e9, DICE) <= 601.0


def test_polls_spread() -> None:
    assert all(27.0 <= spread(30.0, DICE) <= 33.0 for _ in range(100))
