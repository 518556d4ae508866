"""Filters that nobody can read: each says at which column, what is wrong, and what is expected."""

from __future__ import annotations

import pytest

from tests.query.trees import BERLIN, NOON
from tui.query.language import FilterError, parse

NAMED = {
    "mine": "is:regrade",
    "one": "x @two",
    "two": "@one",
    "self": "@self",
    "broken": "ada studnet:1",
    "empty": "  ",
    "lost": "@nowhere",
}

MISTAKES: list[tuple[str, int, str, str]] = [
    # The text, the column, what is wrong, what is expected.
    # Fields that there are not
    ("studnet:ada", 1, "did you mean student:?", "student:"),
    ("studnet:", 1, "did you mean student:?", "student:"),
    ("ada corse:565", 5, "did you mean course:?", "course:"),
    ("-gradr:x", 2, "did you mean grader:?", "grader:"),
    ("(asignment:x)", 2, "did you mean assignment:?", "assignment:"),
    ("by:hopper", 1, "did you mean grader:?", "grader:"),
    ("user:ada", 1, "did you mean student:?", "student:"),
    ("time:-2h", 1, "did you mean at:?", "at:"),
    ("from:today", 1, "did you mean since:?", "since:"),
    ("pct:50", 1, "did you mean percent:?", "percent:"),
    ("rules:jump", 1, "did you mean rule:?", "rule:"),
    ("zzz:1", 1, "no field 'zzz:'", "course: assignment: student:"),
    ("ada 李:1", 5, "no field '李:'", "course: assignment: student:"),
    (":x", 1, "no field before ':'", "field:value"),
    ("14:30", 1, "did you mean at:14:30?", "since:"),
    ("ada 2026-11-01T14:30", 5, "did you mean at:2026-11-01T14:30?", "until:"),
    ("https://canvas.example/1", 1, "no field 'https:'", '"https://canvas.example/1"'),
    ("ada fe80::1", 5, "did you mean ip:fe80::1?", "ip:"),
    # Values that are not there
    ("student:", 9, "no value for student:", "an id"),
    ("student: ada", 9, "no value for student:", "right behind the colon"),
    ("(course:)", 9, "no value for course:", "part of the name"),
    ("ada delta:", 11, "no value for delta:", "a number"),
    ("is: regrade", 4, "no value for is:", "regrade, first"),
    ("-since:", 8, "no value for since:", "-2h"),
    ('type:""', 6, "no event type", "grade_change"),
    ('request:" "', 9, "no request", "whole id"),
    ('agent:""', 7, "no agent", "firefox"),
    ('ip:""', 4, "no ip", "an address"),
    ('at:""', 4, "no time", "14:30"),
    ('after:""', 7, "no grade", "a grade such as A-"),
    ('""', 1, "nothing to look for", "a word"),
    ('ada " "', 5, "nothing to look for", "a phrase"),
    # Fixed words
    ("is:regraded", 4, "did you mean regrade?", "flagged or marked"),
    ("is:xyz", 4, "no such thing to be: 'xyz'", "automatic"),
    ("is:regrade,first", 4, "no such thing to be", "regrade, first"),
    ("rule:jmp", 6, "did you mean jump?", "whole_class"),
    ("ada -rule:bursts", 11, "did you mean burst?", "jump"),
    ("kind:grades", 6, "did you mean grade?", "override, course_score"),
    ("kind:grade,overide", 12, "did you mean override?", "grade"),
    ("kind:,grade", 6, "no kind: ''", "grade"),
    ("source:audits", 8, "did you mean audit?", "manual, sis or api"),
    ('source:"au dit"', 8, "no source", "audit"),
    # Exact ids
    ("course:#", 8, "no exact id: '#'", "#565"),
    ("course:#x", 8, "no exact id: '#x'", "#2107~48"),
    ("course:#1,2", 11, "no exact id: '2'", "#1,#2"),
    ("student:#1,#2~", 12, "no exact id: '#2~'", "#2107~48"),
    ("grader:#-5", 8, "no exact id: '#-5'", "#565"),
    ("actor:#1,", 10, "no exact id: ''", "#1,#2"),
    # Numbers
    ("delta:x", 7, "no number: 'x'", "a range such as 60..70"),
    ("delta:>", 8, "no number", "a number such as 5"),
    ("score:> 5", 8, "no number", "a number such as 5"),
    ("score:>x", 8, "no number: 'x'", "with < <= > >="),
    ("points:>=>5", 10, "no number: '>5'", "a number"),
    ("points:5..x", 11, "no number: 'x'", "a range"),
    ("points:x..5", 8, "no number: 'x'", "a range"),
    ("percent:..", 9, "a range of nothing", "60..70"),
    ("percent:70..60", 9, "ends below its beginning", "the lower number first"),
    ("after:>A-", 8, "no number: 'A-'", "a grade such as A-"),
    ("after:4,5", 7, "did you mean 4.5?", "a number"),
    ("before:1....2", 11, "no number", "a number"),
    ("score:1e999", 7, "too large a number", "a number"),
    ("score:nan", 7, "no number: 'nan'", "a number"),
    ("score:inf", 7, "no number: 'inf'", "a number"),
    ("score:5%", 7, "no number: '5%'", "a number"),
    ("delta:--5", 7, "no number: '--5'", "-2.5"),
    ("delta:\u0665", 7, "no number", "a number"),
    ("delta>5", 6, "did you mean delta:>5?", "delta:>5"),
    ("ada After<=60", 10, "did you mean after:<=60?", "after:<=60"),
    # Times
    ("since:foo", 7, "no time: 'foo'", "yesterday"),
    ("at:25:00", 4, "no time: '25:00'", "14:30"),
    ("at:2026-13-01", 4, "no time: '2026-13-01'", "2026-11-01"),
    ("until:2026-02-30", 7, "no time", "2026-11-01"),
    ("since:-2y", 7, "no time: '-2y'", "-2h"),
    ("since:today..", 7, "did you mean at:?", "today"),
    ("until:..today", 7, "did you mean at:?", "today"),
    ("at:..", 4, "a range of nothing", "2026-11-01..2026-11-03"),
    ("at:today..yesterday", 4, "ends before it begins", "a range"),
    ("since:0001-01-01", 7, "beyond the calendar", "2026-11-01"),
    ("-2h", 1, "did you mean since:-2h?", "since:-2h"),
    ("ada -3d", 5, "did you mean since:-3d?", '-"3d"'),
    # Addresses
    ("ip:localhost", 4, "no address: 'localhost'", "192.0.2.7"),
    ("ip:10.0.0.0/8", 4, "no address: '10.0.0.0/8'", "how it begins"),
    # Operators with nothing to join
    ("OR ada", 1, "nothing before OR", "a term"),
    ("ada OR", 7, "nothing behind OR", "a term"),
    ("ada OR OR bo", 8, "nothing before OR", "a term"),
    ("ada AND", 8, "nothing behind AND", "a term"),
    ("AND", 1, "nothing before AND", "a term"),
    ("(ada OR )", 9, "nothing behind OR", "a term"),
    ("NOT", 4, "nothing behind NOT", "a term"),
    ("ada NOT OR bo", 9, "nothing before OR", "a term"),
    ("-", 1, "'-' with nothing right behind it", "NOT term"),
    ("- ada", 1, "'-' with nothing right behind it", "-term"),
    # Parentheses
    ("(", 1, "never closed", "')'"),
    ("ada (bo OR (cy)", 5, "never closed", "')'"),
    ("ada)", 4, "closes nothing", "'('"),
    ("(ada))", 6, "closes nothing", "'('"),
    ("()", 2, "nothing in the parentheses", "a term"),
    ("student:Ann(x)", 12, "a parenthesis within a word", '"Ann(x)"'),
    ("ada(bo)", 4, "a parenthesis within a word", '"ada(bo)"'),
    # Quotes
    ('"ada', 1, "this quote is never closed", "'\"'"),
    ('student:"ada', 9, "this quote is never closed", "'\"'"),
    ("student:'t", 9, "an apostrophe goes into double quotes", "'"),
    ("“ada", 1, "this quote is never closed", "”"),
    ('"ada\\"', 1, "this quote is never closed", "'\"'"),
    ('"ada"bo', 6, "'b' right behind a quote", "a blank"),
    ('student:"ada""bo"', 14, "right behind a quote", "a blank"),
    ('an"ada"', 3, "a quote within a word", "quotes around all"),
    ('student:Ann"x"', 12, "a quote within a word", "quotes around all"),
    # Filters that are kept
    ("@", 2, "no name behind '@'", "@name"),
    ("@min", 1, "did you mean @mine?", "@mine"),
    ("ada -@nowhere", 6, "no filter is kept as '@nowhere'", "@mine"),
    ("@self", 1, "asks for itself: @self → @self", "no circle"),
    ("ada @one", 5, "asks for itself: @one → @two → @one", "no circle"),
    ("@broken", 1, "in @broken, column 5: no field 'studnet:'", "student:"),
    ("(@empty)", 2, "the filter is empty", "a filter"),
    ("@lost", 1, "no filter is kept as '@nowhere'", "@mine"),
    # What is no text, and too much of it
    ("ada\x00", 4, "an unreadable character", "text"),
    ("ada \udcff", 5, "an unreadable character", "text"),
    ("a" * 4_001, 4_001, "a filter of 4,001 characters", "at most 4,000"),
    ("(" * 10_000, 4_001, "a filter of 10,000 characters", "at most 4,000"),
    ("(" * 13 + "a" + ")" * 13, 14, "too many parentheses", "at most 12"),
    ("-" * 100 + "a", 14, "too many parentheses", "at most 12"),
    ("a " * 201, 401, "more than 200 terms", "at most 200"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "column", "wrong", "expected"), MISTAKES, ids=[each[0][:24] for each in MISTAKES]
)
def test_a_mistake_names_its_column_and_what_is_expected(
    text: str, column: int, wrong: str, expected: str
) -> None:
    with pytest.raises(FilterError) as found:
        parse(text, now_ms=NOON, zone=BERLIN, named=NAMED)
    assert (found.value.column, wrong in found.value.wrong) == (column, True), str(found.value)
    assert expected in found.value.expected, str(found.value)
    assert str(found.value).startswith(f"column {column}: ")
    assert len(str(found.value).splitlines()) == 1


def test_there_are_a_hundred_of_them() -> None:
    assert len({each[0] for each in MISTAKES}) >= 100


def test_filters_that_multiply_with_each_name_are_stopped() -> None:
    named = {f"f{step}": f"@f{step + 1} " * 7 for step in range(4)} | {"f4": "x"}
    with pytest.raises(FilterError, match="200 terms"):
        parse("@f0", now_ms=NOON, zone=BERLIN, named=named)
