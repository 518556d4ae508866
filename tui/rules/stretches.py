"""Which stretches of which timelines have to be judged again when something changed.

What a rule says of a case rests on what is at most ``back_ms`` before and ``ahead_ms`` after it: so
a change at ``t`` concerns the cases in ``[t - ahead_ms, t + back_ms]`` and no others. Times are UTC
ms; both ends of a span belong to it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tui.events.event import Kind
from tui.journal.hits import Verdict
from tui.rules.case import AttentionRule, Case

EARLIEST, LATEST = -(2**62), 2**62
"""Before and after everything."""


@dataclass(frozen=True, slots=True)
class Span:
    """``start <= t <= end``."""

    start: int
    end: int

    def clipped(self, other: Span) -> Span | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start <= end else None


ALWAYS = Span(EARLIEST, LATEST)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the rules of one timeline look, the furthest of them."""

    back: int
    ahead: int

    @classmethod
    def of(cls, rules: Iterable[AttentionRule]) -> Reach:
        rules = list(rules)
        return cls(
            max((rule.back_ms for rule in rules), default=0),
            max((rule.ahead_ms for rule in rules), default=0),
        )

    def concerned(self, changed: Span) -> Span:
        """The cases that a change somewhere in ``changed`` concerns."""
        return _within(changed.start - self.ahead, changed.end + self.back)

    def needed(self, judged: Span) -> Span:
        """What must be read to judge all of ``judged``."""
        return _within(judged.start - self.back, judged.end + self.ahead)


def _within(start: int, end: int) -> Span:
    return Span(max(start, EARLIEST), min(end, LATEST))


def changed_spans(times: Iterable[int], reach: Reach) -> Iterator[Span]:
    """The times of changes as spans, those together whose surroundings meet."""
    start: int | None = None
    end = 0
    for time in sorted(times):
        if start is None:
            start = end = time
        elif time - end > reach.back + reach.ahead:
            yield Span(start, end)
            start = end = time
        else:
            end = time
    if start is not None:
        yield Span(start, end)


def judge(
    rules: Sequence[AttentionRule],
    timeline: Sequence[Case],
    piece: Span,
    changed: Span | None,
    *,
    older: Sequence[Case] = (),
) -> Iterator[Verdict]:
    """What each rule says of the cases in ``piece`` that a change in ``changed`` concerns.

    None: of all cases in it. ``timeline`` holds all that the rules need for that; ``older`` are
    cases before its beginning that every rule is given besides.
    """
    times = [case.at for case in timeline]
    for rule in rules:
        reach = Reach(rule.back_ms, rule.ahead_ms)
        own = piece if changed is None else reach.concerned(changed).clipped(piece)
        if own is None:
            continue
        low, high = bisect_left(times, own.start), bisect_right(times, own.end)
        if low == high:
            continue
        read = reach.needed(own)
        first = bisect_left(times, read.start)
        context = timeline[first : bisect_right(times, read.end)]
        if older or first:
            context = [*older, *_terms_before(timeline[:first]), *context]
        judged = {case.id for case in timeline[low:high]}
        whys = {case.id: why for case, why in rule.hits(context) if case.id in judged}
        yield Verdict(rule.name, judged, whys)


def _terms_before(cases: Sequence[Case]) -> list[Case]:
    """What was done to the course itself, which counts for ever."""
    return [case for case in cases if case.kind is Kind.COURSE]
