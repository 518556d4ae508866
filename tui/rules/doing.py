"""How a change came about: by somebody's hand, many at once, or by nobody's.

Rules about what people do judge what was done by hand. A spreadsheet, a default grade or a whole
class edited is one request and one act, however many changes it makes, so it is no burst.
"""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum

from tui.events.event import Flag, Kind
from tui.rules.case import Case


class Doing(Enum):
    """How a change came about; the value says it in words."""

    BY_HAND = "by hand"
    BULK = "one of many in one request"
    """A CSV import, a default grade, a whole class."""
    QUIZ = "by a quiz"
    """The student handed in and Canvas graded."""
    POLICY = "by a late or missing policy"
    AUTOMATIC = "by Canvas or a tool"
    """Nobody graded, and nothing tells what did."""
    SIS = "by an SIS import"
    UNCHANGED = "the grade stays as it was"
    """A posting, or an edit of the points possible."""
    UNTOLD = "nobody is named"
    """Neither a grader, nor that there was none."""
    OTHER = "no grade given"
    """Of the course, a total, or something else."""


BY_PEOPLE = frozenset({Doing.BY_HAND, Doing.BULK})
_ZERO = frozenset({"0", "0%", "f", "incomplete"})
"""What a missing policy gives unless it is told otherwise."""


def doing_of(case: Case, bulk: int) -> Doing:
    """How it came about; from ``bulk`` changes on, those of one request are many."""
    if case.event_source == "sis" or case.sis_batch is not None:
        return Doing.SIS
    if case.kind not in (Kind.GRADE, Kind.OVERRIDE):
        return Doing.OTHER
    if _unchanged(case):
        return Doing.UNCHANGED
    if Flag.AUTOMATIC in case.flags:
        return _nobody(case)
    if case.hand is None:
        return Doing.UNTOLD
    return Doing.BULK if case.group is not None and case.group_size >= bulk else Doing.BY_HAND


def by_hand(case: Case, bulk: int) -> bool:
    """Whether somebody gave this one grade; see :func:`doing_of`."""
    return doing_of(case, bulk) is Doing.BY_HAND


def by_person(case: Case, bulk: int) -> bool:
    """Whether somebody gave it, alone or as one of many."""
    return doing_of(case, bulk) in BY_PEOPLE


def is_regrade(case: Case) -> bool:
    """Whether there was a grade, and there is one; an excusal is none, nor its end."""
    return Flag.REGRADE in case.flags and not case.excused_before and not case.excused_after


def act_of(case: Case) -> Hashable:
    """What was done at one go: all changes of a request are one act."""
    return ("alone", case.id) if case.group is None else ("group", case.group)


def _unchanged(case: Case) -> bool:
    """Scores and grades are told and are the same on both sides; the log does not tell scores."""
    return (
        None not in (case.before, case.after, case.score_before, case.score_after)
        and (case.before, case.score_before) == (case.after, case.score_after)
        and bool(case.excused_before) == bool(case.excused_after)
    )


def _nobody(case: Case) -> Doing:
    """A quiz is told live: the student made the request. Policies are told by the log alone."""
    if case.live:
        handed_in = case.actor is not None and case.actor == case.student
        return Doing.QUIZ if handed_in else Doing.AUTOMATIC
    missing = case.before is None and (case.after or "").casefold() in _ZERO
    late = case.delta is not None and case.delta < 0
    return Doing.POLICY if missing or late else Doing.AUTOMATIC
