"""How fast to ask, politely: Canvas keeps a leaky bucket of 600 units, 10 leak away a second."""

from __future__ import annotations

from random import Random

COMFORT = 250.0
"""Remaining quota above which there is no need to slow down."""
_LEAK = 10.0
_LONGEST_PAUSE = 30.0

RETRIES = 5
"""Tries of one request before a fault that may pass is reported as a failure: about 30 s."""
THROTTLE_RETRIES = 7
"""Tries of one request while Canvas throttles: two minutes or so, enough to drain a bucket."""
_FIRST_RETRY, _LONGEST_RETRY = 1.5, 15.0
_FIRST_THROTTLED, _LONGEST_THROTTLED = 5.0, 60.0
_FIRST_REPOLL, _LONGEST_REPOLL = 5.0, 60.0
_LONGEST_OBEYED = 600.0


def pause(remaining: float | None) -> float:
    """Seconds to wait before the next request, so that the bucket drains to a useful margin."""
    if remaining is None or remaining >= COMFORT:
        return 0.0
    return min(_LONGEST_PAUSE, (COMFORT - remaining) / _LEAK)


def backoff(attempt: int, random: Random) -> float:
    """Seconds before try number ``attempt`` + 1 (from 1) after a network or server fault."""
    return _jittered(_FIRST_RETRY, _LONGEST_RETRY, attempt, random)


def throttled(attempt: int, retry_after: float | None, random: Random) -> float:
    """Seconds before asking again after "slow down"; the server's own wish comes first."""
    own = _jittered(_FIRST_THROTTLED, _LONGEST_THROTTLED, attempt, random)
    if retry_after is None:
        return own
    return min(retry_after, _LONGEST_OBEYED) + random.uniform(0.0, 1.0)


def repoll(failures: int, random: Random) -> float:
    """Seconds before the next poll after so many polls that failed in a row."""
    return _jittered(_FIRST_REPOLL, _LONGEST_REPOLL, failures, random)


def spread(interval: float, random: Random) -> float:
    """The poll interval, ±10 %, so that many watchers do not fall into step."""
    return interval * random.uniform(0.9, 1.1)


def _jittered(first: float, longest: float, attempt: int, random: Random) -> float:
    step = min(longest, first * 2 ** min(attempt - 1, 16))
    return step * random.uniform(0.5, 1.0)
