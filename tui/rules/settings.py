"""The thresholds of the attention rules; each field's docstring is its documentation.

The defaults are those of the profile ``ta``; :data:`ADMIN` says what is otherwise in ``admin``.
Whatever is set stands over its profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Percent = Annotated[float, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=1, le=10_000)]
Hours = Annotated[int, Field(ge=0, le=23)]
Days = Annotated[int, Field(ge=1, le=400)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Rule(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )
    on: bool = True
    """Whether the rule is asked."""


class Regrade(_Rule):
    """A grade was changed into another, by hand. (admin: on)"""

    on: bool = False
    """Whether the rule is asked."""


class AfterCutoff(_Rule):
    """Somebody graded after the course was concluded, after its end date, or after a date."""

    last_day: Annotated[date, Field(lt=date(9999, 1, 1))] | None = None
    """The last day on which grading is no surprise, such as 2026-12-18. Without it: the course's
    own end is all that counts."""
    grace_days: Annotated[int, Field(ge=0, le=400)] = 14
    """So many days after the course's end date grading is no surprise. (admin: 0)"""


class FailToPass(_Rule):
    """A failing grade, also one that had been taken away, became a passing one, by hand."""

    pass_percent: Percent = 60.0
    """From so many percent of the points possible on, a grade passes."""
    failing: tuple[Word, ...] = ("F", "U", "NP", "fail", "incomplete")
    """Grades without a number that do not pass; all other letters, complete and pass do."""


class Jump(_Rule):
    """A grade moved by a large part of the points possible, by hand."""

    percent: Annotated[float, Field(gt=0, le=100)] = 40.0
    """By so many percent of the points possible, or more. (admin: 25)"""


class UnusualGrader(_Rule):
    """Somebody graded who hardly ever does in this course, or whose own work is graded there."""

    others: Count = 30
    """The others must have graded so many before, or it is too early to say. (admin: 20)"""
    usual: Count = 3
    """Who has graded so many times before is no stranger."""
    first_grades: bool = False
    """Whether a stranger's first grades count, too: every new assistant begins with some. Without
    it only changes of what had been graded, and final grades."""
    days: Days = 120
    """How far it looks back."""


class SelfGrade(_Rule):
    """The grader is the student."""


class Masquerade(_Rule):
    """Somebody acted as the grader. Needs the relay."""


class Burst(_Rule):
    """Many regrades by one grader in a short time, and more than this grader's usual most."""

    minutes: Annotated[int, Field(ge=1, le=720)] = 10
    """Within so many minutes."""
    regrades: Annotated[int, Field(ge=2, le=10_000)] = 25
    """So many regrades by hand, or more; those of one request count as one. (admin: 10)"""
    times: Annotated[float, Field(ge=1, le=100)] = 2.0
    """And so many times the most that this grader had in such a time before."""
    days: Days = 60
    """How far it looks back for what is usual."""


class OneStudent(_Rule):
    """One student was raised by one grader on several assignments."""

    assignments: Annotated[int, Field(ge=2, le=1000)] = 4
    """On so many different assignments, or more. (admin: 3)"""
    days: Days = 7
    """Within so many days."""
    students: Count = 2
    """If the grader does so for more students than this, no one is singled out."""


class OffHours(_Rule):
    """Somebody graded at hours at which this grader usually does not. (admin: on)"""

    on: bool = False
    """Whether the rule is asked."""
    start: Hours = 22
    """The hour at which the night begins, in the course's time zone if Canvas tells it."""
    end: Hours = 6
    """The hour at which it ends."""
    usual_percent: Percent = 5.0
    """Who gave more than so many percent of the grades of before at night is used to it."""
    gradings: Count = 20
    """A grader must have graded so many times before, on earlier days."""
    days: Days = 60
    """How far it looks back."""


class NewOrigin(_Rule):
    """From an address or a program that this grader has not used before. Needs the relay.
    (admin: on)"""

    on: bool = False
    """Whether the rule is asked."""
    gradings: Count = 10
    """The grader must have been seen live so many times before."""
    days: Days = 60
    """How far it looks back."""


class FlipFlop(_Rule):
    """A grade was changed, and changed back."""

    days: Days = 14
    """Within so many days."""
    typo_minutes: Annotated[int, Field(ge=0, le=1440)] = 10
    """What one grader puts right so soon was a slip of the hand."""


class Override(_Rule):
    """A final grade was set by hand over the computed one."""


class Skew(_Rule):
    """A grader's regrades go nearly all upward for a few students, and not for the others."""

    regrades: Annotated[int, Field(ge=2, le=10_000)] = 6
    """So many regrades of the few, and so many of the others, are needed to say it. (admin: 4)"""
    each: Annotated[int, Field(ge=2, le=1000)] = 3
    """So many regrades of a student, or more, before the student is one of the few."""
    students: Count = 3
    """How many a few are at most."""
    up_percent: Annotated[float, Field(gt=50, le=100)] = 90.0
    """Of the few, so many percent of the regrades go up, or more."""
    others_percent: Percent = 60.0
    """Of the others, at most so many percent."""
    days: Days = 30
    """Within so many days."""


class WholeClass(_Rule):
    """One request moved the grades of many students of an assignment the same way."""

    students: Annotated[int, Field(ge=2, le=10_000)] = 5
    """So many regrades in one request, or more."""
    same_percent: Annotated[float, Field(gt=50, le=100)] = 90.0
    """So many percent of what moved went the same way, or more."""


ADMIN: Mapping[str, Mapping[str, object]] = {
    "regrade": {"on": True},
    "after_cutoff": {"grace_days": 0},
    "jump": {"percent": 25.0},
    "unusual_grader": {"others": 20},
    "burst": {"regrades": 10},
    "one_student": {"assignments": 3},
    "off_hours": {"on": True},
    "new_origin": {"on": True},
    "skew": {"regrades": 4},
}
"""What the profile ``admin`` has otherwise than ``ta``."""


class RuleSettings(BaseModel):
    """Which changes are worth a look, and from when on."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )

    profile: Literal["ta", "admin"] = "ta"
    """For whom: a ta regrades at night and in bursts, and is spared what is noisy; an admin sees
    every regrade, and more of the rest."""
    bulk: Annotated[int, Field(ge=2, le=10_000)] = 5
    """From so many changes on, those of one request are an import or a default grade: one act."""
    regrade: Regrade = Regrade()
    after_cutoff: AfterCutoff = AfterCutoff()
    fail_to_pass: FailToPass = FailToPass()
    jump: Jump = Jump()
    unusual_grader: UnusualGrader = UnusualGrader()
    self_grade: SelfGrade = SelfGrade()
    masquerade: Masquerade = Masquerade()
    burst: Burst = Burst()
    one_student: OneStudent = OneStudent()
    off_hours: OffHours = OffHours()
    new_origin: NewOrigin = NewOrigin()
    flip_flop: FlipFlop = FlipFlop()
    override: Override = Override()
    skew: Skew = Skew()
    whole_class: WholeClass = WholeClass()

    @model_validator(mode="before")
    @classmethod
    def _profiled(cls, given: object) -> object:
        """What is given, over the profile's own."""
        if not isinstance(given, Mapping):
            return given
        settings = dict(cast("Mapping[str, object]", given))
        if settings.get("profile") != "admin":
            return settings
        for rule, own in ADMIN.items():
            there = settings.get(rule, {})
            if isinstance(there, Mapping):
                settings[rule] = {**own, **cast("Mapping[str, object]", there)}
        return settings
