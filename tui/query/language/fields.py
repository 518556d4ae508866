"""The fields there are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tui.query.language.choices import IsField, KindField, RuleField, SourceField, TypeField
from tui.query.language.field import Field
from tui.query.language.moments import At, Since, Until
from tui.query.language.numbers import After, Before, Delta, Percent, Points, Score
from tui.query.language.parties import Actor, Assignment, Course, Grader, Student
from tui.query.language.traces import Agent, Ip, Request

_ALL: tuple[Field, ...] = (
    Course(), Assignment(), Student(), Grader(), Actor(),
    KindField(), TypeField(), SourceField(),
    Before(), After(), Delta(), Score(), Points(), Percent(),
    IsField(), RuleField(),
    Ip(), Agent(), Request(),
    Since(), Until(), At(),
)  # fmt: skip

FIELDS: Mapping[str, Field] = MappingProxyType({field.name: field for field in _ALL})
"""Each field by its name, in the order of the manual."""

MEANT: Mapping[str, str] = MappingProxyType(
    {
        "by": "grader", "teacher": "grader", "instructor": "grader", "ta": "grader",
        "user": "student", "pupil": "student", "name": "student", "editor": "actor",
        "grade": "after", "new": "after", "old": "before", "change": "delta", "diff": "delta",
        "pct": "percent", "possible": "points", "flag": "is", "has": "is", "rules": "rule",
        "address": "ip", "browser": "agent", "ua": "agent", "req": "request", "from": "since",
        "to": "until", "after_time": "since", "time": "at", "date": "at", "on": "at", "day": "at",
        "feed": "source", "event": "type", "class": "course", "task": "assignment",
        "before_time": "until", "homework": "assignment",
    }
)  # fmt: skip
"""Names that people try, and the fields that they mean."""
