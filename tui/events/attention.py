"""The names of the attention rules, and what a rule says of an event.

The rules themselves are in :mod:`tui.rules`; everything that shows, keeps or filters by what they
said knows them by these names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """A reason to look at an event; the value is its name for people, files and filters."""

    REGRADE = "regrade"
    """A grade before and a grade after, by hand."""
    AFTER_CUTOFF = "after_cutoff"
    """After the course was concluded, or after a date."""
    FAIL_TO_PASS = "fail_to_pass"  # noqa: S105  a grade that passes, no password
    """From failing, or from nothing, to passing."""
    JUMP = "jump"
    """By a large part of the points possible."""
    UNUSUAL_GRADER = "unusual_grader"
    """By somebody who does not usually grade in this course."""
    SELF_GRADE = "self_grade"
    """The grader is the student."""
    MASQUERADE = "masquerade"
    """Somebody acted as the grader."""
    BURST = "burst"
    """Many regrades by one grader in a short time."""
    ONE_STUDENT = "one_student"
    """One student raised by one grader across several assignments."""
    OFF_HOURS = "off_hours"
    """At hours at which this grader does not usually grade."""
    NEW_ORIGIN = "new_origin"
    """From an address or a user agent that this grader has not used before."""
    FLIP_FLOP = "flip_flop"
    """Changed, and changed back."""
    OVERRIDE = "override"
    """A final grade set by hand."""
    SKEW = "skew"
    """A grader's regrades go nearly all upward, for a few students."""
    WHOLE_CLASS = "whole_class"
    """A whole class shifted in one request."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule says of an event: look at this, because of ``why``.

    ``why`` is the arithmetic in one line (``12 regrades in 6 min; this grader's usual most is 4``);
    it holds no names and no ids, so that it is as safe to show as the numbers of the event.
    """

    rule: Rule
    why: str
