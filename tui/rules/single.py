"""Rules that look at one change alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from tui.events.attention import Rule
from tui.events.event import Flag, Kind
from tui.rules import grades, words
from tui.rules.case import Along, Case
from tui.rules.doing import BY_PEOPLE, Doing, by_hand, by_person, doing_of, is_regrade
from tui.rules.settings import Jump


@dataclass(frozen=True, slots=True)
class Alone:
    """What these rules have in common: no other case counts. ``bulk`` as in the settings."""

    along: ClassVar[Along] = Along.EVENT
    back_ms: int = field(default=0, init=False)
    ahead_ms: int = field(default=0, init=False)

    bulk: int


@dataclass(frozen=True, slots=True)
class RegradeRule(Alone):
    """A grade before and a grade after, by hand."""

    name: ClassVar[Rule] = Rule.REGRADE

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        for case in timeline:
            if case.kind is Kind.GRADE and is_regrade(case) and by_hand(case, self.bulk):
                yield case, f"{change(case)}, by hand{_unseen(case)}"


@dataclass(frozen=True, slots=True)
class JumpRule(Alone):
    """By a large part of the points possible; both grades are numbers."""

    name: ClassVar[Rule] = Rule.JUMP

    limits: Jump

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        least = Decimal(repr(self.limits.percent))
        for case in timeline:
            if not is_regrade(case) or not by_hand(case, self.bulk):
                continue
            old, new = grades.before(case).share, grades.after(case).share
            if old is None or new is None or abs(new - old) < least:
                continue
            yield (
                case,
                (
                    f"{change(case)}: {words.signed(new - old)} % of the points possible; "
                    f"worth a look from {words.number(least)} % on"
                ),
            )


@dataclass(frozen=True, slots=True)
class SelfGradeRule(Alone):
    """The grader is the student; whoever made the request."""

    name: ClassVar[Rule] = Rule.SELF_GRADE

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        for case in timeline:
            if case.hand is None or case.hand != case.student:
                continue
            if by_person(case, self.bulk):
                yield case, f"the grader is the student: {change(case)}"


@dataclass(frozen=True, slots=True)
class MasqueradeRule(Alone):
    """Somebody acted as the grader, or as the one who changed the course."""

    name: ClassVar[Rule] = Rule.MASQUERADE

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        for case in timeline:
            if Flag.MASQUERADE not in case.flags:
                continue
            if case.kind is Kind.COURSE:
                yield case, "somebody else acted as the one who changed the course"
            elif doing_of(case, self.bulk) in BY_PEOPLE:
                yield case, f"somebody else acted as the grader: {change(case)}"


@dataclass(frozen=True, slots=True)
class OverrideRule(Alone):
    """A final grade set by hand."""

    name: ClassVar[Rule] = Rule.OVERRIDE

    def hits(self, timeline: Sequence[Case]) -> Iterator[tuple[Case, str]]:
        for case in timeline:
            if case.kind is not Kind.OVERRIDE:
                continue
            doing = doing_of(case, self.bulk)
            if doing not in BY_PEOPLE:
                continue
            told = f"a final grade set by hand: {change(case)}"
            if doing is Doing.BULK:
                told += one_of_many(case)
            yield case, told


def change(case: Case) -> str:
    """``4 → 10 of 10 points``, ``no grade → excused``.

    Of an override, whose grade may be told as a score alone, ``C → B`` or ``71 % → 90 %``.
    """
    if case.kind is Kind.OVERRIDE:
        return f"{_override(case.before, case.score_before)} → " + _override(
            case.after, case.score_after
        )
    old, new = grades.before(case), grades.after(case)
    return words.moved(
        words.worth(old.grade, old.score, old.points, excused=case.excused_before),
        words.worth(new.grade, new.score, new.points, excused=case.excused_after),
    )


def one_of_many(case: Case) -> str:
    """How many were changed at one go; that it was one request is only said where it is told."""
    together = "within a second of each other" if case.request is None else "in one request"
    return f"; one of {case.group_size:,} {together}"


def _override(grade: str | None, score: float | None) -> str:
    if grade is None and score is not None:
        return f"{words.number(score)} %"
    return words.grade(grade)


def _unseen(case: Case) -> str:
    """The log does not tell scores: one may move within a letter."""
    if case.before == case.after and None in (case.score_before, case.score_after):
        return "; it reads the same, the score may have changed"
    return ""
