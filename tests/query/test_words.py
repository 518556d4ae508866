"""A filter can be said aloud."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tui.events.attention import Rule
from tui.events.event import Kind
from tui.events.ids import CanvasId
from tui.events.times import parse_time
from tui.query.ast import (
    EVERYTHING,
    And,
    Between,
    Carries,
    Compare,
    Comparison,
    DoneBy,
    During,
    Filter,
    From,
    Has,
    InGroup,
    Is,
    Measure,
    Mentions,
    Not,
    OfKind,
    OfType,
    Or,
    Origin,
    Reads,
    Resembles,
    Role,
    Ruled,
    Side,
    Trace,
    Trait,
)
from tui.query.words import to_words

ADA = Resembles(Role.STUDENT, " Ada ")
COURSE = Is(Role.COURSE, (CanvasId(0, 565), CanvasId(2, 1)))
SINCE = During(parse_time("2026-11-01T09:00:00Z"))


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (EVERYTHING, "everything"),
        (Or(), "nothing"),
        (ADA, "student like “Ada”"),
        (Resembles(Role.GRADER, ""), "any grader"),
        (COURSE, "course 565 or 20000000000001"),
        (Is(Role.COURSE, ()), "no course"),
        (SINCE, "since 2026-11-01 10:00"),
        (During(None, parse_time("2026-11-01T09:00:05Z")), "before 2026-11-01 10:00:05"),
        (During(), "any time"),
        (
            During(parse_time("2026-11-01T09:00:00Z"), parse_time("2026-11-02T09:00:00Z")),
            "2026-11-01 10:00 to 2026-11-02 10:00",
        ),
        (OfKind((Kind.GRADE, Kind.COURSE_SCORE)), "kind grade or course score"),
        (And((ADA, SINCE)), "student like “Ada”, since 2026-11-01 10:00"),
        (And((ADA, Or((COURSE, SINCE)))),
         "student like “Ada”, (course 565 or 20000000000001 or since 2026-11-01 10:00)"),
        (Not(And((ADA, SINCE))), "not (student like “Ada”, since 2026-11-01 10:00)"),
        (Not(ADA), "not student like “Ada”"),
        (And((Or((ADA,)),)), "student like “Ada”"),
        (DoneBy("Bo"), "grader like “Bo”"),
        (Mentions(" Ada "), "“Ada” anywhere"),
        (OfType("copied_from"), "type copied_from"),
        (From(Origin.SIS), "made by SIS import"),
        (Compare(Measure.DELTA, Comparison.MORE, 2.5), "change above 2.5"),
        (Between(Measure.PERCENT, 60, 70), "percent 60 to 70"),
        (Reads(Side.AFTER, "A-"), "grade after “A-”"),
        (Reads(Side.BEFORE, None), "no grade before"),
        (Not(Has(Trait.MARKED)), "not marked"),
        (Ruled(Rule.ONE_STUDENT), "flagged as one student"),
        (Carries(Trace.IP, "192.0"), "address 192.0"),
        (InGroup(3), "group 3"),
    ],
)  # fmt: skip
def test_words(tree: Filter, words: str) -> None:
    assert to_words(tree, zone=ZoneInfo("Europe/Berlin")) == words
