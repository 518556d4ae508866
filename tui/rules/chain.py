"""Rules that look along the chain of one submission's grades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from tui.events.attention import Rule
from tui.events.event import Kind
from tui.rules import grades, words
from tui.rules.case import Along, Case
from tui.rules.doing import by_hand, by_person, is_regrade
from tui.rules.grades import PassMark, Side
from tui.rules.settings import FailToPass, FlipFlop

_KEPT = 430 * words.DAY
"""Canvas keeps its log for fourteen months: all that a chain can have."""

_Work = tuple[object, ...]
"""Which submission a case is of: of a whole course's timeline, too, each is looked at alone."""


def _work(case: Case) -> _Work | None:
    """None where Canvas withholds the student: nobody can tell whose chain it is in."""
    if case.student is None or case.kind not in (Kind.GRADE, Kind.OVERRIDE):
        return None
    return (case.kind, case.course, case.assignment, case.student)


@dataclass(frozen=True, slots=True)
class FailToPassRule:
    """From failing to passing, by hand.

    Also from no grade to passing if a failing one had been there and was taken away, by an excusal
    too: the first grade of a submission is ordinary.
    """

    name: ClassVar[Rule] = Rule.FAIL_TO_PASS
    along: ClassVar[Along] = Along.SUBMISSION
    back_ms: int = field(default=_KEPT, init=False)
    ahead_ms: int = field(default=0, init=False)

    bulk: int
    limits: FailToPass

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        percent = Decimal(repr(self.limits.pass_percent))
        mark = PassMark(percent, frozenset(each.casefold() for each in self.limits.failing))
        told = f"the pass mark is {words.number(percent)} %"
        latest: dict[_Work, tuple[int, Side]] = {}
        for case in timeline:
            work = _work(case)
            if work is None:
                continue
            old, new = grades.before(case), grades.after(case)
            if _told(old):
                latest[work] = case.at, old
            known = latest.get(work)
            if known is not None and by_hand(case, self.bulk) and mark.passes(new):
                if mark.passes(old) is False:
                    yield case, f"from {_reads(old)} to {_reads(new)}; {told}"
                elif not _told(old):
                    gone = f"after {_reads(known[1])} was taken away"
                    if case.at - known[0] <= self.back_ms and mark.passes(known[1]) is False:
                        none = "excused" if case.excused_before else "no grade"
                        yield case, f"from {none} to {_reads(new)}, {gone}; {told}"
            if _told(new):
                latest[work] = case.at, new


def _told(side: Side) -> bool:
    return side.grade is not None or side.score is not None


def _reads(side: Side) -> str:
    """``5 (50 %)``, ``85%``, ``F``."""
    share, told = side.share, words.grade(side.grade)
    if share is None or told.endswith("%"):
        return told
    if side.grade is None:
        return f"{words.number(share)} %"
    return f"{told} ({words.number(share)} %)"


@dataclass(frozen=True, slots=True)
class FlipFlopRule:
    """Changed by somebody, and changed back by hand; what was put right at once was a slip."""

    name: ClassVar[Rule] = Rule.FLIP_FLOP
    along: ClassVar[Along] = Along.SUBMISSION
    ahead_ms: int = field(default=0, init=False)

    bulk: int
    limits: FlipFlop

    @property
    def back_ms(self) -> int:
        return self.limits.days * words.DAY

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        slip = self.limits.typo_minutes * words.MINUTE
        left: dict[tuple[_Work, str | None], Case] = {}
        for case in timeline:
            work = _work(case)
            if work is None or not is_regrade(case) or case.before == case.after:
                continue
            away = left.get((work, case.after))
            if away is not None and by_hand(case, self.bulk):
                passed = case.at - away.at
                same = case.hand == away.hand
                if passed <= self.back_ms and not (same and passed <= slip):
                    yield case, _there_and_back(away, case, passed)
            if by_person(case, self.bulk):
                left[work, case.before] = case


def _there_and_back(away: Case, back: Case, passed: int) -> str:
    by = "by the same grader" if away.hand == back.hand else "by another grader"
    return (
        f"back to {words.grade(back.after)}, which was changed to {words.grade(away.after)} "
        f"{words.span(passed)} before; {by}"
    )
